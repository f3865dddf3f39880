"""Functions on lists: multi-choice fields, tags, and lists written in square brackets."""

from __future__ import annotations

from newel.metadata.words import word
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import BOOLEAN, NUMBER

_GROUP = word("Lists")
_LIST = Param("list", ("list",))
_WANTED = Param("wanted", ("list",), literal=True)


def has(values: tuple[str, ...], value: str) -> bool:
    return value in values


def has_any(values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(each in values for each in wanted)


def has_all(values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return all(each in values for each in wanted)


def size(values: tuple[str, ...] | None) -> int:
    return len(values or ())


LISTS = (
    Function(
        "has",
        _GROUP,
        "Yes where the list holds the value.",
        (_LIST, Param("value", ("text", "choice"))),
        BOOLEAN,
        has,
        lambda sql, values, value: sql.list_has(values, value),
        (Example("has(['a', 'b'], 'a')", "true"), Example("has(['a', 'b'], 'c')", "false")),
        browser="has",
    ),
    Function(
        "has_any",
        _GROUP,
        "Yes where the list holds at least one of the wanted values.",
        (_LIST, _WANTED),
        BOOLEAN,
        has_any,
        lambda sql, values, wanted: sql.list_has_any(values, wanted),
        (Example("has_any(['a', 'b'], ['b', 'c'])", "true"), Example("has_any(['a'], ['b'])", "false")),
        browser="has_any",
    ),
    Function(
        "has_all",
        _GROUP,
        "Yes where the list holds every one of the wanted values.",
        (_LIST, _WANTED),
        BOOLEAN,
        has_all,
        lambda sql, values, wanted: sql.list_has_all(values, wanted),
        (Example("has_all(['a', 'b'], ['a', 'b'])", "true"), Example("has_all(['a'], ['a', 'b'])", "false")),
        browser="has_all",
    ),
    Function(
        "size",
        _GROUP,
        "How many values the list holds; 0 where it is blank.",
        (_LIST,),
        NUMBER,
        size,
        lambda sql, values: sql.list_size(values),
        (Example("size(['a', 'b'])", "2"), Example("size([])", "0")),
        propagates=False,
        browser="size",
    ),
)
