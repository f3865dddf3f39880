"""Fresh databases, fast: copied from a template that has the platform's tables; and installations on them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from newel.metadata.model import Model
from newel.metadata.solutions import Layer, read_folder
from newel.runtime import compiled
from newel.runtime.installation import Installation, bind
from newel.runtime.settings import Settings
from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage.database import Database

SOLUTION = "solution: test\nversion: 1.0.0\nlabel: Test\nlanguage: en\nprefix: t\n"


def create(dialect: str, folder: Path, server: str | None = None) -> Database:
    """A database with the platform's tables and nothing else."""
    name = f"nw_test_{uuid4().hex[:16]}"
    if dialect == "sqlite":
        path = folder / f"{name}.sqlite"
        shutil.copyfile(_sqlite_template(), path)
        return Database(f"sqlite:///{path}")
    assert server is not None
    template = _postgresql_template(server)
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return Database(make_url(server).set(database=name))


def drop(database: Database) -> None:
    database.close()
    if database.dialect == "postgresql":
        name = database.url.database
        _administer(database.url.set(database="postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    else:
        for each in Path(str(database.url.database)).parent.glob(f"{Path(str(database.url.database)).name}*"):
            each.unlink()


def settings_for(database: Database, folder: Path) -> Settings:
    url = database.url.render_as_string(hide_password=False)
    return Settings(home=folder / "home", database_url=url, given_key="a key for tests that is long enough to be one")


def install(what: Any, database: Database, settings: Settings) -> Installation:
    """Applies `what` to `database` and loads it."""
    if isinstance(what, Model):
        from newel.rules.rulebook import compile_rules

        model, layers = what, []
        rulebook, problems = compile_rules(model)
        assert not problems.errors, problems.as_text()
    else:
        layers = layers_of(what)
        model, rulebook = compiled.load(_shared_cache(settings), layers)
    applying.apply(database, plan.make(database, model, layers))
    with database.reading() as connection:
        return bind(settings, database, model, rulebook, catalog.installed(connection))


def layers_of(what: Any) -> list[Layer]:
    if what is None:
        return []
    if isinstance(what, list):
        return [layer for each in what for layer in layers_of(each)]
    if isinstance(what, Layer):
        return [what]
    if isinstance(what, Mapping):
        return [_layer_of(what)]
    layer, problems = read_folder(what)
    assert not problems.errors, problems.as_text()
    return [layer]


def _layer_of(files: Mapping[str, str]) -> Layer:
    text = files.get("solution.yaml", SOLUTION)
    name = text.split("solution:", 1)[1].split()[0]
    return Layer(name, {"solution.yaml": text, **files})


def _shared_cache(settings: Settings) -> Settings:
    """The same YAML in many tests is compiled once."""
    return Settings(home=_scratch(), database_url=settings.database_url, given_key=settings.given_key)


@cache
def _scratch() -> Path:
    """A folder that all test processes of one run share; it goes with the machine's temporary files."""
    folder = Path(tempfile.gettempdir()) / f"newel-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@cache
def _sqlite_template() -> Path:
    path = _scratch() / f"template-{_system_hash()}.sqlite"
    if path.exists():
        return path
    fresh = _scratch() / f"{uuid4().hex}.sqlite"
    database = Database(f"sqlite:///{fresh}")
    catalog.prepare(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return fresh.replace(path)


@cache
def _postgresql_template(server: str) -> str:
    """Named by what it holds: processes and runs that agree on it share it, others make their own."""
    name = f"nw_template_{_system_hash()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(7)")
        known = connection.exec_driver_sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate").first()
        if known is None:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}"')
            connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
            _prepare(make_url(server).set(database=name))
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    engine.dispose()
    return name


def _prepare(url: Any) -> None:
    database = Database(url)
    catalog.prepare(database)
    database.close()


def _system_hash() -> str:
    sources = sorted(Path(catalog.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


@cache
def _administrator(server: str) -> Any:
    return create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _administer(server: Any, statement: str) -> None:
    url = server if isinstance(server, str) else server.render_as_string(hide_password=False)
    with _administrator(url).connect() as connection:
        connection.exec_driver_sql(statement)
