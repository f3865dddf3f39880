"""Points on the earth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.field_types.values import Geolocation as Point
from newel.metadata.model import Field

_PAIR = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?)°? ?[,; ] ?([+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?)°?")
_BOUNDS = {"latitude": 90, "longitude": 180}


class Geolocation(FieldType):
    """Stored as the text of both, which tells blank from set and equal from different, and as two exact numbers of 6 decimals."""

    name = "geolocation"
    help = "A point on the map, as latitude and longitude in degrees."
    expression_type = "text"
    widget = "geolocation"
    shown_as = "geolocation"
    sortable = False
    plain = False

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (
            Column("string", length=24),
            Column("decimal", "_latitude", precision=9, scale=6),
            Column("decimal", "_longitude", precision=9, scale=6),
        )

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return (None, None, None) if value is None else (str(value), value.latitude, value.longitude)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> Point | None:
        _, latitude, longitude = values
        return None if latitude is None or longitude is None else Point(latitude, longitude)

    def parse(self, field: Field, raw: Any, locale: Locale) -> Point | None:
        """Devices give more decimals than mean anything: they are rounded to 6, which is 11 centimetres."""
        latitude, longitude = _pair(raw)
        if latitude is None and longitude is None:
            return None
        if latitude is None or longitude is None:
            raise _not_a_point()
        return Point(_rounded(latitude), _rounded(longitude))

    def check(self, field: Field, value: Any) -> None:
        if value is not None and not (-90 <= value.latitude <= 90 and -180 <= value.longitude <= 180):
            raise ValueProblem("off_the_map", "Latitude goes from -90 to 90, longitude from -180 to 180.")

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else str(value)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> dict[str, str]:
        """The two inputs of the widget."""
        return {part: "" if value is None else f"{getattr(value, part):f}" for part in _BOUNDS}

    def expression_value(self, field: Field, value: Any) -> str | None:
        return None if value is None else str(value)

    def dump(self, field: Field, value: Any) -> dict[str, str] | None:
        return None if value is None else {part: f"{getattr(value, part):f}" for part in _BOUNDS}

    def json_schema(self, field: Field) -> dict[str, Any]:
        part = {"type": "string", "pattern": "^-?[0-9]{1,3}\\.[0-9]{6}$"}
        return _schema({"latitude": part, "longitude": part})

    def input_schema(self, field: Field) -> dict[str, Any]:
        parts = {name: {"anyOf": [_number(bound), _text(bound)]} for name, bound in _BOUNDS.items()}
        pair = f"^{_text(90)['pattern'][1:-1]}, ?{_text(180)['pattern'][1:-1]}$"
        return {"anyOf": [_schema(parts), {"type": "string", "pattern": pair}]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""


def _pair(raw: Any) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(raw, Point):
        return numbers.read(raw.latitude), numbers.read(raw.longitude)
    if isinstance(raw, Mapping):
        if raw.keys() != _BOUNDS.keys():
            raise _not_a_point()
        return numbers.read(raw["latitude"]), numbers.read(raw["longitude"])
    text = read_line(raw)
    if text is None:
        return None, None
    found = _PAIR.fullmatch(narrow(text))
    if found is None:
        raise _not_a_point()
    return numbers.read(found[1]), numbers.read(found[2])


def _rounded(degrees: Decimal) -> Decimal:
    if abs(degrees) > 1000:
        raise ValueProblem("off_the_map", "Latitude goes from -90 to 90, longitude from -180 to 180.")
    return degrees.quantize(numbers.STEPS[6], ROUND_HALF_UP) + 0


def _schema(parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": ["latitude", "longitude"], "additionalProperties": False}


def _number(bound: int) -> dict[str, Any]:
    return {"type": "number", "minimum": -bound, "maximum": bound}


def _text(bound: int) -> dict[str, Any]:
    whole = "(?:[0-9]|[1-8][0-9])" if bound == 90 else "(?:[0-9]|[1-9][0-9]|1[0-7][0-9])"
    return {"type": "string", "pattern": f"^[+-]?(?:{whole}(?:\\.[0-9]{{0,18}})?|{bound}(?:\\.0{{0,18}})?)$"}


def _not_a_point() -> ValueProblem:
    return ValueProblem("not_a_point", "This must be a latitude and a longitude, such as 31.2304, 121.4737.")
