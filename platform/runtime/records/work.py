"""One unit of work: an installation, an actor, one transaction and one moment. Everything in records takes it first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from newel.metadata.model import USER_OBJECT
from newel.runtime.records.actors import Actor
from newel.runtime.records.actors import zone as zone_of
from newel.runtime.records.errors import Collided, NoActor, TookTooLong
from newel.runtime.storage.database import BOUND, LONGEST, Bound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newel.metadata.field_types.base import Locale
    from newel.metadata.model import Model
    from newel.rules.facts import Facts
    from newel.runtime.installation import Installation

# In `kept`: which rollups of which records are to be computed; replaced, never changed in place, so that savepoints hold.
UNSETTLED = "unsettled rollups"
COLLISIONS = frozenset({"40P01", "40001"})  # PostgreSQL: a deadlock, two that can't be put in an order
CANCELLED, INTERRUPTED = "57014", ("interrupted",)  # PostgreSQL's state, SQLite's words for a statement that was ended


@dataclass
class Work:
    """What happens between the beginning and the end of one transaction, for one actor, at one moment."""

    installation: Installation
    actor: Actor
    connection: Connection
    now: datetime
    writes: bool
    kept: dict[Any, Any] = field(default_factory=dict)  # what parts of the kernel remember until the end of the transaction
    _after: list[Callable[[], None]] = field(default_factory=list)
    _bound: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        return self.installation.model

    @cached_property
    def dialect(self) -> str:
        return self.installation.database.dialect

    @cached_property
    def today(self) -> date:
        """The day it is for the actor."""
        return self.now.astimezone(self.locale.time_zone).date()

    @property
    def locale(self) -> Locale:
        return self.actor.locale

    @cached_property
    def facts(self) -> Facts:
        """What rules know beside the record."""
        from newel.rules.facts import Facts
        from newel.runtime.records import groups, organisation
        from newel.runtime.records.looking_up import ReferenceTables

        return Facts(
            self.today,
            self.now,
            zone_of(self.actor.time_zone),
            self.actor.user_id,
            self.actor.roles,
            OwnRecord(self),
            teams=groups.AskedLate(lambda: [row[0] for row in groups.teams_of(self)]),
            team_names=groups.AskedLate(lambda: [row[1] for row in groups.teams_of(self)]),
            units=groups.AskedLate(lambda: [row[0] for row in groups.units_of(self)]),
            reports=groups.AskedLate(lambda: [row[0] for row in groups.reports_of(self)]),
            organisation=organisation.asked_late(self),
            tables=ReferenceTables(self),
        )

    def bound(self, name: str) -> Any:
        """A value that statements take from the work itself, made when one first asks.

        The actor, the moment, fields of the actor's own record, what the organisation has settled.
        """
        if name not in self._bound:
            self._bound[name] = self._value_of(name)
        return self._bound[name]

    def _value_of(self, name: str) -> Any:
        from newel.rules.sql import BINDS

        if name == "nw_actor":
            return self.actor.user_id
        known = BINDS.get(name)
        return self.facts.user_fields[name.removeprefix("nw_user_")] if known is None else known(self.facts)

    @cached_property
    def _bound_on_sqlite(self) -> Bound | None:
        """What ends a read of a person that takes too long; work of the platform takes as long as it takes."""
        return None if self.writes or self.actor.system else self.connection.info.get(BOUND)

    @cached_property
    def _cursor(self) -> Any:
        return self.connection.connection.cursor()

    def execute(self, text: str, parameters: Any, planned_anew: bool = False) -> Any:
        """Runs compiled SQL on the transaction's own cursor; its rows must be fetched before the next call.

        `planned_anew` keeps PostgreSQL from settling on one plan for all values.
        """
        if self._bound_on_sqlite is not None:
            self._bound_on_sqlite.begin()
        try:
            if planned_anew:
                self._cursor.execute(text, parameters, prepare=False)
            else:
                self._cursor.execute(text, parameters)
        except Exception as error:
            self._look_after(error)
            raise
        return self._cursor

    def fetch(self, text: str, parameters: Any, planned_anew: bool = False) -> list[tuple[Any, ...]]:
        """All rows of compiled SQL."""
        cursor = self.execute(text, parameters, planned_anew)
        try:
            found: list[tuple[Any, ...]] = cursor.fetchall()
        except Exception as error:
            self._look_after(error)
            raise
        return found

    def execute_many(self, text: str, parameters: list[Any]) -> None:
        try:
            self._cursor.executemany(text, parameters)
        except Exception as error:
            self._look_after(error)
            raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone alone, if it fails; what was remembered of rows is forgotten then."""
        known = dict(self.kept)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.kept.clear()
            self.kept.update(known)
            raise

    def _look_after(self, error: Exception) -> None:
        """A connection that broke must not go back to the pool; who waited in a circle, or asked for too much, is told so."""
        if getattr(error, "sqlstate", None) in COLLISIONS:
            raise Collided from error
        if getattr(error, "sqlstate", None) == CANCELLED or getattr(error, "args", ()) == INTERRUPTED:
            raise TookTooLong(LONGEST) from error
        dialect = self.connection.dialect
        driver = dialect.loaded_dbapi
        if isinstance(error, driver.Error) and dialect.is_disconnect(error, None, None):
            self.connection.invalidate(error)

    def settle(self) -> None:
        """Brings the rollups of all that this transaction has written up to date."""
        if UNSETTLED in self.kept:
            from newel.runtime.records import rolling

            rolling.settle(self)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Remembers something that must only happen once the transaction is safe."""
        self._after.append(act)

    def committed(self) -> None:
        for act in self._after:
            act()


class OwnRecord(Mapping[str, Any]):
    """The fields of the actor's own user record, loaded when a rule first asks for one."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __getitem__(self, name: str) -> Any:
        from newel.runtime.records.loading import raw

        found = raw(self._work, USER_OBJECT, self._work.actor.user_id)
        return None if found is None else found.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._work.model.objects[USER_OBJECT].fields)

    def __len__(self) -> int:
        return len(self._work.model.objects[USER_OBJECT].fields)


@contextmanager
def reading(installation: Installation, actor: Actor | None, now: datetime | None = None) -> Iterator[Work]:
    """A transaction that only reads."""
    who = _known(actor)
    with installation.database.reading() as connection:
        yield Work(installation, who, connection, now or datetime.now(UTC), writes=False)


@contextmanager
def writing(installation: Installation, actor: Actor | None, now: datetime | None = None) -> Iterator[Work]:
    """A transaction that may write: committed whole at the end, rolled back whole on any error."""
    who = _known(actor)
    with installation.database.writing() as connection:
        work = Work(installation, who, connection, now or datetime.now(UTC), writes=True)
        yield work
        work.settle()
    work.committed()


def _known(actor: Actor | None) -> Actor:
    if actor is None or (actor.user_id is None and actor.system is None):
        raise NoActor
    return actor
