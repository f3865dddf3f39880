"""The catalog: which solutions are installed, under which physical names their objects live, and which revision is served."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from newel.metadata.solutions import Layer
from newel.runtime.storage.database import Database
from newel.runtime.storage.layout import TableLayout, from_json
from newel.runtime.storage.system import APPLY, LAYER, NAMES, STATE, create_missing

REVISION = "SELECT revision FROM nw_state"
ONE_AT_A_TIME = 0x6E6577656C  # "newel": the advisory lock that PostgreSQL gives to one process that changes the schema


class NothingInstalled(Exception):  # noqa: N818 - it is a state, and named so
    """The database has no catalog: `newel init` makes one."""


@dataclass(frozen=True, slots=True)
class InstalledLayer:
    """One installed solution: what `newel solutions` lists."""

    name: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class State:
    """Which model is live, by revision and hash."""

    revision: int
    model_hash: str


@dataclass(frozen=True)
class Installed:
    """Everything that the catalog holds at one revision; revision 0 is an empty database."""

    revision: int
    model_hash: str
    layers: tuple[Layer, ...]
    layout: Mapping[str, TableLayout]


def prepare(database: Database) -> None:
    """Makes sure that the platform's own tables are there; two processes that start at once do it one after the other."""
    with database.writing() as connection:
        lock(connection)
        create_missing(connection)
        if connection.execute(select(STATE.c.id)).first() is None:
            connection.execute(insert(STATE).values(id=1, revision=0, model_hash=""))


def lock(connection: Connection) -> None:
    """Holds off everyone else who would change the schema, until the transaction ends. SQLite's writers are alone already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")


def revision(connection: Connection) -> int:
    """The revision that is served now: one cheap statement, asked at every request."""
    try:
        return int(connection.exec_driver_sql(REVISION).scalar_one())
    except (OperationalError, ProgrammingError) as error:
        if "nw_state" in str(error.orig):
            raise NothingInstalled from error
        raise


def state(connection: Connection) -> State:
    return State(revision(connection), connection.execute(select(STATE.c.model_hash)).scalar_one())


def installed(connection: Connection) -> Installed:
    now = state(connection)
    return Installed(now.revision, now.model_hash, layers(connection), layout(connection))


def layers(connection: Connection) -> tuple[Layer, ...]:
    """The installed solutions with their files, by name."""
    rows = connection.execute(select(LAYER.c.name, LAYER.c.files).order_by(LAYER.c.name))
    return tuple(Layer(row.name, row.files) for row in rows)


def solutions(connection: Connection) -> tuple[InstalledLayer, ...]:
    rows = connection.execute(select(LAYER.c.name, LAYER.c.version, LAYER.c.hash).order_by(LAYER.c.name))
    return tuple(InstalledLayer(row.name, row.version, row.hash) for row in rows)


def layout(connection: Connection) -> RecordedLayout:
    return RecordedLayout({row.object: row.layout for row in connection.execute(select(NAMES))})


class RecordedLayout(Mapping[str, TableLayout]):
    """The recorded layout of every object, read from its JSON when first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._read: dict[str, TableLayout] = {}

    def __getitem__(self, name: str) -> TableLayout:
        if name not in self._read:
            self._read[name] = from_json(json.loads(self._texts[name]))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def layer_hash(layer: Layer) -> str:
    """Equal files give equal hashes, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(layer.files.items()), ensure_ascii=False).encode()).hexdigest()


def record_layers(connection: Connection, layers: Iterable[Layer], versions: Mapping[str, str], revision: int) -> None:
    """Replaces the installed solutions by these."""
    connection.execute(delete(LAYER))
    rows = [
        {
            "name": each.name,
            "version": versions.get(each.name, ""),
            "hash": layer_hash(each),
            "files": dict(each.files),
            "revision": revision,
        }
        for each in layers
    ]
    if rows:
        connection.execute(insert(LAYER), rows)


def record_layout(connection: Connection, changed: Mapping[str, TableLayout]) -> None:
    """Records the layout of the objects that a plan has made or changed."""
    if not changed:
        return
    connection.execute(delete(NAMES).where(NAMES.c.object.in_(list(changed))))
    rows = [{"object": name, "layout": json.dumps(each.as_json(), separators=(",", ":"))} for name, each in changed.items()]
    connection.execute(insert(NAMES), rows)


def record_apply(
    connection: Connection, revision: int, model_hash: str, plan_hash: str, plan: Any, at: datetime, by: str | None
) -> None:
    """Writes the journal and moves the revision: from the commit on, everyone serves the new model."""
    journal = {"revision": revision, "model_hash": model_hash, "plan_hash": plan_hash, "plan": plan}
    connection.execute(insert(APPLY).values(**journal, applied_at=at, applied_by=by))
    connection.execute(update(STATE).values(revision=revision, model_hash=model_hash, applied_at=at))
