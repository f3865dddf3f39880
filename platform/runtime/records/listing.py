"""Lists as they are asked for: the statements of one shape for one role set, and how their rows become pages.

Where no index gives the order, or it may be better not to use it, the few records that are shown are found first: only for
them lookups are followed and formulas computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, literal_column, select

from newel.metadata.model import EMPTY
from newel.runtime.records import paging
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import NotFound
from newel.runtime.records.filtering import equal, filtered, shape_of
from newel.runtime.records.offering import narrowed
from newel.runtime.records.paging import Cursor, SortKey
from newel.runtime.records.reach import Reach
from newel.runtime.records.record import Count, Page
from newel.runtime.records.selecting import Read, Selection, readable_fields
from newel.runtime.records.statements import Prepared, Row, kept
from newel.runtime.records.work import Work
from newel.runtime.storage.system_records import DELETED

IDENTITY = frozenset({"id", "version"})
COUNTED = 10_000  # a capped count says "more than this many"
USUAL = 51  # rows that a page of 50 reads


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list asks for, apart from values: two equal ones run the same statement."""

    object: str
    roles: frozenset[str]
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    sort: tuple[str, ...] = ()
    deleted: bool = False
    exporting: bool = False  # as seen by the roles that may export alone
    narrowing: tuple[str, str] | None = None  # the reference (object, field) that the records are offered for

    @property
    def shows_values(self) -> bool:
        """Whether it depends on more than which records there are."""
        return (
            bool(self.filter or self.where or self.sort or self.narrowing)
            or self.fields is None
            or not IDENTITY.issuperset(self.fields)
        )

    @property
    def order(self) -> str:
        """What a cursor belongs to."""
        return f"{self.object}|{','.join(self.sort)}|{int(self.deleted)}"


def asked_for(
    work: Work,
    object_name: str,
    fields: Sequence[str] | None,
    filter_text: str | None,
    where: Mapping[str, Any],
    sort: Sequence[str],
    deleted: bool,
) -> Asked:
    chosen = None if fields is None else tuple(fields)
    text = filter_text.strip() if filter_text else None
    return Asked(object_name, work.actor.role_set, chosen, text or None, shape_of(where), tuple(sort), deleted)


def listing_of(work: Work, asked: Asked) -> Listing:
    if asked.shows_values:
        work.settle()
    found: Listing = kept(work.installation, asked, lambda: _listed(work, asked))
    return found


def _listed(work: Work, asked: Asked) -> Listing:
    judged = verdict(work.installation, work.actor, asked.object)
    if asked.exporting:
        judged = judged.of_exports
    if not judged.read:
        raise NotFound(asked.object)
    reach = Reach(work.installation, asked.roles, asked.object, judged)
    conditions = _conditions(reach, asked)
    keys = paging.sort_keys(reach, asked.sort)
    every = asked.fields is None or asked.fields == ("*",)
    names = readable_fields(reach, many=asked.fields is not None) if every else list(asked.fields or ())
    apart = _are_found_first(reach, asked, keys[0], names)
    shown = Reach(work.installation, asked.roles, asked.object, judged) if apart else reach
    selection = Selection(shown, names)
    return Listing(asked, work.connection.dialect, reach, selection, conditions, keys, selection.reader())


