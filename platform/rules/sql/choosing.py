"""The SQL of functions that both databases share: choices, answers counted, quotients that are never blank."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, not_, or_

from newel.rules.sql.calculating import Condition
from newel.rules.sql.emitting import Emitter
from newel.rules.sql.values import Value


class Choosing(Emitter):
    """What functions choose by, and from."""

    def settled(self, value: Value) -> Condition:
        """Yes or no that is never NULL."""
        return value.sql if value.certain else func.coalesce(value.sql, false())

    def all_of(self, answers: tuple[Value, ...]) -> Value:
        return Value("boolean", and_(*map(self.settled, answers)), certain=True)

    def any_of(self, answers: tuple[Value, ...]) -> Value:
        return Value("boolean", or_(*map(self.settled, answers)), certain=True)

    def count_true(self, answers: tuple[Value, ...]) -> Value:
        ones = [case((self.settled(each), literal_column("1")), else_=literal_column("0")) for each in answers]
        return self.whole(sum(ones[1:], start=ones[0]))

    def chosen_by_key(self, subject: Value, *rest: Value) -> Value:
        """The outcome of the first key that equals the subject."""
        tests = [self._is_key(subject, key) for key in rest[:-1:2]]
        outcomes = [*rest[1:-1:2], rest[-1]]
        kind = next((each.kind for each in outcomes if each.kind != "blank"), "blank")
        if kind == "blank":
            return rest[-1]
        if kind == "boolean":
            return Value(kind, _first_that_holds(tests, [self.settled(each) for each in outcomes]), certain=True)
        united = self.united(outcomes, kind)
        element = _first_that_holds(tests, [each.sql for each in united])
        currency = None
        if kind == "money":
            currency = _first_that_holds(tests, [self.typed_null("text") if e.currency is None else e.currency for e in united])
        certain = all(each.certain for each in united)
        return Value(kind, element, certain, scale=united[0].scale, bound=united[0].bound, currency=currency)

    def _is_key(self, subject: Value, key: Value) -> Condition:
        if "boolean" not in (subject.kind, key.kind):
            return self.same(subject, key)
        if "blank" in (subject.kind, key.kind):
            return false()
        first, second = self.settled(subject), self.settled(key)
        return case((first, second), else_=not_(second))

    def blank_if(self, value: Value, unwanted: Value) -> Value:
        return value if value.kind == "blank" else self.only_if(self.same(value, unwanted, equal=False, certain=True), value)

    def safe_quotient(self, dividend: Value, divisor: Value, otherwise: Value | None) -> Value:
        if dividend.kind == "blank":
            return dividend
        other = self.number_literal(0, "number") if otherwise is None else otherwise
        if divisor.kind == "blank":
            filled = self.blank("number") if other.kind == "blank" else self.united([other], "number")[0]
        else:
            filled = self.first_filled((self.calculated("/", dividend.number, divisor), other))
        found = self.only_if(dividend.sql.is_not(None), filled)
        return Value(dividend.kind, found.sql, scale=found.scale, bound=found.bound, currency=dividend.currency)

    def percentage(self, part: Value, whole: Value) -> Value:
        hundredfold = self.calculated("*", part.number, self.number_literal(100, "number"))
        share = self.calculated("/", hundredfold, whole.number)
        if part.kind == whole.kind == "money":
            return self.only_if(self._one_currency(part, whole), share)
        return share

    def clamped(self, greatest: str, least: str, value: Value, low: Value, high: Value) -> Value:
        """Between two bounds; the functions of both databases pass NULLs over, and a blank bound makes the result blank."""
        kind = value.kind
        filled = [each.sql.is_not(None) for each in (value, low, high) if not each.certain]
        alike = [self._one_currency(value, each) for each in (low, high)] if kind == "money" else []
        plain = "number" if kind == "money" else kind
        above = self.extreme_of(greatest, [value.number, low.number], plain)
        held = self.extreme_of(least, [above, high.number], plain)
        found = self.only_if(and_(*filled, *alike), held) if filled or alike else held
        return Value(kind, found.sql, scale=found.scale, bound=found.bound, currency=value.currency)

    def whole(self, element: ColumnElement[Any]) -> Value:
        """A whole number of moderate size."""
        raise NotImplementedError


def _first_that_holds(tests: list[Condition], outcomes: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    return case(*zip(tests, outcomes[:-1], strict=True), else_=outcomes[-1])
