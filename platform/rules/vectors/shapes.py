"""Which objects the fields of a case ask for: one for its record, one for each lookup and collection with fields of its own.

A field is declared as in a solution, with some ease: a kind of value (number, list, reference) names a type that holds it,
options may be a plain list, and a lookup or collection says the fields of what lies behind it in place:

    account: {type: lookup, fields: {name: {type: text}}}
    lines:   {type: child_table, fields: {amount: {type: money}}}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from newel.metadata.model import SYSTEM_FIELDS

KINDS_AS_TYPES = {"number": "decimal", "reference": "lookup", "list": "tags"}
COLLECTIONS = ("child_table", "inverse")
LINKS = ("lookup", "polymorphic")
BACK = "parent"  # the lookup of a child to its record, where `by` names no other
TITLE = "title_of_record"  # every object has a field that names its records
MOST_PLACES = 10
USER = "nw_user"
PEOPLE = ("owner", "created_by", "updated_by")


@dataclass
class Shape:
    """One object: its fields as a solution declares them, and the shapes that its lookups and collections lead to."""

    name: str
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, Shape] = field(default_factory=dict)
    collections: dict[str, Shape] = field(default_factory=dict)
    back: str | None = None  # of a child: the lookup to its record
    owned: bool = False  # a row of a child table
    known: bool = False  # the platform's own object, or one that a case declares under its own name

    @property
    def document(self) -> dict[str, Any]:
        owned = {"ownership": "parent", "parent": self.back} if self.owned else {"ownership": "none" if self.back else "user"}
        return {"object": self.name, "label": self.name, "title": TITLE, **owned, "fields": self.fields}

    def walk(self) -> Iterator[Shape]:
        """This shape and those behind it, each once."""
        pending, seen = [self], set()
        while pending:
            shape = pending.pop()
            if shape.name not in seen:
                seen.add(shape.name)
                yield shape
                pending += [*shape.links.values(), *shape.collections.values()]


def shape_of(name: str, declared: Mapping[str, Any], record: Mapping[str, Any]) -> Shape:
    """The shape of `declared`, as fine as the values of `record` need where a declaration does not say how fine."""
    shape = Shape(name, links={each: users() for each in PEOPLE})
    for each, said in _nested(declared).items():
        _add(shape, each, said if isinstance(said, Mapping) else {"type": said}, record)
    shape.fields[TITLE] = {"type": "text"}
    return shape


def users() -> Shape:
    """People: their fields are the platform's."""
    shape = Shape(USER, known=True)
    shape.links["manager"] = shape
    return shape


def _nested(declared: Mapping[str, Any]) -> dict[str, Any]:
    """`account.name: {...}` says a field of what `account` leads to."""
    found = {name: dict(said) if isinstance(said, Mapping) else said for name, said in declared.items() if "." not in name}
    for name, said in declared.items():
        head, _, rest = name.partition(".")
        if rest:
            link = found.setdefault(head, {"type": "lookup"})
            link["fields"] = {**link.get("fields", {}), rest: said}
    return found


def _add(shape: Shape, name: str, said: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    kind = KINDS_AS_TYPES.get(said.get("type", ""), said.get("type"))
    if name in SYSTEM_FIELDS:
        return
    plain = {key: value for key, value in said.items() if key not in ("fields", "type", "by")} | {"type": kind}
    if kind in COLLECTIONS:
        _add_collection(shape, name, plain, said, record.get(name))
    elif kind in LINKS:
        _add_link(shape, name, plain, said, record.get(name))
    else:
        if kind == "user":
            shape.links[name] = users()
        elif kind == "tree_parent":
            shape.links[name] = shape
        shape.fields[name] = _with_room(plain, record.get(name))


def _add_link(shape: Shape, name: str, plain: dict[str, Any], said: Mapping[str, Any], value: Any) -> None:
    inner = value if isinstance(value, Mapping) else {}
    to = plain.get("to")
    if to == USER:
        target = users()
    elif to == "self":
        target = shape
    else:
        target = shape_of(f"{shape.name}_{name}", said.get("fields", {}), inner)
    shape.links[name] = target
    wanted = target.name if plain["type"] == "lookup" else [target.name, *([] if target is shape else [shape.name])]
    shape.fields[name] = {"on_delete": "clear", **plain, "to": wanted}


def _add_collection(shape: Shape, name: str, plain: dict[str, Any], said: Mapping[str, Any], value: Any) -> None:
    children = [each for each in value or () if isinstance(each, Mapping)] if isinstance(value, list) else []
    child = shape_of(f"{shape.name}_{name}", said.get("fields", {}), _finest(children))
    child.back = str(said.get("by", BACK))
    child.owned = owns = plain["type"] == "child_table"
    child.fields[child.back] = {"type": "lookup", "to": shape.name, "on_delete": "cascade"}
    if owns:
        shape.fields[name] = {**plain, "of": child.name}
    else:
        child.fields[child.back]["inverse"] = name
    child.links[child.back] = shape
    shape.collections[name] = child


def _finest(records: list[Mapping[str, Any]]) -> dict[str, Any]:
    """For each field the value with most decimals, and whatever stands in nested records."""
    found: dict[str, Any] = {}
    for record in records:
        for name, value in record.items():
            if name not in found or _places(value) > _places(found[name]):
                found[name] = value
    return found


def _with_room(said: dict[str, Any], value: Any) -> dict[str, Any]:
    """Room for the value, where the declaration does not say how much there is."""
    kind = said["type"]
    if kind in ("decimal", "money", "percent") and "scale" not in said:
        return {**said, "scale": max(2, min(MOST_PLACES, _places(value)))} if _places(value) > 2 else said
    if kind == "text":
        return {"max_length": 4000, **said}
    if kind in ("choice", "multi_choice") and isinstance(said.get("options"), list):
        return {**said, "options": {str(key): str(key) for key in said["options"]}}
    return said


def _places(value: Any) -> int:
    """How many decimals a value is written with."""
    if isinstance(value, Mapping):
        value = value.get("amount")
    if isinstance(value, Decimal):
        value = f"{value:f}"
    if not isinstance(value, str):
        return 0
    return len(value.strip(" ABCDEFGHIJKLMNOPQRSTUVWXYZ").partition(".")[2])


def signature(declared: Shape) -> str:
    """Equal for shapes that are the same but for their name."""
    parts = [
        (each.name.removeprefix(declared.name), each.back, each.fields)
        for each in sorted(declared.walk(), key=lambda each: each.name)
    ]
    return json.dumps(parts, default=str, sort_keys=True).replace(declared.name, "@")
