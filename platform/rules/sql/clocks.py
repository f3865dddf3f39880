"""Moments on the clock of who asks: each by the rules of the time zone that hold on its own day.

Where the clock shows a year that days do not have (the last hours of 9999, east of Greenwich), it shows nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, cast, func, literal_column

from newel.rules.sql.binds import bound
from newel.rules.sql.types import sql_type

_BEFORE = literal_column("TIMESTAMP '0001-12-31 23:59:59 BC'", DateTime())
_AFTER = literal_column("TIMESTAMP '10000-01-01'", DateTime())


def local_day(dialect: str, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a moment."""
    if dialect == "sqlite":
        return func.nw_local_date(moment, bound("nw_time_zone"), type_=sql_type("date"))
    return cast(local_clock(moment), Date())


def local_clock(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the clock shows, for PostgreSQL; LEAST and GREATEST pass over a blank, which NULLIF gives back."""
    shown = func.timezone(bound("nw_time_zone"), moment, type_=DateTime())
    held = func.greatest(func.least(shown, _AFTER, type_=DateTime()), _BEFORE, type_=DateTime())
    return func.nullif(func.nullif(held, _AFTER, type_=DateTime()), _BEFORE, type_=DateTime())
