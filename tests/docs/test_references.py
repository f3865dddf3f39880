"""docs/reference is made from the code, is not stale, and nothing in it lacks a word of help."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from newel.metadata.problems import catalogue
from newel.runtime.settings import VARIABLES
from tools import references

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", references.PAGES)
def test_a_page_says_what_the_code_says(name: str) -> None:
    """After a change of the code: make docs."""
    assert (references.FOLDER / name).read_text("utf-8") == references.PAGES[name]()


def test_every_page_is_known_to_the_index_of_both_languages() -> None:
    for index in ("README.md", "README.zh-CN.md"):
        text = (references.FOLDER.parent / index).read_text("utf-8")
        assert {each.name for each in references.FOLDER.glob("*.md")} == set(re.findall(r"\(reference/([\w-]+\.md)\)", text)), (
            index
        )


def test_every_option_of_a_command_has_help() -> None:
    for words, command in references.every_command():
        assert (command.help or "").strip().endswith("."), words
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{words} {option.name}"


def test_every_setting_has_help_and_no_other_is_read() -> None:
    read = {
        name
        for path in (TESTS.parent / "platform").rglob("*.py")
        for name in re.findall(r'["\'](NEWEL_[A-Z_]+)["\']', path.read_text("utf-8"))
    }
    assert read == set(VARIABLES)
    assert all(meaning.endswith(".") for meaning in VARIABLES.values())


def test_every_problem_says_what_to_do() -> None:
    for code, kind in catalogue().items():
        assert kind.help.endswith("."), code


def test_every_problem_is_provoked_by_a_test() -> None:
    """By a folder of tests/cases or an expression, whose wording is pinned; else by a test that names the code."""
    by_name = [path for path in TESTS.rglob("test_*.py") if path.parent != Path(__file__).parent]
    provoked = "".join(path.read_text("utf-8") for path in [*references.PINNED, *by_name])
    assert [code for code in catalogue() if code not in provoked] == []