def _conditions(reach: Reach, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    conditions = [_in_bin(reach) if asked.deleted else reach.top.live]
    if not reach.verdict.read.is_everything:
        conditions.append(reach.readable)
    if asked.where:
        conditions.append(equal(reach, asked.where))
    if asked.filter:
        conditions.append(filtered(reach, asked.filter))
    if asked.narrowing:
        conditions.append(narrowed(reach, asked.narrowing))
    return tuple(conditions)


def _are_found_first(reach: Reach, asked: Asked, key: SortKey, names: Sequence[str]) -> bool:
    """Whether rows may have to be sorted that are not shown, and showing them takes more than their columns.

    Beside a filter, PostgreSQL weighs what the index of the order saves against what joins cost; SQLite does not.
    """
    if not _is_indexed(reach, key, asked.deleted):
        return True
    if reach.dialect == "postgresql" or _takes_all(reach, asked):
        return False
    fields = [reach.field(tuple(each.split("."))) for each in names]
    return any("." in name or each.is_reference or each.computed == "query" for name, each in zip(names, fields, strict=True))


def _takes_all(reach: Reach, asked: Asked) -> bool:
    """Whether nothing keeps a record from being in the list."""
    return not (asked.filter or asked.where or asked.narrowing) and reach.verdict.read.is_everything


def _is_indexed(reach: Reach, key: SortKey, deleted: bool) -> bool:
    """Whether an index gives an order that begins with this key, of all records or of each owner's."""
    if key.value is reach.top.id:
        return True
    layout = reach.installation.tables[reach.object.name].layout
    orders = [() if deleted else each.columns for each in layout.indexes.values() if each.rows != "deleted"]
    first = {order[1] if order[0] == "owner" and len(order) > 1 else order[0] for order in orders if order}
    return any(key.value is reach.top.table.c[layout.columns[each.lstrip("-")].name] for each in first)


def _in_bin(reach: Reach) -> ColumnElement[bool]:
    """Deleted, and not merely along with something else."""
    root = select(DELETED.c.record).where(DELETED.c.record == reach.top.id, DELETED.c.root).correlate(reach.top.table).exists()
    return reach.top.column("deleted_at").is_not(None) & root


@dataclass
class Listing:
    """A list as it is asked for, with its statements: one a direction and pattern of blanks in the cursor."""

    asked: Asked
    dialect: Any
    reach: Reach
    selection: Selection
    conditions: tuple[ColumnElement[bool], ...]
    keys: tuple[SortKey, ...]
    read: Read
    _pages: dict[tuple[tuple[bool, ...], bool] | bool, list[Prepared]] = field(default_factory=dict)
    _made: dict[str, Prepared] = field(default_factory=dict)

    def rows(self, work: Work, at: Cursor | None, parameters: Mapping[str, Any], limit: int) -> list[Row]:
        """The next rows in the list's order, at most `limit`; beyond a cursor stretch by stretch."""
        found: list[Row] = []
        given = {**parameters, **(at.parameters if at else EMPTY)}
        for statement in self.page(at, limit):
            found += statement.rows(work, {**given, "nw_limit": limit - len(found)})
            if len(found) >= limit:
                break
        return found

    def page(self, at: Cursor | None, limit: int = 0) -> list[Prepared]:
        shape = (at.blanks, at.backwards) if at else self._is_usual(limit)
        if shape not in self._pages:
            self._pages[shape] = [Prepared(each, self.dialect) for each in self._select_page(at, shape is True)]
        return self._pages[shape]

    def _is_usual(self, limit: int) -> bool:
        """A first page that depends on nothing: PostgreSQL plans it once and for all, if it need not ask how long it is."""
        return limit == USUAL and self.dialect.name == "postgresql" and _takes_all(self.reach, self.asked)

    @property
    def _is_apart(self) -> bool:
        """Whether the records are found first, and then shown."""
        return self.selection.reach is not self.reach

    def _select_page(self, at: Cursor | None, usual: bool) -> list[Select[Any]]:
        backwards = at is not None and at.backwards
        sorts = [key.value.label(f"sort_{number}") for number, key in enumerate(self.keys)]
        ordered = [key.ordered(self.dialect.name, backwards, each) for key, each in zip(self.keys, sorts, strict=True)]
        limit: Any = literal_column(str(USUAL)) if usual else bindparam("nw_limit", type_=_INTEGER)
        statement = select(*self._selected(sorts)).where(*self.conditions).select_from(self.reach.source)
        statement = statement.order_by(*ordered).limit(limit)
        beyond = paging.stretches(self.keys, at.blanks, backwards) if at else []
        statements = [statement.where(stretch) for stretch in beyond] or [statement]
        return [self._shown(each, backwards) for each in statements] if self._is_apart else statements

    def _selected(self, sorts: list[Any]) -> list[ColumnElement[Any]]:
        if self._is_apart:
            return [self.reach.top.id, *sorts]
        shown = self.selection.columns
        return [*shown, *(each for each, place in zip(sorts, self._places, strict=True) if place >= len(shown))]

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where in a row the values stand that the list is sorted by: among what is shown, or behind it."""
        shown = {} if self._is_apart else {id(each): place for place, each in enumerate(self.selection.columns)}
        behind = count(len(self.selection.columns))
        known = (shown.get(id(key.value)) if isinstance(key.value, Column) else None for key in self.keys)
        return tuple(next(behind) if place is None else place for place in known)

    def _shown(self, chosen: Select[Any], backwards: bool) -> Select[Any]:
        """What is shown of the records that a statement has chosen, in its order."""
        few = chosen.subquery("few")
        keys = [replace(key, value=few.c[f"sort_{number}"]) for number, key in enumerate(self.keys)]
        reach = self.selection.reach
        statement = select(*self.selection.columns, *(key.value for key in keys)).select_from(reach.source_of(few))
        return statement.order_by(*(key.ordered(self.dialect.name, backwards) for key in keys))

    @property
    def single(self) -> Prepared:
        return self._once("single", self._select_single)

    def _select_single(self) -> Select[Any]:
        wanted = self.reach.top.id == bindparam("nw_id", type_=self.reach.top.id.type)
        if not self._is_apart:
            return select(*self.selection.columns).where(wanted, *self.conditions).select_from(self.reach.source)
        chosen = select(self.reach.top.id).where(wanted, *self.conditions).select_from(self.reach.source).subquery("few")
        return select(*self.selection.columns).select_from(self.selection.reach.source_of(chosen))

    @property
    def capped(self) -> Prepared:
        return self._once("capped", self._select_capped)

    def _select_capped(self) -> Select[Any]:
        limited = select(self.reach.top.id).where(*self.conditions).select_from(self.reach.source).limit(COUNTED + 1).subquery()
        return select(func.count()).select_from(limited)

    @property
    def exact(self) -> Prepared:
        return self._once("exact", lambda: select(func.count()).where(*self.conditions).select_from(self.reach.source))

    def _once(self, name: str, build: Callable[[], Select[Any]]) -> Prepared:
        if name not in self._made:
            self._made[name] = Prepared(build(), self.dialect)
        return self._made[name]

    def paged(self, rows: list[Row], limit: int, at: Cursor | None, work: Work) -> Page:
        """The rows as a page: one more than the limit was asked for, to know whether there is more."""
        backwards = at is not None and at.backwards
        more = len(rows) > limit
        rows = rows[:limit]
        if backwards:
            rows.reverse()
        convert, read, locale = self.page(at, limit + 1)[0].convert, self.read, work.locale
        converted = [convert(row) for row in rows]
        records = [read(row, locale) for row in converted]
        has_next, has_previous = (True, more) if backwards else (more, at is not None)
        return Page(
            records,
            self._cursor(converted[-1], False) if converted and has_next else None,
            self._cursor(converted[0], True) if converted and has_previous else None,
        )

    def _cursor(self, row: Row, backwards: bool) -> str:
        return paging.write(Cursor(self.sorted_by(row), backwards), self.asked.order)

    def sorted_by(self, row: Row) -> tuple[Any, ...]:
        """The values of a row that the list is sorted by."""
        return tuple(row[place] for place in self._places)


def counted(work: Work, listing: Listing, parameters: Mapping[str, Any], how: str) -> Count:
    if how == "exact":
        return Count(listing.exact.rows(work, parameters)[0][0], True)
    found = listing.capped.rows(work, parameters)[0][0]
    return Count(min(found, COUNTED), found <= COUNTED)


_INTEGER = func.count().type
