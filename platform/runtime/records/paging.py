"""The order of a list, and cursors: a place in that order, as an opaque text that is read back strictly.

Blanks come last both ways; records that are equal in all sorted fields go by id, upwards. A cursor holds the sort values of the
row that it stands at, as the actor saw them: one made up by hand only starts the list somewhere else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zlib import crc32

from sqlalchemy import Column, ColumnElement, UnaryExpression, and_, bindparam, case, false, nulls_last, or_

from newel.metadata.field_types import type_of
from newel.metadata.model import Field
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.ids import is_id
from newel.runtime.records.reach import Path, Reach
from newel.runtime.storage.layout import NOT_NULL
from newel.runtime.storage.types import Id, Moment

MOST_KEYS = 5
SIZE = 1 << 63  # of the integers that a database keeps


@dataclass(frozen=True)
class SortKey:
    """One thing that a list is sorted by."""

    value: ColumnElement[Any]
    downwards: bool = False
    blank: bool = True  # whether it may be blank

    def ordered(self, dialect: str, backwards: bool, selected: ColumnElement[Any] | None = None) -> UnaryExpression[Any]:
        """The order; what is worked out is not worked out twice, where the statement gives it as `selected`."""
        down = self.downwards != backwards
        value = self.value if selected is None or isinstance(self.value, Column) else selected
        by = value.desc() if down else value.asc()
        if not self.blank:
            return by
        if backwards:
            return by.nulls_first()
        natural = down if dialect == "sqlite" else not down  # where the database puts blanks last by itself
        return by if natural else nulls_last(by)

    def beyond(self, name: str, is_blank: bool, backwards: bool) -> ColumnElement[bool]:
        """Rows strictly after the cursor in this key alone (before it, if backwards)."""
        if is_blank:
            return self.value.is_not(None) if backwards else false()
        given = bindparam(name, type_=self.value.type)
        later = self.value > given if self.downwards == backwards else self.value < given
        return or_(later, self.value.is_(None)) if self.blank and not backwards else later

    def same(self, name: str, is_blank: bool) -> ColumnElement[bool]:
        return self.value.is_(None) if is_blank else self.value == bindparam(name, type_=self.value.type)


def sort_keys(reach: Reach, sort: Sequence[str]) -> tuple[SortKey, ...]:
    """The keys of a list: what was asked for, then the id. Raises Invalid for what can't be read or sorted by."""
    if len(sort) > MOST_KEYS:
        raise Invalid([FieldProblem("sort", "too_many", "A list is sorted by at most {limit} fields.", {"limit": MOST_KEYS})])
    keys: list[SortKey] = []
    for each in sort:
        name = each.lstrip("+-")
        path = tuple(name.split("."))
        keys.append(SortKey(_sorted_by(reach, path), each.startswith("-"), path[-1] not in NOT_NULL or len(path) > 1))
        if name == "id":
            return tuple(keys)
    return (*keys, SortKey(reach.top.id, blank=False))


def _sorted_by(reach: Reach, path: Path) -> ColumnElement[Any]:
    """References sort by what they are called, choices by the order of their options, all else by itself."""
    field = reach.field(path)
    if field.is_many or not (field.system or type_of(field).sortable):
        raise Invalid([FieldProblem("sort", "not_sortable", 'A list can\'t be sorted by "{name}".', {"name": field.label})])
    if field.is_reference and field.type != "polymorphic":
        titles = reach.titles(path)
        return titles[0][1][0] if titles else reach.column(path)
    column = reach.column(path)
    return _by_option(field, column) if field.type == "choice" else column


