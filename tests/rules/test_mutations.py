"""Faults planted into the engines are noticed by the vectors: a vector that nothing depends on proves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.mutating import ENGINES, ROOT, mutants

LEAST = 0.7  # of the faults of a module; some change nothing that can be seen
SAMPLE = "def f(a, b):\n    if a < b and not b:\n        return a + 1\n    return None\n"


def test_a_fault_is_one_small_change() -> None:
    found = [(each.what, each.line) for each in mutants("sample", SAMPLE)]
    assert found == [
        ("if -> if not", 2),
        ("And -> Or", 2),
        ("Lt -> LtE", 2),
        ("not -> +", 2),
        ("return -> return None", 3),
        ("Add -> Sub", 3),
        ("1 -> 2", 3),
    ]
    assert "return a - 1" in next(each.source for each in mutants("sample", SAMPLE) if each.what == "Add -> Sub")


def test_every_named_part_of_the_engines_is_there() -> None:
    files = [ROOT / "platform" / Path(*each.split(".")[1:]).with_suffix(".py") for each in ENGINES]
    assert [str(each) for each in files if not each.exists()] == []


@pytest.mark.soak
@pytest.mark.parametrize("module", ENGINES)
def test_the_vectors_notice_faults(module: str) -> None:
    command = [sys.executable, "-m", "tests.rules.mutating", module]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    print(said)
    noticed, _, planted, *_ = said.splitlines()[-1].removeprefix("in all").split()
    assert int(noticed) >= LEAST * int(planted), said
