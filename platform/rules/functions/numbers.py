"""Functions on numbers."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from newel.metadata.field_types.values import Money
from newel.rules.arithmetic import EXACT, Number, rounded
from newel.rules.functions.registry import COMMON, EQUALS_FIRST, Example, Function, Param
from newel.rules.types import NUMBER

_ORDERED = ("number", "money", "date", "datetime", "time", "duration")
_WRITTEN = re.compile(r"[ \t\n\r\f\v\xa0\u3000]*([+-]?[0-9]{1,38}(?:\.[0-9]{1,38})?)[ \t\n\r\f\v\xa0\u3000]*")


def round_(value: Any, places: Number = 0) -> Any:
    if isinstance(value, Money):
        return Money(rounded(value.amount, int(places)) or Decimal(0), value.currency)
    return rounded(value, int(places))


def abs_(value: Any) -> Any:
    if isinstance(value, Money):
        return Money(value.amount.copy_abs(), value.currency)
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def floor(value: Number) -> Decimal:
    return EXACT.plus(Decimal(value).to_integral_value(ROUND_FLOOR))


def ceil(value: Number) -> Decimal:
    return EXACT.plus(Decimal(value).to_integral_value(ROUND_CEILING))


def number(text: str) -> Decimal | None:
    found = _WRITTEN.fullmatch(text)
    return EXACT.plus(Decimal(found[1])) if found else None


def least(*values: Any) -> Any:
    return _extreme(values, min)


def greatest(*values: Any) -> Any:
    return _extreme(values, max)


def _extreme(values: tuple[Any, ...], choose: Any) -> Any:
    """Blanks are passed over; amounts in several currencies have no least and no greatest."""
    filled = [value for value in values if value is not None]
    if not filled:
        return None
    if isinstance(filled[0], Money):
        if len({value.currency for value in filled}) > 1:
            return None
        return choose(filled, key=lambda money: money.amount)
    return choose(filled)


NUMBERS = (
    Function(
        "round",
        "Numbers",
        "The number rounded half away from zero, to whole numbers or to so many decimals.",
        (Param("number", ("number", "money")), Param("places", ("number",), optional=True, literal=True)),
        EQUALS_FIRST,
        round_,
        lambda sql, value, places=None: sql.each_amount(value, lambda number: sql.rounded(number, places)),
        (
            Example("round(2.5)", "3"),
            Example("round(-2.5)", "-3"),
            Example("round(1.005, 2)", "1.01"),
            Example("round(1234, -2)", "1200"),
            Example("round(none)", "none"),
        ),
        sqlite=lambda sql, value, places=None: sql.each_amount(value, lambda number: sql.rounded(number, places)),
        browser="round",
    ),
    Function(
        "floor",
        "Numbers",
        "The greatest whole number that is not above the number.",
        (Param("number", ("number",)),),
        NUMBER,
        floor,
        lambda sql, value: sql.func.floor(sql.exact(value)),
        (Example("floor(2.7)", "2"), Example("floor(-2.1)", "-3")),
        browser="floor",
    ),
    Function(
        "ceil",
        "Numbers",
        "The least whole number that is not below the number.",
        (Param("number", ("number",)),),
        NUMBER,
        ceil,
        lambda sql, value: sql.func.ceil(sql.exact(value)),
        (Example("ceil(2.1)", "3"), Example("ceil(-2.7)", "-2")),
        browser="ceil",
    ),
    Function(
        "abs",
        "Numbers",
        "The number without its sign.",
        (Param("number", ("number", "money", "duration")),),
        EQUALS_FIRST,
        abs_,
        lambda sql, value: sql.each_amount(value, sql.absolute),
        (Example("abs(-2.5)", "2.5"), Example("abs(3)", "3")),
        sqlite=lambda sql, value: sql.each_amount(value, sql.absolute),
        browser="abs",
    ),
    Function(
        "min",
        "Numbers",
        "The least of the values; blanks are passed over.",
        (Param("value", _ORDERED), Param("other", _ORDERED, many=True)),
        COMMON,
        least,
        lambda sql, *values: sql.extreme("least", values),
        (Example("min(3, 1, 2)", "1"), Example("min(none, 2)", "2"), Example("min(none, none)", "none")),
        sqlite=lambda sql, *values: sql.extreme("min", values),
        propagates=False,
        same=True,
        copies=3,
        browser="min",
    ),
    Function(
        "max",
        "Numbers",
        "The greatest of the values; blanks are passed over.",
        (Param("value", _ORDERED), Param("other", _ORDERED, many=True)),
        COMMON,
        greatest,
        lambda sql, *values: sql.extreme("greatest", values),
        (Example("max(3, 1, 2)", "3"), Example("max(none, 2)", "2")),
        sqlite=lambda sql, *values: sql.extreme("max", values),
        propagates=False,
        same=True,
        copies=3,
        browser="max",
    ),
    Function(
        "number",
        "Numbers",
        "The number that a text writes (-12.50); blank where it writes none.",
        (Param("text", ("text",)),),
        NUMBER,
        number,
        lambda sql, value: sql.number_of_text(value),
        (Example("number('-12.50')", "-12.5"), Example("number('twelve')", "none"), Example("number(' 7 ')", "7")),
        copies=2,
        browser="number",
    ),
)
