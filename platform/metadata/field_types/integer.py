"""Whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.model import Field

_BOUND = {"type": "integer", "minimum": -numbers.SAFE_INTEGER, "maximum": numbers.SAFE_INTEGER}


class Integer(FieldType):
    """Stored as a 64-bit integer; values reach to 2^53-1 on either side, which every reader of JSON holds exactly."""

    name = "integer"
    help = "A whole number."
    expression_type = "number"
    widget = "number"
    shown_as = "number"
    can_be_unique = True
    can_be_computed = True
    properties: ClassVar[Mapping[str, Any]] = {
        "min": _BOUND | {"description": "The least value."},
        "max": _BOUND | {"description": "The greatest value."},
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return numbers.range_problems(options)

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("integer"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> int | None:
        if type(raw) is int:
            return raw
        return numbers.read_whole(raw)

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            numbers.check_whole(field.options, value)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else f"{value:,d}"

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else str(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return numbers.whole_schema(field.options)

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {"anyOf": [self.json_schema(field), {"type": "string", "pattern": numbers.text_pattern(field.options, 15, 0)}]}
