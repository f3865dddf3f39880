"""Functions about what is not filled in."""

from __future__ import annotations

from typing import Any

from newel.rules.functions.registry import COMMON, EQUALS_FIRST, Example, Function, Param
from newel.rules.types import BOOLEAN

_FILLABLE = ("text", "number", "money", "date", "datetime", "time", "duration", "choice", "list", "reference")
_SINGLE = ("text", "number", "money", "date", "datetime", "time", "duration", "choice", "reference")


def is_blank(value: Any) -> bool:
    return value is None or value == ()


def not_blank(value: Any) -> bool:
    return not is_blank(value)


def coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def zero(value: Any) -> Any:
    return 0 if value is None else value


BLANKS = (
    Function(
        "is_blank",
        "Blanks",
        "Yes where the value is not filled in. An empty list is blank too.",
        (Param("value", _FILLABLE),),
        BOOLEAN,
        is_blank,
        lambda sql, value: sql.is_blank(value),
        (Example("is_blank(none)", "true"), Example("is_blank(0)", "false"), Example("is_blank('')", "true")),
        sqlite=lambda sql, value: sql.is_blank(value),
        propagates=False,
        browser="is_blank",
    ),
    Function(
        "not_blank",
        "Blanks",
        "Yes where the value is filled in.",
        (Param("value", _FILLABLE),),
        BOOLEAN,
        not_blank,
        lambda sql, value: ~sql.is_blank(value),
        (Example("not_blank('x')", "true"), Example("not_blank(none)", "false")),
        sqlite=lambda sql, value: ~sql.is_blank(value),
        propagates=False,
        browser="not_blank",
    ),
    Function(
        "coalesce",
        "Blanks",
        "The first of the values that is not blank.",
        (Param("value", _SINGLE), Param("other", _SINGLE, many=True)),
        COMMON,
        coalesce,
        lambda sql, *values: sql.first_filled(values),
        (Example("coalesce(none, 'b')", "'b'"), Example("coalesce(2, 3)", "2"), Example("coalesce(none, none)", "none")),
        sqlite=lambda sql, *values: sql.first_filled(values),
        propagates=False,
        same=True,
        copies=2,
        browser="coalesce",
    ),
    Function(
        "zero",
        "Blanks",
        "The number, or 0 where it is blank.",
        (Param("number", ("number", "duration")),),
        EQUALS_FIRST,
        zero,
        lambda sql, value: sql.first_filled((value, sql.zero_like(value))),
        (Example("zero(none)", "0"), Example("zero(5)", "5")),
        sqlite=lambda sql, value: sql.first_filled((value, sql.zero_like(value))),
        propagates=False,
        browser="zero",
    ),
)
