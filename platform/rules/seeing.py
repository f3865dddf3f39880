"""How the fast engine sees what a record and the Facts hold: fields, paths, given names, the record as it was.

Yes-or-no fields are never blank; references are seen as ids, and composite values (names, addresses) as their whole text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newel.metadata.field_types.values import Reference
from newel.rules.facts import NOBODY, Facts
from newel.rules.records import followed
from newel.rules.tree import Given, Prior, Read

Run = Callable[[Mapping[str, Any], Facts], Any]


def given(node: Given) -> Run:
    if node.name == "user":
        return lambda record, facts: facts.user or NOBODY
    name = node.name
    if node.type.kind == "boolean":
        return lambda record, facts: bool(facts.given(name))
    if node.type.kind == "text":
        return lambda record, facts: _text(facts.given(name))
    return lambda record, facts: facts.given(name)


def read(node: Read) -> Run:
    path = node.path
    kind = node.type.kind
    if len(path) > 1:
        return _read_path(path, kind)
    name = path[0]
    if kind == "boolean":
        return lambda record, facts: record.get(name) is True
    if kind == "reference":
        return lambda record, facts: _id(record.get(name))
    if kind == "text":
        return lambda record, facts: _text(record.get(name))
    return lambda record, facts: record.get(name)


def _read_path(path: tuple[str, ...], kind: str) -> Run:
    if kind == "boolean":
        return lambda record, facts: followed(record, path) is True
    if kind in ("reference", "text"):
        plain = _id if kind == "reference" else _text
        return lambda record, facts: plain(followed(record, path))
    return lambda record, facts: followed(record, path)


def prior(node: Prior) -> Run:
    """A field of the record as it was."""
    now = read(Read(type=node.type, path=node.path))
    blank = False if node.type.kind == "boolean" else None
    return lambda record, facts: blank if facts.prior is None else now(facts.prior, facts)


def seen(kind: str) -> Callable[[Any], Any]:
    """How a value of a field is seen by rules."""
    plain: Mapping[str, Callable[[Any], Any]] = {"boolean": _yes, "reference": _id, "text": _text}
    return plain.get(kind, _same)


def _same(value: Any) -> Any:
    return value


def _yes(value: Any) -> bool:
    return value is True


def read_whole(path: tuple[str, ...]) -> Run:
    """A field with all its parts, as its type holds it."""
    name = path[0]
    if len(path) > 1:
        return lambda record, facts: followed(record, path)
    return lambda record, facts: record.get(name)


def nobody_is_blank(run: Run) -> Run:
    """A result that goes into a field: nobody, whom `user` means where the system acts, is no record."""

    def known(record: Mapping[str, Any], facts: Facts) -> Any:
        found = run(record, facts)
        return None if found == NOBODY else found

    return known


def _id(value: Any) -> Any:
    return value.id if type(value) is Reference else value


def _text(value: Any) -> Any:
    """Composite values (names, addresses) are seen as their whole text; an empty text is blank."""
    return value or None if value is None or type(value) is str else str(value) or None
