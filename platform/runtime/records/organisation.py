"""What the organisation has settled, read from its records: the organisation itself, holidays, exchange rates.

They are read when a rule first asks, and kept by the installation as long as one small statement finds them unchanged: what any
process changes, all know with their next transaction.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, select, union_all

from newel.rules.facts import Organisation
from newel.runtime.records.statements import Row, prepared

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

ORGANISATION, HOLIDAY, RATE = "nw_organisation", "nw_holiday", "nw_exchange_rate"
_KEPT = "organisation"


class OwnOrganisation:
    """The organisation of a work, read when a rule first asks for something of it."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __getattr__(self, name: str) -> Any:
        found = getattr(organisation_of(self._work), name)
        self.__dict__[name] = found
        return found


def asked_late(work: Work) -> Organisation:
    """The organisation as rules see it; nothing is read until one asks."""
    return cast(Organisation, OwnOrganisation(work))


def organisation_of(work: Work) -> Organisation:
    """What the organisation has settled by now; the solution's currency, and plain weeks, where it has settled nothing."""
    found: Organisation | None = work.kept.get(_KEPT)
    if found is None:
        found = work.kept[_KEPT] = _known(work)
    return found


def _known(work: Work) -> Organisation:
    if ORGANISATION not in work.installation.tables:  # installed before there was such an object
        return Organisation(currency=work.model.currency)
    mark = tuple(map(tuple, prepared(work, (_KEPT, "mark"), lambda: _changes(work)).rows(work)))
    held = work.installation.cache.get(_KEPT)
    if held is None or held[0] != mark:
        held = (mark, _read(work))
        work.installation.cache[_KEPT] = held
    known: Organisation = held[1]
    return known


def _changes(work: Work) -> Any:
    """Numbers that differ whenever a record of these objects was made, changed, binned or purged."""
    parts = []
    for name in (ORGANISATION, HOLIDAY, RATE):
        table = work.installation.tables[name]
        version, moment, gone = (table.column(each) for each in ("version", "updated_at", "deleted_at"))
        parts.append(select(func.count(), func.count(gone), func.sum(version), func.max(moment)).select_from(table.table))
    return union_all(*parts)


def _read(work: Work) -> Organisation:
    own = _rows(work, ORGANISATION, "name", "currency", "fiscal_start", "workdays")
    holidays = _rows(work, HOLIDAY, "day", "working")
    name, currency, start, workdays = own[0] if own else (None, None, None, None)
    return Organisation(
        name=name or "",
        currency=currency or work.model.currency,
        fiscal_start=int(start or 1),
        workdays=tuple(map(int, workdays)) if workdays else Organisation.workdays,
        holidays=frozenset(day for day, working in holidays if not working),
        extra_workdays=frozenset(day for day, working in holidays if working),
        rates=_rates(_rows(work, RATE, "currency", "valid_from", "rate")),
    )


def _rates(rows: list[Row]) -> dict[str, tuple[tuple[date, Decimal], ...]]:
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, day, rate in sorted(rows, key=lambda row: row[1]):
        found.setdefault(currency, []).append((day, rate))
    return {currency: tuple(rates) for currency, rates in found.items()}


def _rows(work: Work, object_name: str, *fields: str) -> list[Row]:
    """These fields of all live records, in the order in which they were made."""
    table = work.installation.tables[object_name]
    columns = [table.column(each) for each in fields]
    return prepared(work, (_KEPT, object_name), lambda: select(*columns).where(table.live).order_by(table.column("id"))).read(
        work
    )
