"""What is read of other tables' rows, as correlated scalar subqueries: aggregates over children, and lookups by a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, not_, select, true

from newel.rules.sql.ports import Rows
from newel.rules.sql.values import Value
from newel.rules.tree import Aggregate, LookUp, Read

if TYPE_CHECKING:
    from newel.rules.sql.emitting import Emitter

_ONE: ColumnElement[int] = literal_column("1")


def gathered(emitter: Emitter, node: Aggregate) -> Value:
    """What the records of a collection give together."""
    rows = emitter.tables.children(node.collection)
    inside = emitter.within(rows.tables)
    where = inside.holds(node.where) if node.where is not None else true()
    return _Gathering(emitter, inside, rows, where, node).value()


def looked_up(emitter: Emitter, node: LookUp) -> Value:
    """A field of the one record whose key is the wanted one; a blank key finds nothing."""
    wanted = emitter.value(node.wanted)
    if wanted.kind == "blank":
        return emitter.blank(node.type.kind)
    rows = emitter.tables.rows(node.object)
    inside = emitter.within(rows.tables)
    key = inside.value(Read(type=node.key_type, path=(node.key,)))
    found = inside.value(Read(type=node.type, path=(node.field,)))
    same = inside.same(key, replace(wanted, certain=True))
    known = true() if wanted.certain else wanted.sql.is_not(None)
    return _alone(found, lambda element: _only(rows, select(element), known, same))


class _Gathering:
    """One aggregate, as SQL."""

    def __init__(self, emitter: Emitter, inside: Emitter, rows: Rows, where: ColumnElement[bool], node: Aggregate) -> None:
        self.emitter = emitter
        self.inside = inside
        self.rows = rows
        self.where = where
        self.node = node

    def value(self) -> Value:
        node = self.node
        if node.function in ("any", "all"):
            return Value("boolean", self._quantified(), certain=True)
        if node.function == "count":
            return self._number(self._count(), certain=True)
        if node.value is None:
            raise AssertionError(node)
        value = self.inside.value(node.value)
        if node.function == "first":
            return self._first(value)
        if node.function == "concat_list":
            return Value("text", self._chained(value))
        return self._money(value) if value.kind == "money" else self._folded(value)

    def _quantified(self) -> ColumnElement[bool]:
        value, every = self.node.value, self.node.function == "all"
        if value is None:
            return self._select(_ONE).exists()
        if every:
            return not_(self._select(_ONE).where(not_(self.inside.truth(value))).exists())
        return self._select(_ONE).where(self.inside.holds(value)).exists()

    def _count(self) -> ColumnElement[Any]:
        value = self.node.value
        if value is None or value.type.kind == "boolean":
            return func.count()
        return func.count(self.inside.value(value).sql)

    def _number(self, element: ColumnElement[Any], certain: bool = False) -> Value:
        found = self.emitter.number_column(self._only(element), "number")
        return replace(found, certain=certain)

    def _folded(self, value: Value) -> Value:
        folded = self.inside.folded_numbers(self.node.function, value)
        certain = self.node.function == "sum"
        return replace(folded, kind=value.kind, sql=self._only(folded.sql), certain=certain)

    def _money(self, value: Value) -> Value:
        """Amounts of several currencies together are blank."""
        folded = self.inside.folded_numbers(self.node.function, value.number)
        currency = value.currency
        if self.node.value is not None and self.node.value.type.currency is None and currency is not None:
            known = case((value.sql.is_not(None), currency))
            folded = self.inside.only_if(func.count(known.distinct()) <= _ONE, folded)
            currency = self._only(self._of_nothing(func.min(known)))
        return replace(folded, kind="money", sql=self._only(folded.sql), currency=currency)

    def _of_nothing(self, currency: ColumnElement[Any]) -> ColumnElement[Any]:
        """A sum of no money is 0 in the field's currency."""
        if self.node.function != "sum":
            return currency
        return func.coalesce(currency, self.inside.words(self.node.currency or ""))

    def _first(self, value: Value) -> Value:
        order = self._order()
        return _alone(value, lambda element: self._select(element).order_by(*order).limit(1).scalar_subquery())

    def _chained(self, value: Value) -> ColumnElement[Any]:
        """Texts in a row; the rows are brought into order beneath, for databases whose aggregates can't do it themselves."""
        ordered = self._select(value.sql.label("value")).order_by(*self._order()).subquery()
        chained = self.inside.chained(ordered.c.value, self.node.separator)
        return select(chained).select_from(ordered).scalar_subquery()

    def _order(self) -> list[ColumnElement[Any]]:
        """By the field that is named, blanks last; then by id, which is as they were made."""
        by_id = self.rows.tables.column(("id",)).asc()
        if self.node.order is None:
            return [by_id]
        rank = self.inside.value(self.node.order).sql
        return [(rank.desc() if self.node.downwards else rank.asc()).nulls_last(), by_id]

    def _select(self, element: ColumnElement[Any]) -> Select[Any]:
        return (
            select(element)
            .select_from(self.rows.source)
            .where(and_(self.rows.condition, self.where))
            .correlate_except(self.rows.source)
        )

    def _only(self, element: ColumnElement[Any]) -> ColumnElement[Any]:
        return self._select(element).scalar_subquery()


def _only(rows: Rows, statement: Select[Any], *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    chosen = statement.select_from(rows.source).where(rows.condition, *conditions)
    return chosen.correlate_except(rows.source).scalar_subquery()


def _alone(value: Value, scalar: Any) -> Value:
    """A value of one row: each of its parts in a subquery of its own."""
    currency = value.currency
    if currency is not None:
        currency = scalar(currency)
    return replace(value, sql=scalar(value.sql), certain=False, currency=currency)
