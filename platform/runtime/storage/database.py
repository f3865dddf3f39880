"""The database: one engine, and transactions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

SQLITE_SETTINGS = (
    "PRAGMA busy_timeout = 15000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8000",
)
LONGEST = 60  # seconds that a statement may take: any on PostgreSQL, on SQLite what a person reads
POSTGRESQL_SETTINGS = f"-c timezone=UTC -c statement_timeout={LONGEST * 1000}"
CONNECTIONS = 16
LOOKS_AFTER = 1_000_000  # steps of SQLite's machine, some hundredths of a second: no quick statement is ever asked
BOUND = "bound"  # in the `info` of a SQLite connection


class Bound:
    """What ends a statement of SQLite that takes too long; PostgreSQL does so by itself."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self.lift()

    def lift(self) -> None:
        self._until = float("inf")

    def begin(self) -> None:
        """From now on the next statement may take so long, and no longer."""
        self._until = monotonic() + LONGEST

    def is_over(self) -> bool:
        return monotonic() > self._until


class Database:
    """An open database. `reading` sees one moment; `writing` commits whole at its end, or not at all."""

    def __init__(self, url: str | URL) -> None:
        self.url = _with_driver(make_url(url))
        self.dialect: str = self.url.get_backend_name()
        if self.dialect not in ("sqlite", "postgresql"):
            raise ValueError(f"Newel keeps its data in SQLite or PostgreSQL, not in {self.dialect}.")

    @cached_property
    def engine(self) -> Engine:
        return _sqlite(self.url) if self.dialect == "sqlite" else _postgresql(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that sees one consistent moment and changes nothing."""
        with self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that may write; on SQLite it holds the one write lock from its start."""
        with self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """A connection in a transaction that may write, and of which nothing stays."""
        with self._writer.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    @property
    def exists(self) -> bool:
        """False where a SQLite file is yet to be made."""
        return self.dialect != "sqlite" or Path(str(self.url.database)).exists()

    def renew(self) -> None:
        """Begins with new connections: PostgreSQL's old ones hold prepared statements over tables that have changed since."""
        if self.dialect == "postgresql":
            self.close()

    def close(self) -> None:
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def _reader(self) -> Engine:
        if self.dialect == "sqlite":
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @cached_property
    def _writer(self) -> Engine:
        return self.engine.execution_options(newel_writes=True)

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)!r})"


def sqlite_module() -> ModuleType:
    """The SQLite that Newel brings along where there is one (its version is known), else that of Python."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("Newel needs a SQLite file; a database in memory can't be shared by its connections.")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=sqlite_module(),
        json_serializer=_as_json,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        query_cache_size=2000,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: only so is DDL transactional
    for setting in SQLITE_SETTINGS:
        connection.execute(setting).close()
    _register_functions(connection)
    bound = record.info[BOUND] = Bound()
    connection.set_progress_handler(bound.is_over, LOOKS_AFTER)


def _register_functions(connection: Any) -> None:
    """What expressions call in SQL and SQLite does not have."""
    from newel.rules.sql import SQLITE_FUNCTIONS

    for name, (arguments, function) in SQLITE_FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    connection.info[BOUND].lift()
    writes = connection.get_execution_options().get("newel_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        json_serializer=_as_json,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_pre_ping=False,
        query_cache_size=2000,
        connect_args={"options": POSTGRESQL_SETTINGS},
    )


_as_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
