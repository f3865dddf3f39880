"""`newel test` from the shell: what `newel new` writes passes at once, and what is broken is said with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newel.cli import cli

Run = Callable[..., Result]
STANDARD = Path(__file__).parents[3] / "solutions" / "standard"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command where nothing is installed."""
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("NEWEL_DATABASE_URL", raising=False)

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments])

    return invoke


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A solution with an object, as `newel new` writes them."""
    assert run("new", "solution", "real_estate", "--in", tmp_path).exit_code == 0
    assert run("new", "object", "viewing", "--in", tmp_path / "real_estate").exit_code == 0
    return tmp_path / "real_estate"


def spoil(folder: Path, path: str, text: str, becomes: str) -> None:
    file = folder / path
    assert text in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(text, becomes), "utf-8")


def test_what_new_writes_passes_its_tests_at_once(run: Run, folder: Path) -> None:
    result = run("test", folder)
    assert result.exit_code == 0, result.output
    said = result.stdout.splitlines()
    assert said[:2] == ["ok      real_estate.real_estate.first", "ok      real_estate.viewing.basics"]
    assert said[2].startswith("2 tests passed in ")


def test_what_new_writes_over_the_standard_crm_passes_too(run: Run, tmp_path: Path) -> None:
    assert run("init").exit_code == 0
    assert run("new", "solution", "my_company", "--in", tmp_path).exit_code == 0
    folder = tmp_path / "my_company"
    assert run("new", "object", "machine", "--in", folder).exit_code == 0
    assert "reader: read_only" in (folder / "tests" / "machine.yaml").read_text("utf-8")
    assert run("check", folder).exit_code == 0
    result = run("test", folder)
    assert (result.exit_code, result.stdout.count("ok ")) == (0, 2), result.output


@pytest.mark.parametrize(
    ("path", "text", "becomes", "told"),
    [
        (
            "objects/viewing.yaml",
            "required: true",
            "required: false",
            "(field: name, code: required); nothing stands against it.",
        ),
        ("objects/viewing.yaml", "default: new", "default: done", "with_a_name: expected status to be new; it is done."),
        ("tests/viewing.yaml", "{reader: []}", "{reader: admin}", "expected that reader may not do it; it is done."),
    ],
)
def test_a_broken_object_fails_with_a_sentence(run: Run, folder: Path, path: str, text: str, becomes: str, told: str) -> None:
    spoil(folder, path, text, becomes)
    result = run("test", folder)
    assert result.exit_code == 1
    assert "FAILED  real_estate.viewing.basics" in result.stdout
    assert "real_estate/tests/viewing.yaml:" in result.stdout
    assert told in result.stdout
    assert result.stderr.startswith("1 of 2 tests failed in ")


def test_a_test_that_is_wrong_is_a_problem_before_it_is_run(run: Run, folder: Path) -> None:
    spoil(folder, "tests/viewing.yaml", "status: new", "status: knew")
    result = run("test", folder)
    assert result.exit_code == 1
    assert "real_estate/tests/viewing.yaml:13:" in result.stderr
    assert 'Did you mean "new"?' in result.stderr
    (problem,) = json.loads(run("test", folder, "--json").stdout)
    assert problem["code"] == "NW-E308"


def test_machines_are_told_in_json(run: Run, folder: Path) -> None:
    spoil(folder, "objects/viewing.yaml", "default: new", "default: done")
    result = run("test", folder, "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert (said["passed"], said["failed"]) == (1, 1)
    assert [each["test"] for each in said["tests"] if not each["ok"]] == ["viewing.basics"]


def test_some_tests_are_chosen_by_solution_and_by_name(run: Run, folder: Path) -> None:
    both = (STANDARD, folder)
    assert run("test", *both, "--solution", "real_estate").stdout.count("ok ") == 2
    assert run("test", *both, "-k", "opportunity.winning").stdout.splitlines()[0] == "ok      standard.opportunity.winning"
    assert run("test", *both, "--solution", "real_estat").exit_code == 2
    assert 'Did you mean "viewing.basics"?' in run("test", folder, "-k", "viewing.basic5").stderr


def test_without_paths_the_installed_tests_run(run: Run) -> None:
    assert "newel init" in CliRunner().invoke(cli, ["test"]).output or run("test").exit_code == 1
    assert run("init").exit_code == 0
    result = run("test")
    assert (result.exit_code, result.stdout.count("ok ") >= 25) == (0, True), result.output


def test_a_server_may_be_named_to_try_on(run: Run, folder: Path, postgres_url: str) -> None:
    result = run("test", folder, "--database", postgres_url)
    assert (result.exit_code, result.stdout.count("ok ")) == (0, 2), result.output


def test_a_solution_without_tests_is_no_failure(run: Run, folder: Path) -> None:
    for path in (folder / "tests").iterdir():
        path.unlink()
    result = run("test", folder)
    assert (result.exit_code, result.output) == (0, "There are no tests.\n")
