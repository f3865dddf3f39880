"""Working days: counted by tables as one would count them day by day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newel.rules.calendars import Calendar

START = date(2026, 1, 1)
near = st.integers(-60, 60).map(lambda days: START + timedelta(days=days))
calendars = st.builds(
    Calendar, st.sets(st.integers(1, 7)), st.sets(near, max_size=20).map(frozenset), st.sets(near, max_size=20).map(frozenset)
)
NATIONAL_DAY = Calendar(
    (1, 2, 3, 4, 5),
    {date(2026, 10, day) for day in range(1, 8)},
    {date(2026, 9, 20), date(2026, 10, 10)},
)


def worked(calendar: Calendar, day: date) -> bool:
    """As the tables say it of one day."""
    return calendar.count(day.toordinal()) > calendar.count(day.toordinal() - 1)


@given(st.sets(st.integers(1, 7)), st.sets(near, max_size=20), st.sets(near, max_size=20), near)
def test_a_day_is_worked_by_its_weekday_unless_it_is_a_holiday_or_an_extra_day(
    weekdays: set[int], holidays: set[date], extra: set[date], day: date
) -> None:
    calendar = Calendar(weekdays, frozenset(holidays), frozenset(extra))
    assert worked(calendar, day) is (day in extra or (day.isoweekday() in weekdays and day not in holidays))


@given(calendars, near, near)
def test_between_counts_the_worked_days_after_the_first_up_to_the_second(calendar: Calendar, start: date, end: date) -> None:
    first, last = min(start, end), max(start, end)
    days = [first + timedelta(days=at) for at in range(1, (last - first).days + 1)]
    count = sum(worked(calendar, day) for day in days)
    assert calendar.between(start, end) == (count if start <= end else -count)


@given(calendars, near, st.integers(-30, 30))
def test_plus_finds_the_worked_day_that_so_many_worked_days_follow(calendar: Calendar, day: date, count: int) -> None:
    found = calendar.plus(day, count)
    step = timedelta(days=1 if count > 0 else -1)
    at, left = day, abs(count)
    for _ in range(2_000):
        if not left:
            break
        at += step
        left -= worked(calendar, at)
    assert found == (None if left else at)


def test_the_first_working_day_after_a_long_holiday() -> None:
    assert NATIONAL_DAY.plus(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert NATIONAL_DAY.plus(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert NATIONAL_DAY.plus(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert NATIONAL_DAY.between(date(2026, 9, 18), date(2026, 10, 12)) == 13


def test_the_ends_of_time_are_blank() -> None:
    calendar = Calendar((1, 2, 3, 4, 5))
    assert calendar.plus(date.max, 1) is None
    assert calendar.plus(date.min, -1) is None
    assert calendar.plus(date(2026, 1, 1), 10**9) is None
    assert Calendar(()).plus(date(2026, 1, 1), 1) is None
