"""Trials: people do what they would do, in a transaction of which nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newel.runtime.records.actors import Actor
from newel.runtime.records.work import Work

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newel.runtime.installation import Installation


@dataclass(frozen=True)
class Trial:
    """An open transaction for trying things out. Several actors may work in it, one after the other, each at a moment."""

    installation: Installation
    connection: Connection

    @contextmanager
    def work(self, actor: Actor, now: datetime) -> Iterator[Work]:
        """What one of them does; what it touches is gathered before the next one looks."""
        work = Work(self.installation, actor, self.connection, now, writes=True)
        yield work
        work.settle()


@contextmanager
def trial(installation: Installation) -> Iterator[Trial]:
    """One transaction for a trial; it is taken back at its end, whether the trial succeeds or not."""
    with installation.database.trying() as connection:
        yield Trial(installation, connection)
