"""The words that documents may hold, as JSON Schema (draft 7): one schema a kind. The checker and editors use the same."""

from __future__ import annotations

from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.documents import app_schema, role_schema, sample_schema, solution_schema, translation_schema
from newel.metadata.vocabulary.fields import COMMON, STRUCTURE, any_field_schema, field_schema, type_meant, type_names
from newel.metadata.vocabulary.objects import extend_schema, object_schema
from newel.metadata.vocabulary.pages import form_schema, view_schema
from newel.metadata.vocabulary.parts import COLORS, Schema
from newel.metadata.vocabulary.scenarios import scenario_schema

__all__ = ["COLORS", "COMMON", "KINDS", "STRUCTURE", "field_schema", "published", "type_meant", "type_names"]

KINDS = {
    "solution": solution_schema,
    "object": object_schema,
    "extend": extend_schema,
    "form": form_schema,
    "view": view_schema,
    "role": role_schema,
    "app": app_schema,
    "translation": translation_schema,
    "sample": sample_schema,
    "test": scenario_schema,
}


def published() -> dict[str, Schema]:
    """The schemas as editors get them, by kind; fields are spelled out by type."""
    definitions = {f"field_{name}": field_schema(name) for name in type_names()} | {"field": any_field_schema()}
    nested = definitions["field_many_to_many"]["properties"]
    nested["fields"] = parts.mapping({"$ref": "#/definitions/field"}, "What is known of each link.")
    found = {}
    for kind, make in KINDS.items():
        schema: Schema = make()
        if kind in ("object", "extend"):
            whole = {"$ref": "#/definitions/field"}
            schema = (
                object_schema(whole)
                if kind == "object"
                else extend_schema({"anyOf": [whole, {"type": "object", "not": {"required": ["type"]}}]})
            )
            schema["definitions"] = definitions
        found[kind] = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Newel {kind}", **schema}
    return found
