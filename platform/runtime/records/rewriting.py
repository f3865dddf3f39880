"""Computed fields written anew in many records of one object by one statement, which says in which records they have changed.

The statement computes first and compares then, so that only what differs is written. Nobody has edited these records: their
versions, their moments of change and their histories stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, collate, or_, select, update
from sqlalchemy.types import String

from newel.metadata.model import Field
from newel.rules.lineage import Kept, Lineage, lineage_of
from newel.rules.sql import emit_raw, fitted
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.reach import RawColumns, Spot
from newel.runtime.records.statements import Row, kept, prepared

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

# For more records than these PostgreSQL plans the statement anew: a plan from when the tables were small would read them whole.
FEW = 20


def lineage(installation: Installation) -> Lineage:
    """What follows from what in this installation."""
    found: Lineage = kept(installation, ("lineage",), lambda: lineage_of(installation.model, installation.rulebook))
    return found


def lock(work: Work, object_name: str, ids: Sequence[str]) -> None:
    """Holds records in the order of their ids until the transaction ends; SQLite's one writer holds everything already.

    It is a statement of its own: the next one sees what was committed while this one waited. References to the records may be
    made meanwhile, and need not wait.
    """
    if work.dialect != "postgresql":
        return
    id_column = work.installation.tables[object_name].column("id")

    def build() -> Any:
        wanted = select(id_column).where(within(id_column, "nw_ids", work.dialect)).order_by(id_column)
        return wanted.with_for_update(key_share=True)

    prepared(work, ("hold", object_name), build).rows(work, {"nw_ids": listed(ids, work.dialect)})


def rewrite(work: Work, object_name: str, fields: Iterable[Kept], ids: Sequence[str]) -> list[Changed]:
    """Computes fields of the same rank for these records, and gives those that have changed."""
    fields = tuple(fields)
    pointing = tuple(dict.fromkeys(each.by for each in lineage(work.installation).over(object_name) if each.by is not None))
    many = len(ids) > FEW
    statement = prepared(
        work,
        ("rewrite", object_name, tuple(each.field for each in fields), many),
        lambda: _statement(work, object_name, fields, pointing),
        planned_anew=many,
    )
    rows = statement.read(work, {"nw_ids": listed(ids, work.dialect)})
    return [Changed(work, object_name, pointing, row) for row in rows]


class Changed:
    """A record whose computed fields have changed, and where its lookups point."""

    __slots__ = ("_aims", "id")

    def __init__(self, work: Work, object_name: str, pointing: Sequence[str], row: Row) -> None:
        self.id: str = row[0]
        self._aims: dict[str, tuple[Any, ...]] = {}
        at, target = 1, work.model.objects[object_name]
        for name in pointing:
            width = 2 if target.fields[name].type == "polymorphic" else 1
            self._aims[name] = row[at : at + width]
            at += width

    def parent(self, by: str, object_name: str) -> str | None:
        """The record of an object that a lookup of this one points at."""
        aim = self._aims[by]
        if len(aim) == 2 and aim[1] != object_name:
            return None
        return None if aim[0] is None else str(aim[0])


def _statement(work: Work, object_name: str, fields: Sequence[Kept], pointing: Sequence[str]) -> Any:
    installation = work.installation
    table = installation.tables[object_name]
    computed = computing(installation, object_name, fields)
    fresh = computed.where(within(computed.selected_columns[0], "nw_ids", work.dialect)).cte("n").prefix_with("MATERIALIZED")
    values, differing = {}, []
    for (field, suffix), element in kept_elements(installation, object_name, fields, fresh.c).items():
        column = table.column(field, suffix)
        values[column.name] = element
        differing.append(column.is_distinct_from(element))
    of = installation.model.objects[object_name]
    aims = [column for name in pointing for column in _columns(table, of.fields[name])]
    changed = update(table.table).where(table.column("id") == fresh.c.id, or_(*differing)).values(values)
    return changed.returning(table.column("id"), *aims)


def computing(installation: Installation, object_name: str, fields: Sequence[Kept]) -> Any:
    """A SELECT of the ids of an object's records and of what the fields are to hold, before it is fitted."""
    target = installation.model.objects[object_name]
    spot = Spot(installation, target, installation.tables[object_name].table.alias("t"))
    elements = []
    for at, each in enumerate(fields):
        raw = emit_raw(each.expression, RawColumns(spot), target.fields[each.field])
        elements += [element.label(f"v{at}_{part}") for part, element in enumerate(raw)]
    return select(spot.id.label("id"), *elements)


def kept_elements(installation: Installation, object_name: str, fields: Sequence[Kept], computed: Any) -> dict[Any, Any]:
    """By field and suffix: what the column is to hold, over the columns of `computing`."""
    target, dialect = installation.model.objects[object_name], installation.database.dialect
    found: dict[Any, Any] = {}
    for at, each in enumerate(fields):
        field = target.fields[each.field]
        suffixes = _suffixes(field)
        raw = [computed[f"v{at}_{part}"] for part in range(len(suffixes))]
        for suffix, element in zip(suffixes, fitted(dialect, raw, field), strict=True):
            is_text = dialect == "postgresql" and isinstance(element.type, String | Text)
            found[each.field, suffix] = collate(element, "C") if is_text else element
    return found


def _suffixes(field: Field) -> list[str]:
    from newel.metadata.field_types import type_of

    return [each.suffix for each in type_of(field).columns(field)]


def _columns(table: Any, field: Field) -> list[Any]:
    return [table.column(field.name)] if field.system else [table.column(field.name, suffix) for suffix in _suffixes(field)]
