"""Conditions in SQL: logic, comparisons and membership.

Logic is two-valued. `holds` gives a condition whose NULL means no: right for WHERE, AND, OR, CASE and JOIN, and friendly to
indexes. `truth` gives one that is never NULL: right beneath NOT and as a value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, not_, null, or_, true

from newel.rules.sql.calculating import Calculating, Condition
from newel.rules.sql.ports import TablesPort
from newel.rules.sql.types import sql_type
from newel.rules.sql.values import Value, bound_for, whole_at
from newel.rules.tree import Comparison, Items, Literal, Logic, Node, Not

ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
FLIPPED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Conditions(Calculating):
    """Emits what is yes or no."""

    def __init__(self, tables: TablesPort) -> None:
        self.tables = tables

    def value(self, node: Node) -> Value:
        """A node as a value."""
        raise NotImplementedError

    def bind(self, value: Any, kind: str) -> ColumnElement[Any]:
        """A value that is written out."""
        raise NotImplementedError

    def is_blank(self, value: Value) -> Condition:
        raise NotImplementedError

    def holds(self, node: Node) -> Condition:
        """A condition that is true exactly where the node is; NULL counts as no."""
        match node:
            case Logic():
                joined = and_ if node.op == "and" else or_
                return joined(*(self.holds(each) for each in node.operands))
            case Not():
                return self._denied(node.operand)
            case Comparison():
                return and_(*(self._compared(left, op, right) for left, op, right in node.pairs))
            case Literal():
                return true() if node.value else false()
            case _:
                return self.value(node).sql

    def truth(self, node: Node) -> Condition:
        """The same condition, never NULL."""
        match node:
            case Logic():
                joined = and_ if node.op == "and" else or_
                return joined(*(self.truth(each) for each in node.operands))
            case Not():
                return not_(self.truth(node.operand))
            case Literal():
                return true() if node.value else false()
            case Comparison():
                return self._certain_comparison(node)
            case _:
                value = self.value(node)
                return value.sql if value.certain else func.coalesce(value.sql, false())

    def _denied(self, node: Node) -> Condition:
        if isinstance(node, Not):
            return self.holds(node.operand)
        return not_(self.truth(node))

    def _certain_comparison(self, node: Comparison) -> Condition:
        conditions = []
        for left, op, right in node.pairs:
            condition = self._compared(left, op, right, certain=True)
            conditions.append(condition)
        return and_(*conditions)

    def _compared(self, left: Node, op: str, right: Node, certain: bool = False) -> Condition:
        if op in ("in", "not in"):
            return self._membership(left, op == "in", right, certain)
        if left.type.kind == right.type.kind == "boolean":
            return self._same_truth(left, right, op == "==")
        first, second = self.value(left), self.value(right)
        if op in ("==", "!="):
            return self.same(first, second, op == "==", certain)
        condition = self._ordered(first, op, second)
        return func.coalesce(condition, false()) if certain else condition

    def _same_truth(self, left: Node, right: Node, equal: bool) -> Condition:
        if isinstance(right, Literal):
            left, right = right, left
        if isinstance(left, Literal):
            return self.truth(right) if bool(left.value) is equal else not_(self.truth(right))
        first, second = self.truth(left), self.truth(right)
        return case((first, second), else_=not_(second)) if equal else case((first, not_(second)), else_=second)

    def same(self, left: Value, right: Value, equal: bool = True, certain: bool = False) -> Condition:
        """Equality that knows blanks: two blanks are equal, a blank and a value are not."""
        if "blank" in (left.kind, right.kind):
            condition = self.is_blank(right if left.kind == "blank" else left)
            return condition if equal else not_(condition)
        if left.kind == right.kind == "money":
            return self._same_money(left, right, equal)
        if left.number.kind in ("number", "duration"):
            return self.same_number(left.number, right.number, equal, certain)
        return self.alike(left, right, equal, certain)

    def alike(self, left: Value, right: Value, equal: bool, certain: bool) -> Condition:
        """Equality of two elements of one SQL type; plain `=` where that says the same, so that an index can answer."""
        both, one = left.certain and right.certain, left.certain or right.certain
        if both or (one and equal and not certain):
            return left.sql == right.sql if equal else left.sql != right.sql
        return left.sql.is_not_distinct_from(right.sql) if equal else left.sql.is_distinct_from(right.sql)

    def _same_money(self, left: Value, right: Value, equal: bool) -> Condition:
        amounts = self.same_number(left.number, right.number, True, True)
        same = and_(amounts, or_(left.sql.is_(None), self._one_currency(left, right)))
        condition = func.coalesce(same, false())
        return condition if equal else not_(condition)

    def _one_currency(self, left: Value, right: Value) -> Condition:
        return part_of(left) == part_of(right)

    def _ordered(self, left: Value, op: str, right: Value) -> Condition:
        if "blank" in (left.kind, right.kind):
            return false()
        if left.kind == right.kind == "money":
            return and_(self.order_numbers(left.number, op, right.number), self._one_currency(left, right))
        if left.number.kind in ("number", "duration"):
            return self.order_numbers(left.number, op, right.number)
        return ORDERS[op](left.sql, right.sql)  # type: ignore[no-any-return]

    def _membership(self, left: Node, wanted: bool, right: Node, certain: bool) -> Condition:
        condition = self._listed(left, right) if isinstance(right, Items) else self._in_field(left, right)
        if not wanted:
            return not_(func.coalesce(condition, false()))
        return func.coalesce(condition, false()) if certain else condition

    def _in_field(self, left: Node, right: Node) -> Condition:
        if left.type.kind == "blank":
            return false()
        return self.list_has(self.value(right), self.value(left))

    def _listed(self, left: Node, right: Items) -> Condition:
        """IN over what is written out; anything else item by item."""
        value = self.value(left)
        plain = [each for each in right.items if isinstance(each, Literal) and each.value is not None]
        others = [each for each in right.items if each not in plain]
        if left.type.kind in ("money", "blank", "boolean") or not self.can_list(value):
            plain, others = [], list(right.items)
        conditions = [self._compared(left, "==", each) for each in others]
        if plain:
            binds = self.binds_for(value, [each.value for each in plain])
            conditions.append(value.sql.in_(binds) if binds else false())
        return or_(*conditions) if conditions else false()

    def can_list(self, value: Value) -> bool:
        """Whether IN compares the value rightly."""
        return True

    def binds_for(self, value: Value, constants: Sequence[Any]) -> list[Any]:
        """The members of an IN list, as `value` is compared with them; those that it can't equal are left out."""
        if value.kind in ("number", "duration"):
            return self.number_binds(value, constants)
        return [self.bind(each, value.kind) for each in dict.fromkeys(constants)]


def order_whole(left: Value, op: str, number: Any) -> Condition:
    """An integer of the smallest unit against a number that is written out: the column stays bare, for indexes to answer."""
    op, whole = bound_for(op, number, left.scale or 0)
    return ORDERS[op](left.sql, bindparam(None, whole, type_=sql_type("duration"), unique=True))  # type: ignore[no-any-return]


def same_whole(number: Any, scale: int) -> ColumnElement[Any] | None:
    """The bind for equality with an integer of the smallest unit; None where no such integer is equal."""
    whole = whole_at(number, scale)
    return None if whole is None else bindparam(None, whole, type_=sql_type("duration"), unique=True)


def part_of(money: Value) -> ColumnElement[Any]:
    """The currency of money."""
    return null() if money.currency is None else money.currency
