"""Values and facts as JSON, the way the browser's engine and the vectors write them, and back.

Decimals, days, times and ids are text, money is {amount, currency}, a duration is its seconds, a moment is UTC with its offset.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from newel.metadata.field_types.values import Money, Reference
from newel.rules.expressions import Expression
from newel.rules.facts import Facts, Organisation
from newel.rules.functions import REGISTRY
from newel.rules.tree import Call, Prior, walk


def as_json(value: Any) -> Any:
    """A value of a record, a literal or a result."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return _composite(value)


def _composite(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": as_json(value.amount), "currency": value.currency}
    if isinstance(value, Reference):
        return value.id
    if isinstance(value, Mapping):
        return record_as_json(value)
    if isinstance(value, tuple | list | frozenset | set):
        return [as_json(each) for each in value]
    return str(value)


def record_as_json(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as rules read it: own names, dotted paths, collections."""
    return {name: as_json(value) for name, value in record.items()}


# What functions take of the facts, by the names under which SQL is given the same.
_TAKEN: Mapping[str, str] = {
    "nw_roles": "roles",
    "nw_teams": "teams",
    "nw_team_names": "team_names",
    "nw_units": "units",
    "nw_reports": "reports",
}


def facts_as_json(facts: Facts, expressions: Iterable[Expression]) -> dict[str, Any]:
    """The facts, as far as these expressions take them."""
    every = tuple(expressions)
    given = dict.fromkeys(name for each in every for name in each.given if name != "user")
    prior = {node.path[0] for each in every for node in walk(each.tree) if isinstance(node, Prior)}
    calls = (node for each in every for node in walk(each.tree) if isinstance(node, Call))
    binds = {name for call in calls for name in REGISTRY[call.name].binds}
    found = {name: list(getattr(facts, name)) for bind, name in _TAKEN.items() if bind in binds}
    return {
        **found,
        "today": as_json(facts.today),
        "now": as_json(facts.now),
        "time_zone": facts.time_zone.key,
        "user": facts.user,
        "given": {name: as_json(facts.given(name)) for name in given},
        **({"organisation": _organisation(facts.organisation, binds)} if binds & _SETTLED else {}),
        "prior": None if facts.prior is None else {name: as_json(facts.prior.get(name)) for name in prior},
    }


_CALENDAR = {"nw_workdays", "nw_exceptions", "nw_shifts", "nw_counts"}
_SETTLED = {*_CALENDAR, "nw_rates", "nw_fiscal_start"}


def _organisation(organisation: Organisation, binds: Collection[str]) -> dict[str, Any]:
    """What is settled for all: the year, the exchange rates, the working days as their calendar tables."""
    found: dict[str, Any] = {"currency": organisation.currency, "fiscal_start": organisation.fiscal_start}
    if "nw_rates" in binds:
        found["rates"] = {name: as_json(each) for name, each in organisation.rates.items()}
    if not _CALENDAR.isdisjoint(binds):
        calendar = organisation.calendar
        found["calendar"] = {"weekdays": calendar.weekdays, "days": calendar.days, "shifts": calendar.shifts}
    return found


def value_of(kind: str, json: Any) -> Any:
    """A result in JSON as the Python engines give it."""
    read = _READERS.get(kind)
    return json if json is None or read is None else read(json)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": Decimal,
    "duration": int,
    "money": lambda json: Money(Decimal(json["amount"]), json["currency"]),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "list": tuple,
}
