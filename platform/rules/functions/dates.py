"""Functions on dates. Months are clamped to their last day; weeks begin on Monday; days outside the years 1 to 9999 are blank."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from newel.rules.arithmetic import Number
from newel.rules.functions.registry import Emit, Example, Function, Param
from newel.rules.types import DATE, DATETIME, DURATION, NUMBER, TIME

_DATE = Param("date", ("date",))
_COUNT = Param("count", ("number",))
UNITS = ("week", "month", "quarter", "year")
_UNIT = Param("unit", ("text",), literal=True, among=UNITS)
LAST_DAY = date.max.toordinal()
LAST_MONTH = 9999 * 12 + 11


def date_in(moment: datetime, zone: ZoneInfo) -> date | None:
    """The day of a moment on the clocks of `zone`."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def add_days(day: date, count: Number) -> date | None:
    ordinal = day.toordinal() + int(count)
    return date.fromordinal(ordinal) if 1 <= ordinal <= LAST_DAY else None


def add_months(day: date, count: Number) -> date | None:
    month = day.year * 12 + day.month - 1 + int(count)
    if not 12 <= month <= LAST_MONTH:
        return None
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, count: Number) -> date | None:
    return add_months(day, int(count) * 12)


def days_between(start: date, end: date) -> int:
    return end.toordinal() - start.toordinal()


def quarter(day: date) -> int:
    return (day.month + 2) // 3


