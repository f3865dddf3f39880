"""How Python folds the values of a collection's records into one. Blanks are passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from newel.metadata.field_types.values import Money
from newel.rules.arithmetic import EXACT, Number, divide, rounded

Fold = Callable[[Sequence[Any]], Any]


def total(numbers: Sequence[Number]) -> Decimal:
    """The sum; 0 of nothing."""
    return reduce(EXACT.add, numbers, Decimal(0))


def average(numbers: Sequence[Number]) -> Decimal | None:
    """The mean to 10 places; blank of nothing."""
    return divide(total(numbers), len(numbers))


def total_seconds(seconds: Sequence[Number]) -> int:
    return int(total(seconds))


def average_seconds(seconds: Sequence[Number]) -> int | None:
    """The mean in whole seconds."""
    found = rounded(divide(total(seconds), len(seconds)))
    return None if found is None else int(found)


def least(values: Sequence[Any]) -> Any:
    return min(values, default=None)


def greatest(values: Sequence[Any]) -> Any:
    return max(values, default=None)


def of_one_currency(fold: Callable[[Sequence[Number]], Number | None]) -> Fold:
    """The same of money: blank where the amounts are of several currencies, or where there are none."""

    def folded(monies: Sequence[Money]) -> Money | None:
        if len({each.currency for each in monies}) != 1:
            return None
        amount = fold([each.amount for each in monies])
        return None if amount is None else Money(Decimal(amount), monies[0].currency)

    return folded


_NUMBERS: Mapping[str, Fold] = {"sum": total, "avg": average, "min": least, "max": greatest}
_SECONDS: Mapping[str, Fold] = {**_NUMBERS, "sum": total_seconds, "avg": average_seconds}


def fold_of(function: str, kind: str, separator: str = "", currency: str | None = None) -> Fold:
    """What an aggregate makes of values of a kind, none of them blank."""
    if function == "concat_list":
        return lambda texts: separator.join(texts) or None
    if kind == "money":
        fold = of_one_currency(_NUMBERS[function])
        nothing = Money(Decimal(0), currency or "") if function == "sum" else None
        return lambda monies: fold(monies) if monies else nothing
    return (_SECONDS if kind == "duration" else _NUMBERS)[function]
