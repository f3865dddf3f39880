"""What somebody typed into a record's form, compared with what the form began with.

A form carries the fingerprints of its first values. So only what was really changed is saved, however coarse an editor is, and
when two people changed the same record, each field knows who touched it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from newel.metadata.field_types.base import ValueProblem
from newel.runtime.records import finding
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work
from newel.runtime.web.screens import lines, posted
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.binding_forms import BoundLines, bind_lines
from newel.runtime.web.screens.viewer import Viewer

WAS = ":was"  # the input that holds the fingerprints; no field can be called so
Raw = dict[str, Any]


def read(viewer: Viewer, fields: Iterable[BoundField], form: MultiDict[str, str], prefix: str = "") -> Raw:
    """Raw values of the fields that the form had, lines too."""
    found: Raw = {}
    for field in fields:
        if field.field.type == "child_table":
            bound = bind_lines(viewer, field)
            if bound is not None and field.name in form:
                found[field.name] = lines.read(bound, form)
        elif posted.is_in(field, form, prefix + field.name):
            found[field.name] = posted.value(field, form, prefix + field.name)
    return found


def start_of(viewer: Viewer, fields: Iterable[BoundField], values: Mapping[str, Any]) -> Raw:
    """What editors start with for these values."""
    return {field.name: _start(viewer, field, values.get(field.name)) for field in fields}


def _start(viewer: Viewer, field: BoundField, value: Any) -> Any:
    if field.field.type != "child_table":
        return field.edit_text(value)
    bound = bind_lines(viewer, field)
    stored = [each for each in value or () if isinstance(each, Record)]
    return lines.of_records(bound, stored) if bound is not None else []


def prints_of(viewer: Viewer, fields: Iterable[BoundField], raw: Mapping[str, Any]) -> dict[str, str]:
    """A short fingerprint of each value; '' for blank. Equal values have equal ones, however they are written."""
    return {field.name: fingerprint(viewer, field, raw[field.name]) for field in fields if field.name in raw}


def fingerprint(viewer: Viewer, field: BoundField, raw: Any) -> str:
    bound = bind_lines(viewer, field) if field.field.type == "child_table" else None
    if bound is not None:
        return _hashed([_line_print(viewer, bound, row) for row in raw or ()])
    try:
        value = field.type.parse(field.field, raw, viewer.locale)
    except ValueProblem:
        return _hashed(["?", raw])
    return _hashed(field.type.dump(field.field, value)) if not lines.is_blank(value) else ""


def _line_print(viewer: Viewer, bound: BoundLines, row: Mapping[str, Any]) -> list[Any]:
    return [row.get("id"), [fingerprint(viewer, each, row.get(each.name)) for each in bound.columns]]


def _hashed(value: Any) -> str:
    if value == []:
        return ""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=6).hexdigest()


def was_of(form: MultiDict[str, str], prefix: str = "") -> dict[str, str]:
    """The fingerprints that a posted form began with."""
    try:
        found = json.loads(form.get(prefix + WAS, "") or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(each) for name, each in found.items()} if isinstance(found, dict) else {}


def changed(viewer: Viewer, fields: Mapping[str, BoundField], raw: Mapping[str, Any], was: Mapping[str, str]) -> Raw:
    """Those values that differ from what the form began with."""
    return {name: each for name, each in raw.items() if was.get(name) != fingerprint(viewer, fields[name], each)}


def titles(viewer: Viewer, work: Work, fields: Iterable[BoundField], raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the records are called that raw values refer to, by input name: one statement an object."""
    wanted: dict[str, list[tuple[str, BoundField, Any]]] = {}
    for name, field, value in _references(viewer, fields, raw):
        for object_name in {each for each, _ in aims(field, value)}:
            wanted.setdefault(object_name, []).append((name, field, value))
    named: dict[str, dict[str, str]] = {}
    for object_name, asked in wanted.items():
        ids = [each for _, field, value in asked for there, each in aims(field, value) if there == object_name]
        named[object_name] = finding.titles(work, object_name, ids) if viewer.reads(object_name) else {}
    return {name: _called(field, value, named) for asked in wanted.values() for name, field, value in asked}


def _references(viewer: Viewer, fields: Iterable[BoundField], raw: Mapping[str, Any]) -> Iterable[tuple[str, BoundField, Any]]:
    for field in fields:
        value = raw.get(field.name)
        if field.field.type == "child_table":
            bound = bind_lines(viewer, field)
            for number, row in enumerate(value or ()) if bound is not None else ():
                for column in bound.columns if bound else ():
                    if column.field.to and row.get(column.name):
                        yield f"{field.name}.{number}.{column.name}", column, row[column.name]
        elif field.field.to and value:
            yield field.name, field, value


def aims(field: BoundField, value: Any) -> list[tuple[str, str]]:
    """Object and id of every record that a raw or parsed reference names."""
    if isinstance(value, list | tuple):
        return [(field.field.to[0], str(each)) for each in value]
    if isinstance(value, Mapping):
        return [(str(value.get("object")), str(value.get("id")))] if value.get("object") in field.field.to else []
    if hasattr(value, "object"):
        return [(value.object, value.id)]
    if field.field.type == "polymorphic":
        there, _, record_id = str(value).partition("/")
        return [(there, record_id)] if there in field.field.to else []
    return [(field.field.to[0], str(value))] if value else []


def _called(field: BoundField, value: Any, named: Mapping[str, Mapping[str, str]]) -> Any:
    found = [named.get(there, {}).get(each.lower()) for there, each in aims(field, value)]
    if field.field.type == "many_to_many":
        return tuple(found)
    return found[0] if found else None
