"""Do kept fields hold what their rules give? Computed once more and compared, batch by batch; repaired where that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from newel.metadata.words import word
from newel.runtime.records import recomputing, rolling
from newel.runtime.records.actors import as_system
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.rewriting import computing, kept_elements, lineage, lock, rewrite
from newel.runtime.records.statements import prepared
from newel.runtime.records.work import Work, reading, writing
from newel.runtime.storage.examining import Finding
from newel.runtime.storage.types import Id

if TYPE_CHECKING:
    from newel.rules.lineage import Kept
    from newel.runtime.installation import Installation

BATCH = 5_000
SHOWN = 5  # ids that are named
Report = Callable[[int, int, str], None]  # which field of how many, and which it is
CHECK = "computed"


@dataclass(frozen=True, slots=True)
class Drift:
    """A kept field whose records hold something else than its rule gives: how many of how many, and the first of them."""

    object: str
    field: str
    looked_at: int
    differing: int = 0
    first: tuple[str, ...] = ()
    repaired: int = 0

    @property
    def name(self) -> str:
        return f"{self.object}.{self.field}"


def drifts(installation: Installation, report: Report | None = None, *, fix: bool = False) -> Iterator[Drift]:
    """Every kept field in turn, each after those that it is made of. `fix`: what differs is computed anew.

    Fields that are being computed anew at the moment are left out: they will be right when that is done.
    """
    busy = {each.key for each in recomputing.open_tasks(installation)}
    fields = [each for each in lineage(installation).fields if each.key not in busy]
    for at, each in enumerate(fields):
        if report is not None:
            report(at, len(fields), f"{each.object}.{each.field}")
        yield _drift(installation, each, fix)


def finding(drift: Drift) -> Finding:
    """What the doctor says of it."""
    values: dict[str, Any] = {"field": drift.name, "count": f"{drift.differing:,}", "total": f"{drift.looked_at:,}"}
    if drift.repaired:
        return Finding.of(CHECK, word("{field}: {count} of {total} records were computed anew"), **values)
    if not drift.differing:
        return Finding.of(CHECK, word("{field}: {total} records hold what is computed"), **values)
    fault = word("It differs in {ids}. Run `newel doctor --fix`.")
    ids = f"{', '.join(drift.first)}{' …' if drift.differing > len(drift.first) else ''}"
    return Finding.of(CHECK, word("{field}: {count} of {total} records hold something else"), fault, **values, ids=ids)


def open_work(installation: Installation) -> Finding | None:
    """That fields are being computed anew; None where none is."""
    tasks = recomputing.open_tasks(installation)
    if not tasks:
        return None
    named = ", ".join(f"{each.object}.{each.field} ({each.share:.0%})" for each in tasks[:SHOWN])
    return Finding.of(CHECK, word("{count} fields are being computed anew: {fields}"), count=len(tasks), fields=named)


def _drift(installation: Installation, each: Kept, fix: bool) -> Drift:
    found = Drift(each.object, each.field, 0)
    actor = as_system(installation, f"compare {each.object}.{each.field} with its rule")
    reached: str | None = None
    while True:
        with reading(installation, actor) as work:
            ids = _next_ids(work, each.object, reached)
            differing = _differing(work, each, ids) if ids else []
        if not ids:
            return found
        reached = ids[-1]
        repaired = _repair(installation, each, differing) if fix and differing else 0
        found = replace(
            found,
            looked_at=found.looked_at + len(ids),
            differing=found.differing + len(differing),
            first=(*found.first, *differing)[:SHOWN],
            repaired=found.repaired + repaired,
        )


def _repair(installation: Installation, each: Kept, ids: list[str]) -> int:
    """Computes a field anew in these records, and what follows from it; gives in how many it has changed."""
    with writing(installation, as_system(installation, f"repair {each.object}.{each.field}")) as work:
        lock(work, each.object, sorted(ids))
        found = rewrite(work, each.object, (each,), ids)
        if each.gathers is None:
            rolling.index_again(work, each.object, (each,), found)
        rolling.follow(work, each.object, (each,), found)
    return len(found)


def _next_ids(work: Work, object_name: str, reached: str | None) -> list[str]:
    column = work.installation.tables[object_name].column("id")

    def build() -> Any:
        some = select(column).order_by(column).limit(BATCH)
        return some if reached is None else some.where(column > bindparam("nw_reached", type_=Id()))

    statement = prepared(work, ("ids after", object_name, reached is None), build)
    return [row[0] for row in statement.read(work, {"nw_reached": reached})]


def _differing(work: Work, each: Kept, ids: list[str]) -> list[str]:
    """Those of the records that hold something else than the rule gives, in one moment's view."""

    def build() -> Any:
        installation = work.installation
        table = installation.tables[each.object]
        computed = computing(installation, each.object, (each,))
        fresh = computed.where(within(computed.selected_columns[0], "nw_ids", work.dialect)).cte("n").prefix_with("MATERIALIZED")
        wanted = kept_elements(installation, each.object, (each,), fresh.c)
        differs = (table.column(name, suffix).is_distinct_from(element) for (name, suffix), element in wanted.items())
        stored = table.column("id")
        return select(stored).where(stored == fresh.c.id, or_(*differs)).order_by(stored)

    statement = prepared(work, ("differing", each.object, each.field), build)
    return [row[0] for row in statement.read(work, {"nw_ids": listed(ids, work.dialect)})]
