"""Shares of a hundred."""

from __future__ import annotations

from decimal import Decimal as Exact
from typing import Any

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Locale
from newel.metadata.field_types.decimal import Decimal
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.model import Field


class Percent(Decimal):
    """A decimal that counts hundredths: 12.5 is 12.5 %."""

    name = "percent"
    help = "A percentage; 12.5 means 12.5 %."
    widget = "percent"
    shown_as = "percent"

    def parse(self, field: Field, raw: Any, locale: Locale) -> Exact | None:
        if isinstance(raw, str):
            text = narrow(read_line(raw) or "")
            raw = text.removesuffix("%").rstrip() or text
        return super().parse(field, raw, locale)

    def input_schema(self, field: Field) -> dict[str, Any]:
        schema = super().input_schema(field)
        text = schema["anyOf"][1]
        return {"anyOf": [schema["anyOf"][0], text | {"pattern": text["pattern"].removesuffix("$") + " ?%?$"}]}

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else f"{numbers.trimmed(value):,f}%"
