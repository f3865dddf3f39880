"""Is the database as the catalog says, and sound? Read by `newel doctor` and by the health page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from newel.metadata.model import EMPTY, Model
from newel.metadata.words import say, word
from newel.runtime.storage import catalog, sizing
from newel.runtime.storage.layout import TableLayout
from newel.runtime.storage.plan import make
from newel.runtime.storage.system import every_table
from newel.runtime.storage.tables import Tables

LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A fault says what to do about it; a finding without a fault is good."""

    check: str
    said: str
    fault: str | None = None
    sentences: tuple[str, str] = field(default=("", ""), compare=False, repr=False)  # the same two, with {placeholders}
    params: Mapping[str, Any] = field(default_factory=lambda: EMPTY, compare=False, repr=False)

    @classmethod
    def of(cls, check: str, said: str, fault: str | None = None, **params: Any) -> Finding:
        filled = fault.format(**params) if fault else None
        return cls(check, said.format(**params), filled, (said, fault or ""), params)

    def say(self, language: str) -> tuple[str, str]:
        """What was found and the fault ("" for none), in the reader's language."""
        said, fault = self.sentences
        return say(language, said, **self.params), say(language, fault, **self.params) if fault else ""


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
        fault = word("This SQLite is older than {least}; install pysqlite3, which brings a newer one along.")
        return Finding.of("version", "SQLite {shown}", fault, shown=shown, least=".".join(map(str, LEAST_SQLITE)))
    return Finding.of("version", "{dialect} {shown}", dialect=connection.dialect.name, shown=shown)


def _encoding(connection: Connection) -> Finding:
    statement = "PRAGMA encoding" if connection.dialect.name == "sqlite" else "SHOW server_encoding"
    encoding = str(connection.exec_driver_sql(statement).scalar_one())
    good = encoding.replace("-", "").upper() == "UTF8"
    fault = None if good else word("Text needs a database in UTF-8. Make a new one, and move the data.")
    return Finding.of("encoding", "{encoding}", fault, encoding=encoding)


def _soundness(connection: Connection) -> Finding:
    """SQLite reads itself through; PostgreSQL says which indexes it has given up."""
    if connection.dialect.name == "sqlite":
        wrong = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(10)") if row[0] != "ok"]
    else:
        statement = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        wrong = [f"index {row[0]} is not valid" for row in connection.exec_driver_sql(statement)]
    if not wrong:
        return Finding.of("soundness", word("the database is sound"))
    fault = word("The file is damaged: {what}. Restore a backup.")
    return Finding.of("soundness", word("the database is damaged"), fault, what="; ".join(wrong))


def _references(connection: Connection) -> Finding:
    """Foreign keys are enforced; this finds what was written around them."""
    if connection.dialect.name == "sqlite":
        lost = [f"{row[0]} -> {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    else:
        statement = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        lost = [str(row[0]) for row in connection.exec_driver_sql(statement)]
    if not lost:
        return Finding.of("references", word("every reference leads to a record"))
    fault = word("{count} references lead nowhere ({where}). Restore a backup.")
    where = ", ".join(sorted(set(lost))[:3])
    return Finding.of("references", word("references are broken"), fault, count=len(lost), where=where)


def _tables(connection: Connection, installed: catalog.Installed) -> Iterator[Finding]:
    columns, indexes = _present(connection)
    missing = [
        *(f"table {name}" for name in every_table().tables if name not in columns),
        *(fault for layout in installed.layout.values() for fault in _missing(layout, columns, indexes)),
    ]
    if not missing:
        said = word("{count} objects have their tables, columns and indexes")
        yield Finding.of("tables", said, count=len(installed.layout))
        return
    shown = f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
    fault = word("The database lacks {what}. Restore a backup.")
    yield Finding.of("tables", word("{count} things are missing"), fault, count=len(missing), what=shown)


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
    kept = sizing.documents(connection)
    wanted = {name: count.live for name, count in sizing.counts(connection, tables, names).items()}
    wrong = [name for name in {**kept, **wanted} if kept.get(name, 0) != wanted.get(name, 0)]
    fault = word("{objects}: not all is indexed. Run `newel doctor --rebuild-search`.") if wrong else None
    said = word("{count} records can be found by their words")
    return Finding.of("search", said, fault, count=f"{sum(wanted.values()):,}", objects=", ".join(sorted(wrong)[:5]))


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
    plan = make(connection, model, installed.layers, model, installed)
    if plan.empty and not plan.problems:
        return Finding.of("plan", word("the tables are as the installed solutions ask"))
    fault = word("Run `newel init`: it brings the tables up to date.")
    return Finding.of("plan", word("{count} steps are open"), fault, count=len(plan.operations))
