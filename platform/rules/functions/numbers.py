"""Functions on numbers."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Any

from newel.metadata.field_types.values import Money
from newel.metadata.words import word
from newel.rules.arithmetic import EXACT, Number, add, divide, floor_divide, multiply, rounded
from newel.rules.functions.money import as_amount
from newel.rules.functions.registry import COMMON, EQUALS_FIRST, Example, Function, Param
from newel.rules.types import ADDED, NUMBER, ORDERED

_GROUP = word("Numbers")
_WRITTEN = re.compile(r"[ \t\n\r\f\v\xa0\u3000]*([+-]?[0-9]{1,38}(?:\.[0-9]{1,38})?)[ \t\n\r\f\v\xa0\u3000]*")


def round_(value: Any, places: Number = 0) -> Any:
    if isinstance(value, Money):
        return Money(rounded(value.amount, int(places)) or Decimal(0), value.currency)
    return rounded(value, int(places))


def abs_(value: Any) -> Any:
    if isinstance(value, Money):
        return Money(value.amount.copy_abs(), value.currency)
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def floor(value: Any) -> Any:
    return _whole(value, ROUND_FLOOR)


def ceil(value: Any) -> Any:
    return _whole(value, ROUND_CEILING)


def trunc(value: Any) -> Any:
    return _whole(value, ROUND_DOWN)


def _whole(value: Any, towards: str) -> Any:
    if isinstance(value, Money):
        return Money(_whole(value.amount, towards), value.currency)
    return EXACT.add(Decimal(value).to_integral_value(towards), 0)


def sign(value: Any) -> int:
    number = as_amount(value)
    return int(number > 0) - int(number < 0)


def round_to(value: Any, step: Number) -> Any:
    """The multiple of `step` that is nearest, half away from zero; blank where the step is 0."""
    if isinstance(value, Money):
        amount = round_to(value.amount, step)
        return None if amount is None else Money(amount, value.currency)
    size, width = Decimal(value).copy_abs(), Decimal(step).copy_abs()
    steps = floor_divide(add(multiply(2, size), width), multiply(2, width))
    return multiply(multiply(steps, width), sign(value))


def clamp(value: Any, low: Any, high: Any) -> Any:
    above = greatest(value, low)
    return None if above is None else least(above, high)


def percent(part: Any, whole: Any) -> Decimal | None:
    """How many hundredths `part` is of `whole`, to 10 places; blank where the currencies differ or `whole` is 0."""
    if isinstance(part, Money) and isinstance(whole, Money) and part.currency != whole.currency:
        return None
    return divide(multiply(as_amount(part), 100), as_amount(whole))


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


_AMOUNT = Param("number", ("number", "money"))

NUMBERS = (
    Function(
        "round",
        _GROUP,
        "The number rounded half away from zero, to whole numbers or to so many decimals.",
        (_AMOUNT, Param("places", ("number",), optional=True, literal=True)),
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
        _GROUP,
        "The greatest whole number that is not above the number.",
        (_AMOUNT,),
        EQUALS_FIRST,
        floor,
        lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("floor", number)),
        (Example("floor(2.7)", "2"), Example("floor(-2.1)", "-3")),
        sqlite=lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("floor", number)),
        browser="floor",
    ),
    Function(
        "ceil",
        _GROUP,
        "The least whole number that is not below the number.",
        (_AMOUNT,),
        EQUALS_FIRST,
        ceil,
        lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("ceil", number)),
        (Example("ceil(2.1)", "3"), Example("ceil(-2.7)", "-2")),
        sqlite=lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("ceil", number)),
        browser="ceil",
    ),
    Function(
        "trunc",
        _GROUP,
        "The number without its decimals.",
        (_AMOUNT,),
        EQUALS_FIRST,
        trunc,
        lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("trunc", number)),
        (Example("trunc(2.7)", "2"), Example("trunc(-2.7)", "-2")),
        sqlite=lambda sql, value: sql.each_amount(value, lambda number: sql.whole_number("trunc", number)),
        browser="trunc",
    ),
    Function(
        "abs",
        _GROUP,
        "The number without its sign.",
        (Param("number", ADDED),),
        EQUALS_FIRST,
        abs_,
        lambda sql, value: sql.each_amount(value, sql.absolute),
        (Example("abs(-2.5)", "2.5"), Example("abs(3)", "3")),
        sqlite=lambda sql, value: sql.each_amount(value, sql.absolute),
        browser="abs",
    ),
    Function(
        "sign",
        _GROUP,
        "1 for a number above 0, -1 for one below, 0 for 0.",
        (Param("number", ADDED),),
        NUMBER,
        sign,
        lambda sql, value: sql.sign(value.number),
        (Example("sign(-2.5)", "-1"), Example("sign(0)", "0"), Example("sign(money(3, 'CNY'))", "1")),
        sqlite=lambda sql, value: sql.sign(value.number),
        browser="sign",
    ),
    Function(
        "round_to",
        _GROUP,
        "The multiple of the step that is nearest, half away from zero; blank where the step is 0.",
        (_AMOUNT, Param("step", ("number",))),
        EQUALS_FIRST,
        round_to,
        lambda sql, value, step: sql.each_amount(value, lambda number: sql.rounded_to(number, step)),
        (
            Example("round_to(7.3, 0.5)", "7.5"),
            Example("round_to(125, 50)", "150"),
            Example("round_to(-125, 50)", "-150"),
            Example("round_to(7, 0)", "none"),
        ),
        sqlite=lambda sql, value, step: sql.each_amount(value, lambda number: sql.rounded_to(number, step)),
        copies=3,
        browser="round_to",
    ),
    Function(
        "min",
        _GROUP,
        "The least of the values; blanks are passed over.",
        (Param("value", ORDERED), Param("other", ORDERED, many=True)),
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
        _GROUP,
        "The greatest of the values; blanks are passed over.",
        (Param("value", ORDERED), Param("other", ORDERED, many=True)),
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
        "clamp",
        _GROUP,
        "The value, held between the lowest and the highest; the highest where both cross.",
        (Param("value", ORDERED), Param("low", ORDERED), Param("high", ORDERED)),
        COMMON,
        clamp,
        lambda sql, value, low, high: sql.clamped("greatest", "least", value, low, high),
        (Example("clamp(120, 0, 100)", "100"), Example("clamp(-3, 0, 100)", "0"), Example("clamp(42, 0, 100)", "42")),
        sqlite=lambda sql, value, low, high: sql.clamped("max", "min", value, low, high),
        same=True,
        copies=3,
        browser="clamp",
    ),
    Function(
        "percent",
        _GROUP,
        "How many per cent the part is of the whole, to 10 places; blank where the whole is 0.",
        (Param("part", ("number", "money")), Param("whole", ("number", "money"))),
        NUMBER,
        percent,
        lambda sql, part, whole: sql.percentage(part, whole),
        (Example("percent(1, 4)", "25"), Example("percent(1, 3)", "33.3333333333"), Example("percent(1, 0)", "none")),
        sqlite=lambda sql, part, whole: sql.percentage(part, whole),
        browser="percent",
    ),
    Function(
        "number",
        _GROUP,
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
