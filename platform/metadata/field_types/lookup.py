"""References to one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.identifiers import SCHEMA, input_schema, read_id
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field

INVERSE = {"type": "string", "description": "The name under which the other object lists the records that point at it."}
ON_DELETE = {
    "enum": ["restrict", "clear", "cascade"],
    "default": "restrict",
    "description": "What happens when the other record is deleted: it is refused, the field is cleared, or this record goes too.",
}


class Lookup(FieldType):
    """Stored as the other record's id; whether it exists and may be seen is for the kernel to say."""

    name = "lookup"
    help = "A reference to a record of another object."
    expression_type = "reference"
    widget = "lookup"
    shown_as = "lookup"
    can_be_unique = True
    properties: ClassVar[Mapping[str, Any]] = {
        "to": {"type": "string", "description": "The object that it refers to."},
        "inverse": INVERSE,
        "on_delete": ON_DELETE,
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("uuid"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        if isinstance(raw, Reference):
            if raw.object not in field.to:
                raise ValueProblem("other_object", "This is a record of another object.")
            return read_id(raw.id)
        return read_id(raw)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return dict(SCHEMA)

    def input_schema(self, field: Field) -> dict[str, Any]:
        return input_schema()

    def search_text(self, field: Field, value: Any) -> str:
        return ""
