"""Functions about what is not filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from newel.metadata.field_types.values import Money
from newel.metadata.words import word
from newel.rules.arithmetic import Number, divide
from newel.rules.functions.money import as_amount
from newel.rules.functions.registry import COMMON, EQUALS_FIRST, Example, Function, Param
from newel.rules.types import BOOLEAN

_GROUP = word("Blanks")

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


def blank_if(value: Any, unwanted: Any) -> Any:
    return None if value == unwanted else value


def safe_div(dividend: Number | Money | None, divisor: Number | None, otherwise: Number | None = 0) -> Any:
    """The quotient to 10 places; `otherwise` where the divisor gives none. An amount keeps its currency."""
    if dividend is None:
        return None
    quotient = divide(as_amount(dividend), divisor)
    found = otherwise if quotient is None else quotient
    if not isinstance(dividend, Money):
        return found
    return None if found is None else Money(Decimal(found), dividend.currency)


BLANKS = (
    Function(
        "is_blank",
        _GROUP,
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
        _GROUP,
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
        _GROUP,
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
        _GROUP,
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
    Function(
        "blank_if",
        _GROUP,
        "The value; blank where it equals the unwanted one.",
        (Param("value", _SINGLE), Param("unwanted", _SINGLE)),
        COMMON,
        blank_if,
        lambda sql, value, unwanted: sql.blank_if(value, unwanted),
        (Example("blank_if(0, 0)", "none"), Example("blank_if(5, 0)", "5"), Example("blank_if('n/a', 'n/a')", "none")),
        sqlite=lambda sql, value, unwanted: sql.blank_if(value, unwanted),
        propagates=False,
        same=True,
        copies=4,
        browser="blank_if",
    ),
    Function(
        "safe_div",
        _GROUP,
        "The quotient; 0, or the third value, where the divisor is 0 or blank. A blank dividend gives a blank.",
        (
            Param("dividend", ("number", "money")),
            Param("divisor", ("number",)),
            Param("otherwise", ("number",), optional=True),
        ),
        EQUALS_FIRST,
        safe_div,
        lambda sql, dividend, divisor, otherwise=None: sql.safe_quotient(dividend, divisor, otherwise),
        (
            Example("safe_div(5, 2)", "2.5"),
            Example("safe_div(5, 0)", "0"),
            Example("safe_div(5, none, -1)", "-1"),
            Example("safe_div(none, 5)", "none"),
        ),
        sqlite=lambda sql, dividend, divisor, otherwise=None: sql.safe_quotient(dividend, divisor, otherwise),
        propagates=False,
        copies=2,
        browser="safe_div",
    ),
)
