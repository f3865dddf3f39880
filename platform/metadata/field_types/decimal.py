"""Exact numbers with decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal as Exact
from typing import Any, ClassVar

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.model import Field
from newel.metadata.words import word

BOUND = {"type": "number", "minimum": -(10**18), "maximum": 10**18}
SCALE = {"type": "integer", "minimum": 0, "maximum": 10, "default": 2, "description": "How many decimal places it keeps."}
PRECISION = {
    "type": "integer",
    "minimum": 1,
    "maximum": numbers.DIGITS,
    "default": numbers.DIGITS,
    "description": "How many digits it has in all, those after the point included.",
}


class Decimal(FieldType):
    """Stored exactly, with `scale` decimals; a value with more is refused, not rounded."""

    name = "decimal"
    help = "An exact number with decimal places, such as a weight or a rate."
    expression_type = "number"
    widget = "number"
    shown_as = "number"
    can_be_computed = True
    properties: ClassVar[Mapping[str, Any]] = {
        "precision": PRECISION,
        "scale": SCALE,
        "min": BOUND | {"description": "The least value."},
        "max": BOUND | {"description": "The greatest value."},
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        if options.get("scale", 2) > options.get("precision", numbers.DIGITS):
            return (("scale", word("`scale` must not be more than `precision`.")), *numbers.range_problems(options))
        return numbers.range_problems(options)

    def columns(self, field: Field) -> tuple[Column, ...]:
        precision, scale = _size(field)
        return (Column("decimal", precision=precision, scale=scale),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> Exact | None:
        number = numbers.read(raw)
        return None if number is None else numbers.at_scale(number, field.options.get("scale", 2))

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            numbers.check(field, value, *_size(field))

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else numbers.write(value, field.options.get("scale", 2))

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else numbers.plain(value, field.options.get("scale", 2))

    def dump(self, field: Field, value: Any) -> str | None:
        return None if value is None else numbers.plain(value, field.options.get("scale", 2))

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": numbers.json_pattern(*_size(field)), "examples": ["12.50"]}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return numbers.input_schema(field, *_size(field))


def _size(field: Field) -> tuple[int, int]:
    return field.options.get("precision", numbers.DIGITS), field.options.get("scale", 2)
