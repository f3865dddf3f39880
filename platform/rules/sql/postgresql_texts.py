"""How PostgreSQL takes texts apart, writes values as texts and reads days from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
)

from newel.rules.functions.cutting import HIDDEN, WIDE_DIGITS
from newel.rules.functions.formats import PLAIN_DAY, PLAIN_MOMENT, number_format, reading, tokens
from newel.rules.functions.patterns import for_postgresql
from newel.rules.functions.registry import LONGEST_RESULT
from newel.rules.functions.texts import WHITE_SPACE
from newel.rules.sql.calculating import Condition
from newel.rules.sql.choosing import Choosing
from newel.rules.sql.clocks import local_clock
from newel.rules.sql.values import Value

_FARTHEST = 100_000_000  # longer than any text
_TO_CHAR = {"YYYY": "YYYY", "YY": "YY", "MM": "MM", "M": "FMMM", "DD": "DD", "D": "FMDD"}
_TO_CHAR |= {"HH": "HH24", "H": "FMHH24", "mm": "MI", "ss": "SS"}


class TextsOfPostgres(Choosing):
    """The functions on texts; what gives no character gives NULL."""

    def beginning(self, text: Value, count: Value) -> ColumnElement[Any]:
        return self._filled(func.left(text.sql, self._count(count)))

    def ending(self, text: Value, count: Value) -> ColumnElement[Any]:
        return self._filled(func.right(text.sql, self._count(count)))

    def middle(self, text: Value, start: Value, count: Value | None) -> ColumnElement[Any]:
        first = self._count(start)
        rest = func.substr(text.sql, first) if count is None else func.substr(text.sql, first, self._count(count))
        return case((self.exact(start) >= literal_column("1"), self._filled(rest)))

    def replaced(self, text: Value, part: Value, other: Value) -> ColumnElement[Any]:
        if "blank" in (text.kind, part.kind):
            return self.typed_null("text")
        new = (
            self.words("") if other.kind == "blank" else other.sql if other.certain else func.coalesce(other.sql, self.words(""))
        )
        size = cast(func.length(text.sql), BigInteger()) * func.length(new)
        return case((size <= literal_column(str(LONGEST_RESULT)), self._filled(func.replace(text.sql, part.sql, new))))

    def padded(self, text: Value, length: Value, fill: Value) -> ColumnElement[Any]:
        wanted: ColumnElement[int] = literal_column(str(int(length.constant)))
        return case((func.length(text.sql) >= wanted, text.sql), else_=func.lpad(text.sql, wanted, fill.sql))

    def masked(self, text: Value, first: Value, last: Value) -> ColumnElement[Any]:
        start: ColumnElement[int] = literal_column(str(int(first.constant)))
        end: ColumnElement[int] = literal_column(str(int(last.constant)))
        hidden = func.length(text.sql) - start - end
        stars = func.repeat(self.words(HIDDEN), hidden).concat(func.right(text.sql, end))
        shown = func.left(text.sql, start).concat(stars)
        return case((hidden > literal_column("0"), shown), else_=func.repeat(self.words(HIDDEN), func.length(text.sql)))

    def only_digits(self, text: Value) -> ColumnElement[Any]:
        narrow = func.translate(text.sql, self.words(WIDE_DIGITS), self.words("0123456789"))
        return self._filled(func.regexp_replace(narrow, self.words("[^0-9]"), self.words(""), self.words("g")))

    def joined_by(self, separator: Value, parts: Sequence[Value]) -> ColumnElement[Any]:
        between = self.words("") if separator.kind == "blank" else func.coalesce(separator.sql, self.words(""))
        filled = [each for each in parts if each.kind != "blank"]
        if not filled:
            return self.typed_null("text")
        elements = [self._members(each, between) if each.kind == "list" else each.sql for each in filled]
        from sqlalchemy.dialects.postgresql import array  # only here: the dialect takes long to load

        row: array[Any] = array(elements, type_=Text())  # a function takes no more than 100 values by themselves
        return self._filled(func.array_to_string(row, between, type_=Text()))

    def _members(self, values: Value, between: ColumnElement[Any]) -> ColumnElement[Any]:
        from sqlalchemy.dialects.postgresql import aggregate_order_by

        members = func.jsonb_array_elements_text(values.sql).table_valued("value", with_ordinality="place").render_derived()
        chained = func.string_agg(members.c.value, aggregate_order_by(between, members.c.place), type_=Text())
        return select(chained).select_from(members).correlate_except(members).scalar_subquery()

    def fits(self, text: Value, pattern: str) -> Condition:
        return text.sql.op("~", is_comparison=True)(self.words(for_postgresql(pattern)))

    # Writing and reading

    def written_as(self, value: Value, form: str | None) -> ColumnElement[Any]:
        if value.kind == "datetime":
            local = local_clock(value.sql)
            return func.to_char(local, self.words(_as_to_char(form or PLAIN_MOMENT)))
        if value.kind == "date":
            return func.to_char(value.sql, self.words(_as_to_char(form or PLAIN_DAY)))
        number = self.exact(value.number)
        return cast(func.trim_scale(number), Text()) if form is None else self._number_text(number, form)

    def _number_text(self, number: ColumnElement[Any], form: str) -> ColumnElement[Any]:
        said = number_format(form)
        if said is None:
            raise TypeError("checking lets no other format pass")
        scaled = number * literal_column("100") if said.hundredths else number
        found = func.round(scaled, literal_column(str(said.places)), type_=Numeric())
        shown: ColumnElement[Any] = cast(found, Text())
        if said.grouped:
            end = f"\\.[0-9]{{{said.places}}}$" if said.places else "$"
            shown = func.regexp_replace(shown, self.words(f"([0-9])(?=([0-9]{{3}})+{end})"), self.words("\\1,"), self.words("g"))
        elif said.digits > 1:
            shown = self._filled_with_zeros(found, said.digits + (said.places + 1 if said.places else 0))
        return shown.concat(self.words("%")) if said.hundredths else shown

    def _filled_with_zeros(self, number: ColumnElement[Any], width: int) -> ColumnElement[Any]:
        sign = case((number < literal_column("0"), self.words("-")), else_=self.words(""))
        shown = cast(func.abs(number), Text())
        wide = func.greatest(func.length(shown), literal_column(str(width)), type_=Integer())
        return sign.concat(func.lpad(shown, wide, self.words("0")))

    def day_read(self, value: Value, form: str | None) -> ColumnElement[Any]:
        """The day that a text writes: its pattern gives one row with year, month and day, or none."""
        if value.kind == "datetime":
            return self.local_date(value)
        pattern, groups = reading(form)
        plain = func.btrim(value.sql, self.words(WHITE_SPACE))
        found = func.regexp_matches(plain, self.words(f"^(?:{pattern})$"), type_=ARRAY(Text())).column_valued("found")
        parts = [cast(found[group], Numeric()) for group in groups]
        return select(self.day_of(*parts)).correlate_except(found.scalar_alias).scalar_subquery()

    def day_made_of(self, *parts: Value) -> ColumnElement[Any]:
        return self.day_of(*(func.trunc(self.exact(each), type_=Numeric()) for each in parts))

    def day_of(self, year: ColumnElement[Any], month: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[Any]:
        """The day of the calendar; NULL where it has none such."""
        first = func.make_date(held(year, 1, 9999), held(month, 1, 12), literal_column("1"))
        found = first + held(day, 1, 31) - literal_column("1")
        inside = [year.between(*_bounds(1, 9999)), month.between(*_bounds(1, 12)), extract("day", found) == day]
        return case((and_(*inside), found))

    def _filled(self, element: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.nullif(element, self.words(""), type_=Text())

    def _count(self, count: Value) -> ColumnElement[Any]:
        """How many characters: whole, and no fewer than none."""
        return held(func.trunc(self.exact(count), type_=Numeric()), 0, _FARTHEST)

    def exact(self, value: Value) -> ColumnElement[Any]:
        """The number as NUMERIC."""
        raise NotImplementedError


def held(number: ColumnElement[Any], least: int, most: int) -> ColumnElement[Any]:
    """A whole number within bounds, so that nothing overflows; NULL is the least."""
    within = func.least(func.greatest(number, literal_column(str(least))), literal_column(str(most)))
    return cast(within, Integer())


def _bounds(least: int, most: int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return literal_column(str(least)), literal_column(str(most))


def _as_to_char(form: str) -> str:
    return "".join(_TO_CHAR.get(each) or f'"{each}"' for each in tokens(form))
