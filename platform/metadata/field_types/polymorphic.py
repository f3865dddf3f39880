"""References to a record of one of several objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.identifiers import INPUT_SCHEMA, SCHEMA, read_id
from newel.metadata.field_types.lookup import INVERSE, ON_DELETE
from newel.metadata.field_types.texts import read_line
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field


class Polymorphic(FieldType):
    """Stored as the record's id and its object's name; as text it reads object/id."""

    name = "polymorphic"
    help = "A reference to a record of one of several objects, such as what a task is about."
    expression_type = "reference"
    widget = "polymorphic"
    shown_as = "polymorphic"
    sortable = False
    plain = False
    properties: ClassVar[Mapping[str, Any]] = {
        "to": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "The objects that it may refer to."},
        "inverse": INVERSE,
        "on_delete": ON_DELETE,
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("uuid"), Column("string", "_object", length=60))

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return (None, None) if value is None else (value.id, value.object)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> Reference | None:
        id_, object_ = values
        return None if id_ is None or object_ is None else Reference(object_, id_)

    def parse(self, field: Field, raw: Any, locale: Locale) -> Reference | None:
        if isinstance(raw, Reference):
            return raw
        object_, id_ = self._parts(raw)
        if not object_ and id_ is None:
            return None
        if not object_ or id_ is None:
            raise ValueProblem("not_a_reference", "Say the object and the id of the record.")
        return Reference(object_, id_)

    def _parts(self, raw: Any) -> tuple[str | None, str | None]:
        if isinstance(raw, Mapping):
            if not raw.keys() >= {"object", "id"}:
                raise ValueProblem("not_a_reference", "Say the object and the id of the record.")
            return read_line(raw["object"]), read_id(raw["id"])
        object_, _, id_ = (read_line(raw) or "").partition("/")
        return object_, read_id(id_)

    def check(self, field: Field, value: Any) -> None:
        if value is not None and value.object not in field.to:
            raise ValueProblem("other_object", "This is a record of another object.")

    def expression_value(self, field: Field, value: Any) -> str | None:
        return None if value is None else value.id

    def dump(self, field: Field, value: Any) -> dict[str, str] | None:
        return None if value is None else {"object": value.object, "id": value.id}

    def json_schema(self, field: Field) -> dict[str, Any]:
        return self._schema(field, SCHEMA)

    def input_schema(self, field: Field) -> dict[str, Any]:
        return self._schema(field, INPUT_SCHEMA)

    def _schema(self, field: Field, id_: dict[str, Any]) -> dict[str, Any]:
        parts = {"object": {"type": "string", "enum": list(field.to)}, "id": dict(id_)}
        return {"type": "object", "properties": parts, "required": ["object", "id"]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
