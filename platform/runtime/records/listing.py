"""Lists as they are asked for: the statements of one shape for one role set, and how their rows become pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

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
    every = asked.fields is None or asked.fields == ("*",)
    names = readable_fields(reach, many=asked.fields is not None) if every else list(asked.fields or ())
    selection = Selection(reach, names)
    conditions = [_in_bin(reach) if asked.deleted else reach.top.live]
    if not judged.read.is_everything:
        conditions.append(reach.readable)
    if asked.where:
        conditions.append(equal(reach, {name: _SHAPES[shape] for name, shape in asked.where}))
    if asked.filter:
        conditions.append(filtered(reach, asked.filter))
    if asked.narrowing:
        conditions.append(narrowed(reach, asked.narrowing))
    keys = paging.sort_keys(reach, asked.sort)
    return Listing(asked, work.connection.dialect, reach, selection, tuple(conditions), keys, selection.reader())


_SHAPES: dict[str, Any] = {"blank": None, "list": (), "one": ""}


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
    _pages: dict[tuple[tuple[bool, ...], bool] | None, list[Prepared]] = field(default_factory=dict)
    _made: dict[str, Prepared] = field(default_factory=dict)

    def rows(self, work: Work, at: Cursor | None, parameters: Mapping[str, Any], limit: int) -> list[Row]:
        """The next rows in the list's order, at most `limit`; beyond a cursor stretch by stretch."""
        found: list[Row] = []
        given = {**parameters, **(at.parameters if at else EMPTY)}
        for statement in self.page(at):
            found += statement.rows(work, {**given, "nw_limit": limit - len(found)})
            if len(found) >= limit:
                break
        return found

    def page(self, at: Cursor | None) -> list[Prepared]:
        shape = (at.blanks, at.backwards) if at else None
        if shape not in self._pages:
            self._pages[shape] = [Prepared(each, self.dialect) for each in self._select_page(at)]
        return self._pages[shape]

    def _select_page(self, at: Cursor | None) -> list[Select[Any]]:
        backwards = at is not None and at.backwards
        labelled = [key.value.label(f"sort_{number}") for number, key in enumerate(self.keys)]
        statement = select(*self.selection.columns, *labelled).where(*self.conditions)
        ordered = [key.ordered(self.dialect.name, backwards, each) for key, each in zip(self.keys, labelled, strict=True)]
        limit: Any = bindparam("nw_limit", type_=_INTEGER)
        statement = statement.select_from(self.reach.source).order_by(*ordered).limit(limit)
        if at is None:
            return [statement]
        return [statement.where(stretch) for stretch in paging.stretches(self.keys, at.blanks, backwards)]

    @property
    def single(self) -> Prepared:
        return self._once("single", self._select_single)

    def _select_single(self) -> Select[Any]:
        wanted = self.reach.top.id == bindparam("nw_id", type_=self.reach.top.id.type)
        return select(*self.selection.columns).where(wanted, *self.conditions).select_from(self.reach.source)

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
        convert, read, locale = self.page(at)[0].convert, self.read, work.locale
        converted = [convert(row) for row in rows]
        records = [read(row, locale) for row in converted]
        has_next, has_previous = (True, more) if backwards else (more, at is not None)
        return Page(
            records,
            self._cursor(converted[-1], False) if converted and has_next else None,
            self._cursor(converted[0], True) if converted and has_previous else None,
        )

    def _cursor(self, row: Row, backwards: bool) -> str:
        values = row[len(self.selection.columns) :]
        return paging.write(Cursor(tuple(values), backwards), self.asked.order)


def counted(work: Work, listing: Listing, parameters: Mapping[str, Any], how: str) -> Count:
    if how == "exact":
        return Count(listing.exact.rows(work, parameters)[0][0], True)
    found = listing.capped.rows(work, parameters)[0][0]
    return Count(min(found, COUNTED), found <= COUNTED)


_INTEGER = func.count().type
