"""The SQL engines: the rows of a world in real tables, and one statement for each case, as the product builds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, bindparam, case, false, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from newel.metadata.field_types import type_of
from newel.metadata.field_types.values import Money
from newel.metadata.model import Field, Model
from newel.rules.expressions import Expression
from newel.rules.rulebook import Rulebook
from newel.rules.sql import emit, emit_value, parameters
from newel.rules.vectors.placing import ROW_MADE, Row
from newel.rules.vectors.worlds import Bound, World
from newel.runtime.installation import Installation
from newel.runtime.proving.engines import Answer, caught, checked
from newel.runtime.records.reach import RawColumns, Spot
from newel.runtime.settings import Settings
from newel.runtime.storage.database import Database
from newel.runtime.storage.layout import lay_out
from newel.runtime.storage.tables import ObjectTable, Tables

_DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}


class TwoMinds(Exception):  # noqa: N818 - it says what is so
    """A yes-or-no expression that selects other rows than those for which it gives yes."""


class DatabaseEngine:
    """SQLite or PostgreSQL. Everything happens in one transaction, which is rolled back: the database stays as it was."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.name = database.dialect

    def answers(self, world: World) -> Iterator[tuple[Bound, Answer]]:
        installation = installed(world.model, self.database)
        with self.database.engine.connect() as connection:
            transaction = connection.begin()
            try:
                set_apart(connection, self.name)
                prepare(connection, installation)
                lay(connection, installation, world.rows)
                for each, expression in checked(world):
                    silent = expression.reads_prior  # no filter and no formula knows the record as it was
                    yield each, Answer(silent=True) if silent else _answer(connection, installation, each, expression)
            finally:
                transaction.rollback()


def set_apart(connection: Connection, dialect: str) -> None:
    """A schema of its own, so that no table of the database is in the way."""
    if dialect == "postgresql":
        schema = f"nw_vectors_{uuid4().hex[:12]}"
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")


def installed(model: Model, database: Database) -> Installation:
    """The Model over that database, as the query builder wants it."""
    tables = Tables(model, lay_out(model), database.dialect)
    return Installation(Settings.from_environment(), database, model, Rulebook(model), tables, 0)


def prepare(connection: Connection, installation: Installation) -> None:
    """The empty tables of the Model, without constraints."""
    for table in installation.tables.values():
        connection.execute(CreateTable(table.table))


def lay(connection: Connection, installation: Installation, rows: Iterable[Row]) -> None:
    """Rows into their tables; a record that is mentioned twice is one row."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        merged.setdefault((row.object, row.values["id"]), {}).update(row.values)
    for (name, _), values in merged.items():
        table = installation.tables[name]
        connection.execute(table.table.insert(), _stored(installation.model, table, Row(name, values)))


def _stored(model: Model, table: ObjectTable, row: Row) -> dict[str, Any]:
    """A row as its table keeps it."""
    target = model.objects[row.object]
    found: dict[str, Any] = dict.fromkeys(column.name for column in table.table.columns)
    found |= {"version": 1, "created_at": ROW_MADE, "updated_at": ROW_MADE}
    for name, value in row.values.items():
        for column, part in _parts(target.fields[name], value):
            found[table.column(name, column).name] = part
    for field in target.stored:
        if type_of(field).expression_type == "boolean" and field.name not in row.values:
            found[table.column(field.name).name] = False
    return found


def _parts(field: Field, value: Any) -> Iterator[tuple[str, Any]]:
    if field.system:
        yield "", value
        return
    parts = type_of(field).to_columns(field, value)
    yield from zip((column.suffix for column in type_of(field).columns(field)), parts, strict=True)


def _answer(connection: Connection, installation: Installation, bound: Bound, expression: Expression) -> Answer:
    """The rows of a case are there for this case alone, and a fault does not end the transaction."""
    savepoint = connection.begin_nested()
    try:
        return caught(lambda: asked(connection, installation, bound, expression))
    finally:
        savepoint.rollback()


def asked(connection: Connection, installation: Installation, bound: Bound, expression: Expression) -> Any:
    """The value of one case; of yes or no also what a filter makes of it, which must be the same."""
    lay(connection, installation, bound.rows)
    target = installation.model.objects[bound.object]
    spot = Spot(installation, target, installation.tables[bound.object].table.alias("t"))
    statement = _selecting(expression, spot).where(spot.id == bindparam("the_case", bound.id, type_=spot.id.type))
    found = tuple(connection.execute(statement, parameters(bound.facts, [expression])).one())
    if expression.type.kind == "boolean" and found[0] is not found[1]:
        raise TwoMinds(f"as a value it gives {found[0]}, as a filter {found[1]}")
    return value_of(expression.type.kind, found)


def _selecting(expression: Expression, spot: Spot) -> Select[Any]:
    """The value for each row; of yes or no also what a filter makes of it."""
    columns = list(emit_value(expression, RawColumns(spot)))
    if expression.type.kind == "boolean":
        columns.append(case((emit(expression, RawColumns(spot)), true()), else_=false()))
    return select(*columns).select_from(spot.table)


def sql_of(expression: Expression, model: Model, dialect: str) -> str:
    """The statement that computes an expression for every row, as text; or why there is none."""
    if expression.reads_prior:
        return "SQL judges records as they are, not as they were."
    database = Database("sqlite:///unused" if dialect == "sqlite" else "postgresql:///unused")
    installation = installed(model, database)
    name = expression.object or ""
    spot = Spot(installation, model.objects[name], installation.tables[name].table.alias("t"))
    columns = emit_value(expression, RawColumns(spot))
    return str(select(*columns).select_from(spot.table).compile(dialect=_DIALECTS[dialect]()))


def value_of(kind: str, found: tuple[Any, ...]) -> Any:
    """The result columns of an expression as one value."""
    if kind == "money":
        return None if found[0] is None else Money(found[0], found[1])
    if kind == "list" and found[0] is not None:
        return tuple(found[0])
    return found[0]
