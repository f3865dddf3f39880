"""The kernel's own tables: what happened to records, how to find them, their files, and what must not happen twice."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, Integer, Table, UniqueConstraint, event

from newel.runtime.storage.system import SYSTEM
from newel.runtime.storage.types import Id, Moment, Words, document, string

# One row a save: who, when, through which door, and each changed field with its old and new value in JSON form.
HISTORY = Table(
    "nw_history",
    SYSTEM,
    Column("id", Id, primary_key=True),
    Column("object", string(60), nullable=False),
    Column("record", Id, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event", string(20), nullable=False),  # created | updated | deleted | restored | purged
    Column("at", Moment(), nullable=False),
    Column("who", Id),
    Column("door", string(60), nullable=False),
    Column("changes", document(), nullable=False),
    Index("nw_history_record", "record", "id"),
)

# The last number given of each auto-number field and period; raised in the transaction that uses the number.
COUNTER = Table(
    "nw_counter",
    SYSTEM,
    Column("name", string(200), primary_key=True),
    Column("period", string(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What full-text search knows each record by. On SQLite the words are in nw_search_words, under the same rowid.
SEARCH = Table(
    "nw_search",
    SYSTEM,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("object", string(60), nullable=False),
    Column("record", Id, nullable=False, unique=True),
    Column("words", Words),
)
event.listen(
    SEARCH,
    "after_create",
    DDL("CREATE INDEX nw_search_words ON nw_search USING gin (words)").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
event.listen(
    SEARCH,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE VIRTUAL TABLE nw_search_words USING fts5("
        "words, content='', contentless_delete=1, detail=none, prefix='1 2',"
        " tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    ).execute_if(dialect="sqlite"),
)

# Records in the recycle bin. What was deleted together has one batch, and comes back together.
DELETED = Table(
    "nw_deleted",
    SYSTEM,
    Column("record", Id, primary_key=True),
    Column("object", string(60), nullable=False),
    Column("batch", Id, nullable=False, index=True),
    Column("root", Boolean, nullable=False),
    Column("at", Moment(), nullable=False),
    Column("who", Id),
    Column("cleared", document()),  # references to it that deleting emptied: [object, record, field]
)

FILE = Table(
    "nw_file",
    SYSTEM,
    Column("id", Id, primary_key=True),
    Column("object", string(60)),  # blank until a record holds the file
    Column("record", Id),
    Column("field", string(60)),  # blank: an attachment of the record as a whole
    Column("name", string(255), nullable=False),
    Column("type", string(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", string(64), nullable=False),
    Column("key", string(80), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
    Column("created_by", Id),
    Column("deleted_at", Moment()),
    Index("nw_file_record", "record"),
)

IDEMPOTENCY = Table(
    "nw_idempotency",
    SYSTEM,
    Column("actor", string(80), primary_key=True),
    Column("key", string(200), primary_key=True),
    Column("fingerprint", string(64), nullable=False),
    Column("answer", document()),
    Column("at", Moment(), nullable=False, index=True),
)

# What each person looked at lately.
RECENT = Table(
    "nw_recent",
    SYSTEM,
    Column("user_id", Id, nullable=False),
    Column("object", string(60), nullable=False),
    Column("record", Id, nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("user_id", "record", name="nw_recent_once"),
    Index("nw_recent_at", "user_id", "at"),
)

# The computed fields that are kept in columns, what each was last computed by (a hash), and how far computing anew has come.
RECOMPUTE = Table(
    "nw_recompute",
    SYSTEM,
    Column("object", string(60), primary_key=True),
    Column("field", string(60), primary_key=True),
    Column("made_of", string(64), nullable=False),
    Column("state", string(20), nullable=False),  # pending | done
    Column("reached", Id),  # every record up to this one is done
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("asked_at", Moment(), nullable=False),
    Column("ended_at", Moment()),
    Column("worker", string(80)),  # who is at it, as long as the lease holds
    Column("leased_until", Moment()),
)
