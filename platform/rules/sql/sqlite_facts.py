"""The facts of a function that SQLite calls, read from the binds that stand after its values.

A statement gives the same binds for every row: what was read last is kept, and known again by its text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from newel.rules.calendars import Calendar
from newel.rules.facts import Facts, Organisation

_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_last: dict[tuple[str, ...], tuple[tuple[Any, ...], Facts]] = {}


def facts_from(names: tuple[str, ...], values: tuple[Any, ...]) -> Facts:
    """Facts that know what these binds say, and nothing else."""
    known = _last.get(names)
    if known is not None and known[0] == values:
        return known[1]
    found = _read(dict(zip(names, values, strict=True)))
    _last[names] = (values, found)
    return found


def _read(given: Mapping[str, Any]) -> Facts:
    settled: dict[str, Any] = {name: read(given[bind]) for bind, (name, read) in _ORGANISATION.items() if bind in given}
    organisation = Organisation(currency="", **settled)
    if "nw_workdays" in given:
        days, shifts = json.loads(given["nw_exceptions"]), json.loads(given["nw_shifts"])
        calendar = Calendar.of_tables(json.loads(given["nw_workdays"]), days, shifts)
        organisation.__dict__["calendar"] = calendar
    return Facts(
        today=date.fromisoformat(given["nw_today"]) if "nw_today" in given else _SOME_DAY.date(),
        now=_SOME_DAY,
        time_zone=ZoneInfo(given.get("nw_time_zone", "UTC")),
        organisation=organisation,
    )


def _rates(text: str) -> dict[str, tuple[tuple[date, Decimal], ...]]:
    entries = [each.split("|") for each in json.loads(text)]
    return {
        currency: tuple((date.fromisoformat(day), Decimal(rate)) for _, day, rate in rates)
        for currency, rates in groupby(entries, key=lambda each: each[0])
    }


_ORGANISATION: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "nw_fiscal_start": ("fiscal_start", int),
    "nw_rates": ("rates", _rates),
}
