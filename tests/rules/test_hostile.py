"""Hostile expressions are refused, or do a bounded amount of work; soak measures that as time and memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest

from newel.metadata.problems import Problem
from newel.rules.checking import MOST_COST, cost
from newel.rules.expressions import Expression
from newel.rules.parsing import LONGEST, MOST_PARTS
from newel.rules.reference import Reference
from newel.rules.tree import walk
from newel.rules.vectors.placing import Placed, seen
from tests.rules.arena import Arena, facts, records, world

LONG = "x" * 20_000  # as long as a field may be that does not say how long
ESCAPES = (
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__.__mro__",
    "name.__class__",
    "name.format(n)",
    "'{0.__class__}'.format(n)",
    "f'{n}'",
    "(lambda: 1)()",
    "[x for x in [1]]",
    "{x: 1 for x in [1]}",
    "(x := 1)",
    "n.__add__(1)",
    "getattr(n, 'real')",
    "globals()['x']",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "name[0]",
    "name[::-1]",
    "_private",
    "acc.__dict__",
    "acc._x",
    "user.password",
    "user.__class__",
    "sum.__globals__",
    "round.__self__",
    "print(1)",
    "min(*lines)",
    "max(**user)",
    "yield 1",
    "await n",
    "import os",
    "n; n",
    "n # n",
    "@n",
    "$n",
    "`n`",
    "\\x00",
    "'\\u0000'",
    "n\x00",
    "n" + chr(0x202E),
    "n\u200bn",
    "\ufeffn +",
    "'" + chr(0xD800) + "'",
    "1e999999",
    "9" * 4_000,
    "0x" + "f" * 100,
    "2 ** 2 ** 2 ** 2 ** 2",
    "'a' * 1000000000",
    "[1] * 1000000000",
    "'%1000000000d' % n",
    "n << 1000000",
    "((((n",
    "n))))",
    "'",
    '"',
    "'\\",
)
BOMBS: dict[str, str] = {
    "brackets": "(" * 4_000,
    "open brackets": "(" * 1_900 + "1" + ")" * 1_900,
    "lists": "[" * 3_999,
    "signs": "-" * 3_999 + "1",
    "nots": "not " * 990 + "true",
    "calls": "abs(" * 900 + "1" + ")" * 900,
    "ifs": "1 if true else " * 260 + "1",
    "ands": " and ".join(["true"] * 570),
    "sums": "+".join(["1"] * 2_000),
    "comparisons": "<".join(["1"] * 2_000),
    "items": "1 in [" + ",".join(["1"] * 1_900) + "]",
    "arguments": "max(" + ",".join(["1"] * 1_900) + ")",
    "dots": "acc" + ".parent" * 500,
    "a long name": "a" * 4_000,
    "too long": "1" + " " * 4_000,
    "doubled maxima": "max(" * 28 + "a" + ", b)" * 28,
    "doubled coalesces": "coalesce(" * 28 + "a" + ", b)" * 28,
    "doubled months": "add_months(" * 28 + "d" + ", 1)" * 28,
    "doubled remainders": "(" * 28 + "a" + " % b)" * 28,
    "doubled money": "min(" * 20 + "m" + ", fee)" * 20,
    "gathered in gathered": "sum(lines.qty, where=sum(lines.qty, where=sum(lines.qty) > 1) > 1)",
}
GIANTS: dict[str, str] = {
    "digits multiplied": " * ".join(["99999999999999999999999999999999999999"] * 29),
    "digits divided": "99999999999999999999999999999999999999 / " + " / ".join(["0.00000000000000000000000000000000000001"] * 28),
    "numbers out of texts": "number('" + "9" * 38 + "') * number('" + "9" * 38 + "')",
    "a number out of a text that is too long": "number('" + "9" * 3_000 + "')",
    "rounding far": "round(99999999999999999999999999999999999999, 20)",
    "rounding wide": "round(0.00000000000000000000000000000000000001, -20)",
    "days far away": "add_days(today(), 99999999999999999999999999999999999999)",
    "months far away": "add_months(today(), -99999999999999999999999999999999999999)",
    "hours far away": "add_hours(now(), 99999999999999999999999999999999999999)",
    "working days far away": "add_workdays(today(), 99999999999999999999999999999999999999)",
    "working days between far days": "workdays_between(date('0001-01-01'), date('9999-12-31'))",
    "a long part": "left(note, 99999999999999999999999999999999999999)",
    "a far part": "mid(note, 99999999999999999999999999999999999999, 99999999999999999999999999999999999999)",
    "texts doubled": "replace(replace(replace(note, 'x', 'xxxxxxxxxxxxxxxx'), 'x', 'xxxxxxxxxxxxxxxx'), 'x', 'xxxxxxxxxxxxxxxx')",
    "texts joined": "concat(" + ", ".join(["note"] * 99) + ")",
    "very many texts joined": "concat(" + ", ".join(["note"] * 490) + ")",
    "texts joined in pairs": "len("
    + "replace(" * 3
    + "note"
    + ", 'x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')" * 3
    + ")",
    "texts folded": "icontains(note, 'y') or ieq(note, 'y') or contains(lower(upper(note)), 'y')",
    "a pattern that other engines die of": "matches(note, '(x+)+y')",
    "patterns within patterns": "matches(note, '((x*)*)*y')",
    "choices within patterns": "matches(note, '(x|x)*y')",
    "counts within patterns": "matches(note, '(x{1,50}){1,50}y')",
    "padding far": "pad_left(name, 999999999, '0')",
    "masks": "mask(note, 1, 1)",
    "formats": "text(99999999999999999999999999999999999999, '#,##0.00000000000000000000')",
}


def attempt(text: str) -> tuple[Expression | None, list[Problem]]:
    from newel.metadata.model import Source
    from newel.rules.expressions import Context, compile_expression

    found, shape = world()
    return compile_expression(Source(text), found.model, Context("validate", shape.name, None))


@pytest.fixture(scope="module")
def giant() -> Placed:
    """A record whose text is as long as one can be."""
    placed = records(1, 5)[0]
    placed.values["note"] = LONG
    return placed


@pytest.mark.parametrize("text", ESCAPES)
def test_an_escape_is_refused(text: str) -> None:
    expression, problems = attempt(text)
    assert expression is None
    assert problems
    assert all(each.code.startswith("NW-X") for each in problems)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_small(name: str) -> None:
    """What is taken has at most 500 parts, and its SQL repeats no part more often than the bound."""
    expression, problems = attempt(BOMBS[name])
    assert bool(problems) is (expression is None)
    if expression is not None:
        assert sum(1 for _ in walk(expression.tree)) <= MOST_PARTS
        assert cost(expression.tree) <= MOST_COST


@pytest.mark.parametrize("name", GIANTS)
def test_a_giant_gives_the_same_on_both_python_engines(name: str, giant: Placed) -> None:
    expression, _ = attempt(GIANTS[name])
    if expression is None:
        return
    known = facts(world()[0].model)[0]
    record = seen(giant, expression)
    assert expression.run(record, known) == Reference(expression).evaluate(record, known)


def test_noise_is_refused_or_taken_and_never_breaks() -> None:
    """Texts of any characters, and real expressions with characters changed."""
    chance = Random(8)
    seeds = [*GIANTS.values(), *BOMBS.values(), *ESCAPES, "n + 1", "case(name, 'a', 1, 2)", "sum(lines.qty, where=done)"]
    signs = "'\"()[]{}.,+-*/%<>=! \n\t\\#@$&|^~`?:;_0123456789abcxyzäß中😀\u200b\u3000\x00\x7f" + chr(0xD83D)
    for _ in range(3_000):
        text = list(chance.choice(seeds)[:300])
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(text) + 1)
            text[at : at + chance.randrange(3)] = chance.choice(signs) * chance.choice((1, 1, 1, 2, 40))
        expression, problems = attempt("".join(text))
        assert bool(problems) is (expression is None)


def test_only_so_much_is_ever_read() -> None:
    """The first character beyond the bound ends it, whatever follows."""
    for tail in ("(" * 10**6, "9" * 10**6, "'" * 10**6, " " * 10**6, "\\" * 10**6):
        expression, problems = attempt("1" + tail)
        assert (expression, [each.code for each in problems]) == (None, ["NW-X101"])
    assert LONGEST == 4_000


@pytest.mark.soak
@pytest.mark.parametrize("text", [*ESCAPES, *BOMBS.values(), *GIANTS.values()])
def test_a_hostile_expression_ends_within_fifty_milliseconds_and_five_megabytes(text: str, giant: Placed) -> None:
    """Compiled and run, or refused; the best of three, for the machine may be busy."""
    known = facts(world()[0].model)[0]
    attempt("n + 1")

    def whole() -> None:
        expression, _ = attempt(text)
        if expression is not None:
            expression.run(seen(giant, expression), known)

    assert min(_seconds(whole) for _ in range(3)) <= 0.05
    assert _bytes(whole) <= 5_000_000


def _seconds(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _bytes(run: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_arena_is_there() -> None:
    assert Arena(records(1, 1)).compiled("n + 1") is not None
