"""Ratings in stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import WHITE, narrow
from newel.metadata.model import Field


class Rating(FieldType):
    """Stored as a whole number from 0 to `max`; as text it reads 3/5."""

    name = "rating"
    help = "A number of stars."
    expression_type = "number"
    widget = "rating"
    shown_as = "rating"
    properties: ClassVar[Mapping[str, Any]] = {
        "max": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5, "description": "How many stars there are."},
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("integer"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> int | None:
        return numbers.read_whole(_without_total(field, raw) if isinstance(raw, str) else raw)

    def check(self, field: Field, value: Any) -> None:
        most = field.options.get("max", 5)
        if value is not None and not 0 <= value <= most:
            raise ValueProblem("not_a_rating", "Give 0 to {most} stars.", most=most)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else f"{value}/{field.options.get('max', 5)}"

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else str(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": field.options.get("max", 5)}

    def input_schema(self, field: Field) -> dict[str, Any]:
        most = field.options.get("max", 5)
        stars = "|".join(str(count) for count in range(most + 1))
        text = {"type": "string", "pattern": f"^0{{0,9}}(?:{stars})(?:\\.0{{0,9}})?(?:/{most})?$"}
        return {"anyOf": [self.json_schema(field), text]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""


def _without_total(field: Field, raw: str) -> str:
    """3/5 as 3, and ★★★☆☆ as 3."""
    text = narrow(raw).strip(WHITE)
    if text and not text.strip("★☆"):
        return str(text.count("★"))
    return text.removesuffix(f"/{field.options.get('max', 5)}")
