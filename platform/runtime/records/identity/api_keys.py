"""API keys: a secret that acts as its user. It is shown once, kept as a digest, may be read-only, and may run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from newel.runtime.installation import Installation
from newel.runtime.records.identity import tokens
from newel.runtime.records.ids import new_id
from newel.runtime.storage.system_identity import API_KEY

PREFIX = "nwl_"  # lets people and secret scanners know one
SHOWN = 10


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner (or Setup) sees it: never the secret."""

    id: str
    user_id: str
    name: str
    start: str
    read_only: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def create(
    installation: Installation,
    user_id: str,
    name: str,
    now: datetime,
    *,
    read_only: bool = False,
    expires_at: datetime | None = None,
) -> str:
    """Makes a key and gives its secret, the only time that anybody sees it."""
    key = tokens.make(PREFIX)
    row = {
        "id": new_id(),
        "key_hash": tokens.digest(key),
        "start": key[:SHOWN],
        "user_id": user_id,
        "name": tokens.tidy(name, 120) or "API",
        "read_only": read_only,
        "created_at": now,
        "expires_at": expires_at,
        "last_used_at": None,
        "ended_at": None,
    }
    with installation.database.writing() as connection:
        connection.execute(insert(API_KEY).values(row))
    return key


def end(installation: Installation, user_id: str | None, key_id: str, now: datetime) -> bool:
    """Ends one key (of this user, where one is named); False where there is no such living key."""
    ended = update(API_KEY).where(API_KEY.c.id == key_id, API_KEY.c.ended_at.is_(None)).values(ended_at=now)
    if user_id is not None:
        ended = ended.where(API_KEY.c.user_id == user_id)
    with installation.database.writing() as connection:
        return bool(connection.execute(ended).rowcount)


def end_all(connection: Connection, user_id: str, now: datetime) -> None:
    connection.execute(update(API_KEY).where(API_KEY.c.user_id == user_id, API_KEY.c.ended_at.is_(None)).values(ended_at=now))


def of_user(installation: Installation, user_id: str | None) -> list[ApiKey]:
    """The keys of one user (of everybody for None) that nobody has ended, the newest first."""
    statement = (
        select(API_KEY).where(API_KEY.c.ended_at.is_(None)).order_by(API_KEY.c.created_at.desc(), API_KEY.c.id.desc()).limit(500)
    )
    if user_id is not None:
        statement = statement.where(API_KEY.c.user_id == user_id)
    with installation.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [
        ApiKey(row.id, row.user_id, row.name, row.start, row.read_only, row.created_at, row.expires_at, row.last_used_at)
        for row in rows
    ]
