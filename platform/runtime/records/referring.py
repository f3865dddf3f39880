"""Who refers to a record: every reference field of the Model that may point at an object, and the live rows that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newel.metadata.model import Field, Object
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.reach import Spot
from newel.runtime.records.statements import kept, prepared

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work


@dataclass(frozen=True, slots=True)
class Referrer:
    """One field of one object that may point at the object in question."""

    object: Object
    field: Field

    @property
    def on_delete(self) -> str:
        return "restrict" if self.field.system else self.field.on_delete


def referrers(installation: Installation, object_name: str) -> Sequence[Referrer]:
    found: Sequence[Referrer] = kept(
        installation, ("referrers", object_name), lambda: tuple(_referrers(installation, object_name))
    )
    return found


def _referrers(installation: Installation, object_name: str) -> Iterable[Referrer]:
    for target in installation.model.objects.values():
        for field in target.stored:
            stored = not field.system or (field.name == "owner" and target.ownership == "user")
            if stored and field.is_reference and object_name in field.to:
                yield Referrer(target, field)


def rows_referring(work: Work, referrer: Referrer, ids: Iterable[str], *, deleted: bool = False) -> list[tuple[str, str]]:
    """The ids of the live (or deleted) rows that point at one of `ids`, each with the id that it points at."""
    statement = prepared(
        work, ("referring", referrer.object.name, referrer.field.name, deleted), lambda: _rows(work, referrer, deleted)
    )
    return [(row[0], row[1]) for row in statement.read(work, {"nw_ids": listed(ids, work.dialect)})]


def _rows(work: Work, referrer: Referrer, deleted: bool) -> Any:
    spot = Spot(work.installation, referrer.object, work.installation.tables[referrer.object.name].table.alias("t"))
    column = spot.column(referrer.field.name)
    state = spot.column("deleted_at").is_not(None) if deleted else spot.live
    return select(spot.id, column).where(within(column, "nw_ids", work.dialect), state).order_by(spot.id)
