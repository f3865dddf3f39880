"""Times of day."""

from __future__ import annotations

import datetime
from typing import Any

from newel.metadata.field_types import moments
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import read_line
from newel.metadata.model import Field


class Time(FieldType):
    """A time on a clock without a day or a zone, to the second."""

    name = "time"
    help = "A time of day, without a date."
    expression_type = "time"
    widget = "time"
    shown_as = "time"
    can_be_computed = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("time"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> datetime.time | None:
        if isinstance(raw, datetime.time):
            clock: datetime.time | None = raw.replace(tzinfo=None)
        else:
            text = read_line(raw)
            if text is None:
                return None
            clock = moments.read_time(text)
        if clock is None:
            raise ValueProblem("not_a_time", "This must be a time, such as 16:00.")
        return clock.replace(microsecond=0)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else moments.write_time(value, locale.language.startswith("zh"))

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else value.isoformat(timespec="seconds" if value.second else "minutes")

    def dump(self, field: Field, value: Any) -> str | None:
        return None if value is None else value.isoformat(timespec="seconds")

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$", "examples": ["08:00:00"]}

    def input_schema(self, field: Field) -> dict[str, Any]:
        pattern = "^(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?$"
        return {"type": "string", "pattern": pattern, "examples": ["08:00:00", "08:00"]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
