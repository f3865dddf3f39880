"""Colours."""

from __future__ import annotations

import re
from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.model import Field

_LONG = re.compile("#?([0-9a-f]{6})")
_SHORT = re.compile("#?([0-9a-f])([0-9a-f])([0-9a-f])")


class Colour(FieldType):
    """Stored as #rrggbb in lower case."""

    name = "colour"
    help = "A colour, such as #2fb344."
    expression_type = "text"
    widget = "colour"
    shown_as = "colour"
    sortable = False
    text_default = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=7),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        text = read_line(raw)
        if text is None:
            return None
        text = narrow(text).lower()
        found = _LONG.fullmatch(text)
        if found:
            return f"#{found[1]}"
        short = _SHORT.fullmatch(text)
        if short is None:
            raise ValueProblem("not_a_colour", "This must be a colour, such as #2fb344.")
        return f"#{short[1] * 2}{short[2] * 2}{short[3] * 2}"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^#[0-9a-f]{6}$", "examples": ["#2fb344"]}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^#?(?:[0-9A-Fa-f]{3}){1,2}$", "examples": ["#2fb344"]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
