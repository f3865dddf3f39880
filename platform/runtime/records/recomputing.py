"""Kept fields computed anew after their rules have changed: batch by batch, each a transaction, by one worker at a time.

What is to be done stands in nw_recompute. A batch locks its records, computes them by one statement and notes how far it has
come, all in one transaction: whoever is killed has lost nothing, and whoever comes next goes on there. A worker holds a lease;
a batch of one that has lost it does not count. Fields come in such an order that each finds what it is made of.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.exc import OperationalError

from newel.runtime.records import rolling
from newel.runtime.records.actors import Actor, as_system
from newel.runtime.records.errors import Collided
from newel.runtime.records.rewriting import lineage, rewrite
from newel.runtime.records.statements import kept, prepared
from newel.runtime.records.work import Work, writing
from newel.runtime.storage import recomputations
from newel.runtime.storage.recomputations import Task
from newel.runtime.storage.types import Id

if TYPE_CHECKING:
    from newel.rules.lineage import Kept
    from newel.runtime.installation import Installation

LOG = logging.getLogger("newel.recomputing")
BATCH = 5_000
LEAST = 50  # a batch that meets locks again and again shrinks to this
PATIENCE = "400ms"  # less than PostgreSQL waits before it looks for deadlocks: a batch gives way, a person's save never has to
BREATH = 0.02  # seconds between batches, in which others get at SQLite's one write lock
LOOKS_AGAIN = 5.0  # seconds after which a serving process asks again whether there is something to do

Report = Callable[[int, int, str], None]  # how many records are done, of how many, and of which field


class Lost(Exception):  # noqa: N818 - it is an answer
    """The task is somebody else's by now, or another one."""


# What others ask.


def pending(work: Work, object_name: str) -> dict[str, float]:
    """The fields of an object that are being computed anew, each with how much of it is done; they may show old values."""
    if _tending(work.installation).is_settled:
        return {}
    tasks = recomputations.open_tasks(work.connection)
    return {each.field: each.share for each in tasks if each.object == object_name}


def shares(installation: Installation, object_name: str) -> dict[str, float]:
    """The same, for whoever has no transaction; it asks the database only while something is to be done."""
    if _tending(installation).is_settled:
        return {}
    return {each.field: each.share for each in open_tasks(installation) if each.object == object_name}


def open_tasks(installation: Installation) -> list[Task]:
    """Everything that is being computed anew, in the order in which it is done."""
    if not lineage(installation).fields:
        return []
    with installation.database.reading() as connection:
        tasks = {each.key: each for each in recomputations.open_tasks(connection)}
    return [tasks[each.key] for each in lineage(installation).fields if each.key in tasks]


# Doing it.


def run(installation: Installation, report: Report | None = None, stop: Callable[[], bool] = bool) -> bool:
    """Does all that is to be done, until `stop` says so. False where something is left, or somebody else is at it."""
    worker = Worker(installation, report or _silent, stop)
    try:
        while worker.do_next():
            pass
    finally:
        worker.leave()
    return not open_tasks(installation)


@dataclass
class Worker:
    """One who computes anew: a name for the lease, and how many records it dares at once."""

    installation: Installation
    report: Report
    stop: Callable[[], bool]
    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(6)}")
    size: int = field(default_factory=lambda: BATCH)

    def do_next(self) -> bool:
        """Takes up the next field and does it to its end; False where there is nothing that it may do."""
        by_key = {each.key: each for each in lineage(self.installation).fields}
        with self.installation.database.writing() as connection:
            task = recomputations.claim(connection, by_key, self.name)
        if task is None or self.stop() or task.made_of != lineage(self.installation).fingerprints[task.key]:
            return False  # of another revision: who serves that does it
        try:
            self._do(task, by_key[task.key])
        except Lost:
            return False
        return not self.stop()

    def leave(self) -> None:
        with self.installation.database.writing() as connection:
            recomputations.release(connection, self.name)

    def _do(self, task: Task, each: Kept) -> None:
        actor = as_system(self.installation, f"compute {each.object}.{each.field} anew")
        reached, done = task.reached, task.done
        while not self.stop():
            self.report(done, task.total, f"{each.object}.{each.field}")
            try:
                ids = self._batch(actor, task, each, reached, done)
            except (Collided, OperationalError, self._driver_error) as error:
                self._give_way(error)
                continue
            if not ids:
                return
            reached, done = ids[-1], done + len(ids)
            self.size = min(BATCH, self.size * 2)
            time.sleep(BREATH)

    def _batch(self, actor: Actor, task: Task, each: Kept, reached: str | None, done: int) -> list[str]:
        with writing(self.installation, actor) as work:
            ids = _next_ids(work, each.object, reached, self.size)
            found = rewrite(work, each.object, (each,), ids) if ids else []
            if each.gathers is None:
                rolling.index_again(work, each.object, (each,), found)
            last = ids[-1] if ids else None
            if not recomputations.advance(work.connection, task, self.name, last, done + len(ids)):
                raise Lost
        return ids

    @property
    def _driver_error(self) -> type[Exception]:
        error: type[Exception] = self.installation.database.engine.dialect.loaded_dbapi.OperationalError
        return error

    def _give_way(self, error: Exception) -> None:
        """Somebody holds records of the batch, or the whole of SQLite: wait a little, and try fewer."""
        if not isinstance(error, Collided) and not any(said in str(error).lower() for said in ("lock", "busy")):
            raise error
        self.size = max(LEAST, self.size // 2)
        time.sleep(10 * BREATH)


def _next_ids(work: Work, object_name: str, reached: str | None, size: int) -> list[str]:
    """The next records in the order of their ids, locked; deleted ones too."""
    column = work.installation.tables[object_name].column("id")
    if work.dialect == "postgresql":
        work.connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")

    def build() -> Any:
        some = select(column).order_by(column).limit(bindparam("nw_limit", type_=Integer())).with_for_update(key_share=True)
        return some if reached is None else some.where(column > bindparam("nw_reached", type_=Id()))

    statement = prepared(work, ("next ids", object_name, reached is None), build)
    return [row[0] for row in statement.read(work, {"nw_limit": size, "nw_reached": reached})]


def _silent(done: int, total: int, what: str) -> None:
    """Tells nobody."""


# While serving.


@dataclass
class Tending:
    """What a serving process knows of the work to be done for one installation."""

    is_settled: bool = False
    looked: float = -LOOKS_AGAIN
    thread: threading.Thread | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def tend(installation: Installation) -> None:
    """Called with every request, and nearly free: sees to it that what is to be computed anew is, by a thread of this process."""
    tending = _tending(installation)
    now = time.monotonic()
    if tending.is_settled or now - tending.looked < LOOKS_AGAIN or not tending.lock.acquire(blocking=False):
        return
    try:
        tending.looked = now
        if tending.thread is not None and tending.thread.is_alive():
            return
        if not open_tasks(installation):
            tending.is_settled = True
            return
        tending.thread = threading.Thread(target=_serve, args=(installation,), name="newel-recomputing", daemon=True)
        tending.thread.start()
    finally:
        tending.lock.release()


def _serve(installation: Installation) -> None:
    try:
        run(installation)
    except Exception:
        LOG.exception("computing anew was broken off; it goes on later")


def _tending(installation: Installation) -> Tending:
    found: Tending = kept(installation, ("tending",), lambda: Tending(is_settled=not lineage(installation).fields))
    return found
