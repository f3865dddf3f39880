"""The guide to expressions: its vectors hold, in both languages the same, and what it says in passing is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newel.rules.vectors.cases import KEYS, read_cases
from newel.rules.vectors.facts import KEYS as CONTEXT
from newel.rules.vectors.facts import ORG_KEYS
from newel.rules.vectors.worlds import worlds_of
from newel.runtime.proving import available
from newel.runtime.proving.running import run
from tests.docs.blocks import blocks

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
ENGLISH, CHINESE = GUIDE / "expressions.md", GUIDE / "expressions.zh-CN.md"
SAID = """
- {expr: 0.1 + 0.2, value: "0.3"}
- {expr: -7 % 3, value: 2}
- {expr: 1 / 0, value: null}
- {expr: round(2.5), value: 3}
- {expr: round(-2.5), value: -3}
- {expr: "n in [1, 2]", fields: {n: {type: integer}}, value: false}
- {expr: "n in [1, none]", fields: {n: {type: integer}}, value: true}
- {expr: "len('😀')", value: 1}
- {expr: "add_months(date('2026-01-31'), 1)", value: 2026-02-28}
- {expr: "'10' > 9", error: NW-X402}
- {expr: 0 < d <= 30, fields: {d: {type: percent}}, record: {d: 30}, value: true}
"""


def holds(text: str) -> None:
    cases, problems = read_cases("guide", text)
    worlds, wrong = worlds_of(cases)
    assert not problems.errors + wrong.errors, problems.as_text() + wrong.as_text()
    with available.engines(("python", "reference", "sqlite")) as found:
        report = run(worlds, found.engines)
    assert report.tallies["load"].ran == len(cases) > 0
    assert not report.differences, [each.as_json() for each in report.differences]


def test_its_vectors_hold() -> None:
    holds(next(text for language, text in blocks(ENGLISH) if language == "yaml"))


def test_what_it_says_in_passing_is_so() -> None:
    holds(SAID)
    shown = ENGLISH.read_text(encoding="utf-8")
    assert [
        each for each in ("0.1 + 0.2", "-7 % 3", "round(2.5)", "x in [1, none]", "len('😀')", "'10' > 9") if each not in shown
    ] == []


def test_both_languages_show_the_same_code() -> None:
    assert [text.replace(" zh-CN\n", " en\n") for _, text in blocks(CHINESE)] == [text for _, text in blocks(ENGLISH)]


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh-CN"])
def test_it_names_every_key_of_a_vector(page: Path) -> None:
    named = set(re.findall(r"`(\w+)`", page.read_text(encoding="utf-8")))
    assert {*KEYS, *CONTEXT, *ORG_KEYS} - named - {"time_zone", "name"} == set()
