"""Exact arithmetic on numbers, money and durations; a blank on either side gives blank.

Results are exact, save that division rounds half away from zero to 10 places. Nothing depends on the thread's decimal context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_05UP, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from newel.metadata.field_types.values import Money

PLACES = 10  # of a quotient
# Digits enough for any product that 500 parts can make; it costs nothing until they are needed.
EXACT = Context(prec=40_000, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
_STEP = Decimal(1).scaleb(-PLACES)
_STICKY = Context(prec=40, rounding=ROUND_05UP)  # keeps a trace of what it cuts off, so that rounding again is right
_WIDEST_QUOTIENT = 40 - PLACES - 4

Number = int | Decimal


def add(left: Number | None, right: Number | None) -> Number | None:
    if type(left) is type(right) is int:  # whole numbers are exact by themselves, and quick
        return left + right
    return None if left is None or right is None else EXACT.add(left, right)


def subtract(left: Number | None, right: Number | None) -> Number | None:
    if type(left) is type(right) is int:
        return left - right
    return None if left is None or right is None else EXACT.subtract(left, right)


def multiply(left: Number | None, right: Number | None) -> Number | None:
    if type(left) is type(right) is int:
        return left * right
    return None if left is None or right is None else EXACT.multiply(left, right)


def divide(left: Number | None, right: Number | None) -> Decimal | None:
    """The quotient to 10 places, half away from zero; blank where the divisor is 0."""
    if left is None or not right:
        return None
    quotient = _STICKY.divide(left, right)
    width = quotient.adjusted()
    if width >= _WIDEST_QUOTIENT:
        quotient = Context(prec=width + PLACES + 5, rounding=ROUND_05UP).divide(left, right)
    return quotient.quantize(_STEP, ROUND_HALF_UP, EXACT)


def divider(divisor: Number) -> Callable[[Number | None], Decimal | None]:
    """Division by one and the same number; by 10, 100, 1000... the point only moves."""
    places = len(str(divisor)) - 1
    if divisor != 10**places:
        return lambda number: divide(number, divisor)

    def moved(number: Number | None) -> Decimal | None:
        if number is None:
            return None
        exact = Decimal(number) if type(number) is int else number
        return exact.scaleb(-places, EXACT).quantize(_STEP, ROUND_HALF_UP, EXACT)  # type: ignore[union-attr]

    return moved


def floor_divide(left: Number | None, right: Number | None) -> Decimal | None:
    if left is None or right is None or right == 0:
        return None
    exact = EXACT.subtract(left, modulo(left, right) or 0)
    return EXACT.plus(EXACT.divide_int(exact, right))


def modulo(left: Number | None, right: Number | None) -> Decimal | None:
    """What is left after floor division; it has the sign of the divisor."""
    if left is None or right is None or right == 0:
        return None
    rest = EXACT.remainder(left, right)
    return EXACT.add(rest, right) if rest and (rest < 0) != (right < 0) else rest if rest else rest.copy_abs()


def negative(number: Number | None) -> Number | None:
    return None if number is None else -number if isinstance(number, int) else EXACT.subtract(0, number)


def rounded(number: Number | None, places: int = 0) -> Decimal | None:
    """Half away from zero, to `places` decimals; negative places round to tens, hundreds... Zero has no sign."""
    if number is None:
        return None
    if isinstance(number, int):
        number = Decimal(number)
    found = number.quantize(_step(places), ROUND_HALF_UP, EXACT)
    return found or found.copy_abs()


def rounder(places: int) -> Callable[[Number | None], Decimal | None]:
    """Rounding to one and the same number of places."""
    step = _step(places)

    def rounded_so(number: Number | None) -> Decimal | None:
        if number is None:
            return None
        exact = Decimal(number) if type(number) is int else number
        found = exact.quantize(step, ROUND_HALF_UP, EXACT)  # type: ignore[union-attr]
        return found or found.copy_abs()

    return rounded_so


@lru_cache(64)
def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def floored(number: Number) -> int:
    return int(Decimal(number).to_integral_value(ROUND_FLOOR))


def _money(operate: Callable[[Any, Any], Any]) -> Callable[[Money | None, Money | None], Money | None]:
    """Money with money: blank where the currencies differ."""

    def both(left: Money | None, right: Money | None) -> Money | None:
        if left is None or right is None or left.currency != right.currency:
            return None
        amount = operate(left.amount, right.amount)
        return None if amount is None else Money(amount, left.currency)

    return both


def _times_money(number: Number | None, money: Money | None) -> Money | None:
    return _money_by(multiply)(money, number)


def _money_by(operate: Callable[[Any, Any], Any]) -> Callable[[Money | None, Number | None], Money | None]:
    def by_number(money: Money | None, number: Number | None) -> Money | None:
        amount = None if money is None else operate(money.amount, number)
        return None if money is None or amount is None else Money(amount, money.currency)

    return by_number


def _money_share(left: Money | None, right: Money | None) -> Decimal | None:
    return None if left is None or right is None or left.currency != right.currency else divide(left.amount, right.amount)


def _seconds(operate: Callable[[Any, Any], Any]) -> Callable[[Number | None, Number | None], int | None]:
    """Durations are whole seconds."""

    def whole(left: Number | None, right: Number | None) -> int | None:
        result = rounded(operate(left, right))
        return None if result is None else int(result)

    return whole


def joined(left: str | None, right: str | None) -> str | None:
    """Texts one after the other; a blank adds nothing."""
    return ((left or "") + (right or "")) or None


def negative_money(money: Money | None) -> Money | None:
    return None if money is None else Money(EXACT.subtract(0, money.amount), money.currency)


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operator does with two kinds of value: the kind it gives, and how Python does it."""

    gives: str
    python: Callable[[Any, Any], Any]


OPERATIONS: Mapping[tuple[str, str, str], Operation] = {
    ("number", "+", "number"): Operation("number", add),
    ("number", "-", "number"): Operation("number", subtract),
    ("number", "*", "number"): Operation("number", multiply),
    ("number", "/", "number"): Operation("number", divide),
    ("number", "//", "number"): Operation("number", floor_divide),
    ("number", "%", "number"): Operation("number", modulo),
    ("money", "+", "money"): Operation("money", _money(add)),
    ("money", "-", "money"): Operation("money", _money(subtract)),
    ("money", "/", "money"): Operation("number", _money_share),
    ("money", "*", "number"): Operation("money", _money_by(multiply)),
    ("money", "/", "number"): Operation("money", _money_by(divide)),
    ("number", "*", "money"): Operation("money", _times_money),
    ("duration", "+", "duration"): Operation("duration", _seconds(add)),
    ("duration", "-", "duration"): Operation("duration", _seconds(subtract)),
    ("duration", "/", "duration"): Operation("number", divide),
    ("duration", "*", "number"): Operation("duration", _seconds(multiply)),
    ("duration", "/", "number"): Operation("duration", _seconds(divide)),
    ("number", "*", "duration"): Operation("duration", _seconds(multiply)),
    ("text", "+", "text"): Operation("text", joined),
}
NEGATIVES: Mapping[str, Callable[[Any], Any]] = {"number": negative, "money": negative_money, "duration": negative}
