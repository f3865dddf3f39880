"""The database gives transactions that mean the same on both."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import DBAPIError

from newel.metadata.field_types.base import Column as FieldColumn
from newel.runtime.storage.database import Database
from newel.runtime.storage.types import sql_type


def test_ddl_is_rolled_back_with_the_rest(database: Database) -> None:
    def make_and_fail() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE gone (id INTEGER)")
            connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(DBAPIError):
        make_and_fail()
    with database.reading() as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql("SELECT * FROM gone")


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (n INTEGER)")
    with database.reading() as reader:
        before = reader.exec_driver_sql("SELECT count(*) FROM counted").scalar_one()
        with database.writing() as writer:
            writer.exec_driver_sql("INSERT INTO counted VALUES (1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM counted").scalar_one() == before


def test_a_second_writer_waits_for_the_first_on_sqlite(new_database: object) -> None:
    database = new_database("sqlite")  # type: ignore[operator]
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO counted VALUES (0)")

    def add() -> None:
        with database.writing() as connection:
            n = connection.exec_driver_sql("SELECT n FROM counted").scalar_one()
            time.sleep(0.01)
            connection.exec_driver_sql(f"UPDATE counted SET n = {n + 1}")

    threads = [threading.Thread(target=add) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT n FROM counted").scalar_one() == 8


def test_foreign_keys_hold(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE master (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE part (master INTEGER REFERENCES master (id))")
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO part VALUES (7)")


def test_sqlite_keeps_a_write_ahead_log(new_database: object) -> None:
    with new_database("sqlite").reading() as connection:  # type: ignore[operator]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


VALUES = {
    "text": (FieldColumn("text"), "中柱 'quoted' \\ %s :x", "中柱 'quoted' \\ %s :x"),
    "string": (FieldColumn("string", length=5), "é", "é"),
    "integer": (FieldColumn("integer"), -(2**62), -(2**62)),
    "decimal": (FieldColumn("decimal", precision=18, scale=4), Decimal("12345678901234.5678"), Decimal("12345678901234.5678")),
    "negative": (FieldColumn("decimal", precision=18, scale=2), Decimal("-0.05"), Decimal("-0.05")),
    "boolean": (FieldColumn("boolean"), True, True),
    "date": (FieldColumn("date"), date(2026, 11, 21), date(2026, 11, 21)),
    "datetime": (
        FieldColumn("datetime"),
        datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 11, 21, 0, 0, 0, 123456, tzinfo=UTC),
    ),
    "uuid": (FieldColumn("uuid"), "0190f7a0-0000-7000-8000-000000000001", "0190f7a0-0000-7000-8000-000000000001"),
    "list": (FieldColumn("list"), ("b", "中", '"'), ("b", "中", '"')),
    "empty list": (FieldColumn("list"), (), ()),
}


@pytest.mark.parametrize("case", VALUES)
def test_what_goes_in_comes_out(database: Database, case: str) -> None:
    column, given, expected = VALUES[case]
    table = Table("kept", MetaData(), Column("v", sql_type(column)))
    with database.writing() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"v": given}, {"v": None}])
        assert list(connection.execute(select(table.c.v).order_by(table.c.v.is_(None))).scalars()) == [expected, None]
        if column.kind != "list":
            assert connection.execute(select(table.c.v).where(table.c.v == given)).scalar_one() == expected


def test_text_sorts_by_code_point_on_both(database: Database) -> None:
    table = Table("kept", MetaData(), Column("v", sql_type(FieldColumn("string", length=20))))
    words = ["b", "B", "a", "é", "_", "中", "z"]
    with database.writing() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"v": word} for word in words])
        assert list(connection.execute(select(table.c.v).order_by(table.c.v)).scalars()) == sorted(words)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        Database("mysql://localhost/x")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="SQLite file"), Database("sqlite://").reading():
        pass


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    assert "secret" not in repr(Database("postgresql://me:secret@localhost/x"))
