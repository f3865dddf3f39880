"""The guide to testing is true: its solution is built, its tests pass on both databases, and fail as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newel.metadata.scenarios import ATTEMPTS, EXPECTED
from newel.metadata.solutions import read_layers
from newel.runtime import compiled
from newel.runtime.scenarios import Report, run
from newel.runtime.scenarios.staging import staged
from tests.docs.blocks import ROOT, STANDARD, blocks, files, shell_lines, write, written

ENGLISH = ROOT / "docs" / "guide" / "testing-a-solution.md"
CHINESE = ROOT / "docs" / "guide" / "testing-a-solution.zh-CN.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(files(ENGLISH), tmp_path)
    return tmp_path / "my_company"


def played(folder: Path, url: str | None = None) -> Report:
    """The tests of the guide's solution, over the standard CRM."""
    layers, problems = read_layers([STANDARD, folder])
    model, rulebook, more = compiled.compile_layers(layers)
    problems.extend(more.found)
    assert model is not None, problems.as_text()
    assert rulebook is not None
    with staged(model, rulebook, layers, url) as installation:
        return run(installation, [each for each in model.tests.values() if each.layer == "my_company"])


def test_the_guide_shows_the_same_in_both_languages() -> None:
    assert written(ENGLISH) == written(CHINESE)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_tests_of_the_guide_pass(folder: Path, database: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    report = played(folder, url)
    assert [each.as_text() for each in report.failed] == []
    assert [each.test.name for each in report.outcomes] == ["machine.installing", "machine.life"]


def test_a_broken_promise_is_told_as_the_guide_says(folder: Path) -> None:
    path = folder / "objects" / "machine.yaml"
    path.write_text(path.read_text("utf-8").replace(", required: state == 'installed'", ""), "utf-8")
    outcome = next(each for each in played(folder).outcomes if each.test.name == "machine.installing")
    assert ("text", outcome.as_text() + "\n") in blocks(ENGLISH)
    assert ("text", outcome.as_text("zh-CN") + "\n") in blocks(CHINESE)


def test_everything_that_can_be_tried_and_expected_is_shown_and_explained() -> None:
    expected = set().union(*EXPECTED.values())
    tests = "\n".join(text for name, text in files(ENGLISH).items() if "/tests/" in name)
    assert {each for each in ATTEMPTS if f"{{{each}: " not in tests} == set()
    assert {each for each in expected - {"done"} if not re.search(rf"\b{each}\b", tests)} == set()
    for page in (ENGLISH, CHINESE):
        rows = "\n".join(line for line in page.read_text("utf-8").splitlines() if line.startswith("| `"))
        assert {each for each in (*ATTEMPTS, *expected) if not re.search(rf"`[^`]*\b{each}\b[^`]*`", rows)} == set(), page.name


def test_the_lines_for_the_shell_are_commands_that_there_are() -> None:
    assert [line.split()[1] for line in shell_lines(ENGLISH)] == ["new", "new", "test", "test", "test", "test"]


def test_every_guide_is_known_to_the_index_of_both_languages() -> None:
    guides = ROOT / "docs" / "guide"
    for index, ending in (("README.md", ".md"), ("README.zh-CN.md", ".zh-CN.md")):
        known = set(re.findall(r"\(guide/([\w.-]+)\)", (guides.parent / index).read_text("utf-8")))
        own = {each.name for each in guides.glob("*.md") if each.name.endswith(".zh-CN.md") == (ending == ".zh-CN.md")}
        assert known == own, index
