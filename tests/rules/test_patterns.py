"""The patterns of `matches`: a closed language, read alike by RE2, PostgreSQL and the browser's small machine, never slow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from newel.rules.functions.patterns import LONGEST, BadPattern, for_postgresql, is_pattern, matches, parsed, program
from tests.rules.world import attempt

GOOD = {
    "1[3-9]\\d{9}": ("13800138000", "1380013800"),
    "^[A-Z]{3}$": ("CNY", "CNYX"),
    "\\p{Han}{2,4}": ("王小明", "王"),
    "\\P{Han}+": ("abc", "a王"),
    "[\\w.+-]+@([\\w-]+\\.)+[a-z]{2,}": ("ada@newel.example.cn", "ada@newel"),
    "(red|green|blue)-?[0-9]*": ("green-12", "yellow"),
    "a.c": ("a😀c", "a\nc"),
    "[^\\d\\s]+": ("ab-c", "ab 1"),
    "\\$\\x{4e2d}\\u67f1\\.": ("$中柱.", "$中柱,"),
    "[a\\-z]+": ("a-z", "b"),
    "[z-]+": ("-z", "a"),
    "(?:ab)?c{0,2}": ("abcc", "abccc"),
    "\\S+\\s\\S+": ("a\u3000b", "a_b"),
    "\\$": ("$", ""),
    "a{0}b": ("b", "ab"),
}
BAD = {
    "": "empty part",
    "a|": "empty way",
    "()": "empty group",
    "[]": "empty set",
    "(a": "open group",
    "a)": "closed group",
    "[a": "open set",
    "[z-a]": "range backwards",
    "[[a]]": "set within a set",
    "a**": "count after count",
    "a+?": "lazy count",
    "a{256}": "count too high",
    "a{3,2}": "count backwards",
    "a{,3}": "count without a start",
    "(a{100}){100}": "too many steps",
    "\\1": "back reference",
    "(?=a)": "look ahead",
    "(?i)a": "flag",
    "\\b": "word border",
    "\\q": "unknown escape",
    "a^b": "anchor inside",
    "*a": "count of nothing",
    "\\": "nothing escaped",
    "\\x{110000}": "no character",
    "\\ud800": "half a pair",
    "(" * 30 + "a" + ")" * 30: "nested too deep",
    "a" * (LONGEST + 1): "too long",
}
PROBES = ["", "a", "ab", "ba", "1", "中", "a1", "aa1", "ab\n", "-", "A", "é", "😀", "a b", "_", "abab", "\u3000", "b1中"]
_atoms = st.sampled_from(["a", "b", "\\d", "\\w", ".", "[ab]", "[^a]", "中", "\\s", "[0-9-]", "\\P{Han}", "\\x{1f600}"])
patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,}"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("pattern", GOOD)
def test_a_pattern_fits_the_whole_text_or_not_at_all(pattern: str) -> None:
    fits, fails = GOOD[pattern]
    assert matches(fits, pattern)
    assert not matches(fails, pattern)
    assert machine(pattern, fits)
    assert not machine(pattern, fails)


@pytest.mark.parametrize("pattern", BAD, ids=BAD.values())
def test_what_is_no_pattern_is_refused_where_it_is_written(pattern: str) -> None:
    assert not is_pattern(pattern)
    with pytest.raises(BadPattern):
        parsed(pattern)


def test_the_author_is_told() -> None:
    expression, problems = attempt("matches(name, '(a')")
    assert expression is None
    assert [each.code for each in problems] == ["NW-X307"]
    assert attempt("matches(name, note)")[1][0].code == "NW-X305"


def test_hostile_patterns_take_no_time() -> None:
    for pattern in ("(((a*)*)*)*b", "(a|a|a)*b", "(a?){100}a{100}", "(.*.*.*)*x", "([^b]{0,50}){10}c"):
        started = time.perf_counter()
        assert not matches("a" * 5_000, pattern)
        assert time.perf_counter() - started < 0.5, pattern


@given(patterns, st.text("ab1中 \n-é😀", max_size=8))
def test_the_small_machine_says_what_re2_says(pattern: str, text: str) -> None:
    for each in (text, *PROBES):
        assert machine(pattern, each) is matches(each, pattern), (pattern, each)


def test_postgresql_says_what_re2_says(database: Any) -> None:
    if database.dialect != "postgresql":
        return
    with database.reading() as connection:

        @given(patterns)
        def holds(pattern: str) -> None:
            asked = [literal(each).op("~")(for_postgresql(pattern)) for each in PROBES]
            found = connection.execute(select(*asked)).one()
            assert list(found) == [matches(each, pattern) for each in PROBES], pattern

        holds()


def machine(pattern: str, text: str) -> bool:
    """Runs the program of a pattern, all ways at once, as the browser does."""
    steps = program(pattern)
    here = _reached(steps, {0})
    for char in text:
        code = ord(char)
        here = _reached(
            steps,
            {at + 1 for at in here if steps[at][0] == "one of" and any(low <= code <= high for low, high in steps[at][1])},
        )
    return any(steps[at][0] == "done" for at in here)


def _reached(steps: tuple[tuple[Any, ...], ...], begin: set[int]) -> set[int]:
    found, todo = set(), list(begin)
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            if steps[at][0] in ("split", "go"):
                todo.extend(steps[at][1:])
    return found
