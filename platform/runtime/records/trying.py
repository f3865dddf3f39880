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

    def work(self, actor: Actor, now: datetime) -> Work:
        return Work(self.installation, actor, self.connection, now, writes=True)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside is taken back, whether it succeeds or not."""
        inner = self.connection.begin_nested()
        try:
            yield
        finally:
            if inner.is_active:
                inner.rollback()


@contextmanager
def trial(installation: Installation) -> Iterator[Trial]:
    """One transaction for any number of trials; it too is taken back at its end."""
    with installation.database.writing() as connection:
        found = Trial(installation, connection)
        with found.undone():
            yield found
