"""Commands speak the language that was chosen for them, else the terminal's; without either, English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newel.cli import COMMANDS, cli
from newel.runtime.commands.speaking import of_environment

CASE = Path(__file__).parents[2] / "cases" / "a-misspelt-property"


def said(*arguments: str, **environment: str) -> Result:
    return CliRunner(env={"NEWEL_LANGUAGE": None, "LC_ALL": None, "LANG": None, **environment}).invoke(cli, arguments)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"NEWEL_LANGUAGE": "zh-CN", "LANG": "en_GB.UTF-8"}, "zh-CN"),
        ({"NEWEL_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_terminal_names_the_language_and_a_setting_overrules_it(environment: dict[str, str], language: str) -> None:
    assert of_environment(environment) == language


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_chinese(name: str) -> None:
    told = said("--language", "zh-CN", name, "--help").output.partition("示例：")[0]
    assert "选项：" in told
    assert not re.search("[A-Za-z]+( [a-z]+){3}", told), told


def test_a_choice_holds_for_one_command_only(tmp_path: Path) -> None:
    nowhere = {"NEWEL_HOME": str(tmp_path)}
    assert "这里尚未安装" in said("--language", "zh-CN", "solutions", **nowhere).stderr
    assert "Nothing is installed" in said("solutions", **nowhere).stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("chekc",), "没有命令“chekc”。是否指“check”？"),
        (("check",), "缺少 PATHS...。"),
        (("check", str(CASE), "--fix"), "没有选项 --fix。"),
        (("check", "nowhere"), "PATHS...：nowhere 不存在。"),
        (("serve", "--port", "x"), "--port：x 不是数字。"),
        (("serve", "--port"), "选项 --port 需要一个值。"),
        (("serve", "y"), "多余的内容：y。"),
        (("user", "create", "a@b.example"), "缺少选项 --role。"),
    ],
)
def test_wrong_use_is_told_in_the_language_of_the_terminal(arguments: tuple[str, ...], sentence: str) -> None:
    result = said(*arguments, LANG="zh_CN.UTF-8")
    assert result.exit_code == 2
    assert f"错误：{sentence}" in result.stderr


def test_what_programs_read_is_the_same_in_every_language() -> None:
    assert said("check", "--json", str(CASE), LANG="zh_CN.UTF-8").stdout == said("check", "--json", str(CASE)).stdout
