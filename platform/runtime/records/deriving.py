"""What computed fields are made of: whoever may not read all of it may not read the field, unless it is exposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from newel.metadata.model import USER_OBJECT, Object
from newel.runtime.records.computing import expression_of
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.metadata.model import Field, Model
    from newel.rules.expressions import Expression
    from newel.runtime.installation import Installation

Source = tuple[str, str]  # an object's name and a field's
Path = tuple[str, ...]


def sources_of(installation: Installation, target: Object, field: Field) -> frozenset[Source]:
    """The fields that a computed field reads: its record's own, those on the way of its paths and at their ends, those of the
    records that it gathers, those that it looks up, and those of the reader's own user record."""

    def found() -> frozenset[Source]:
        return frozenset(_sources(installation, target, field))

    made_of: frozenset[Source] = kept(installation, ("sources", target.name, field.name), found)
    return made_of


def _sources(installation: Installation, target: Object, field: Field) -> Iterator[Source]:
    model, expression = installation.model, expression_of(installation, target.name, field)
    for path in expression.paths:
        yield from _along(model, target, path)
    for collection, paths in expression.collections.items():
        yield from _gathered(model, target, collection, paths)
    for name, key, wanted in expression.lookups:
        yield from ((name, key), (name, wanted))
    for given in expression.given:
        head, _, rest = given.partition(".")
        if head == "user" and rest in model.objects[USER_OBJECT].fields:
            yield USER_OBJECT, rest


def beyond(model: Model, expression: Expression) -> Iterator[Source]:
    """The fields of records other than its own that a rule reads: behind lookups, in what it gathers, and in what it looks up."""
    target = model.objects[expression.object or ""]
    for path in expression.paths:
        yield from islice(_along(model, target, path), 1, None)
    for collection, paths in expression.collections.items():
        child, by = target.children(collection) or ("", "")
        yield child, by
        for path in paths:
            yield from _along(model, model.objects[child], path)
    for name, key, wanted in expression.lookups:
        yield from ((name, key), (name, wanted))


def _along(model: Model, target: Object, path: Path) -> Iterator[Source]:
    for at, name in enumerate(path):
        yield target.name, name
        if at < len(path) - 1:
            target = model.objects[target.fields[name].to[0]]


def _gathered(model: Model, target: Object, collection: str, paths: Iterable[Path]) -> Iterator[Source]:
    child, by = target.children(collection) or ("", "")
    yield (target.name, collection) if collection in target.fields else (child, by)
    for path in paths:
        yield from _along(model, model.objects[child], path)
