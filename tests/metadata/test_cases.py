"""Bad input is a folder: tests/cases/<sentence>/ holds a solution and, in problems.txt, what is wrong with it and where."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.problems import Problem, catalogue
from newel.metadata.solutions import DESCRIPTION, Layer, read_folder, read_layers
from tests.support.chinese import english_in

CASES = sorted(path for path in (Path(__file__).parent.parent / "cases").iterdir() if path.is_dir())
WORDING = Path(__file__).parent / "wording.txt"


@cache
def problems_of(folder: Path) -> list[Problem]:
    """All problems of the solutions in a folder; one without a solution.yaml is taken as the solution `case`."""
    if any(folder.rglob(DESCRIPTION)):
        layers, problems = read_layers([folder])
    else:
        read, problems = read_folder(folder)
        layers = [Layer("case", {**read.files, DESCRIPTION: "solution: case\nversion: 1.0.0\n"})]
        problems.found = [each for each in problems.found if each.code != "NW-E201"]
    problems.extend(compile_model(layers)[1].found)
    return list(problems)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_of_bad_input_has_exactly_its_problems(folder: Path) -> None:
    found = [f"{each.place} {each.code}".removeprefix("case/") for each in problems_of(folder)]
    assert found == (folder / "problems.txt").read_text().splitlines()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_what_is_wrong_in_a_case_is_said_in_chinese_throughout(folder: Path) -> None:
    for each in problems_of(folder):
        assert not english_in(each.say("zh-CN")), each.say("zh-CN")


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60


def test_the_wording_of_every_kind_of_problem_is_pinned() -> None:
    """wording.txt holds one problem of each code; after a change of wording, look at it and write it anew."""
    first: dict[str, str] = {}
    for folder in CASES:
        for each in problems_of(folder):
            first.setdefault(each.code, str(each).removeprefix("case/"))
    assert "\n".join(first[code] for code in sorted(first)) + "\n" == WORDING.read_text()


def test_every_kind_of_problem_has_help() -> None:
    for code, kind in catalogue().items():
        assert kind.help, code
