"""Moments in time."""

from __future__ import annotations

import datetime
from typing import Any

from newel.metadata.field_types import moments
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.date import YEARS
from newel.metadata.field_types.texts import read_line
from newel.metadata.model import Field


class Datetime(FieldType):
    """Stored in UTC, shown and read on the clocks of the reader's time zone; what people enter is kept to the second."""

    name = "datetime"
    help = "A moment: a day and a time, shown in everyone's own time zone."
    expression_type = "datetime"
    widget = "datetime"
    shown_as = "datetime"
    can_be_computed = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("datetime"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> datetime.datetime | None:
        if isinstance(raw, datetime.datetime):
            moment = moments.to_utc(raw, locale.time_zone)
        else:
            text = read_line(raw)
            if text is None:
                return None
            moment = moments.read_moment(text, locale.time_zone)
        if moment is None:
            raise ValueProblem("not_a_datetime", "This must be a date and a time, such as 2026-11-21 16:00.")
        return moment if field.system else moment.replace(microsecond=0)

    def check(self, field: Field, value: Any) -> None:
        if value is not None and value.year < 1000:
            raise ValueProblem("year_out_of_range", "Write the year with four digits, from 1000 to 9999.")

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        if value is None:
            return ""
        chinese = locale.language.startswith("zh")
        return moments.write_moment(value, locale.time_zone, chinese, seconds=not field.system)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        """The local time as a datetime-local input wants it: 2026-11-21T16:00."""
        if value is None:
            return ""
        shown = moments.local(value, locale.time_zone).replace(tzinfo=None)
        return shown.isoformat(timespec="seconds" if shown.second else "minutes")

    def dump(self, field: Field, value: Any) -> str | None:
        return None if value is None else f"{value.isoformat()[:-6]}Z"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": YEARS}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
