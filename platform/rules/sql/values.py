"""What emitting works with: a SQL element, and what is known of its value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement

BIGGEST = 2**63 - 1  # what one integer of the databases holds
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Value:
    """A value in SQL.

    certain: it is never NULL. constant: it is written out in the expression. scale: a number that is an integer of its smallest
    unit (12.50 is 1250 at scale 2), of a size up to `bound`; None: a number in the dialect's exact form. currency: of money.
    """

    kind: str
    sql: ColumnElement[Any]
    certain: bool = False
    constant: Any = _ABSENT
    scale: int | None = None
    bound: int = BIGGEST
    currency: ColumnElement[Any] | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is written out, and no blank."""
        return self.constant is not _ABSENT and self.constant is not None

    def of(self, kind: str) -> Value:
        return replace(self, kind=kind)

    @property
    def number(self) -> Value:
        """The amount of money, or the number itself."""
        return replace(self, kind="number", currency=None) if self.kind == "money" else self


def whole_at(number: int | Decimal, scale: int) -> int | None:
    """The number as an integer of 10**-scale; None where it is none, or too big."""
    scaled = Decimal(number).scaleb(scale) if not isinstance(number, int) else number * 10**scale
    if isinstance(scaled, Decimal):
        if scaled != scaled.to_integral_value():
            return None
        scaled = int(scaled)
    return scaled if abs(scaled) <= BIGGEST else None


def bound_for(op: str, number: int | Decimal, scale: int) -> tuple[str, int]:
    """An order comparison of an integer of 10**-scale with a number: the operator and the integer that mean the same."""
    exact = whole_at(number, scale)
    if exact is not None:
        return op, exact
    upwards = op in (">", ">=")
    scaled = Decimal(number).scaleb(scale)
    whole = int(scaled.to_integral_value(ROUND_CEILING if upwards else ROUND_FLOOR))
    return (">=" if upwards else "<="), max(-BIGGEST, min(BIGGEST, whole))
