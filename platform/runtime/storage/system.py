"""The platform's own tables. All are named nw_...; they hold what is not business data: the catalog, history, keys, sessions.

Here are those of the catalog; `system_records` and `system_identity` hold those of the kernel and of sign-in.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table

from newel.runtime.storage.types import Moment, document, string, text

SYSTEM = MetaData()

# One row: which model is live. Everyone who serves looks at the revision and swaps when it has moved.
STATE = Table(
    "nw_state",
    SYSTEM,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("model_hash", string(64), nullable=False),
    Column("applied_at", Moment()),
)

# The installed solutions: their files, as they were applied.
LAYER = Table(
    "nw_layer",
    SYSTEM,
    Column("name", string(60), primary_key=True),
    Column("version", string(60), nullable=False),
    Column("hash", string(64), nullable=False),
    Column("files", document(), nullable=False),
    Column("revision", BigInteger, nullable=False),
)

# The physical names and kinds of each object's table, columns and indexes, by the object's stable name.
NAMES = Table(
    "nw_names",
    SYSTEM,
    Column("object", string(60), primary_key=True),
    Column("layout", text(), nullable=False),  # JSON, read for an object when its table is first used
)

# What was applied, when and by whom.
APPLY = Table(
    "nw_apply",
    SYSTEM,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("model_hash", string(64), nullable=False),
    Column("plan_hash", string(64), nullable=False),
    Column("applied_at", Moment(), nullable=False),
    Column("applied_by", text()),
    Column("plan", document(), nullable=False),
)


def create_missing(connection: Connection) -> None:
    """Creates the platform's tables that are not there yet; what is there stays as it is."""
    every_table().create_all(connection)


def every_table() -> MetaData:
    """SYSTEM, once all rooms have added their tables to it."""
    from newel.runtime.storage import system_identity, system_records, system_samples  # noqa: F401 - they add their tables

    return SYSTEM
