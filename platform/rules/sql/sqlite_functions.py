"""The functions that expressions call in SQLite; storage gives them to every connection. All are deterministic.

Numbers go in as integers or decimal texts and come out as decimal texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from newel.rules import arithmetic
from newel.rules.arithmetic import EXACT
from newel.rules.functions import REGISTRY
from newel.rules.functions.dates import date_in
from newel.rules.functions.money import exchanged
from newel.rules.functions.registry import Function
from newel.rules.functions.texts import lower
from newel.rules.sql.sqlite_facts import facts_from


def _calculated(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], str | None]:
    def calculated(left: Any, right: Any) -> str | None:
        if left is None or right is None:
            return None
        return _written(operate(Decimal(left), Decimal(right)))

    return calculated


def _written(number: Any) -> str | None:
    return None if number is None else f"{number:f}"


def _decimal(whole: int | None, scale: int) -> str | None:
    return None if whole is None else f"{Decimal(whole).scaleb(-scale, EXACT):f}"


def _same(left: Any, right: Any) -> int:
    """Blank-safe equality of numbers."""
    if left is None or right is None:
        return int(left is right)
    return int(Decimal(left) == Decimal(right))


def _compare(left: Any, right: Any) -> int | None:
    if left is None or right is None:
        return None
    first, second = Decimal(left), Decimal(right)
    return (first > second) - (first < second)


def _round(number: Any, places: int) -> str | None:
    return None if number is None else _written(arithmetic.rounded(Decimal(number), places))


def _kept(number: Any, scale: int, most: int) -> int | None:
    """A number as an integer of 10**-scale; None where that is larger than `most`."""
    if number is None:
        return None
    whole = int((arithmetic.rounded(Decimal(number), scale) or Decimal(0)).scaleb(scale, EXACT))
    return whole if abs(whole) <= most else None


def _total(upper: int | None, lower: int | None, scale: int) -> str:
    """A sum from the sums of the upper and the lower 32 bits of integers of 10**-scale."""
    whole = ((upper or 0) << 32) + (lower or 0)
    return f"{Decimal(whole).scaleb(-scale, EXACT):f}"


def _absolute(number: Any) -> str | None:
    return None if number is None else f"{Decimal(number).copy_abs():f}"


def _lower(text: str | None) -> str | None:
    return None if text is None else lower(text)


def _local_date(moment: str | None, zone: str) -> str | None:
    found = None if moment is None else date_in(datetime.fromisoformat(moment), _zone(zone))
    return None if found is None else found.isoformat()


def _convert(amount: Any, given: str | None, wanted: str | None, day: str | None, rates: str) -> str | None:
    """An amount in another currency; unchanged in its own."""
    if amount is None or given is None or wanted is None or day is None or given == wanted:
        return None if wanted is None or day is None else amount
    organisation = facts_from(("nw_rates",), (rates,)).organisation
    return _written(exchanged(Decimal(amount), given, wanted, date.fromisoformat(day), organisation))


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _call(signature: str, *values: Any) -> Any:
    """The Python of one function of the registry, on values as SQLite holds them; after them come the binds that it takes."""
    function, readers, writer = _prepared(signature)
    own = values[: len(readers)] if function.facts else values
    read = [None if value is None else reader(value) for reader, value in zip(readers, own, strict=True)]
    if function.propagates and None in read:
        return None
    if function.facts:
        result = function.python(facts_from(function.binds, values[len(readers) :]), *read)
    else:
        result = function.python(*read)
    return None if result is None else writer(result)


@lru_cache(1024)
def _prepared(signature: str) -> tuple[Function, list[Callable[[Any], Any]], Callable[[Any], Any]]:
    name, kinds, result = signature.split("|")
    same_form = name in ("min", "max")
    readers = [_as_held if same_form and kind in ("number", "duration") else _READERS[kind] for kind in kinds.split(",") if kind]
    writer = _as_written if same_form and result in ("number", "duration") else _WRITERS[result]
    return REGISTRY[name], readers, writer


def _as_held(value: Any) -> Any:
    return value if isinstance(value, int) else Decimal(value)


def _as_written(value: Any) -> Any:
    return value if isinstance(value, int) else f"{value:f}"


def _same_value(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _same_value,
    "choice": _same_value,
    "reference": _same_value,
    "number": _as_held,
    "duration": _as_held,
    "boolean": bool,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "list": lambda value: tuple(json.loads(value)),
    "blank": _same_value,
}
_WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _same_value,
    "choice": _same_value,
    "reference": _same_value,
    "number": lambda value: f"{Decimal(value):f}",
    "duration": int,
    "boolean": int,
    "date": lambda value: value.isoformat(),
    "datetime": lambda value: value.isoformat(" ", "microseconds"),
    "time": lambda value: value.isoformat("microseconds"),
    "list": lambda value: json.dumps(list(value), ensure_ascii=False),
}

# By name: how many values (-1: any number), and the function.
SQLITE_FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "nw_add": (2, _calculated(arithmetic.add)),
    "nw_subtract": (2, _calculated(arithmetic.subtract)),
    "nw_multiply": (2, _calculated(arithmetic.multiply)),
    "nw_divide": (2, _calculated(arithmetic.divide)),
    "nw_floor_divide": (2, _calculated(arithmetic.floor_divide)),
    "nw_modulo": (2, _calculated(arithmetic.modulo)),
    "nw_decimal": (2, _decimal),
    "nw_same": (2, _same),
    "nw_compare": (2, _compare),
    "nw_round": (2, _round),
    "nw_kept": (3, _kept),
    "nw_total": (3, _total),
    "nw_absolute": (1, _absolute),
    "nw_lower": (1, _lower),
    "nw_local_date": (2, _local_date),
    "nw_convert": (5, _convert),
    "nw_call": (-1, _call),
}
