"""Which records the samples made, by object and key: so that loading twice makes nothing twice, and keys find their records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, Table, insert, select

from newel.runtime.storage.system import SYSTEM
from newel.runtime.storage.types import Id, Moment, string

SAMPLE = Table(
    "nw_sample",
    SYSTEM,
    Column("object", string(60), primary_key=True),
    Column("key", string(200), primary_key=True),
    Column("sample", string(60), nullable=False),
    Column("record", Id, nullable=False),
    Column("loaded_at", Moment(), nullable=False),
)


def loaded(connection: Connection) -> dict[tuple[str, str], str]:
    """The id of every record that a sample made, by object and key; also of those that were deleted since."""
    rows = connection.execute(select(SAMPLE.c.object, SAMPLE.c.key, SAMPLE.c.record))
    return {(object_name, key): record for object_name, key, record in rows}


def remember(connection: Connection, sample: str, object_name: str, records: Iterable[tuple[str, str]], now: datetime) -> None:
    """Notes the records (key and id) that a sample made, in the transaction that makes them."""
    rows = [{"object": object_name, "key": key, "sample": sample, "record": record, "loaded_at": now} for key, record in records]
    if rows:
        connection.execute(insert(SAMPLE), rows)
