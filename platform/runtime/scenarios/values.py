"""Values as a test states them: turned into what the kernel takes, and values of the kernel turned into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field, Model, Object
from newel.metadata.words import phrase

Ids = Mapping[str, tuple[str, str]]  # a record's key -> its object and id


def resolved(model: Model, target: Object, values: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """Stated values with every "@key" replaced by the record that it names."""
    return {name: value_of(model, target.fields[name], value, ids) for name, value in values.items()}


def value_of(model: Model, of: Field, value: Any, ids: Ids) -> Any:
    if of.type == "child_table" and of.of and isinstance(value, list):
        return [resolved(model, model.objects[of.of], row, ids) for row in value]
    if isinstance(value, list):
        return [value_of(model, of, each, ids) for each in value]
    if not (of.is_reference or of.type == "many_to_many") or not isinstance(value, str):
        return value
    target, record_id = ids.get(value.removeprefix("@"), ("", value))
    return {"object": target, "id": record_id} if of.type == "polymorphic" else record_id


def same(model: Model, of: Field, expected: Any, found: Any, locale: Locale) -> bool:
    """Whether the field holds what is expected of it. Of lines, only the fields that are stated are compared."""
    if of.type == "child_table" and of.of:
        return _same_lines(model, model.objects[of.of], expected or [], found or (), locale)
    try:
        wanted = type_of(of).parse(of, expected, locale)
    except ValueProblem:
        return False
    if of.type == "many_to_many":
        return set(wanted) == set(found or ())
    return bool(wanted == found) or (_is_blank(wanted) and _is_blank(found))


def _same_lines(model: Model, child: Object, expected: Sequence[Any], found: Sequence[Any], locale: Locale) -> bool:
    pairs = zip(expected, found, strict=False)
    return len(expected) == len(found) and all(
        same(model, child.fields[name], value, line.get(name), locale) for stated, line in pairs for name, value in stated.items()
    )


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value in ("", ())


def said(of: Field, value: Any, locale: Locale, ids: Ids) -> str:
    """A value for people: references by the key that the test knows them by."""
    if of.type == "boolean":
        return "true" if value else "false"
    if value is None or value == ():
        return phrase("blank")
    if of.type == "child_table":
        return phrase("{n} lines", n=len(value))
    if of.type == "many_to_many":
        return reduce(
            lambda told, each: phrase("{first}, {second}", first=told, second=each), [_named(each, ids) for each in value]
        )
    if isinstance(value, Reference):
        return _named(value.id, ids)
    if of.is_reference:
        return _named(str(value), ids)
    if of.choices and isinstance(value, str):
        return value
    text = type_of(of).format(of, value, locale) if not of.system else str(value)
    return f'"{text}"' if type_of(of).expression_type == "text" else text


def _named(record_id: str, ids: Ids) -> str:
    return next((f"@{key}" for key, (_, each) in ids.items() if each == record_id), phrase("another record"))
