"""Files that belong to a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.field_types.identifiers import SCHEMA, input_schema, read_id
from newel.metadata.model import Field

MAX_SIZE = {
    "type": "integer",
    "minimum": 1,
    "maximum": 1024,
    "default": 20,
    "description": "The largest size, in megabytes.",
}


class File(FieldType):
    """Stored as the id of an uploaded file; the file itself lies with the kernel's files."""

    name = "file"
    help = "One uploaded file."
    expression_type = "reference"
    widget = "file"
    shown_as = "file"
    sortable = False
    properties: ClassVar[Mapping[str, Any]] = {
        "accept": {
            "type": "array",
            "items": {"type": "string", "pattern": "^(?:\\.[a-z0-9]{1,10}|[a-z]+/(?:\\*|[a-z0-9.+-]+))$"},
            "description": "The kinds of file that are taken: name endings (.pdf) or media types (image/*).",
        },
        "max_size": MAX_SIZE,
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("uuid"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        return read_id(raw)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return dict(SCHEMA)

    def input_schema(self, field: Field) -> dict[str, Any]:
        return input_schema()

    def search_text(self, field: Field, value: Any) -> str:
        return ""
