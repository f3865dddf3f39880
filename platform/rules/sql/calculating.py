"""What each database says in its own way: numbers, letters, lists, days. `Emitter` builds on it, the dialects fill it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement

from newel.rules.sql.values import Value

Condition = ColumnElement[bool]


class Calculating:
    """The operations of a dialect."""

    def typed_null(self, kind: str) -> ColumnElement[Any]:
        raise NotImplementedError

    def number_literal(self, value: Any, kind: str) -> Value:
        raise NotImplementedError

    def number_column(self, column: ColumnElement[Any], kind: str) -> Value:
        raise NotImplementedError

    def number_binds(self, value: Value, constants: Sequence[Any]) -> list[Any]:
        raise NotImplementedError

    def same_number(self, left: Value, right: Value, equal: bool, certain: bool) -> Condition:
        raise NotImplementedError

    def order_numbers(self, left: Value, op: str, right: Value) -> Condition:
        raise NotImplementedError

    def calculated(self, op: str, left: Value, right: Value) -> Value:
        raise NotImplementedError

    def negated(self, value: Value) -> Value:
        raise NotImplementedError

    def absolute(self, value: Value) -> Value:
        raise NotImplementedError

    def rounded(self, value: Value, places: Value | None = None) -> Value:
        raise NotImplementedError

    def united(self, values: Sequence[Value], kind: str) -> list[Value]:
        """The values in one form, so that one element can give any of them."""
        raise NotImplementedError

    def extreme_of(self, name: str, values: Sequence[Value], kind: str) -> Value:
        raise NotImplementedError

    def lowered(self, element: ColumnElement[Any]) -> ColumnElement[Any]:
        raise NotImplementedError

    def list_length(self, values: Value) -> ColumnElement[Any]:
        raise NotImplementedError

    def list_has(self, values: Value, value: Value) -> Condition:
        raise NotImplementedError

    def local_date(self, moment: Value) -> ColumnElement[Any]:
        raise NotImplementedError

    def called(self, name: str, values: Sequence[Value], kind: str) -> Value:
        raise NotImplementedError

    def given_out(self, value: Value) -> ColumnElement[Any]:
        """The element as a result column: what comes out is the value that Python gives."""
        raise NotImplementedError

    def total(self, value: Value) -> Value:
        """The exact sum over the rows of a statement; 0 of none."""
        raise NotImplementedError

    def chained(self, texts: ColumnElement[Any], separator: str) -> ColumnElement[Any]:
        """The texts of all rows in a row, with a text between them; blanks are passed over."""
        raise NotImplementedError
