"""The id that every record has."""

from __future__ import annotations

from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.field_types.identifiers import SCHEMA, input_schema, read_id
from newel.metadata.model import Field


class Id(FieldType):
    """The type of the system field `id`; solutions can't declare it."""

    name = "id"
    help = "The id of a record, given by the platform."
    expression_type = "text"
    can_be_unique = True
    internal = True

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
