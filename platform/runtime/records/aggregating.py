"""Counts, sums and averages over the records that an actor may read, by groups; and boards: the first cards of every group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, String, bindparam, case, func, literal, literal_column, select
from sqlalchemy import cast as sql_cast

from newel.metadata.field_types import type_of
from newel.metadata.field_types.values import Money
from newel.metadata.model import EMPTY, Field
from newel.rules.sql import local_day
from newel.rules.types import ADDED, ORDERED
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.filtering import parameters_of
from newel.runtime.records.listing import Listing, asked_for, listing_of
from newel.runtime.records.reach import Columns, Path, Reach
from newel.runtime.records.record import Group, Record
from newel.runtime.records.selecting import Composed
from newel.runtime.records.statements import Prepared, kept
from newel.runtime.storage.types import Decimals

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

MOST_GROUPS = 1_000
MOST_NAMES = 10
_CALL = re.compile(r"(\w+)\(\s*([\w.]*)\s*\)")
PARTS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "quarter": "", "week": ""}
_POSTGRESQL = {"year": "YYYY", "month": "YYYY-MM", "day": "YYYY-MM-DD", "quarter": 'YYYY"-Q"Q', "week": 'IYYY"-W"IW'}


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that groups: a field or path, whole or a part of its date (`month(close_date)`)."""

    name: str
    start: int
    composed: Composed | None = None
    title: Composed | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is worked out of a group; money counts only where all of it is in one currency."""

    name: str
    start: int
    kind: str  # number | money | value


@dataclass(frozen=True)
class Shape:
    """A prepared aggregate: the statement, and how its rows become Groups."""

    statement: Prepared
    reach: Reach
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]


def aggregate(
    work: Work,
    object_name: str,
    *,
    group: Sequence[str] = (),
    measures: Sequence[str] = ("count()",),
    filter: str | None = None,  # noqa: A002 - the word of the contract
    where: Mapping[str, Any] = EMPTY,
) -> list[Group]:
    """Measures (`count()`, `sum(amount)`, `avg(..)`, `min(..)`, `max(..)`) by fields, paths or parts of values.

    Parts are of dates (`month(close_date)`) and of money (`currency(amount)`).
    One statement. A sum of money in several currencies is None. Groups come in no particular order, at most 1,000.
    """
    work.settle()
    listing = listing_of(work, asked_for(work, object_name, ("id",), filter, where, (), False))
    names = (tuple(group), tuple(measures))
    shape: Shape = kept(work.installation, ("aggregate", listing.asked, *names), lambda: _shape(work, listing, *names))
    parameters = dict(parameters_of(where, shape.reach)) if where else {}
    rows = shape.statement.read(work, parameters)
    return [_group(work, shape, row) for row in rows]


def _shape(work: Work, listing: Listing, group: tuple[str, ...], measures: tuple[str, ...]) -> Shape:
    if len(group) + len(measures) > MOST_NAMES or not measures:
        raise Invalid([FieldProblem("measure", "too_many", "Ask for one to {limit} groups and measures.", {"limit": MOST_NAMES})])
    reach = listing.reach
    columns: list[ColumnElement[Any]] = []
    keys = [_key(work, reach, name, columns) for name in group]
    grouped: list[ColumnElement[Any]] = [
        literal_column(str(at + 1)) for at in range(len(columns))
    ]  # by place: binds would not compare as equal
    found = [_measure(reach, name, columns) for name in measures]
    statement = select(*(column.label(f"a_{at}") for at, column in enumerate(columns))).where(*listing.conditions)
    statement = statement.select_from(reach.source).group_by(*grouped).limit(MOST_GROUPS)
    return Shape(Prepared(statement, work.connection.dialect), reach, tuple(keys), tuple(found))


def _key(work: Work, reach: Reach, name: str, columns: list[ColumnElement[Any]]) -> Key:
    called = _CALL.fullmatch(name)
    start = len(columns)
    if called:
        columns.append(_part(reach, called[1], tuple(called[2].split(".")), name))
        return Key(name, start)
    path = tuple(name.split("."))
    field = reach.field(path)
    if field.is_many or type_of(field).expression_type in ("list", "none"):
        raise Invalid([FieldProblem("group", "not_groupable", 'Records can\'t be grouped by "{name}".', {"name": field.label})])
    columns.extend(_parts(reach, field, path))
    composed = Composed(name, type_of(field), field, start, len(columns)) if len(columns) > start + 1 else None
    return Key(name, start, composed, _title(reach, field, path, columns))


def _parts(reach: Reach, field: Field, path: Path) -> Columns:
    """The columns of a field; a computed amount that is blank has no currency."""
    amount, *rest = reach.columns(path)
    if field.computed != "query" or not rest:
        return (amount, *rest)
    return amount, *(case((amount.is_not(None), each)) for each in rest)


def _title(reach: Reach, field: Field, path: Path, columns: list[ColumnElement[Any]]) -> Composed | None:
    """What a grouping reference is called; polymorphic ones are left to `titles`."""
    if not field.is_reference or field.type == "polymorphic":
        return None
    for titled, parts in reach.titles(path):
        start = len(columns)
        columns.extend(parts)
        return Composed(path[-1], type_of(titled), titled, start, len(columns))
    return None


def _part(reach: Reach, part: str, path: Path, name: str) -> ColumnElement[Any]:
    """A part of a value that groups: the month of a date, the currency of an amount."""
    field = reach.field(path)
    if part == "currency" and type_of(field).expression_type == "money":
        return _parts(reach, field, path)[1]
    return _date_part(reach, part, path, name)


def _date_part(reach: Reach, part: str, path: Path, name: str) -> ColumnElement[Any]:
    field = reach.field(path)
    kind = type_of(field).expression_type
    if part not in PARTS or kind not in ("date", "datetime"):
        raise Invalid([FieldProblem("group", "bad_group", '"{name}" does not group.', {"name": name})])
    day = local_day(reach.dialect, reach.column(path)) if kind == "datetime" else reach.column(path)
    if reach.dialect == "postgresql":
        return func.to_char(day, literal(_POSTGRESQL[part], String()), type_=String())
    if part == "quarter":
        month = sql_cast(func.strftime("%m", day), Integer())
        return func.strftime("%Y", day, type_=String()).concat("-Q").concat(sql_cast((month + 2) // 3, String()))
    return func.strftime("%G-W%V" if part == "week" else PARTS[part], day, type_=String())


def _measure(reach: Reach, name: str, columns: list[ColumnElement[Any]]) -> Measure:
    called = _CALL.fullmatch(name)
    if called is None or called[1] not in ("count", "sum", "avg", "min", "max"):
        raise Invalid([FieldProblem("measure", "bad_measure", '"{name}" is not a measure.', {"name": name})])
    start, what = len(columns), called[1]
    if what == "count" and not called[2]:
        columns.append(func.count())
        return Measure(name, start, "number")
    path = tuple(called[2].split("."))
    field = reach.field(path)
    kind = type_of(field).expression_type
    if what == "count" and not field.is_many:
        columns.append(func.count(reach.column(path)))
        return Measure(name, start, "number")
    if kind not in (ADDED if what in ("sum", "avg") else ORDERED):
        raise Invalid([FieldProblem("measure", "bad_measure", '"{name}" is not a measure.', {"name": name})])
    columns.append(_worked_out(reach, what, reach.column(path)))
    if kind == "money":
        currency = _parts(reach, field, path)[1]
        columns.extend((func.min(currency), func.max(currency)))
    return Measure(name, start, "money" if kind == "money" else "value")


def _worked_out(reach: Reach, what: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sums of decimals stay decimals; SQLite's averages are of the integers that it keeps, rounded to the field's own scale."""
    if what != "avg":
        return getattr(func, what)(column, type_=column.type)  # type: ignore[no-any-return]
    if reach.dialect == "sqlite" and isinstance(column.type, Decimals):
        return func.round(func.avg(column), type_=column.type)
    return func.avg(column)