def start_of(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return day.replace(month=1, day=1)
    return day.replace(month=quarter(day) * 3 - 2 if unit == "quarter" else day.month, day=1)


def end_of(day: date, unit: str) -> date | None:
    if unit == "week":
        return add_days(day, 6 - day.weekday())
    month = {"month": day.month, "quarter": quarter(day) * 3, "year": 12}[unit]
    return day.replace(month=month, day=monthrange(day.year, month)[1])


def moment_of(text: str) -> datetime | None:
    """The moment that an ISO text with an offset says, in UTC; None where it says none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def duration(hours: Number, minutes: Number = 0, seconds: Number = 0) -> int:
    return int(Decimal(hours) * 3600 + Decimal(minutes) * 60 + Decimal(seconds))


def _part(name: str, said: str, python: Any, postgresql: Emit, gives: str, sqlite: Emit | None = None) -> Function:
    """A function that takes a number out of a date."""
    examples = (Example(f"{name}(date('2026-11-21'))", gives),)
    return Function(name, "Dates", said, (_DATE,), NUMBER, python, postgresql, examples, sqlite, browser=name)


DATES = (
    Function(
        "today",
        "Dates",
        "The present day, in the time zone of who asks.",
        (),
        DATE,
        lambda facts: facts.today,
        lambda sql: sql.fact("nw_today", DATE),
        (Example("today() == date(now())", "true"),),
        sqlite=lambda sql: sql.fact("nw_today", DATE),
        facts=True,
        browser="today",
    ),
    Function(
        "now",
        "Dates",
        "The present moment.",
        (),
        DATETIME,
        lambda facts: facts.now,
        lambda sql: sql.fact("nw_now", DATETIME),
        (Example("now() >= now()", "true"),),
        sqlite=lambda sql: sql.fact("nw_now", DATETIME),
        facts=True,
        browser="now",
    ),
    Function(
        "date",
        "Dates",
        "The day of a moment in the time zone of who asks; or a day written out, date('2026-11-21').",
        (Param("moment", ("datetime",)),),
        DATE,
        lambda facts, moment: date_in(moment, facts.time_zone),
        lambda sql, moment: sql.local_date(moment),
        (
            Example("date('2026-11-21') < date('2026-12-01')", "true"),
            Example("date(datetime('2026-11-21T12:00:00Z'))", "date('2026-11-21')"),
        ),
        sqlite=lambda sql, moment: sql.local_date(moment),
        facts=True,
        browser="date",
    ),
    Function(
        "datetime",
        "Dates",
        "A moment written out, with its offset: datetime('2026-11-21T08:00:00Z').",
        (Param("text", ("text",), literal=True),),
        DATETIME,
        moment_of,
        lambda sql, text: text,
        (Example("datetime('2026-11-21T08:00:00Z') < datetime('2026-11-21T08:00:00-01:00')", "true"),),
        sqlite=lambda sql, text: text,
        browser="datetime",
    ),
    Function(
        "time",
        "Dates",
        "A time of day written out: time('08:30').",
        (Param("text", ("text",), literal=True),),
        TIME,
        lambda text: text,
        lambda sql, text: text,
        (Example("time('08:30') < time('17:00')", "true"),),
        sqlite=lambda sql, text: text,
        browser="time",
    ),
    Function(
        "duration",
        "Dates",
        "A length of time from hours, minutes and seconds, in whole seconds.",
        (
            Param("hours", ("number",), literal=True),
            Param("minutes", ("number",), optional=True, literal=True),
            Param("seconds", ("number",), optional=True, literal=True),
        ),
        DURATION,
        duration,
        lambda sql, *parts: sql.seconds(duration(*(part.constant for part in parts))),
        (Example("duration(1, 30) > duration(1)", "true"), Example("duration(1) == duration(0, 60)", "true")),
        sqlite=lambda sql, *parts: sql.seconds(duration(*(part.constant for part in parts))),
        browser="duration",
    ),
    Function(
        "add_days",
        "Dates",
        "The day so many days later, or earlier with a negative count.",
        (_DATE, _COUNT),
        DATE,
        add_days,
        lambda sql, day, count: sql.day_plus(day, count),
        (
            Example("add_days(date('2026-02-28'), 1)", "date('2026-03-01')"),
            Example("add_days(date('2026-01-01'), -1)", "date('2025-12-31')"),
        ),
        copies=2,
        browser="add_days",
    ),
    Function(
        "add_months",
        "Dates",
        "The same day so many months later; the last day of the month where it has no such day.",
        (_DATE, _COUNT),
        DATE,
        add_months,
        lambda sql, day, count: sql.month_plus(day, count, 1),
        (
            Example("add_months(date('2026-01-31'), 1)", "date('2026-02-28')"),
            Example("add_months(date('2024-01-31'), 1)", "date('2024-02-29')"),
            Example("add_months(date('2026-03-15'), -3)", "date('2025-12-15')"),
        ),
        copies=3,
        browser="add_months",
    ),
    Function(
        "add_years",
        "Dates",
        "The same day so many years later; February 28 where there is no 29.",
        (_DATE, _COUNT),
        DATE,
        add_years,
        lambda sql, day, count: sql.month_plus(day, count, 12),
        (Example("add_years(date('2024-02-29'), 1)", "date('2025-02-28')"),),
        copies=3,
        browser="add_years",
    ),
    Function(
        "days_between",
        "Dates",
        "How many days it is from the first day to the second; negative where the second is earlier.",
        (Param("start", ("date",)), Param("end", ("date",))),
        NUMBER,
        days_between,
        lambda sql, start, end: sql.days_from(start, end),
        (Example("days_between(date('2026-11-01'), date('2026-11-21'))", "20"),),
        browser="days_between",
    ),
    Function(
        "start_of",
        "Dates",
        "The first day of the week, month, quarter or year that the day lies in.",
        (_DATE, _UNIT),
        DATE,
        start_of,
        lambda sql, day, unit: sql.period_start(day, unit),
        (
            Example("start_of(date('2026-11-21'), 'week')", "date('2026-11-16')"),
            Example("start_of(date('2026-11-21'), 'quarter')", "date('2026-10-01')"),
        ),
        browser="start_of",
    ),
    Function(
        "end_of",
        "Dates",
        "The last day of the week, month, quarter or year that the day lies in.",
        (_DATE, _UNIT),
        DATE,
        end_of,
        lambda sql, day, unit: sql.period_end(day, unit),
        (
            Example("end_of(date('2026-02-10'), 'month')", "date('2026-02-28')"),
            Example("end_of(date('2026-11-21'), 'year')", "date('2026-12-31')"),
        ),
        browser="end_of",
    ),
    _part("year", "The year of a day.", lambda day: day.year, lambda sql, day: sql.date_field(day, "year"), "2026"),
    _part("quarter", "The quarter of a day, 1 to 4.", quarter, lambda sql, day: sql.date_field(day, "quarter"), "4"),
    _part("month", "The month of a day, 1 to 12.", lambda day: day.month, lambda sql, day: sql.date_field(day, "month"), "11"),
    _part("day", "The day of the month, 1 to 31.", lambda day: day.day, lambda sql, day: sql.date_field(day, "day"), "21"),
    _part(
        "weekday",
        "The day of the week, 1 for Monday to 7 for Sunday.",
        lambda day: day.isoweekday(),
        lambda sql, day: sql.date_field(day, "isodow"),
        "6",
    ),
)
