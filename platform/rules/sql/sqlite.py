"""How SQLite does what expressions mean: integers where they are exact, functions of the connection for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    String,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    type_coerce,
)

from newel.rules.calendars import LAST_DAY
from newel.rules.functions import REGISTRY
from newel.rules.sql.binds import bound
from newel.rules.sql.calculating import Condition
from newel.rules.sql.choosing import Choosing
from newel.rules.sql.clocks import local_day
from newel.rules.sql.conditions import FLIPPED, ORDERS, order_whole, same_whole
from newel.rules.sql.types import Numbers, sql_type
from newel.rules.sql.values import BIGGEST, Value, whole_at
from newel.rules.types import ADDED

_SAFE = 2**53  # whole numbers of fields lie below
_MOST_ROWS = 2**31  # that one statement sums, at most
_CALCULATED = {"+": "nw_add", "-": "nw_subtract", "*": "nw_multiply", "/": "nw_divide", "//": "nw_floor_divide", "%": "nw_modulo"}
_MADE_OF_NUMBERS = ("number", "duration")


class SqliteEmitter(Choosing):
    """A number is an integer of its smallest unit while that provably fits 64 bits, else a decimal text."""

    def typed_null(self, kind: str) -> ColumnElement[Any]:
        return type_coerce(null(), sql_type(kind))

    # Numbers

    def number_literal(self, value: Any, kind: str) -> Value:
        scale = 0 if isinstance(value, int) else max(0, -value.as_tuple().exponent)
        whole = whole_at(value, scale)
        if whole is None:
            return Value(kind, bindparam(None, value, type_=Numbers(), unique=True), certain=True, constant=value)
        element = bindparam(None, whole, type_=BigInteger(), unique=True)
        return Value(kind, element, certain=True, constant=value, scale=scale, bound=abs(whole))

    def number_column(self, column: ColumnElement[Any], kind: str) -> Value:
        scale = getattr(column.type, "scale", None)
        if scale is None:
            return Value(kind, type_coerce(column, BigInteger()), scale=0, bound=_SAFE)
        bound = 10 ** (getattr(column.type, "precision", None) or 18)
        return Value(kind, type_coerce(column, BigInteger()), scale=scale, bound=bound)

    def number_binds(self, value: Value, constants: Sequence[Any]) -> list[Any]:
        found = [same_whole(each, value.scale or 0) for each in dict.fromkeys(constants)]
        return [each for each in found if each is not None]

    def can_list(self, value: Value) -> bool:
        return value.kind not in _MADE_OF_NUMBERS or value.scale is not None

    def same_number(self, left: Value, right: Value, equal: bool, certain: bool) -> Condition:
        if left.is_constant:
            left, right = right, left
        if right.is_constant and left.scale is not None:
            whole = same_whole(right.constant, left.scale)
            if whole is None:
                return false() if equal else true()
            return self.alike(left, Value(right.kind, whole, certain=True), equal, certain)
        first, second = self.united((left, right), "number")
        if first.scale is None:
            return self._same_texts(first, second, equal)
        return self.alike(first, second, equal, certain)

    def _same_texts(self, left: Value, right: Value, equal: bool) -> Condition:
        same = func.nw_same(left.sql, right.sql, type_=Boolean())
        return same if equal else ~same

    def order_numbers(self, left: Value, op: str, right: Value) -> Condition:
        if left.is_constant and not right.is_constant:
            left, op, right = right, FLIPPED[op], left
        if right.is_constant and left.scale is not None and not left.is_constant:
            return order_whole(left, op, right.constant)
        first, second = self.united((left, right), "number")
        if first.scale is None:
            return ORDERS[op](func.nw_compare(first.sql, second.sql, type_=Integer()), literal_column("0"))  # type: ignore[no-any-return]
        return ORDERS[op](first.sql, second.sql)  # type: ignore[no-any-return]

    def as_decimal(self, value: Value) -> Value:
        """The number as functions take it: an integer at scale 0, or a decimal text."""
        if value.scale in (None, 0):
            return Value(value.kind, value.sql, value.certain, currency=value.currency)
        if value.is_constant:
            element: ColumnElement[Any] = bindparam(None, value.constant, type_=Numbers(), unique=True)
        else:
            element = func.nw_decimal(value.sql, bindparam(None, value.scale, type_=Integer(), unique=True), type_=String())
        return Value(value.kind, element, value.certain, currency=value.currency)

    def at_scale(self, value: Value, scale: int) -> Value | None:
        """The integer at a finer scale; None where it might not fit."""
        if value.scale is None or value.scale > scale:
            return None
        factor = 10 ** (scale - value.scale)
        if value.bound * factor > BIGGEST:
            return None
        if factor == 1:
            return value
        if value.is_constant:
            whole = whole_at(value.constant, scale)
            element: ColumnElement[Any] = bindparam(None, whole, type_=BigInteger(), unique=True)
        else:
            element = value.sql * bindparam(None, factor, type_=BigInteger(), unique=True)
        return Value(value.kind, element, value.certain, scale=scale, bound=value.bound * factor, currency=value.currency)

    def united(self, values: Sequence[Value], kind: str) -> list[Value]:
        filled = [self.blank(kind) if each.kind == "blank" else each for each in values]
        if kind not in ADDED:
            return filled
        scales = [each.scale for each in filled if each.constant is not None]
        finest = max((scale for scale in scales if scale is not None), default=0)
        aligned = [self._blank_at(finest, each) or self.at_scale(each, finest) for each in filled]
        if None in scales or None in aligned:
            return [self.as_decimal(each) for each in filled]
        bound = max(each.bound for each in aligned if each is not None)
        return [
            Value(each.kind, each.sql, each.certain, scale=finest, bound=bound, currency=each.currency)
            for each in aligned
            if each
        ]

    def _blank_at(self, scale: int, value: Value) -> Value | None:
        if value.constant is not None:
            return None
        return Value(value.kind, value.sql, scale=scale, bound=0, currency=value.currency)

    def calculated(self, op: str, left: Value, right: Value) -> Value:
        return self._in_integers(op, left, right) or self._in_decimals(op, left, right)

    def _in_decimals(self, op: str, left: Value, right: Value) -> Value:
        element = getattr(func, _CALCULATED[op])(self.as_decimal(left).sql, self.as_decimal(right).sql, type_=String())
        return Value("number", element)

    def _in_integers(self, op: str, left: Value, right: Value) -> Value | None:
        if op == "*" and left.scale is not None and right.scale is not None:
            bound = left.bound * right.bound
            return (
                Value("number", left.sql * right.sql, scale=left.scale + right.scale, bound=bound) if bound <= BIGGEST else None
            )
        if op not in ("+", "-") or left.scale is None or right.scale is None:
            return None
        finest = max(left.scale, right.scale)
        first, second = self.at_scale(left, finest), self.at_scale(right, finest)
        if first is None or second is None or first.bound + second.bound > BIGGEST:
            return None
        element = first.sql + second.sql if op == "+" else first.sql - second.sql
        return Value("number", element, scale=finest, bound=first.bound + second.bound)

    def negated(self, value: Value) -> Value:
        if value.scale is not None:
            return Value(value.kind, -value.sql, scale=value.scale, bound=value.bound)
        return Value(value.kind, func.nw_subtract(literal_column("0"), value.sql, type_=String()))

    def absolute(self, value: Value) -> Value:
        if value.scale is not None:
            return Value(value.kind, func.abs(value.sql, type_=BigInteger()), scale=value.scale, bound=value.bound)
        return Value(value.kind, func.nw_absolute(value.sql, type_=String()))

    def rounded(self, value: Value, places: Value | None = None) -> Value:
        count = int(places.constant) if places is not None else 0
        if value.scale is not None and value.scale <= count:
            return value
        number = bindparam(None, count, type_=Integer(), unique=True)
        return Value(value.kind, func.nw_round(self.as_decimal(value).sql, number, type_=String()))

    def total(self, value: Value) -> Value:
        """A native sum while it provably fits; else upper and lower halves are summed, and put together exactly."""
        if value.scale is None:
            raise TypeError("only columns are summed, and columns hold integers")
        if value.bound <= BIGGEST // _MOST_ROWS:
            summed = func.coalesce(func.sum(value.sql, type_=BigInteger()), literal_column("0"))
            return Value(value.kind, summed, certain=True, scale=value.scale, bound=value.bound * _MOST_ROWS)
        upper = func.sum(value.sql.op(">>")(literal_column("32")))
        lower = func.sum(value.sql.op("&")(literal_column("4294967295")))
        scale = bindparam(None, value.scale, type_=Integer(), unique=True)
        return Value(value.kind, func.nw_total(upper, lower, scale, type_=String()), certain=True)

    def extreme_of(self, name: str, values: Sequence[Value], kind: str) -> Value:
        united = self.united(values, kind)
        found = self.called(name, united, kind)
        if kind not in ("number", "duration"):
            return found
        if united[0].scale is None:
            return Value(kind, type_coerce(found.sql, String()))
        return Value(kind, type_coerce(found.sql, BigInteger()), scale=united[0].scale, bound=united[0].bound)

    def whole_number(self, name: str, value: Value) -> Value:
        """floor, ceil or trunc."""
        return value if value.scale == 0 else self.called(name, (value,), "number")

    def sign(self, value: Value) -> Value:
        return Value("number", cast(self.called("sign", (value,), "number").sql, BigInteger()), scale=0, bound=1)

    def rounded_to(self, value: Value, step: Value) -> Value:
        return self.called("round_to", (value, step), "number")

    def whole(self, element: ColumnElement[Any]) -> Value:
        return Value("number", element, scale=0, bound=_SAFE)

    # Texts

    def lowered(self, element: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.nw_lower(element, type_=String())

    def chained(self, texts: ColumnElement[Any], separator: str) -> ColumnElement[Any]:
        return func.group_concat(texts, self.words(separator), type_=String())

    # Lists

    def list_length(self, values: Value) -> ColumnElement[Any]:
        return func.json_array_length(values.sql)

    def list_has(self, values: Value, value: Value) -> Condition:
        return self.called("has", (values, value), "boolean").sql

    # Dates

    def local_date(self, moment: Value) -> ColumnElement[Any]:
        return local_day("sqlite", moment.sql)

    def days_from(self, start: Value, end: Value) -> Value:
        """Days begin at noon in Julian days, so midnights are halves, whose difference is exact."""
        days = func.julianday(end.sql) - func.julianday(start.sql)
        return Value("number", cast(days, BigInteger()), scale=0, bound=LAST_DAY)

    # Money and people

    def converted(self, money: Value, currency: Value, day: Value) -> Value:
        given = self.typed_null("text") if money.currency is None else money.currency
        amount = self.as_decimal(money.number).sql
        element = func.nw_convert(amount, given, currency.sql, day.sql, bound("nw_rates"), type_=String())
        return Value("money", element, currency=currency.sql)

    def is_known(self, name: str, value: Value) -> Condition:
        return value.sql.in_(select(func.json_each(bound(name)).table_valued("value").c.value))

    # Any function of the registry

    def called(self, name: str, values: Sequence[Value], kind: str) -> Value:
        """The Python of a function, called by SQLite; `signature` says how its values are read and its result written.

        What it takes of the facts stands after its values.
        """
        signature = f"{name}|{','.join(each.kind for each in values)}|{kind}"
        elements = []
        for each in values:
            plain = self.as_decimal(each) if each.kind in _MADE_OF_NUMBERS and name not in ("min", "max") else each
            elements.append(plain.sql)
        result_type = String() if kind == "number" else sql_type(kind)
        elements.extend(bound(each) for each in REGISTRY[name].binds)
        element = func.nw_call(bindparam(None, signature, type_=String(), unique=True), *elements, type_=result_type)
        return self.whole(element) if kind == "duration" else Value(kind, element)

    def given_out(self, value: Value) -> ColumnElement[Any]:
        if value.number.kind in _MADE_OF_NUMBERS:
            return type_coerce(value.sql, Numbers(value.scale or 0))
        return value.sql
