"""Functions that move along the calendar. Months are clamped to their last day; weeks begin on Monday; days outside the years
1 to 9999 are blank."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from newel.metadata.words import word
from newel.rules.arithmetic import Number
from newel.rules.calendars import LAST_DAY
from newel.rules.facts import Facts
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import DATE, NUMBER

DATE_GROUP = word("Dates")
LAST_MONTH = 9999 * 12 + 11
UNITS = ("week", "month", "quarter", "year")
CALENDAR = ("nw_workdays", "nw_exceptions", "nw_shifts", "nw_counts")
_DATE = Param("date", ("date",))
_START = Param("start", ("date",))
_END = Param("end", ("date",))
_COUNT = Param("count", ("number",))
_UNIT = Param("unit", ("text",), literal=True, among=UNITS)


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


def months_between(start: date, end: date) -> int:
    """The most months that can be added to `start` without passing `end`; the same backwards, negative."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    unfinished = end.day < start.day and end.day < monthrange(end.year, end.month)[1]
    return months - unfinished


def age(facts: Facts, birthday: date, day: date | None = None) -> int:
    months = months_between(birthday, day or facts.today)
    return months // 12 if months >= 0 else -(-months // 12)


def quarter(day: date) -> int:
    return (day.month + 2) // 3


def fiscal_year(facts: Facts, day: date) -> int:
    """The calendar year in which the fiscal year ends."""
    start = facts.organisation.fiscal_start
    return day.year + (1 < start <= day.month)


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


def workdays_between(facts: Facts, start: date, end: date) -> int:
    return facts.organisation.calendar.between(start, end)


def add_workdays(facts: Facts, day: date, count: Number) -> date | None:
    return facts.organisation.calendar.plus(day, int(count))


PERIODS = (
    Function(
        "add_days",
        DATE_GROUP,
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
        DATE_GROUP,
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
        DATE_GROUP,
        "The same day so many years later; February 28 where there is no 29.",
        (_DATE, _COUNT),
        DATE,
        add_years,
        lambda sql, day, count: sql.month_plus(day, count, 12),
        (
            Example("add_years(date('2024-02-29'), 1)", "date('2025-02-28')"),
            Example("add_years(date('2026-11-21'), -26)", "date('2000-11-21')"),
        ),
        copies=3,
        browser="add_years",
    ),
    Function(
        "days_between",
        DATE_GROUP,
        "How many days it is from the first day to the second; negative where the second is earlier.",
        (_START, _END),
        NUMBER,
        days_between,
        lambda sql, start, end: sql.days_from(start, end),
        (
            Example("days_between(date('2026-11-01'), date('2026-11-21'))", "20"),
            Example("days_between(date('2026-11-21'), date('2026-11-20'))", "-1"),
        ),
        sqlite=lambda sql, start, end: sql.days_from(start, end),
        browser="days_between",
    ),
    Function(
        "start_of",
        DATE_GROUP,
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
        DATE_GROUP,
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
    Function(
        "months_between",
        DATE_GROUP,
        "How many whole months it is from the first day to the second: the most that can be added without passing it. "
        "Negative where the second is earlier.",
        (_START, _END),
        NUMBER,
        months_between,
        lambda sql, start, end: sql.months_from(start, end),
        (
            Example("months_between(date('2026-01-15'), date('2026-03-14'))", "1"),
            Example("months_between(date('2026-01-31'), date('2026-02-28'))", "1"),
            Example("months_between(date('2026-03-15'), date('2026-01-15'))", "-2"),
        ),
        copies=9,
        browser="months_between",
    ),
    Function(
        "age",
        DATE_GROUP,
        "How many whole years lie between a birthday and today, or another day. Who was born on February 29 has the birthday "
        "on the 28th in other years.",
        (Param("birthday", ("date",)), Param("day", ("date",), optional=True)),
        NUMBER,
        age,
        lambda sql, birthday, day=None: sql.age(birthday, day or sql.fact("nw_today", DATE)),
        (
            Example("age(date('2000-11-22'), date('2026-11-21'))", "25"),
            Example("age(date('2000-02-29'), date('2026-02-28'))", "26"),
            Example("age(today())", "0"),
        ),
        facts=True,
        binds=("nw_today",),
        copies=9,
        browser="age",
    ),
    Function(
        "fiscal_year",
        DATE_GROUP,
        "The fiscal year of a day, called by the calendar year in which it ends. The organisation says in which month it begins.",
        (_DATE,),
        NUMBER,
        fiscal_year,
        lambda sql, day: sql.fiscal_year(day),
        (
            Example("fiscal_year(date('2026-03-31'))", "2026"),
            Example("fiscal_year(none)", "none"),
        ),
        facts=True,
        binds=("nw_fiscal_start",),
        copies=2,
        browser="fiscal_year",
    ),
    Function(
        "workdays_between",
        DATE_GROUP,
        "How many working days follow on the first day, up to and with the second; negative where the second is earlier. "
        "Holidays and make-up workdays of the organisation count.",
        (_START, _END),
        NUMBER,
        workdays_between,
        lambda sql, start, end: sql.workdays_from(start, end),
        (
            Example("workdays_between(date('2026-11-20'), date('2026-11-23'))", "1"),
            Example("workdays_between(date('2026-09-30'), date('2026-10-10'))", "7"),
            Example("workdays_between(date('2026-11-23'), date('2026-11-20'))", "-1"),
        ),
        facts=True,
        binds=CALENDAR,
        copies=4,
        browser="workdays_between",
    ),
    Function(
        "add_workdays",
        DATE_GROUP,
        "The working day so many working days later, or earlier with a negative count; the day itself for 0.",
        (_DATE, _COUNT),
        DATE,
        add_workdays,
        lambda sql, day, count: sql.workday_plus(day, count),
        (
            Example("add_workdays(date('2026-11-20'), 1)", "date('2026-11-23')"),
            Example("add_workdays(date('2026-11-21'), 0)", "date('2026-11-21')"),
            Example("add_workdays(date('2026-11-23'), -1)", "date('2026-11-20')"),
        ),
        facts=True,
        binds=CALENDAR,
        copies=8,
        browser="add_workdays",
    ),
)
