"""Fields whose values are rows of another table: reading them for many records at once, one statement a field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from newel.metadata.model import Field
from newel.runtime.records.errors import NotFound
from newel.runtime.records.filtering import parameters_of
from newel.runtime.records.listing import asked_for, listing_of
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work

MOST_LINES = 20_000  # of all the records of a page together


def fill_in(work: Work, fields: Iterable[Field], records: Sequence[Record]) -> None:
    """Gives each record its lines and linked ids, as far as the actor may read them."""
    if not records:
        return
    by_id = {record.id: record for record in records}
    for field in fields:
        if field.type == "child_table":
            _fill_lines(work, field, by_id)
        else:
            _fill_links(work, field, by_id)


def _fill_lines(work: Work, field: Field, by_id: dict[str, Record]) -> None:
    found: dict[str, list[Record]] = {}
    for line in _rows(work, field, by_id, None):
        found.setdefault(line.values[str(field.by)], []).append(line)
    for record_id, lines in found.items():
        by_id[record_id].values[field.name] = tuple(lines)


def _fill_links(work: Work, field: Field, by_id: dict[str, Record]) -> None:
    """The linked ids in the order of linking; the titles stand in the same places, None where the actor can't read one."""
    here, there = str(field.by), str(field.by_other)
    found: dict[str, list[Record]] = {}
    for link in _rows(work, field, by_id, (here, there)):
        found.setdefault(link.values[here], []).append(link)
    for record_id, links in found.items():
        record = by_id[record_id]
        record.values[field.name] = tuple(link.values[there] for link in links)
        record.titles[field.name] = tuple(link.titles.get(there) for link in links)


def _rows(work: Work, field: Field, by_id: dict[str, Record], fields: Sequence[str] | None) -> list[Record]:
    where: dict[str, Any] = {str(field.by): list(by_id)}
    try:
        listing = listing_of(work, asked_for(work, str(field.of), fields, None, where, ("id",), False))
    except NotFound:
        return []
    convert = listing.page(None)[0].convert
    rows = listing.rows(work, None, parameters_of(where, listing.reach), MOST_LINES)
    return [listing.read(convert(row), work.locale) for row in rows]
