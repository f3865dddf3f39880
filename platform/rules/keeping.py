"""Computed values on their way into the fields that hold them: at the field's scale, blank where they do not fit.

The twin of `sql.keeping`: what Python keeps of a value is what both databases keep of it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.numbers import DIGITS, SAFE_INTEGER
from newel.metadata.field_types.values import Money
from newel.metadata.model import Field
from newel.rules.arithmetic import rounded

Keep = Callable[[Any], Any]


def keeper(field: Field) -> Keep:
    """What is kept of a computed value: a function of the value."""
    if field.type == "boolean":
        return bool
    shape = type_of(field).columns(field)[0]
    if shape.kind == "string":
        return _short(shape.length or 0)
    if shape.kind == "integer":
        return _whole
    if shape.kind != "decimal":
        return _as_it_is
    scale = shape.scale or 0
    number = _number(scale, Decimal(10 ** (shape.precision or DIGITS) - 1).scaleb(-scale))
    return _money(number, field.options.get("currency", "")) if field.type == "money" else number


def _as_it_is(value: Any) -> Any:
    return value


def _short(most: int) -> Keep:
    return lambda value: value if value is not None and len(value) <= most else None


def _whole(value: Any) -> int | None:
    number = rounded(value)
    return int(number) if number is not None and abs(number) <= SAFE_INTEGER else None


def _number(scale: int, most: Decimal) -> Keep:
    def kept(value: Any) -> Decimal | None:
        number = rounded(value, scale)
        return number if number is not None and abs(number) <= most else None

    return kept


def _money(number: Keep, currency: str) -> Keep:
    def kept(value: Any) -> Money | None:
        if value is None:
            return None
        amount = number(value.amount if isinstance(value, Money) else value)
        return None if amount is None else Money(amount, value.currency if isinstance(value, Money) else currency)

    return kept
