"""JSON Schemas of the objects as one caller may read and write them, made of what each field type says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.model import Field, Model, Object
from newel.runtime.records.access import Verdict

Schema = dict[str, Any]

ID: Schema = {"type": "string", "format": "uuid"}
VERSION: Schema = {"type": "integer", "minimum": 1, "description": "Grows by one with every change; the ETag holds it too."}
PATHS: dict[str, Schema] = {"^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$": {}}  # what `fields=account.name` adds
EXPRESSION: Schema = {"type": "string", "maxLength": 4000}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def read_schema(target: Object, verdict: Verdict, spoken: str) -> Schema:
    """What reading gives: every field may be left out by `fields`, and any may be null."""
    fields = [target.fields[name] for name in target.fields if name in verdict.readable]
    return {
        "type": "object",
        "title": target.label.say(spoken),
        "properties": {
            "id": ID,
            "version": VERSION,
            **{each.name: _readable(each, spoken) for each in fields if each.name not in ("id", "version")},
        },
        "required": ["id", "version"],
        "patternProperties": PATHS,
        "additionalProperties": False,
    }


def create_schema(model: Model, target: Object, verdicts: Mapping[str, Verdict], spoken: str) -> Schema:
    """What a new record takes. What only a rule requires is for the server to say."""
    fields = _fields(target, verdicts[target.name].creatable)
    return {
        "type": "object",
        "properties": {each.name: _writable(model, each, verdicts, spoken, _must_be_given(each)) for each in fields},
        "required": [each.name for each in fields if _must_be_given(each)],
        "additionalProperties": False,
    }


def update_schema(model: Model, target: Object, verdicts: Mapping[str, Verdict], spoken: str) -> Schema:
    """What a change takes: any of the fields, each as it shall be."""
    fields = _fields(target, verdicts[target.name].writable)
    return {
        "type": "object",
        "properties": {each.name: _writable(model, each, verdicts, spoken, each.required.always) for each in fields},
        "additionalProperties": False,
    }


def entry_schema(changes: Schema) -> Schema:
    """A change inside a bulk request names its record and version."""
    named = {"id": ID, "version": VERSION}
    return {**changes, "properties": {**named, **changes["properties"]}, "required": ["id", "version"]}


def page_of(name: str) -> Schema:
    cursor = {
        "type": ["string", "null"],
        "description": "Send it as `cursor` for the page in this direction; null where there is none.",
    }
    return _closed(
        {
            "data": {"type": "array", "items": reference(name)},
            "next_cursor": cursor,
            "previous_cursor": cursor,
            "count": {"anyOf": [reference("Count"), {"type": "null"}]},
        }
    )


def _fields(target: Object, names: frozenset[str]) -> list[Field]:
    return [field for name, field in target.fields.items() if name in names]


def _must_be_given(field: Field) -> bool:
    return field.required.always and field.default is None and not field.read_only.always


def _readable(field: Field, spoken: str) -> Schema:
    said = {"anyOf": [type_of(field).json_schema(field), {"type": "null"}], "title": field.label.say(spoken)}
    return {**said, **_help(field, spoken), **({"readOnly": True} if field.is_computed else {})}


def _writable(model: Model, field: Field, verdicts: Mapping[str, Verdict], spoken: str, required: bool) -> Schema:
    if field.type == "child_table" and field.of:
        return _lines(model, field, verdicts, spoken)
    return {**type_of(field).write_schema(field, required), "title": field.label.say(spoken), **_help(field, spoken)}


def _lines(model: Model, field: Field, verdicts: Mapping[str, Verdict], spoken: str) -> Schema:
    """Lines as a list: with an id a line is changed, without one it is new, and what is missing is deleted."""
    child = model.objects[str(field.of)]
    judged = verdicts.get(child.name)
    names = (judged.creatable | judged.writable) if judged else frozenset()
    fields = [each for each in _fields(child, names) if each.name != field.by and each.type != "child_table"]
    line = {
        "type": "object",
        "properties": {"id": ID, **{each.name: _writable(model, each, verdicts, spoken, False) for each in fields}},
        "additionalProperties": False,
    }
    return {"type": "array", "items": line, "maxItems": 1000, "title": field.label.say(spoken), **_help(field, spoken)}


def _help(field: Field, spoken: str) -> Schema:
    return {"description": field.help.say(spoken)} if field.help else {}


def _closed(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def _open(properties: Mapping[str, Schema], *required: str) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


_NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
_LIST_OF_IDS: Schema = {"type": "array", "items": _closed({"id": ID, "version": VERSION})}

# The schemas that every description has, whoever reads it.
FIXED: Mapping[str, Schema] = {
    "Problem": _open(
        {
            "type": {"type": "string", "description": "A URN that names the kind of problem."},
            "title": {"type": "string", "description": "One sentence for people, in their language."},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable; programs look at this."},
            "errors": {"type": "array", "items": reference("FieldProblem")},
            "current_version": {"type": "integer", "description": "With a stale version: the one that is stored."},
        },
        "type",
        "title",
        "status",
        "code",
    ),
    "FieldProblem": _closed({"field": _NULLABLE_TEXT, "code": {"type": "string"}, "message": {"type": "string"}}),
    "Count": _closed({"value": {"type": "integer", "minimum": 0}, "exact": {"type": "boolean"}}),
    "BulkResult": _closed(
        {"created": _LIST_OF_IDS, "updated": _LIST_OF_IDS, "deleted": {"type": "array", "items": _closed({"id": ID})}}
    ),
    "Groups": _closed({"data": {"type": "array", "items": {"type": "object"}}}),
    "History": _closed({"data": {"type": "array", "items": {"type": "object"}}}),
    "Hits": _closed(
        {
            "data": {
                "type": "array",
                "items": _open(
                    {"object": {"type": "string"}, "id": ID, "title": _NULLABLE_TEXT, "snippet": _NULLABLE_TEXT}, "object", "id"
                ),
            }
        }
    ),
    "File": _open(
        {
            "id": ID,
            "name": {"type": "string"},
            "type": {"type": "string"},
            "size": {"type": "integer"},
            "created_at": _NULLABLE_TEXT,
        },
        "id",
        "name",
        "type",
        "size",
    ),
    "Files": _closed({"data": {"type": "array", "items": reference("File")}}),
    "ActionResult": {"type": "object"},
    "ObjectList": _closed({"data": {"type": "array", "items": {"type": "object"}}}),
    "Object": {"type": "object"},
}
