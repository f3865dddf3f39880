"""Shares of a hundred."""

from __future__ import annotations

from decimal import Decimal as Exact
from typing import Any

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Locale
from newel.metadata.field_types.decimal import Decimal
from newel.metadata.model import Field


class Percent(Decimal):
    """A decimal that counts hundredths: 12.5 is 12.5 %."""

    name = "percent"
    help = "A percentage; 12.5 means 12.5 %."
    widget = "percent"
    shown_as = "percent"

    def parse(self, field: Field, raw: Any, locale: Locale) -> Exact | None:
        if isinstance(raw, str):
            raw = raw.rstrip(" %％\t\r\n\u3000\u00a0") or (
                None if raw.strip(" %％\t\r\n\u3000\u00a0") == "" and "%" not in raw else raw
            )
        return super().parse(field, raw, locale)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else f"{numbers.trimmed(value):,f}%"
