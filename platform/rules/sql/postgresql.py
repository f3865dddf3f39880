"""How PostgreSQL does what expressions mean. Needs PostgreSQL 17 for the letters of all scripts (pg_c_utf8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    bindparam,
    case,
    cast,
    collate,
    extract,
    false,
    func,
    literal_column,
    null,
    true,
    type_coerce,
)

from newel.rules.functions.texts import WHITE_SPACE
from newel.rules.sql.calculating import Condition
from newel.rules.sql.clocks import local_day
from newel.rules.sql.conditions import FLIPPED, ORDERS, order_whole, same_whole
from newel.rules.sql.postgresql_dates import DatesOfPostgres
from newel.rules.sql.types import sql_type
from newel.rules.sql.values import Value
from newel.rules.types import ADDED

# A one with so many zeros that a quotient times it has digits enough to be rounded, or floored, rightly.
_ONE = literal_column("1." + "0" * 60, Numeric())
_DAYS = 3_652_058  # from 0001-01-01 to 9999-12-31
_UNITS = {"week": "1 week", "month": "1 month", "quarter": "3 months", "year": "1 year"}
_NUMBER_PATTERN = f"^[{WHITE_SPACE}]*[+-]?[0-9]{{1,38}}([.][0-9]{{1,38}})?[{WHITE_SPACE}]*$"


class PostgresEmitter(DatesOfPostgres):
    """Numbers are NUMERIC; whole columns stay BIGINT (scale 0) where they are only compared."""

    def typed_null(self, kind: str) -> ColumnElement[Any]:
        return cast(null(), Numeric() if kind in ("number", "money") else sql_type(kind))

    # Numbers

    def number_literal(self, value: Any, kind: str) -> Value:
        return Value(kind, cast(bindparam(None, value, type_=Numeric(), unique=True), Numeric()), certain=True, constant=value)

    def number_column(self, column: ColumnElement[Any], kind: str) -> Value:
        whole = isinstance(column.type, BigInteger | Integer | SmallInteger)
        return Value(kind, column, scale=0 if whole else None)

    def number_binds(self, value: Value, constants: Sequence[Any]) -> list[Any]:
        if value.scale is None:
            return [self.number_literal(each, "number").sql for each in dict.fromkeys(constants)]
        found = [same_whole(each, 0) for each in dict.fromkeys(constants)]
        return [each for each in found if each is not None]

    def same_number(self, left: Value, right: Value, equal: bool, certain: bool) -> Condition:
        if left.is_constant:
            left, right = right, left
        if right.is_constant and left.scale == 0:
            whole = same_whole(right.constant, 0)
            if whole is None:
                return false() if equal else true()
            right = Value(right.kind, whole, certain=True)
        return self.alike(left, right, equal, certain)

    def order_numbers(self, left: Value, op: str, right: Value) -> Condition:
        if left.is_constant and not right.is_constant:
            left, op, right = right, FLIPPED[op], left
        if right.is_constant and left.scale == 0 and not left.is_constant:
            return order_whole(left, op, right.constant)
        return ORDERS[op](left.sql, right.sql)  # type: ignore[no-any-return]

    def exact(self, value: Value) -> ColumnElement[Any]:
        return cast(value.sql, Numeric()) if value.scale == 0 else value.sql

    def calculated(self, op: str, left: Value, right: Value) -> Value:
        return Value("number", self._calculated(op, self.exact(left), self.exact(right)))

    def _calculated(self, op: str, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
        if op == "+":
            return left + right
        if op == "-":
            return left - right
        if op == "*":
            return left * right
        if op == "/":
            return func.round(self._quotient(left, right), 10, type_=Numeric())
        floor = func.floor(self._quotient(left, right), type_=Numeric())
        return floor if op == "//" else left - right * floor

    def _quotient(self, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
        return (left * _ONE).op("/", return_type=Numeric())(func.nullif(right, literal_column("0"), type_=Numeric()))

    def whole(self, element: ColumnElement[Any]) -> Value:
        return Value("number", element, scale=0)

    def whole_number(self, name: str, value: Value) -> Value:
        """floor, ceil or trunc."""
        return Value(value.kind, getattr(func, name)(self.exact(value), type_=Numeric()))

    def sign(self, value: Value) -> ColumnElement[Any]:
        return func.sign(self.exact(value), type_=Numeric())

    def rounded_to(self, value: Value, step: Value) -> Value:
        """The nearest multiple of the step, half away from zero."""
        number, width = self.exact(value), func.abs(self.exact(step), type_=Numeric())
        two = literal_column("2", Numeric())
        steps = self._calculated("//", two * func.abs(number, type_=Numeric()) + width, two * width)
        return Value(value.kind, steps * width * func.sign(number, type_=Numeric()))

    def negated(self, value: Value) -> Value:
        return Value(value.kind, -self.exact(value))

    def absolute(self, value: Value) -> Value:
        return Value(value.kind, func.abs(self.exact(value), type_=Numeric()))

    def rounded(self, value: Value, places: Value | None = None) -> Value:
        count = int(places.constant) if places is not None else 0
        return Value(value.kind, func.round(self.exact(value), count, type_=Numeric()))

    def total(self, value: Value) -> Value:
        summed = func.sum(self.exact(value), type_=Numeric())
        return Value(value.kind, func.coalesce(summed, literal_column("0", Numeric())), certain=True)

    def united(self, values: Sequence[Value], kind: str) -> list[Value]:
        if kind not in ADDED:
            return [self.blank(kind) if each.kind == "blank" else each for each in values]
        filled = [self.blank(kind) if each.kind == "blank" else each for each in values]
        return [Value(kind, self.exact(each), each.certain, currency=each.currency) for each in filled]

    def extreme_of(self, name: str, values: Sequence[Value], kind: str) -> Value:
        united = self.united(values, kind)
        chosen = getattr(func, name)(*(each.sql for each in united), type_=united[0].sql.type)
        return Value(kind, chosen, any(each.certain for each in united))

    def number_of_text(self, text: Value) -> ColumnElement[Any]:
        plain = func.btrim(text.sql, self.words(WHITE_SPACE))
        return case((text.sql.op("~", is_comparison=True)(self.words(_NUMBER_PATTERN)), cast(plain, Numeric())))

    # Texts

    def lowered(self, element: ColumnElement[Any]) -> ColumnElement[Any]:
        return collate(func.lower(collate(element, "pg_c_utf8")), "C")

    def capitals(self, text: Value) -> ColumnElement[Any]:
        return collate(func.upper(collate(text.sql, "pg_c_utf8")), "C")

    def chained(self, texts: ColumnElement[Any], separator: str) -> ColumnElement[Any]:
        return func.string_agg(texts, self.words(separator), type_=String())

    # Lists

    def list_length(self, values: Value) -> ColumnElement[Any]:
        return func.jsonb_array_length(values.sql)

    def list_size(self, values: Value) -> Value:
        return self.whole(func.coalesce(self.list_length(values), literal_column("0")))

    def list_has(self, values: Value, value: Value) -> Condition:
        return func.jsonb_exists(values.sql, value.sql)

    def list_has_any(self, values: Value, wanted: Value) -> Condition:
        return func.jsonb_exists_any(values.sql, self._texts(wanted))

    def list_has_all(self, values: Value, wanted: Value) -> Condition:
        return func.jsonb_exists_all(values.sql, self._texts(wanted))

    def _texts(self, wanted: Value) -> ColumnElement[Any]:
        return cast(bindparam(None, list(wanted.constant), type_=ARRAY(Text()), unique=True), ARRAY(Text()))

    # Dates

    def local_date(self, moment: Value) -> ColumnElement[Any]:
        return local_day("postgresql", moment.sql)

    def date_field(self, day: Value, name: str) -> ColumnElement[Any]:
        return cast(extract(name, day.sql), Numeric())

    def days_from(self, start: Value, end: Value) -> ColumnElement[Any]:
        return cast(_minus(end.sql, start.sql), Numeric())

    def day_plus(self, day: Value, count: Value) -> ColumnElement[Any]:
        """Blank where the result lies outside the years 1 to 9999; the count is held within bounds, so that nothing overflows."""
        days = func.trunc(self.exact(count), type_=Numeric())
        inside = (_minus(day.sql, literal_column("DATE '0001-01-01'", Date())) + days).between(
            literal_column("0"), literal_column(str(_DAYS))
        )
        moved = day.sql.op("+", return_type=Date())(_held(days, _DAYS))
        return case((inside, moved))

    def month_plus(self, day: Value, count: Value, months: int) -> ColumnElement[Any]:
        total = func.trunc(self.exact(count), type_=Numeric()) * literal_column(str(months))
        place = extract("year", day.sql) * literal_column("12") + extract("month", day.sql) - literal_column("1") + total
        moved = day.sql.op("+")(func.make_interval(literal_column("0"), _held(total, 120_000)))
        return case((place.between(literal_column("12"), literal_column("119999")), cast(moved, Date())))

    def period_start(self, day: Value, unit: Value) -> ColumnElement[Any]:
        return cast(self._truncated(day, unit), Date())

    def period_end(self, day: Value, unit: Value) -> ColumnElement[Any]:
        length: ColumnElement[Any] = literal_column(f"INTERVAL '{_UNITS[unit.constant]}' - INTERVAL '1 day'")
        last = cast(self._truncated(day, unit).op("+")(length.self_group()), Date())
        if unit.constant != "week":
            return last
        beyond = literal_column("DATE '10000-01-01'", Date())  # the last week of all ends in a year that there is not
        return func.nullif(func.least(last, beyond, type_=Date()), beyond, type_=Date())

    def _truncated(self, day: Value, unit: Value) -> ColumnElement[Any]:
        return func.date_trunc(literal_column(f"'{unit.constant}'"), cast(day.sql, TIMESTAMP()))

    def given_out(self, value: Value) -> ColumnElement[Any]:
        return type_coerce(value.sql, sql_type("number")) if value.number.kind == "number" else value.sql


def _minus(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
    """Days between two dates, as PostgreSQL counts them."""
    return left.op("-", return_type=Integer())(right)


def _held(number: ColumnElement[Any], most: int) -> ColumnElement[Any]:
    within = func.least(func.greatest(number, literal_column(str(-most))), literal_column(str(most)))
    return cast(within, Integer())
