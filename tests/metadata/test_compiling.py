"""The pipeline is quick enough to run at every keystroke of an editor, and names every fault of a large solution."""

from __future__ import annotations

import time

import pytest

from newel.metadata.compiling import STEPS, compile_model
from newel.metadata.solutions import Layer

KINDS = [
    "text, max_length: 120",
    "integer, min: 0",
    "money",
    "date",
    "choice, options: {a: A, b: B}",
    "boolean",
    "email",
    "long_text",
    "decimal, scale: 2",
]


def large(objects: int, fields: int, faulty: bool = False) -> Layer:
    files = {"solution.yaml": "solution: large\nversion: 1.0.0\n"}
    for number in range(objects):
        text = f"object: thing_{number}\nfields:\n  name: {{type: text}}\n"
        text += f"  next: {{type: lookup, to: thing_{(number + 1) % objects}}}\n"
        for field in range(fields - 2):
            kind = "txet" if faulty and field == 7 else KINDS[field % len(KINDS)]
            text += f"  field_{field}: {{type: {kind}, label: Field {field}, help: What it means}}\n"
        files[f"objects/thing_{number}.yaml"] = text
    return Layer("large", files)


def test_three_hundred_objects_of_sixty_fields_compile_in_less_than_five_seconds() -> None:
    layer = large(300, 60)
    started = time.process_time()
    model, problems = compile_model([layer])
    assert time.process_time() - started < 5
    assert model is not None, problems.as_text()


def test_every_fault_of_a_large_solution_is_named() -> None:
    _, problems = compile_model([large(300, 20, faulty=True)])
    assert len(problems) == 300
    assert {each.code for each in problems} == {"NW-E104"}


def test_the_steps_are_a_visible_list() -> None:
    assert [name for name, _ in STEPS] == ["refuse twins", "read", "check shapes", "lay", "link", "check samples", "hash"]


ACCOUNT = "object: account\nfields:\n  name: {type: text}\n"
WRONG_COLUMNS = "columns: [" + ", ".join(f"unknown_{number}" for number in range(99)) + "]\n"
BAD_NAMES = "".join(f"  Key {number}: {{type: text}}\n" for number in range(1_900))
ANCHORS = ", ".join(f"a{number}: {{label: X, after: a{number + 1}}}" for number in range(1_900))
HOSTILE = {
    "thousands of unknown columns": {f"v{number}.yaml": f"view: account.v{number}\n{WRONG_COLUMNS}" for number in range(100)},
    "thousands of bad names": {"b.yaml": f"object: bad\nfields:\n{BAD_NAMES}"},
    "a long chain of anchors": {"c.yaml": f"object: chain\nfields:\n  c: {{type: choice, options: {{{ANCHORS}, a1900: X}}}}\n"},
    "translations of nothing": {
        "t.yaml": "translation: zh-CN\nobjects:\n" + "".join(f"  o{number}: X\n" for number in range(1_900))
    },
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_solution_is_judged_in_seconds(files: dict[str, str]) -> None:
    started = time.process_time()
    compile_model([Layer("hostile", {"solution.yaml": "solution: hostile\nversion: 1.0.0\n", "a.yaml": ACCOUNT, **files})])
    assert time.process_time() - started < 5
