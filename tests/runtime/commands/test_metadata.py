"""`newel check`, `new`, `schemas`, `explain` and `where-used` from the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newel.cli import cli

Run = Callable[..., Result]
STANDARD = str(Path(__file__).parent.parent.parent.parent / "solutions" / "standard")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command where nothing is installed."""
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("NEWEL_DATABASE_URL", raising=False)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return invoke


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    folder = tmp_path / "faulty"
    folder.mkdir()
    (folder / "solution.yaml").write_text("solution: faulty\nversion: 1.0.0\n")
    (folder / "account.yaml").write_text(
        "object: account\nfields:\n  name: {type: txt}\n  city: {type: text, visible: nam == ''}\n"
    )
    return str(folder)


def test_a_good_solution_is_all_well(run: Run) -> None:
    result = run("check", STANDARD)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("All well:")


def test_check_names_every_problem_and_exits_with_1(run: Run, faulty: str) -> None:
    result = run("check", faulty)
    assert result.exit_code == 1
    assert "faulty/account.yaml:3:16 NW-E104 fields.name.type" in result.output
    assert "1 problem." in result.output


def test_check_tells_machines_in_json(run: Run, faulty: str) -> None:
    result = run("check", faulty, "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.output)
    assert (problem["code"], problem["file"], problem["line"], problem["nearest"]) == (
        "NW-E104",
        "faulty/account.yaml",
        3,
        "text",
    )


def test_check_holds_the_rules_too(run: Run, faulty: str) -> None:
    path = Path(faulty, "account.yaml")
    path.write_text(path.read_text().replace("txt", "text"))
    result = run("check", faulty)
    assert result.exit_code == 1
    assert "faulty/account.yaml:4:31 NW-X201" in result.output


def test_check_of_nothing_is_wrong_use(run: Run) -> None:
    assert run("check").exit_code == 2
    assert run("check", "/nowhere/at/all").exit_code == 2


def test_what_new_writes_is_all_well(run: Run, tmp_path: Path) -> None:
    assert run("new", "solution", "real_estate", "--in", str(tmp_path)).exit_code == 0
    folder = tmp_path / "real_estate"
    written = run("new", "object", "viewing", "--in", str(folder))
    assert [Path(line).relative_to(folder).as_posix() for line in written.stdout.splitlines()] == [
        "objects/viewing.yaml",
        "translations/zh-CN/viewing.yaml",
        "data/demo/viewing.yaml",
        "tests/viewing.yaml",
    ]
    assert written.stderr == f"Try it: newel check {folder}, then newel test {folder}\n"
    checked = run("check", str(folder))
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("name", ["Real Estate", "2nd", "nw_thing", "客户", "a" * 61])
def test_new_takes_legal_names_only(run: Run, tmp_path: Path, name: str) -> None:
    assert run("new", "solution", name, "--in", str(tmp_path)).exit_code == 2
    assert not list(tmp_path.glob("*/solution.yaml"))


def test_new_never_writes_over_a_file(run: Run, tmp_path: Path) -> None:
    run("new", "solution", "sales", "--in", str(tmp_path))
    again = run("new", "solution", "sales", "--in", str(tmp_path))
    assert again.exit_code == 2
    assert "is there already; nothing was written." in again.output


def test_new_object_wants_a_solution(run: Run, tmp_path: Path) -> None:
    assert run("new", "object", "viewing", "--in", str(tmp_path)).exit_code == 2


def test_schemas_are_written_for_editors(run: Run, tmp_path: Path) -> None:
    result = run("schemas", str(tmp_path / "schemas"))
    assert result.exit_code == 0
    schema = json.loads((tmp_path / "schemas" / "object.schema.json").read_text())
    assert "field_choice" in schema["definitions"]


def test_explain_says_where_and_by_whom(run: Run) -> None:
    result = run("explain", "object:account/field:name/required", STANDARD, "--json")
    assert result.exit_code == 0, result.output
    (word,) = json.loads(result.output)["properties"]["required"]
    assert (word["layer"], word["value"]) == ("standard", True)


def test_an_unknown_address_names_the_nearest(run: Run) -> None:
    result = run("explain", "object:acount", STANDARD)
    assert result.exit_code == 1
    assert 'Did you mean "object:account"?' in result.output


def test_where_used_finds_views_forms_and_rules(run: Run) -> None:
    result = run("where-used", "object:opportunity/field:stage", STANDARD, "--json")
    assert result.exit_code == 0, result.output
    users = json.loads(result.output)
    assert "view:opportunity.pipeline" in users
    assert any(each.startswith("object:opportunity/validation:") for each in users)


def test_without_paths_and_installation_explain_says_what_to_do(run: Run) -> None:
    result = run("explain", "object:account")
    assert result.exit_code == 1
