"""What follows from what: the computed fields that are kept in columns, what each is made of, and in which order they follow.

Kept are stored formulas, which follow from the record's own fields, and rollups, which follow from the records that they gather.
A change runs upwards: a line's amount, its order's total, what the order is worth with tax, the sum over the account's orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.model import EMPTY, Field, Model
from newel.rules.expressions import Expression
from newel.rules.rulebook import Rulebook
from newel.rules.tree import Aggregate, Node, Read, walk

MEANING = 1  # raised when the same words come to mean something else: everything that is kept is then computed anew
KEPT = ("stored", "rollup")
Key = tuple[str, str]  # an object's name and a field's


@dataclass(frozen=True)
class Kept:
    """One kept field. `reads`: the fields that decide it, of the object itself, or of the records that a rollup gathers."""

    object: str
    field: str
    expression: Expression
    reads: frozenset[str]
    gathers: str | None = None  # rollup: the object whose records it gathers
    by: str | None = None  # rollup: their lookup back
    rank: int = 0  # those of a lower rank are computed first

    @property
    def key(self) -> Key:
        return self.object, self.field


class Lineage:
    """All kept fields of a Model, in an order in which each comes after those that it is made of."""

    def __init__(self, model: Model, rulebook: Rulebook) -> None:
        self._model = model
        ranked = _Ranking(dict(_found(model, rulebook)))
        self.fields: tuple[Kept, ...] = ranked.all()
        self._over: dict[str, list[Kept]] = {}
        self._own: dict[str, list[Kept]] = {}
        for each in self.fields:
            if each.gathers is not None:
                self._over.setdefault(each.gathers, []).append(each)
            else:
                self._own.setdefault(each.object, []).append(each)

    def over(self, object_name: str) -> Iterable[Kept]:
        """The rollups that gather records of this object."""
        return self._over.get(object_name, ())

    def after(self, object_name: str, names: Iterable[str]) -> list[Kept]:
        """The stored formulas of an object that follow from some of its fields, each after those that it reads."""
        changed = set(names)
        found = []
        for each in self._own.get(object_name, ()):
            if each.reads & changed:
                changed.add(each.field)
                found.append(each)
        return found

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The order in which the records of objects are changed: those that are gathered before those that gather them."""
        order: dict[str, int] = {}

        def visit(name: str, above: frozenset[str]) -> None:
            if name in order or name in above:
                return
            for each in sorted(self._below(name)):
                visit(each, above | {name})
            order[name] = len(order)

        for name in sorted({each.object for each in self.fields}):
            visit(name, frozenset())
        return order

    def _below(self, object_name: str) -> set[str]:
        return {each.gathers for each in self.fields if each.object == object_name and each.gathers is not None}

    @cached_property
    def fingerprints(self) -> Mapping[Key, str]:
        """For each kept field a hash of all that its value depends on beside the records themselves."""
        found: dict[Key, str] = {}
        for each in self.fields:
            found[each.key] = _hash((MEANING, *_made_of(self._model, each, found)))
        return found


def lineage_of(model: Model, rulebook: Rulebook | None = None) -> Lineage:
    """The Lineage of a Model; without a Rulebook only the rules of objects that keep computed fields are compiled."""
    return Lineage(model, rulebook or Rulebook(model))


def _found(model: Model, rulebook: Rulebook) -> Iterator[tuple[Key, Kept]]:
    for name, target in model.objects.items():
        for field in target.declared:
            if field.computed in KEPT:
                rules = rulebook.object(name)
                expression = rules.rollups[field.name] if field.computed == "rollup" else rules.formulas[field.name]
                yield (name, field.name), _kept(name, field, expression)


def _kept(object_name: str, field: Field, expression: Expression) -> Kept:
    tree = expression.tree
    if field.computed == "stored":
        return Kept(object_name, field.name, expression, frozenset(path[0] for path in expression.paths))
    if not isinstance(tree, Aggregate):
        raise TypeError(f"{field.address} is no rollup")
    reads = frozenset(node.path[0] for part in tree.parts for node in walk(part) if isinstance(node, Read))
    return Kept(object_name, field.name, expression, reads, tree.object, tree.by)


class _Ranking:
    """Gives each kept field a rank above all that it is made of."""

    def __init__(self, found: Mapping[Key, Kept]) -> None:
        self._found = found
        self._ranks: dict[Key, int] = {}

    def all(self) -> tuple[Kept, ...]:
        ranked = [_with_rank(each, self._rank(key, ())) for key, each in self._found.items()]
        return tuple(sorted(ranked, key=lambda each: (each.rank, each.key)))

    def _rank(self, key: Key, above: tuple[Key, ...]) -> int:
        if key in above:
            raise ValueError(f"{'.'.join(key)} follows from itself")
        if key not in self._ranks:
            beneath = [below for below in sources(self._found[key]) if below in self._found]
            self._ranks[key] = 1 + max((self._rank(below, (*above, key)) for below in beneath), default=0)
        return self._ranks[key]


def _with_rank(each: Kept, rank: int) -> Kept:
    return Kept(each.object, each.field, each.expression, each.reads, each.gathers, each.by, rank)


def sources(kept: Kept) -> list[Key]:
    """The fields that a kept field is directly made of."""
    owner = kept.gathers or kept.object
    return [(owner, name) for name in sorted(kept.reads)]


def _made_of(model: Model, kept: Kept, known: Mapping[Key, str]) -> Iterator[Any]:
    """The expression without its places, the shape of the column, and the same of every field that is read."""
    target = model.objects[kept.object].fields[kept.field]
    yield kept.gathers, kept.by, _shape(target), _said(kept.expression.tree)
    for owner, name in sources(kept):
        field = model.objects[owner].fields[name]
        yield name, _shape(field), known.get((owner, name))


def _shape(field: Field) -> Any:
    options = sorted((key, repr(value)) for key, value in (field.options or EMPTY).items())
    return field.type, options if not field.system else [], () if field.system else type_of(field).columns(field)


def _said(node: Node) -> Any:
    """A tree without the places and addresses of its parts."""
    values = [
        (each.name, _of_part(getattr(node, each.name))) for each in fields(node) if each.name not in ("start", "end", "type")
    ]
    return type(node).__name__, node.type.kind, node.type.currency, values


def _of_part(value: Any) -> Any:
    if isinstance(value, Node):
        return _said(value)
    return tuple(_of_part(each) for each in value) if isinstance(value, tuple) else value


def _hash(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
