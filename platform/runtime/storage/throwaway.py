"""Databases that are there for a while: made for a trial, gone with all that was tried in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from newel.runtime.storage import catalog
from newel.runtime.storage.database import Database


@contextmanager
def throwaway(beside: str | None = None) -> Iterator[tuple[Database, Path]]:
    """A fresh database with the platform's tables, and a folder of its own: both go when the block ends.

    It is a SQLite file, or a database of a name of its own on the PostgreSQL server that `beside` leads to, whose user must be
    allowed to create one. What `beside` itself holds is never touched.
    """
    with tempfile.TemporaryDirectory(prefix="newel-trial-") as name, _fresh(beside, Path(name)) as database:
        catalog.prepare(database)
        try:
            yield database, Path(name)
        finally:
            database.close()


@contextmanager
def _fresh(beside: str | None, folder: Path) -> Iterator[Database]:
    named = Database(beside) if beside else None
    if named is None or named.dialect == "sqlite":
        yield Database(f"sqlite:///{folder / 'trial.sqlite'}")
        return
    name = f"newel_trial_{uuid4().hex[:16]}"
    _administer(named.url, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield Database(named.url.set(database=name))
    finally:
        _administer(named.url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
