"""Every read of records: one SQL statement a list, built once per shape and role set, judged by the actor's verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from newel.metadata.field_types import type_of
from newel.metadata.model import EMPTY, Field, Object
from newel.runtime.records import paging
from newel.runtime.records.access import verdict
from newel.runtime.records.aggregating import aggregate, board
from newel.runtime.records.errors import NotFound
from newel.runtime.records.filtering import known_ids, listed, parameters_of, within
from newel.runtime.records.ids import is_id
from newel.runtime.records.lines import fill_in
from newel.runtime.records.listing import asked_for, counted, listing_of
from newel.runtime.records.offering import Narrowing
from newel.runtime.records.reach import Reach
from newel.runtime.records.record import Count, Page, Record, Suggestion
from newel.runtime.records.selecting import Read, Selection
from newel.runtime.records.statements import Prepared, kept
from newel.runtime.records.work import Work

__all__ = ["aggregate", "board", "count_of", "find", "get", "suggestions", "titles"]

MOST_PER_PAGE = 1_000
MOST_FACTS = 3


def find(
    work: Work,
    object_name: str,
    *,
    filter: str | None = None,  # noqa: A002 - the word of the contract
    where: Mapping[str, Any] = EMPTY,
    sort: Sequence[str] = (),
    fields: Sequence[str] | None = None,
    limit: int = 50,
    cursor: str | None = None,
    count: str = "none",
    deleted: bool = False,
    narrowing: Narrowing | None = None,
) -> Page:
    """A page of the records that the actor may read; `narrowing`: of those that are offered for a reference.

    `filter` is an expression, `where` holds equalities of fields or paths (None: is blank; a list: is one of); `fields` names
    fields and to-one paths, and fields with rows of their own (child tables, many-to-many); None gives every stored field.
    """
    asked = asked_for(work, object_name, fields, filter, where, sort, deleted)
    listing = listing_of(work, replace(asked, narrowing=narrowing.key) if narrowing else asked)
    limit = max(1, min(limit, MOST_PER_PAGE))
    at = paging.read(cursor, listing.asked.order, listing.keys) if cursor else None
    parameters = parameters_of(where, listing.reach) if where else {}
    if narrowing:
        parameters |= narrowing.parameters
    rows = listing.rows(work, at, parameters, limit + 1)
    page = listing.paged(rows, limit, at, work)
    if listing.selection.many:
        fill_in(work, listing.selection.many, page.records)
    return (
        page
        if count == "none"
        else Page(page.records, page.next_cursor, page.previous_cursor, counted(work, listing, parameters, count))
    )


def get(work: Work, object_name: str, record_id: str, fields: Sequence[str] | None = None, *, deleted: bool = False) -> Record:
    """One record; NotFound where it isn't there for the actor. `fields` None gives all, child tables and many-to-many too."""
    record_id = record_id.lower() if isinstance(record_id, str) else ""
    if not is_id(record_id):
        raise NotFound(object_name, record_id)
    listing = listing_of(work, asked_for(work, object_name, ("*",) if fields is None else fields, None, EMPTY, (), deleted))
    rows = listing.single.rows(work, {"nw_id": record_id})
    if not rows:
        raise NotFound(object_name, record_id)
    record = listing.read(listing.single.convert(rows[0]), work.locale)
    if listing.selection.many:
        fill_in(work, listing.selection.many, [record])
    return record


def count_of(
    work: Work,
    object_name: str,
    *,
    filter: str | None = None,  # noqa: A002
    where: Mapping[str, Any] = EMPTY,
    exact: bool = False,
    deleted: bool = False,
) -> Count:
    """How many records the actor may read; counting stops at 10,000 unless `exact`."""
    listing = listing_of(work, asked_for(work, object_name, ("id",), filter, where, (), deleted))
    return counted(work, listing, parameters_of(where, listing.reach) if where else {}, "exact" if exact else "capped")


def titles(work: Work, object_name: str, ids: Iterable[str]) -> dict[str, str]:
    """What records are called, by id; ids of records that the actor can't read are left out."""
    wanted = known_ids(ids)
    if not wanted:
        return {}
    naming: Naming = kept(work.installation, ("naming", object_name, work.actor.role_set), lambda: _naming(work, object_name))
    return naming.titles(work, wanted)


def suggestions(work: Work, object_name: str, ids: Sequence[str], narrowing: Narrowing | None = None) -> list[Suggestion]:
    """Records as they are offered for choosing: title and key facts, in the order of the ids; closed ones are left out."""
    if not ids:
        return []
    target = work.model.objects[object_name]
    readable = verdict(work.installation, work.actor, object_name).readable
    facts = tuple(name for name in target.facts if name in readable and name != target.title and "." not in name)[:MOST_FACTS]
    page = find(work, object_name, where={"id": list(ids)}, fields=facts, limit=len(ids), narrowing=narrowing)
    called = titles(work, object_name, ids)
    said = {each.id: _facts(work, target, facts, each) for each in page}
    return [Suggestion(object_name, each, called.get(each, ""), said[each]) for each in ids if each in said]


def _facts(work: Work, target: Object, names: Sequence[str], record: Record) -> tuple[str, ...]:
    texts = (_fact(work, target.fields[name], record) for name in names)
    return tuple(text for text in texts if text)


def _fact(work: Work, field: Field, record: Record) -> str:
    if field.is_reference:
        return str(record.titles.get(field.name) or "")
    value = record.values.get(field.name)
    if value is None or field.is_many:
        return ""
    if field.type == "choice" and value in field.choices:
        return field.choices[value].label.say(work.locale.language)
    return type_of(field).format(field, value, work.locale)


@dataclass(frozen=True)
class Naming:
    """How the records of one object are called."""

    statement: Prepared | None
    read: Read | None
    key: str

    def titles(self, work: Work, ids: list[str]) -> dict[str, str]:
        if self.statement is None or self.read is None:
            return {}
        rows = self.statement.read(work, {"nw_ids": listed(ids, work.dialect)})
        named = (self.read(row, work.locale) for row in rows)
        return {record.id: text for record in named if (text := record.titles.get("id"))}


def _naming(work: Work, object_name: str) -> Naming:
    judged = verdict(work.installation, work.actor, object_name)
    target = work.model.objects[object_name]
    if not judged.read or target.title not in judged.readable:
        return Naming(None, None, target.title)
    reach = Reach(work.installation, work.actor.role_set, object_name)
    selection = Selection(reach, ())
    selection.name_itself()
    wanted = within(reach.top.id, "nw_ids", work.dialect)
    statement = select(*selection.columns).where(wanted, reach.readable).select_from(reach.source)
    return Naming(Prepared(statement, work.connection.dialect), selection.reader(), target.title)
