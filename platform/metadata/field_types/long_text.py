"""Text of many lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.field_types.texts import LINES_PATTERN, check_length, read_lines
from newel.metadata.model import Field

MAX_LENGTH = {
    "type": "integer",
    "minimum": 1,
    "maximum": 1_000_000,
    "default": 20_000,
    "description": "The most characters that the text may have.",
}


class LongText(FieldType):
    """Stored as text; line breaks are kept as \\n, whatever the sender used."""

    name = "long_text"
    help = "Plain text of several lines, such as a description."
    expression_type = "text"
    widget = "long_text"
    shown_as = "long_text"
    sortable = False
    can_be_searched = True
    can_be_computed = True
    text_default = True
    properties: ClassVar[Mapping[str, Any]] = {"max_length": MAX_LENGTH}

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("text"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        return read_lines(raw)

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            check_length(value, field.options.get("max_length", 20_000))

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": field.options.get("max_length", 20_000)}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {**self.json_schema(field), "minLength": 1, "pattern": LINES_PATTERN}
