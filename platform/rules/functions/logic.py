"""Functions that choose, and that put several answers together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newel.metadata.field_types.values import Money
from newel.metadata.words import phrase, word
from newel.rules.functions.money import as_amount
from newel.rules.functions.registry import ANY, COMMON, Example, Function, Param
from newel.rules.types import BOOLEAN, NUMBER, Type

_GROUP = word("Logic")
_MATCHED = tuple(kind for kind in ANY if kind != "list")
_ANSWER = Param("answer", ("boolean",))
_ANSWERS = Param("other", ("boolean",), many=True)


def case(value: Any, *rest: Any) -> Any:
    """The outcome of the first key that equals the value, else the last of `rest`; a blank equals a blank."""
    for at in range(0, len(rest) - 1, 2):
        if _same(value, rest[at]):
            return rest[at + 1]
    return rest[-1]


def _same(value: Any, key: Any) -> bool:
    if isinstance(value, Money) is isinstance(key, Money) or value is None or key is None:
        return bool(value == key)
    return bool(as_amount(value) == as_amount(key))


def count_true(*answers: bool) -> int:
    return sum(answers)


def _no_blank_answer(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    """Yes or no is never blank."""
    return next(((at, phrase("yes or no")) for at, each in enumerate(types) if each.kind == "blank"), None)


def _no_blank_outcome(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    outcomes = [*range(2, len(types) - 1, 2), len(types) - 1]
    if any(types[at].kind == "boolean" for at in outcomes):
        return next(((at, phrase("yes or no")) for at in outcomes if types[at].kind == "blank"), None)
    return None


LOGIC = (
    Function(
        "case",
        _GROUP,
        "The outcome that belongs to the first key that equals the value; the last value where none does.",
        (Param("value", _MATCHED), Param("key", _MATCHED), Param("outcome", ANY), Param("otherwise", ANY, many=True)),
        COMMON,
        case,
        lambda sql, *values: sql.chosen_by_key(*values),
        (
            Example("case('b', 'a', 1, 'b', 2, 0)", "2"),
            Example("case(7, 1, 'one', 'other')", "'other'"),
            Example("case(none, none, 'blank', 'filled')", "'blank'"),
            Example("case(true, 1 > 2, 'a', 2 > 1, 'b', 'c')", "'b'"),
        ),
        sqlite=lambda sql, *values: sql.chosen_by_key(*values),
        propagates=False,
        pairs=True,
        copies=2,
        refuses=_no_blank_outcome,
        browser="case",
    ),
    Function(
        "all_of",
        _GROUP,
        "Yes where every one of the answers is yes.",
        (_ANSWER, _ANSWERS),
        BOOLEAN,
        lambda *answers: all(answers),
        lambda sql, *answers: sql.all_of(answers),
        (Example("all_of(1 < 2, 2 < 3)", "true"), Example("all_of(1 < 2, 3 < 2)", "false")),
        sqlite=lambda sql, *answers: sql.all_of(answers),
        propagates=False,
        refuses=_no_blank_answer,
        browser="all_of",
    ),
    Function(
        "any_of",
        _GROUP,
        "Yes where at least one of the answers is yes.",
        (_ANSWER, _ANSWERS),
        BOOLEAN,
        lambda *answers: any(answers),
        lambda sql, *answers: sql.any_of(answers),
        (Example("any_of(1 > 2, 2 < 3)", "true"), Example("any_of(1 > 2, 3 < 2)", "false")),
        sqlite=lambda sql, *answers: sql.any_of(answers),
        propagates=False,
        refuses=_no_blank_answer,
        browser="any_of",
    ),
    Function(
        "count_true",
        _GROUP,
        "How many of the answers are yes.",
        (_ANSWER, _ANSWERS),
        NUMBER,
        count_true,
        lambda sql, *answers: sql.count_true(answers),
        (Example("count_true(1 < 2, 3 < 2, 2 == 2)", "2"), Example("count_true(1 > 2, 3 < 2)", "0")),
        sqlite=lambda sql, *answers: sql.count_true(answers),
        propagates=False,
        refuses=_no_blank_answer,
        browser="count_true",
    ),
)