def _by_option(field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
    places = {key: place for place, key in enumerate(field.choices)}
    return case(places, value=column) if places else column


def after(keys: Sequence[SortKey], blanks: Sequence[bool], backwards: bool) -> ColumnElement[bool]:
    """The rows beyond a cursor: later in the first key, or equal in it and later in the second, and so on."""
    steps = []
    for at, key in enumerate(keys):
        equal = [keys[before].same(f"at_{before}", blanks[before]) for before in range(at)]
        steps.append(and_(*equal, key.beyond(f"at_{at}", blanks[at], backwards)))
    return or_(*steps)


def stretches(keys: Sequence[SortKey], blanks: Sequence[bool], backwards: bool) -> list[ColumnElement[bool]]:
    """The rows beyond a cursor as one or two stretches of the first key, one after the other, each of which an index can find.

    Blanks of the first key are a stretch of their own: last when going forwards, first when coming back from them.
    """
    first, beyond = keys[0], after(keys, blanks, backwards)
    if blanks[0]:
        own = and_(first.value.is_(None), beyond)
        return [own, first.value.is_not(None)] if backwards else [own]
    given = bindparam("at_0", type_=first.value.type)
    bounded = and_(first.value <= given if first.downwards != backwards else first.value >= given, beyond)
    return [bounded, first.value.is_(None)] if first.blank and not backwards else [bounded]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the sort values of a row, and the direction to read in from there."""

    values: tuple[Any, ...]
    backwards: bool = False

    @property
    def blanks(self) -> tuple[bool, ...]:
        return tuple(value is None for value in self.values)

    @property
    def parameters(self) -> dict[str, Any]:
        return {f"at_{at}": value for at, value in enumerate(self.values)}


def write(cursor: Cursor, order: str) -> str:
    """The cursor as text; `order` names the list that it belongs to."""
    body = [crc32(order.encode()), int(cursor.backwards), *(_dumped(value) for value in cursor.values)]
    return base64.urlsafe_b64encode(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()).decode().rstrip("=")


def read(text: str, order: str, keys: Sequence[SortKey]) -> Cursor:
    """The cursor of a text that `write` made for the same list; anything else is Invalid."""
    try:
        body = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        mark, backwards, *values = body
        if mark != crc32(order.encode()) or backwards not in (0, 1) or len(values) != len(keys):
            raise ValueError(text)
        return Cursor(tuple(_loaded(value, key) for value, key in zip(values, keys, strict=True)), bool(backwards))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        problem = FieldProblem("cursor", "bad_cursor", "This cursor does not belong to this list.")
        raise Invalid([problem]) from None


def _fits(number: Any) -> bool:
    return bool(-SIZE <= number < SIZE)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _is_kept(number: Decimal, kind: Any) -> bool:
    """Whether a decimal could stand in its column: SQLite keeps it as a whole number at the column's scale."""
    return number.is_finite() and _fits(number.scaleb(kind.scale or 0))


_MARKS: dict[type, str] = {datetime: "m", date: "d", time: "t", Decimal: "n"}


def _dumped(value: Any) -> Any:
    mark = _MARKS.get(type(value))
    if mark is None:
        return value
    return {mark: str(value) if mark == "n" else value.isoformat()}


def _loaded(value: Any, key: SortKey) -> Any:
    """The value, if it is one that the key could have."""
    if value is None and key.blank:
        return None
    if isinstance(value, dict):
        ((mark, text),) = value.items()
        read_as = {"m": datetime.fromisoformat, "d": date.fromisoformat, "t": time.fromisoformat, "n": Decimal}[mark]
        value = read_as(text)
    kind = key.value.type
    wanted = datetime if isinstance(kind, Moment) else kind.python_type
    right = isinstance(value, wanted) and (wanted is not int or (not isinstance(value, bool) and _fits(value)))
    if not right or (isinstance(value, str) and not _is_storable(value)):
        raise ValueError(value)
    if isinstance(value, Decimal) and not _is_kept(value, kind):
        raise ValueError(value)
    if isinstance(value, datetime) and (value.tzinfo is None or value.astimezone(UTC) is None):
        raise ValueError(value)
    if isinstance(kind, Id) and not is_id(value):
        raise ValueError(value)
    return value