def _group(work: Work, shape: Shape, row: tuple[Any, ...]) -> Group:
    keys = {each.name: each.composed.value(row) if each.composed else row[each.start] for each in shape.keys}
    titles = {each.name: text for each in shape.keys if each.title and (text := each.title.text(row, work.locale)) is not None}
    return Group(keys, titles, {each.name: _measured(each, row) for each in shape.measures})


def _measured(measure: Measure, row: tuple[Any, ...]) -> Any:
    value = row[measure.start]
    if measure.kind != "money" or value is None:
        return value
    least, most = row[measure.start + 1 : measure.start + 3]
    return Money(Decimal(value), least) if least == most and least else None


def board(
    work: Work,
    object_name: str,
    group_by: str,
    *,
    fields: Sequence[str],
    filter: str | None = None,  # noqa: A002
    where: Mapping[str, Any] = EMPTY,
    sort: Sequence[str] = (),
    per_group: int = 20,
) -> dict[Any, list[Record]]:
    """The first records of every group of a field, in the list's order: one statement for the whole board."""
    names = (group_by, *(name for name in fields if name != group_by))
    listing = listing_of(work, asked_for(work, object_name, names, filter, where, sort, False))
    statement = kept(work.installation, ("board", listing.asked, group_by), lambda: _board(work, listing, (group_by,)))
    parameters = parameters_of(where, listing.reach) if where else EMPTY
    found: dict[Any, list[Record]] = {}
    for row in statement.read(work, {**parameters, "nw_each": max(1, min(per_group, 200))}):
        record = listing.read(row, work.locale)
        found.setdefault(record.values[group_by], []).append(record)
    return found


def _board(work: Work, listing: Listing, path: Path) -> Prepared:
    """The first of each group are found first; only they are shown."""
    reach, selection = listing.reach, listing.selection
    order = [key.ordered(reach.dialect, False) for key in listing.keys]
    place = func.row_number().over(partition_by=reach.column(path), order_by=order).label("nw_place")
    ranked = select(reach.top.id, place).where(*listing.conditions).select_from(reach.source).subquery("few")
    limit: Any = bindparam("nw_each", type_=ranked.c.nw_place.type)
    statement = select(*selection.columns).select_from(selection.reach.source_of(ranked)).where(ranked.c.nw_place <= limit)
    return Prepared(statement.order_by(ranked.c.nw_place), work.connection.dialect)
