"""The record of a case, read by its Model: values by field, what lookups lead to, what collections hold.

`seen` gives it as Python's engines read a record; `rows_of` as tables keep it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from newel.metadata.field_types import Locale, ValueProblem, type_of
from newel.metadata.field_types.numbers import at_scale
from newel.metadata.field_types.values import Reference
from newel.metadata.model import SYSTEM_FIELDS, Field, Model
from newel.metadata.naming import nearest
from newel.metadata.words import phrase
from newel.rules.expressions import Expression
from newel.rules.types import type_of_field
from newel.rules.vectors.shapes import Shape
from newel.rules.vectors.values import Misfit, id_of, read_value

ROW_MADE = datetime(2026, 11, 1, tzinfo=UTC)
_COMPOSITE = ("address", "person_name", "geolocation")


@dataclass(frozen=True)
class Row:
    """A record as a table keeps it: values by field name."""

    object: str
    values: Mapping[str, Any]


@dataclass
class Placed:
    """A record with everything behind it. A lookup that is given as a bare id leads to a record of which nothing is known."""

    object: str
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Placed | None] = field(default_factory=dict)
    collections: dict[str, list[Placed]] = field(default_factory=dict)
    back: tuple[str, Placed] | None = None

    def value(self, path: Sequence[str]) -> Any:
        """What stands at the end of a path; None beyond a blank lookup."""
        if len(path) == 1:
            return self.values.get(path[0])
        if self.back is not None and path[0] == self.back[0]:
            return self.back[1].value(path[1:])
        target = self.links.get(path[0])
        return None if target is None else target.value(path[1:])


def place(raw: Mapping[str, Any], shape: Shape, model: Model, zone: tzinfo, key: str) -> Placed:
    """The record that `raw` writes. Its id is its own, or made of `key`. Raises Misfit where a value does not fit its field."""
    placed = Placed(shape.name, id_of(str(raw.get("id") or f"{shape.name}/{key}")))
    placed.values["id"] = placed.id
    target = model.objects[shape.name]
    unknown = [name for name in raw if name.partition(".")[0] not in {*target.fields, *shape.collections}]
    if unknown:
        near = nearest(unknown[0], target.fields)
        said = phrase('the record has no field "{name}"', name=unknown[0])
        raise Misfit(phrase('{fault}; did you mean "{name}"?', fault=said, name=near) if near else said)
    for name, said in _nested(raw).items():
        if name in shape.collections:
            placed.collections[name] = _children(placed, said, shape.collections[name], model, zone, f"{key}/{name}")
        elif name != "id":
            _put(placed, target.fields[name], said, shape, model, zone, f"{key}/{name}")
    return placed


def _nested(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`account.name: x` says a value behind the lookup `account`."""
    found = {name: value for name, value in raw.items() if "." not in name}
    for name, value in raw.items():
        head, _, rest = name.partition(".")
        if rest:
            inner = found.get(head)
            known = dict(inner) if isinstance(inner, Mapping) else {} if inner is None else {"id": inner}
            found[head] = {**known, rest: value}
    return found


def _children(parent: Placed, said: Any, shape: Shape, model: Model, zone: tzinfo, key: str) -> list[Placed]:
    if not isinstance(said or [], list) or not all(isinstance(each, Mapping) for each in said or ()):
        raise Misfit(phrase("{name} holds a list of records", name=key.rpartition("/")[2]))
    found = []
    for at, each in enumerate(said or ()):
        child = place(each, shape, model, zone, f"{key}/{at:04}")
        child.id = child.values["id"] = _in_order(child.id, at) if not each.get("id") else child.id
        child.back = (shape.back or "", parent)
        child.values[shape.back or ""] = parent.id
        found.append(child)
    return found


def _in_order(key: str, at: int) -> str:
    """Ids grow in the order in which records were made."""
    return f"{at:08x}{key[8:]}"


def _put(placed: Placed, target: Field, said: Any, shape: Shape, model: Model, zone: tzinfo, key: str) -> None:
    link = shape.links.get(target.name)
    if link is None:
        placed.values[target.name] = _value(target, said, zone)
        return
    if said is None:
        placed.values[target.name] = placed.links[target.name] = None
        return
    inner = said if isinstance(said, Mapping) else {"id": said}
    to = place(inner, link, model, zone, key)
    placed.links[target.name] = to
    placed.values[target.name] = Reference(link.name, to.id) if target.type == "polymorphic" else to.id


def _value(target: Field, said: Any, zone: tzinfo) -> Any:
    kind = type_of_field(target, "")
    try:
        if isinstance(said, Mapping) and target.type in _COMPOSITE:
            return type_of(target).parse(target, said, Locale("en", zone))
        if kind is None:
            raise Misfit(phrase("expressions can't read a field of this type"))
        value = _as_held(target, read_value(kind.kind, said, zone, target.options.get("currency") or ""))
        if value is not None and target.name not in SYSTEM_FIELDS:
            type_of(target).check(target, value)
    except Misfit as fault:
        raise Misfit(phrase("{field}: {problem}", field=target.name, problem=fault.said)) from None
    except ValueProblem as fault:
        raise Misfit(phrase("{field}: {problem}", field=target.name, problem=fault.sentence.as_clause)) from None
    return value


def _as_held(target: Field, value: Any) -> Any:
    """A number as its type holds it: whole, or with the decimals of its column."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return value
    if type_of(target).columns(target)[0].kind == "integer":
        if value != int(value):
            raise Misfit(phrase("{value} is not a whole number", value=value))
        return int(value)
    return at_scale(Decimal(value), target.options.get("scale", 2))


def rows_of(placed: Placed) -> Iterator[Row]:
    """The rows of a record and of all that it leads to."""
    yield Row(placed.object, placed.values)
    for link in placed.links.values():
        if link is not None:
            yield from rows_of(link)
    for children in placed.collections.values():
        for child in children:
            yield from rows_of(child)


def seen(placed: Placed, expression: Expression | None) -> dict[str, Any]:
    """The record as Python's engines read it: own fields, the paths and the collections that the expression reads."""
    paths = expression.paths if expression is not None else ()
    return {**_mapping(placed, paths), **_collections(placed, getattr(expression, "collections", {}))}


def _mapping(placed: Placed, paths: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    found = dict(placed.values)
    for path in paths:
        found[".".join(path)] = placed.value(path)
    return found


def _collections(placed: Placed, wanted: Mapping[str, Any]) -> dict[str, Any]:
    live = {name: [each for each in placed.collections.get(name, ()) if not each.values.get("deleted_at")] for name in wanted}
    return {name: tuple(_mapping(each, wanted[name]) for each in children) for name, children in live.items()}
