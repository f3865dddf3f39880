"""Which kept computed fields are what their rules say now, and which are still to be computed anew: the rows of nw_recompute.

Applying a plan marks what has changed, in the transaction that changes it. The kernel works
it off (`records.recomputing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from newel.runtime.storage import catalog
from newel.runtime.storage.system_records import RECOMPUTE
from newel.runtime.storage.tables import ObjectTable

Key = tuple[str, str]  # an object's name and a field's
ASKED = {"reached": None, "done": 0, "ended_at": None, "worker": None, "leased_until": None}


def known(connection: Connection) -> dict[Key, str]:
    """What every kept field was last computed by; nothing where the platform's tables are older than this one."""
    if not connection.dialect.has_table(connection, RECOMPUTE.name):
        return {}
    return {(row.object, row.field): row.made_of for row in connection.execute(select(RECOMPUTE))}


def record(connection: Connection, wanted: Mapping[Key, str]) -> None:
    """Marks the kept fields that are made of something else than before; fields that are kept no longer are forgotten."""
    if wanted:
        RECOMPUTE.create(connection, checkfirst=True)
    before = known(connection)
    for key in before.keys() - wanted.keys():
        connection.execute(delete(RECOMPUTE).where(*_of(key)))
    layout = catalog.layout(connection)
    rows = {name: _rows(connection, layout, name) for name in {key[0] for key, by in wanted.items() if before.get(key) != by}}
    for key, made_of in wanted.items():
        if before.get(key) != made_of:
            total = rows[key[0]]
            values = {"made_of": made_of, "total": total, "asked_at": datetime.now(UTC), "state": "pending" if total else "done"}
            _write(connection, key, {**ASKED, **values}, key in before)


def _write(connection: Connection, key: Key, values: Mapping[str, object], is_known: bool) -> None:
    if is_known:
        connection.execute(update(RECOMPUTE).where(*_of(key)).values(values))
    else:
        connection.execute(insert(RECOMPUTE).values(object=key[0], field=key[1], **values))


def _of(key: Key) -> tuple[object, ...]:
    return RECOMPUTE.c.object == key[0], RECOMPUTE.c.field == key[1]


def _rows(connection: Connection, layout: catalog.RecordedLayout, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(ObjectTable(layout[name]).table)).scalar_one())
