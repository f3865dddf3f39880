"""Record ids: UUIDs in their usual text form, lower case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import read_line
from newel.metadata.model import Field

PATTERN = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
_ID = re.compile(PATTERN[1:-1])
SCHEMA = {"type": "string", "format": "uuid"}
INPUT_SCHEMA = {"type": "string", "pattern": PATTERN}


def read_id(raw: Any) -> str | None:
    """The id that a text or a mapping with `id` holds; None for blank."""
    if isinstance(raw, Mapping):
        found = raw.get("id")
        return read_id(found) or _refuse() if isinstance(found, str) else _refuse()
    text = read_line(raw)
    if text is None:
        return None
    return text.lower() if _ID.fullmatch(text) else _refuse()


def _refuse() -> str:
    raise ValueProblem("not_an_id", "This must be the id of a record.")


def input_schema() -> dict[str, Any]:
    """An id, or an object that has one (a record as the API gave it out)."""
    return {"anyOf": [INPUT_SCHEMA, {"type": "object", "properties": {"id": INPUT_SCHEMA}, "required": ["id"]}]}


class Identifier(FieldType):
    """The common ground of the types whose value is the id of one other thing; full-text search passes them over."""

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
