"""Functions that make days and moments, and take them apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from newel.metadata.words import phrase
from newel.rules.arithmetic import Number, divide, multiply, rounded
from newel.rules.facts import Facts
from newel.rules.functions.formats import day_of_text, is_readable_format
from newel.rules.functions.periods import DATE_GROUP, quarter
from newel.rules.functions.registry import Emit, Example, Function, Param
from newel.rules.functions.texts import WHITE_SPACE
from newel.rules.types import DATE, DATETIME, DURATION, NUMBER, TIME, Type

_DATE = Param("date", ("date",))
_CLOCK = Param("moment", ("datetime", "time"))
_MICROSECOND = timedelta(microseconds=1)
MOST_SECONDS = 10**12  # more than all years have


def date_in(moment: datetime, zone: ZoneInfo) -> date | None:
    """The day of a moment on the clocks of `zone`."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def date_of(facts: Facts, moment: datetime | Number, month: Number | None = None, day: Number | None = None) -> date | None:
    """The day of a moment; or of a year, month and day, None where the calendar has no such day."""
    if isinstance(moment, datetime):
        return date_in(moment, facts.time_zone)
    try:
        return date(int(moment), int(month or 0), int(day or 0))
    except (ValueError, OverflowError):
        return None


def to_date(facts: Facts, value: str | datetime, form: str | None = None) -> date | None:
    if isinstance(value, datetime):
        return date_in(value, facts.time_zone)
    return day_of_text(value.strip(WHITE_SPACE), form)


