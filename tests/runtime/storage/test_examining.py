"""The doctor finds what is missing, broken or left open, and says what to do."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert

from newel.metadata.model import Model
from newel.runtime.storage import applying, plan
from newel.runtime.storage.database import Database
from newel.runtime.storage.examining import Finding, examine, examine_search
from newel.runtime.storage.system_records import SEARCH
from newel.runtime.storage.tables import Tables
from tests.support.models import a_model, an_object

MODEL = a_model(
    {
        "deal": an_object("deal", {"name": "text", "amount": "money"}),
        "line": an_object("line", {"deal": {"type": "lookup", "to": "deal"}}),
    }
)
ID = "0190f7a0-0000-7000-8000-000000000001"


def examined(database: Database, model: Model = MODEL) -> dict[str, str]:
    """What was found wrong, by check."""
    with database.reading() as connection:
        return faults(examine(connection, model))


def faults(findings: Iterable[Finding]) -> dict[str, str]:
    return {each.check: each.fault for each in findings if each.fault}


def spoil(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for each in statements:
            connection.exec_driver_sql(each)


def applied(database: Database) -> Database:
    applying.apply(database, plan.make(database, MODEL))
    return database


def test_a_sound_database_is_without_faults(database: Database) -> None:
    assert examined(applied(database)) == {}


def test_a_missing_column_index_and_table_are_named(database: Database) -> None:
    applied(database)
    spoil(
        database,
        "DROP INDEX nw_ix_deal_name_id",
        "ALTER TABLE deal DROP COLUMN amount_currency",
        "DROP TABLE line",
        "DROP TABLE nw_counter",
    )
    fault = examined(database)["tables"]
    assert all(name in fault for name in ("nw_ix_deal_name_id", "deal.amount_currency", "table line", "table nw_counter"))


def test_steps_left_open_are_told(database: Database) -> None:
    wider = a_model({**MODEL.objects, "more": an_object("more", {"name": "text"})})
    assert "newel init" in examined(applied(database), wider)["plan"]


def test_references_that_lead_nowhere_are_found_on_sqlite(new_database: object) -> None:
    """PostgreSQL never lets them be; a SQLite file may have been written to with foreign keys switched off."""
    database = applied(new_database("sqlite"))  # type: ignore[operator]
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(f"INSERT INTO line (id, version, created_at, updated_at, deal) VALUES ('{ID}', 1, '', '', 'x')")
        raw.execute("PRAGMA foreign_keys = ON")
    assert "1 references" in examined(database)["references"]


def test_records_that_are_not_indexed_are_found(database: Database) -> None:
    tables = Tables(MODEL, plan.make(database, MODEL).layout, database.dialect)
    applied(database)
    with database.writing() as connection:
        connection.execute(insert(SEARCH).values(object="deal", record=ID, words=None))
        assert "rebuild-search" in faults([examine_search(connection, tables, ["deal"])])["search"]
        connection.execute(delete(SEARCH))
        assert faults([examine_search(connection, tables, ["deal"])]) == {}
