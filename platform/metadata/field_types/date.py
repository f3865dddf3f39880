"""Days of the calendar."""

from __future__ import annotations

import datetime
from typing import Any

from newel.metadata.field_types import moments
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import read_line
from newel.metadata.model import Field

YEARS = "^[1-9][0-9]{3}-"  # the years 1000 to 9999; a year such as 0026 is a slip of the keyboard


class Date(FieldType):
    """A day without a time or a zone."""

    name = "date"
    help = "A day, without a time."
    expression_type = "date"
    widget = "date"
    shown_as = "date"
    can_be_computed = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("date"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> datetime.date | None:
        if isinstance(raw, datetime.datetime):
            return _at_midnight(raw)
        if isinstance(raw, datetime.date):
            return raw
        text = read_line(raw)
        if text is None:
            return None
        day = moments.read_date(text)
        if day is None:
            raise _not_a_date()
        return day

    def check(self, field: Field, value: Any) -> None:
        if value is not None and value.year < 1000:
            raise ValueProblem("year_out_of_range", "Write the year with four digits, from 1000 to 9999.")

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else moments.write_date(value, locale.language.startswith("zh"))

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else value.isoformat()

    def dump(self, field: Field, value: Any) -> str | None:
        return None if value is None else value.isoformat()

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": YEARS}

    def search_text(self, field: Field, value: Any) -> str:
        return "" if value is None else value.isoformat()


def _at_midnight(moment: datetime.datetime) -> datetime.date:
    """The day of a moment that spreadsheets and databases write for a plain day."""
    if moment.tzinfo is not None or moment.time() != datetime.time():
        raise _not_a_date()
    return moment.date()


def _not_a_date() -> ValueProblem:
    return ValueProblem("not_a_date", "This must be a date, such as 2026-11-21.")