def moment_of(text: str) -> datetime | None:
    """The moment that an ISO text with an offset says, in UTC; None where it says none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def duration(hours: Number, minutes: Number = 0, seconds: Number = 0) -> int:
    return int(Decimal(hours) * 3600 + Decimal(minutes) * 60 + Decimal(seconds))


def clock_part(name: str) -> Any:
    """The hour or minute of a time of day, or of a moment on the clocks of who asks."""

    def part(facts: Facts, value: Any) -> int | None:
        try:
            clock = value.astimezone(facts.time_zone) if isinstance(value, datetime) else value
        except OverflowError:
            return None
        return int(getattr(clock, name))

    return part


def add_hours(moment: datetime, count: Number) -> datetime | None:
    """So many hours of real time later, to the second."""
    seconds = int(rounded(multiply(count, 3600)) or 0)
    if abs(seconds) > MOST_SECONDS:
        return None
    try:
        return moment.astimezone(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def hours_between(start: datetime, end: datetime) -> Decimal | None:
    """Hours of real time to 10 places."""
    return divide((end - start) // _MICROSECOND, 3_600_000_000)


def _bad_date(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    if types[0].kind == "datetime" and len(types) > 1:
        return 1, phrase("needed beside a moment")
    return (0, phrase("a moment; a day takes year, month and day")) if types[0].kind == "number" and len(types) != 3 else None


def _bad_reading(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    if len(written) < 2 or written[1] is None:
        return None
    if types[0].kind == "datetime":
        return 1, phrase("needed beside a moment")
    return None if is_readable_format(written[1]) else (1, phrase("a format with YYYY, MM or M, DD or D"))


def _part(name: str, said: str, python: Any, postgresql: Emit, gives: str, other: Example) -> Function:
    """A function that takes a number out of a date."""
    examples = (Example(f"{name}(date('2026-11-21'))", gives), other)
    return Function(name, DATE_GROUP, said, (_DATE,), NUMBER, python, postgresql, examples, browser=name)


DATES = (
    Function(
        "today",
        DATE_GROUP,
        "The present day, in the time zone of who asks.",
        (),
        DATE,
        lambda facts: facts.today,
        lambda sql: sql.fact("nw_today", DATE),
        (Example("today() == date(now())", "true"), Example("add_days(today(), 1) > today()", "true")),
        sqlite=lambda sql: sql.fact("nw_today", DATE),
        facts=True,
        binds=("nw_today",),
        browser="today",
    ),
    Function(
        "now",
        DATE_GROUP,
        "The present moment.",
        (),
        DATETIME,
        lambda facts: facts.now,
        lambda sql: sql.fact("nw_now", DATETIME),
        (Example("now() >= now()", "true"), Example("now() > datetime('2020-01-01T00:00:00Z')", "true")),
        sqlite=lambda sql: sql.fact("nw_now", DATETIME),
        facts=True,
        binds=("nw_now",),
        browser="now",
    ),
    Function(
        "date",
        DATE_GROUP,
        "The day of a moment in the time zone of who asks; a day written out, date('2026-11-21'); or one made of year, month "
        "and day, blank where the calendar has no such day.",
        (
            Param("moment", ("datetime", "number")),
            Param("month", ("number",), optional=True),
            Param("day", ("number",), optional=True),
        ),
        DATE,
        date_of,
        lambda sql, moment, *parts: sql.day_made_of(moment, *parts) if parts else sql.local_date(moment),
        (
            Example("date('2026-11-21') < date('2026-12-01')", "true"),
            Example("date(datetime('2026-11-21T12:00:00Z'))", "date('2026-11-21')"),
            Example("date(2024, 2, 29)", "date('2024-02-29')"),
            Example("date(2026, 2, 29)", "none"),
        ),
        sqlite=lambda sql, moment, *parts: sql.called("date", (moment, *parts), "date") if parts else sql.local_date(moment),
        facts=True,
        binds=("nw_time_zone",),
        copies=3,
        refuses=_bad_date,
        browser="date",
    ),
    Function(
        "to_date",
        DATE_GROUP,
        "The day of a moment in the time zone of who asks, or the day that a text writes: 2026-11-21, 2026/1/5, 2026.1.5, "
        "2026年1月5日, or as a format says (DD/MM/YYYY). Blank where it writes none.",
        (Param("value", ("text", "datetime")), Param("format", ("text",), optional=True, literal=True)),
        DATE,
        to_date,
        lambda sql, value, form=None: sql.day_read(value, form.constant if form else None),
        (
            Example("to_date('2026年1月5日')", "date('2026-01-05')"),
            Example("to_date('05/03/2026', 'DD/MM/YYYY')", "date('2026-03-05')"),
            Example("to_date('2026-02-30')", "none"),
            Example("to_date(datetime('2026-11-21T12:00:00Z'))", "date('2026-11-21')"),
        ),
        sqlite=lambda sql, value, form=None: sql.called("to_date", (value, *([form] if form else ())), "date"),
        facts=True,
        binds=("nw_time_zone",),
        copies=6,
        refuses=_bad_reading,
        browser="to_date",
    ),
    Function(
        "datetime",
        DATE_GROUP,
        "A moment written out, with its offset: datetime('2026-11-21T08:00:00Z').",
        (Param("text", ("text",), literal=True),),
        DATETIME,
        moment_of,
        lambda sql, text: text,
        (
            Example("datetime('2026-11-21T08:00:00Z') < datetime('2026-11-21T08:00:00-01:00')", "true"),
            Example("datetime('2026-11-21T08:00:00Z') == datetime('2026-11-21T16:00:00+08:00')", "true"),
        ),
        sqlite=lambda sql, text: text,
        browser="datetime",
    ),
    Function(
        "time",
        DATE_GROUP,
        "A time of day written out: time('08:30').",
        (Param("text", ("text",), literal=True),),
        TIME,
        lambda text: text,
        lambda sql, text: text,
        (Example("time('08:30') < time('17:00')", "true"), Example("time('08:30') == time('08:30:00')", "true")),
        sqlite=lambda sql, text: text,
        browser="time",
    ),
    Function(
        "duration",
        DATE_GROUP,
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
    _part(
        "year",
        "The year of a day.",
        lambda day: day.year,
        lambda sql, day: sql.date_field(day, "year"),
        "2026",
        Example("year(none)", "none"),
    ),
    _part(
        "quarter",
        "The quarter of a day, 1 to 4.",
        quarter,
        lambda sql, day: sql.date_field(day, "quarter"),
        "4",
        Example("quarter(date('2026-03-31'))", "1"),
    ),
    _part(
        "month",
        "The month of a day, 1 to 12.",
        lambda day: day.month,
        lambda sql, day: sql.date_field(day, "month"),
        "11",
        Example("month(date('2026-01-31'))", "1"),
    ),
    _part(
        "day",
        "The day of the month, 1 to 31.",
        lambda day: day.day,
        lambda sql, day: sql.date_field(day, "day"),
        "21",
        Example("day(date('2024-02-29'))", "29"),
    ),
    _part(
        "weekday",
        "The day of the week, 1 for Monday to 7 for Sunday.",
        lambda day: day.isoweekday(),
        lambda sql, day: sql.date_field(day, "isodow"),
        "6",
        Example("weekday(date('2026-11-22'))", "7"),
    ),
    _part(
        "iso_week",
        "The number of the week, 1 to 53; week 1 is the one that holds January 4.",
        lambda day: day.isocalendar().week,
        lambda sql, day: sql.date_field(day, "week"),
        "47",
        Example("iso_week(date('2027-01-01'))", "53"),
    ),
    Function(
        "hour",
        DATE_GROUP,
        "The hour of a moment in the time zone of who asks, or of a time of day, 0 to 23.",
        (_CLOCK,),
        NUMBER,
        clock_part("hour"),
        lambda sql, value: sql.clock_field(value, "hour"),
        (Example("hour(time('08:30'))", "8"), Example("hour(datetime('2026-11-21T12:05:00Z'))", "20")),
        facts=True,
        binds=("nw_time_zone",),
        browser="hour",
    ),
    Function(
        "minute",
        DATE_GROUP,
        "The minute of a moment in the time zone of who asks, or of a time of day, 0 to 59.",
        (_CLOCK,),
        NUMBER,
        clock_part("minute"),
        lambda sql, value: sql.clock_field(value, "minute"),
        (Example("minute(time('08:30'))", "30"), Example("minute(datetime('2026-11-21T12:05:00Z'))", "5")),
        facts=True,
        binds=("nw_time_zone",),
        browser="minute",
    ),
    Function(
        "add_hours",
        DATE_GROUP,
        "The moment so many hours later, or earlier with a negative count; parts of an hour are rounded to the second.",
        (Param("moment", ("datetime",)), Param("count", ("number",))),
        DATETIME,
        add_hours,
        lambda sql, moment, count: sql.hours_plus(moment, count),
        (
            Example("add_hours(datetime('2026-11-21T12:00:00Z'), 1.5) == datetime('2026-11-21T13:30:00Z')", "true"),
            Example("add_hours(datetime('2026-11-21T12:00:00Z'), -24) == datetime('2026-11-20T12:00:00Z')", "true"),
        ),
        copies=4,
        browser="add_hours",
    ),
    Function(
        "hours_between",
        DATE_GROUP,
        "How many hours it is from the first moment to the second, to 10 places; negative where the second is earlier.",
        (Param("start", ("datetime",)), Param("end", ("datetime",))),
        NUMBER,
        hours_between,
        lambda sql, start, end: sql.hours_from(start, end),
        (
            Example("hours_between(datetime('2026-11-21T12:00:00Z'), datetime('2026-11-21T13:30:00Z'))", "1.5"),
            Example("hours_between(datetime('2026-11-21T12:00:00Z'), datetime('2026-11-21T11:40:00Z'))", "-0.3333333333"),
        ),
        browser="hours_between",
    ),
)
