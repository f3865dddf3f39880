"""Values and facts as JSON, the way the browser's engine and the vectors write them, and back.

Decimals, days, times and ids are text, money is {amount, currency}, a duration is its seconds, a moment is UTC with its offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from newel.metadata.field_types.values import Money, Reference
from newel.rules.facts import Facts


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


def facts_as_json(facts: Facts, given: Iterable[str] = ()) -> dict[str, Any]:
    """The facts, with the values of the context names (user.email) that rules read."""
    return {
        "today": as_json(facts.today),
        "now": as_json(facts.now),
        "time_zone": facts.time_zone.key,
        "user": facts.user,
        "roles": list(facts.roles),
        "given": {name: as_json(facts.given(name)) for name in given if name != "user"},
        "prior": None if facts.prior is None else record_as_json(facts.prior),
    }


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
