"""Working days: the weekdays that are worked, less the holidays among them, with the extra days that people work.

Every count is read off sorted tables, so that a span of years costs what a day costs; SQL is given the same tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cached_property

LAST_DAY = date.max.toordinal()


class Calendar:
    """Which days are worked. `weekdays` are ISO weekdays (1-7), days are ordinals: 1 is January 1 of the year 1, a Monday.

    `days` are those that differ from their weekday, in order; `shifts` and `counts` say for each how many worked days
    there are, up to and with it, beyond those of the weekdays alone, and in all.
    """

    def __init__(self, weekdays: Iterable[int], holidays: Iterable[date] = (), extra: Iterable[date] = ()) -> None:
        self.weekdays = tuple(sorted({each for each in weekdays if 1 <= each <= 7}))
        added = {each.toordinal() for each in extra if each.isoweekday() not in self.weekdays}
        worked_anyway = set(extra)
        taken = {each.toordinal() for each in holidays if each.isoweekday() in self.weekdays and each not in worked_anyway}
        self.days = tuple(sorted(added | taken))
        shifts, shift = [], 0
        for day in self.days:
            shift += 1 if day in added else -1
            shifts.append(shift)
        self.shifts = tuple(shifts)

    @classmethod
    def of_tables(cls, weekdays: Iterable[int], days: Iterable[int], shifts: Iterable[int]) -> Calendar:
        """The calendar whose tables these are."""
        found = cls(weekdays)
        found.days, found.shifts = tuple(days), tuple(shifts)
        return found

    @cached_property
    def counts(self) -> tuple[int, ...]:
        return tuple(self.regular(day) + shift for day, shift in zip(self.days, self.shifts, strict=True))

    def regular(self, day: int) -> int:
        """How many days up to this one are worked by their weekday."""
        weeks, rest = divmod(day, 7)
        return weeks * len(self.weekdays) + bisect_right(self.weekdays, rest)

    def count(self, day: int) -> int:
        """How many days up to this one are worked."""
        at = bisect_right(self.days, day)
        return self.regular(day) + (self.shifts[at - 1] if at else 0)

    def between(self, start: date, end: date) -> int:
        """The worked days after `start`, up to and with `end`; negative where `end` is earlier."""
        return self.count(end.toordinal()) - self.count(start.toordinal())

    def plus(self, day: date, count: int) -> date | None:
        """The worked day so many worked days later, or earlier; the day itself for 0. None outside the years 1 to 9999."""
        if count == 0:
            return day
        back = count < 0
        wanted = self.count(day.toordinal() - back) + count + back
        found = self.nth(wanted) if wanted > 0 else None
        return date.fromordinal(found) if found is not None and found <= LAST_DAY else None

    def nth(self, wanted: int) -> int | None:
        """The day on which the count of worked days reaches `wanted`."""
        at = bisect_left(self.counts, wanted)
        following = self.days[at] if at < len(self.days) else None
        if not self.weekdays:
            return following
        weeks, rest = divmod(wanted - (self.shifts[at - 1] if at else 0) - 1, len(self.weekdays))
        regular = weeks * 7 + self.weekdays[rest]
        return regular if following is None else min(regular, following)
