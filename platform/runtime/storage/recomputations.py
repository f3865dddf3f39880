"""Which kept computed fields are what their rules say now, and which are still to be computed anew: the rows of nw_recompute.

Applying a plan marks what has changed, in the transaction that changes it. The kernel works
it off (`records.recomputing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from newel.runtime.storage import catalog
from newel.runtime.storage.system_records import RECOMPUTE
from newel.runtime.storage.tables import ObjectTable

Key = tuple[str, str]  # an object's name and a field's
LEASE = timedelta(seconds=30)  # for so long nobody else takes up what a worker has begun
ONE_AT_A_TIME = 0x6E65776C32  # the advisory lock under which PostgreSQL's workers look who is at it
ASKED = {"reached": None, "done": 0, "ended_at": None, "worker": None, "leased_until": None}


@dataclass(frozen=True, slots=True)
class Task:
    """A kept field that is to be computed anew: how many of its records are done, and up to which one."""

    object: str
    field: str
    made_of: str
    reached: str | None
    done: int
    total: int
    asked_at: datetime
    worker: str | None = None
    leased_until: datetime | None = None

    @property
    def key(self) -> Key:
        return self.object, self.field

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1; it is never told as whole while it is not."""
        return min(self.done / self.total, 0.99) if self.total else 0.0

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is at it."""
        return self.worker is not None and self.leased_until is not None and self.leased_until > now


def open_tasks(connection: Connection) -> list[Task]:
    """Everything that is still to be computed anew."""
    columns = [RECOMPUTE.c[name] for name in Task.__dataclass_fields__]
    return [Task(*row) for row in connection.execute(select(*columns).where(RECOMPUTE.c.state == "pending"))]


def claim(connection: Connection, order: Iterable[Key], worker: str) -> Task | None:
    """The first open task in the given order, for this worker alone; None where there is none, or where somebody is at one."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
    now = datetime.now(UTC)
    tasks = {each.key: each for each in open_tasks(connection)}
    if any(each.is_held(now) and each.worker != worker for each in tasks.values()):
        return None
    first = next((tasks[key] for key in order if key in tasks), None)
    if first is not None:
        connection.execute(update(RECOMPUTE).where(_of(first.key)).values(worker=worker, leased_until=now + LEASE))
    return first


def advance(connection: Connection, task: Task, worker: str, reached: str | None, done: int) -> bool:
    """Notes how far a worker has come, in the transaction that has come so far; with `reached` None it is at the end.

    False where the task is not this worker's any more, or is another by now: then the transaction must not count.
    """
    now = datetime.now(UTC)
    if reached is None:
        values: dict[str, object] = {"state": "done", "done": done, "ended_at": now, "worker": None, "leased_until": None}
    else:
        values = {"reached": reached, "done": done, "leased_until": now + LEASE}
    mine = and_(RECOMPUTE.c.worker == worker, RECOMPUTE.c.made_of == task.made_of, RECOMPUTE.c.state == "pending")
    return bool(connection.execute(update(RECOMPUTE).where(_of(task.key), mine).values(values)).rowcount)


def release(connection: Connection, worker: str) -> None:
    """A worker that ends gives back what it has begun."""
    connection.execute(update(RECOMPUTE).where(RECOMPUTE.c.worker == worker).values(worker=None, leased_until=None))


def known(connection: Connection) -> dict[Key, str]:
    """What every kept field was last computed by; nothing where the platform's tables are older than this one."""
    if not connection.dialect.has_table(connection, RECOMPUTE.name):
        return {}
    return {(row.object, row.field): row.made_of for row in connection.execute(select(RECOMPUTE))}


def record(connection: Connection, wanted: Mapping[Key, str]) -> None:
    """Marks the kept fields that are made of something else than before; fields that are kept no longer are forgotten."""
    if wanted:
        RECOMPUTE.create(connection, checkfirst=True)
    before = known(connection)
    for key in before.keys() - wanted.keys():
        connection.execute(delete(RECOMPUTE).where(_of(key)))
    layout = catalog.layout(connection)
    rows = {name: _rows(connection, layout, name) for name in {key[0] for key, by in wanted.items() if before.get(key) != by}}
    for key, made_of in wanted.items():
        if before.get(key) != made_of:
            total = rows[key[0]]
            values = {"made_of": made_of, "total": total, "asked_at": datetime.now(UTC), "state": "pending" if total else "done"}
            _write(connection, key, {**ASKED, **values}, key in before)


def _write(connection: Connection, key: Key, values: Mapping[str, object], is_known: bool) -> None:
    if is_known:
        connection.execute(update(RECOMPUTE).where(_of(key)).values(values))
    else:
        connection.execute(insert(RECOMPUTE).values(object=key[0], field=key[1], **values))


def _of(key: Key) -> ColumnElement[bool]:
    return and_(RECOMPUTE.c.object == key[0], RECOMPUTE.c.field == key[1])


def _rows(connection: Connection, layout: catalog.RecordedLayout, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(ObjectTable(layout[name]).table)).scalar_one())
