"""How PostgreSQL counts months, hours and working days, and knows exchange rates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Float,
    Integer,
    Numeric,
    Text,
    and_,
    any_,
    case,
    cast,
    collate,
    extract,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.elements import Grouping

from newel.rules.sql.binds import bound
from newel.rules.sql.calculating import Condition
from newel.rules.sql.clocks import local_clock
from newel.rules.sql.postgresql_texts import TextsOfPostgres, held
from newel.rules.sql.values import Value

_FIRST_DAY = literal_column("DATE '0001-01-01'", Date())
_LAST_DAY = 3_652_059  # 9999-12-31, January 1 of the year 1 being 1
_FIRST_SECOND, _LAST_SECOND = "-62135596800", "253402300800"
_MOST_SECONDS = 10**12
_ZERO, _ONE, _SEVEN = (literal_column(each, Integer()) for each in "017")


class DatesOfPostgres(TextsOfPostgres):
    """The functions on days and moments beyond plain arithmetic, and money at a day's rates."""

    def months_from(self, start: Value, end: Value) -> ColumnElement[Any]:
        first, last = start.sql, end.sql
        return case((last >= first, _months(first, last)), else_=-_months(last, first))

    def age(self, birthday: Value, day: Value) -> ColumnElement[Any]:
        return func.div(self.months_from(birthday, day), literal_column("12"), type_=Numeric())

    def fiscal_year(self, day: Value) -> ColumnElement[Any]:
        start = bound("nw_fiscal_start")
        later = case((and_(start > _ONE, extract("month", day.sql) >= start), _ONE), else_=_ZERO)
        return cast(extract("year", day.sql), Numeric()) + later

    def clock_field(self, value: Value, name: str) -> ColumnElement[Any]:
        clock = local_clock(value.sql) if value.kind == "datetime" else value.sql
        return cast(extract(name, clock), Numeric())

    def hours_plus(self, moment: Value, count: Value) -> ColumnElement[Any]:
        """To the second; NULL outside the years 1 to 9999."""
        seconds = func.round(self.exact(count) * literal_column("3600"), type_=Numeric())
        reached = extract("epoch", moment.sql) + seconds
        inside = and_(reached >= literal_column(_FIRST_SECOND), reached < literal_column(_LAST_SECOND))
        most: ColumnElement[int] = literal_column(str(_MOST_SECONDS))
        safe = func.least(func.greatest(seconds, -most), most, type_=Numeric())
        step = literal_column("INTERVAL '1 second'").op("*")(cast(safe, Float(53)))
        return case((inside, moment.sql.op("+", return_type=moment.sql.type)(step)))

    def hours_from(self, start: Value, end: Value) -> ColumnElement[Any]:
        seconds = cast(extract("epoch", end.sql.op("-")(start.sql)), Numeric())
        return self._calculated("/", seconds, literal_column("3600", Numeric()))

    # Working days

    def workdays_from(self, start: Value, end: Value) -> ColumnElement[Any]:
        return cast(_worked(_ordinal(end.sql)) - _worked(_ordinal(start.sql)), Numeric())

    def workday_plus(self, day: Value, count: Value) -> ColumnElement[Any]:
        """The first day on which the count of worked days reaches what is wanted, as `Calendar.nth` finds it."""
        from sqlalchemy.dialects.postgresql import array  # only here: the dialect takes long to load

        number = held(func.trunc(self.exact(count), type_=Numeric()), -_LAST_DAY, _LAST_DAY)
        back = case((number < _ZERO, _ONE), else_=_ZERO)
        target = _worked(_ordinal(day.sql) - back) + number + back
        row = func.unnest(array([target]), type_=Integer()).column_valued("wanted")
        at = func.width_bucket(row - _ONE, bound("nw_counts"), type_=Integer())
        rest = row - func.coalesce(_member("nw_shifts", at), _ZERO) - _ONE
        week = func.nullif(func.cardinality(bound("nw_workdays")), _ZERO, type_=Integer())
        weekday = _member("nw_workdays", func.mod(rest, week, type_=Integer()) + _ONE)
        found = func.least(
            func.div(rest, week, type_=Integer()) * _SEVEN + weekday, _member("nw_exceptions", at + _ONE), type_=Integer()
        )
        inside = and_(row > _ZERO, found.between(_ONE, literal_column(str(_LAST_DAY))))
        moved = select(case((inside, _FIRST_DAY.op("+", return_type=Date())(cast(found, Integer()) - _ONE))))
        return case((number == _ZERO, day.sql), else_=moved.correlate_except(row.scalar_alias).scalar_subquery())

    # Money

    def converted(self, money: Value, currency: Value, day: Value) -> Value:
        amount = self.exact(money.number)
        given = self.typed_null("text") if money.currency is None else money.currency
        exchanged = self._calculated("/", amount * _rate(self, given, day.sql), _rate(self, currency.sql, day.sql))
        changed = case((and_(given == currency.sql, day.sql.is_not(None)), amount), else_=exchanged)
        return Value("money", changed, currency=currency.sql)

    # People

    def is_known(self, name: str, value: Value) -> Condition:
        return value.sql == any_(bound(name))

    def _calculated(self, op: str, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
        raise NotImplementedError


def _months(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whole months from a day to a later one."""
    years = extract("year", end) - extract("year", start)
    months = years * literal_column("12") + extract("month", end) - extract("month", start)
    month_end = cast(func.date_trunc("month", end) + literal_column("INTERVAL '1 month - 1 day'"), Date())
    short = and_(extract("day", end) < extract("day", start), end < month_end)
    return cast(months, Numeric()) - case((short, _ONE), else_=_ZERO)


def _ordinal(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return Grouping(day.op("-", return_type=Integer())(_FIRST_DAY) + _ONE)


def _worked(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """How many days up to this one are worked, as `Calendar.count` says."""
    week = func.cardinality(bound("nw_workdays"), type_=Integer())
    rest = func.width_bucket(func.mod(day, _SEVEN), bound("nw_workdays"), type_=Integer())
    shift = _member("nw_shifts", func.width_bucket(day, bound("nw_exceptions"), type_=Integer()))
    return func.div(day, _SEVEN, type_=Integer()) * week + rest + func.coalesce(shift, _ZERO)


def _member(name: str, place: ColumnElement[Any]) -> ColumnElement[Any]:
    """A member of a bound array, from 1; NULL where it has none."""
    return Grouping(cast(bound(name), ARRAY(Integer())))[place]


def _rate(sql: Any, currency: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The latest rate on or before the day: of the sorted entries CURRENCY|DAY|RATE the last that is not beyond it."""
    until = currency.concat(sql.words("|")).concat(func.to_char(day, sql.words("YYYY-MM-DD"))).concat(sql.words("|~"))
    at = func.width_bucket(collate(until, "C"), bound("nw_rates"), type_=Integer())
    entry = Grouping(cast(bound("nw_rates"), ARRAY(Text())))[at]
    parts = [func.split_part(entry, sql.words("|"), literal_column(place)) for place in "13"]
    return case((parts[0] == currency, cast(parts[1], Numeric())))
