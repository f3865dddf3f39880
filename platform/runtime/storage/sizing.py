"""How much there is: bytes of the database, records of each object, documents of the search index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, literal, select, union_all

from newel.runtime.storage.system import APPLY
from newel.runtime.storage.system_records import SEARCH
from newel.runtime.storage.tables import Tables

BYTES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


class Count(NamedTuple):
    """Records of one object, without and in the recycle bin."""

    live: int
    deleted: int


def bytes_of(connection: Connection) -> int:
    return int(connection.exec_driver_sql(BYTES[connection.dialect.name]).scalar_one())


def last_apply(connection: Connection) -> tuple[datetime, str | None] | None:
    """When the live model was applied, and by whom."""
    row = connection.execute(select(APPLY.c.applied_at, APPLY.c.applied_by).order_by(APPLY.c.revision.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def counts(connection: Connection, tables: Tables, names: Iterable[str]) -> dict[str, Count]:
    """The records of each object, all in one statement."""
    found = [_counting(tables, name) for name in names]
    if not found:
        return {}
    return {row[0]: Count(row[1], row[2] - row[1]) for row in connection.execute(union_all(*found))}


def documents(connection: Connection) -> dict[str, int]:
    """How many records of each object the search index holds."""
    grouped = select(SEARCH.c.object, func.count()).group_by(SEARCH.c.object)
    return {row[0]: row[1] for row in connection.execute(grouped)}


def _counting(tables: Tables, name: str) -> Select[str, int, int]:
    table = tables[name]
    return select(literal(name), func.count().filter(table.live), func.count()).select_from(table.table)
