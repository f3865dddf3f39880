"""Is the database as the catalog says, and sound? Read by `newel doctor` and by the health page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from newel.metadata.model import Model
from newel.runtime.storage import catalog
from newel.runtime.storage.layout import TableLayout
from newel.runtime.storage.plan import make
from newel.runtime.storage.system import SYSTEM
from newel.runtime.storage.system_records import SEARCH
from newel.runtime.storage.tables import ObjectTable, Tables

LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A fault says what to do about it; a finding without a fault is good."""

    check: str
    said: str
    fault: str | None = None


def examine(connection: Connection, model: Model) -> Iterator[Finding]:
    """Every check in turn; none changes anything."""
    installed = catalog.installed(connection)
    yield _version(connection)
    yield _encoding(connection)
    yield _soundness(connection)
    yield _references(connection)
    yield from _tables(connection, installed)
    yield _nothing_to_plan(connection, installed, model)


def _version(connection: Connection) -> Finding:
    version = connection.dialect.server_version_info or (0,)
    shown = ".".join(str(part) for part in version)
    if connection.dialect.name == "sqlite" and version < LEAST_SQLITE:
        fault = (
            f"This SQLite is older than {'.'.join(map(str, LEAST_SQLITE))}; install pysqlite3, which brings a newer one along."
        )
        return Finding("version", f"SQLite {shown}", fault)
    return Finding("version", f"{connection.dialect.name} {shown}")


def _encoding(connection: Connection) -> Finding:
    statement = "PRAGMA encoding" if connection.dialect.name == "sqlite" else "SHOW server_encoding"
    encoding = str(connection.exec_driver_sql(statement).scalar_one())
    good = encoding.replace("-", "").upper() == "UTF8"
    return Finding("encoding", encoding, None if good else "Text needs a database in UTF-8. Make a new one, and move the data.")


def _soundness(connection: Connection) -> Finding:
    """SQLite reads itself through; PostgreSQL says which indexes it has given up."""
    if connection.dialect.name == "sqlite":
        wrong = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(10)") if row[0] != "ok"]
    else:
        statement = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        wrong = [f"index {row[0]} is not valid" for row in connection.exec_driver_sql(statement)]
    fault = f"The file is damaged: {'; '.join(wrong)}. Restore a backup." if wrong else None
    return Finding("soundness", "the database is sound" if not wrong else "the database is damaged", fault)


def _references(connection: Connection) -> Finding:
    """Foreign keys are enforced; this finds what was written around them."""
    if connection.dialect.name == "sqlite":
        lost = [f"{row[0]} -> {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    else:
        statement = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        lost = [str(row[0]) for row in connection.exec_driver_sql(statement)]
    fault = f"{len(lost)} references lead nowhere ({', '.join(sorted(set(lost))[:3])}). Restore a backup." if lost else None
    return Finding("references", "every reference leads to a record" if not lost else "references are broken", fault)


def _tables(connection: Connection, installed: catalog.Installed) -> Iterator[Finding]:
    columns, indexes = _present(connection)
    missing = [
        *(f"table {name}" for name in SYSTEM.tables if name not in columns),
        *(fault for layout in installed.layout.values() for fault in _missing(layout, columns, indexes)),
    ]
    said = f"{len(installed.layout)} objects have their tables, columns and indexes"
    fault = f"The database lacks {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}. Restore a backup."
    yield Finding("tables", said if not missing else f"{len(missing)} things are missing", fault if missing else None)


def _missing(layout: TableLayout, columns: dict[str, set[str]], indexes: set[str]) -> Iterator[str]:
    if layout.table not in columns:
        yield f"table {layout.table}"
        return
    yield from (
        f"column {layout.table}.{each.name}" for each in layout.columns.values() if each.name not in columns[layout.table]
    )
    yield from (f"index {each.name}" for each in layout.indexes.values() if each.name not in indexes)


def examine_search(connection: Connection, tables: Tables, names: Iterable[str]) -> Finding:
    """Every live record of the named objects is in the search index, and nothing else is."""
    kept = {
        str(row[0]): int(row[1]) for row in connection.execute(select(SEARCH.c.object, func.count()).group_by(SEARCH.c.object))
    }
    wanted = {name: _live(connection, tables[name]) for name in names}
    wrong = [name for name in {**kept, **wanted} if kept.get(name, 0) != wanted.get(name, 0)]
    fault = f"{', '.join(sorted(wrong)[:5])}: not all is indexed. Run `newel doctor --rebuild-search`." if wrong else None
    return Finding("search", f"{sum(wanted.values()):,} records can be found by their words", fault)


def _live(connection: Connection, table: ObjectTable) -> int:
    return int(connection.execute(select(func.count()).select_from(table.table).where(table.live)).scalar_one())


def _present(connection: Connection) -> tuple[dict[str, set[str]], set[str]]:
    """All columns by table and all indexes, in two statements."""
    if connection.dialect.name == "sqlite":
        of_columns = (
            "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'"
            " AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        of_indexes = "SELECT name FROM sqlite_master WHERE type = 'index'"
    else:
        of_columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        of_indexes = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    columns: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(of_columns):
        columns.setdefault(table, set()).add(column)
    return columns, {str(row[0]) for row in connection.exec_driver_sql(of_indexes)}


def _nothing_to_plan(connection: Connection, installed: catalog.Installed, model: Model) -> Finding:
    plan = make(connection, model, installed.layers, model)
    if plan.empty and not plan.problems:
        return Finding("plan", "the tables are as the installed solutions ask")
    return Finding("plan", f"{len(plan.operations)} steps are open", "Run `newel init`: it brings the tables up to date.")
