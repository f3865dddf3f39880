"""A record as JSON: its id, its version and the values asked for, each under the name or path it was asked by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import FieldType
from newel.metadata.field_types.values import Money
from newel.metadata.model import Field, Model
from newel.runtime.installation import Installation
from newel.runtime.records.record import Record
from newel.runtime.records.statements import kept

Dump = Callable[[Any], Any] | None


def as_json(installation: Installation, record: Record) -> dict[str, Any]:
    """The record's JSON. How each value is written is worked out once for a set of names."""
    return _said(record, _shape(installation, record.object, tuple(record.values)))


def many_as_json(installation: Installation, records: Sequence[Record]) -> list[dict[str, Any]]:
    """The JSON of records that were all asked for the same names."""
    if not records:
        return []
    shape = _shape(installation, records[0].object, tuple(records[0].values))
    return [_said(record, shape) for record in records]


def values_as_json(installation: Installation, object_name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field name or path, as JSON holds them; measures, which are no fields, by what they are."""
    shape = dict(_shape(installation, object_name, tuple(values)))
    return {name: value if (dump := shape[name]) is None or value is None else dump(value) for name, value in values.items()}


def value_as_json(installation: Installation, object_name: str, name: str, value: Any) -> Any:
    """One value of a field as JSON holds it; as it stands, where the field has changed its kind since it was kept."""
    try:
        return values_as_json(installation, object_name, {name: value})[name]
    except (AttributeError, TypeError, ValueError):
        return plain(value)


def plain(value: Any) -> Any:
    """A value that belongs to no field, as JSON holds it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Money):
        return {"amount": format(value.amount, "f"), "currency": value.currency}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date | time) else value


def _said(record: Record, shape: Sequence[tuple[str, Dump]]) -> dict[str, Any]:
    said: dict[str, Any] = {"id": record.id, "version": record.version}
    values = record.values
    for name, dump in shape:
        value = values[name]
        said[name] = value if dump is None or value is None else dump(value)
    return said


def field_at(model: Model, object_name: str, path: str) -> Field | None:
    """The field at the end of a path of lookups; None where there is no such field."""
    *hops, last = path.split(".")
    for hop in hops:
        field = model.objects[object_name].fields.get(hop)
        if field is None or not field.to:
            return None
        object_name = field.to[0]
    return model.objects[object_name].fields.get(last)


def _shape(installation: Installation, object_name: str, names: tuple[str, ...]) -> Sequence[tuple[str, Dump]]:
    shape: Sequence[tuple[str, Dump]] = kept(
        installation,
        ("json", object_name, names),
        lambda: tuple((name, _dump_of(installation, object_name, name)) for name in names),
    )
    return shape


def _dump_of(installation: Installation, object_name: str, name: str) -> Dump:
    field = field_at(installation.model, object_name, name)
    if field is None:
        return plain
    if field.type == "child_table":
        return lambda lines: many_as_json(installation, lines)
    kind = type_of(field)
    return None if type(kind).dump is FieldType.dump else partial(kind.dump, field)
