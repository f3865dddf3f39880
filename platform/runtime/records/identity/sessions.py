"""Server-side sessions: a random token in the browser, its digest here. Deleting the row ends the session at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from newel.runtime.installation import Installation
from newel.runtime.records.identity import tokens
from newel.runtime.records.identity.authentication import IDLE
from newel.runtime.records.ids import new_id
from newel.runtime.storage.system_identity import SESSION

LONGEST = timedelta(days=30)  # however much it is used, a session ends after so long


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner (or Setup) sees it."""

    id: str
    user_id: str
    created_at: datetime
    last_used_at: datetime
    address: str
    browser: str


def begin(connection: Connection, user_id: str, address: str, browser: str, now: datetime) -> str:
    """Begins a session and gives its token, which is nowhere else. Sessions that have run out are swept."""
    connection.execute(delete(SESSION).where((SESSION.c.expires_at <= now) | (SESSION.c.idle_until <= now)))
    token = tokens.make()
    row = {
        "id": new_id(),
        "token_hash": tokens.digest(token),
        "user_id": user_id,
        "created_at": now,
        "last_used_at": now,
        "idle_until": now + IDLE,
        "expires_at": now + LONGEST,
        "address": address[:64],
        "browser": browser[:255],
    }
    connection.execute(insert(SESSION).values(row))
    return token


def end_by_token(connection: Connection, token: str) -> None:
    """Ends the session that a browser holds; nothing happens where there is none."""
    connection.execute(delete(SESSION).where(SESSION.c.token_hash == tokens.digest(token)))


def end_all(connection: Connection, user_id: str) -> None:
    connection.execute(delete(SESSION).where(SESSION.c.user_id == user_id))


def end(installation: Installation, user_id: str, session_id: str) -> bool:
    """Ends one session of the user; False where the user has no such session."""
    with installation.database.writing() as connection:
        ended = connection.execute(delete(SESSION).where(SESSION.c.id == session_id, SESSION.c.user_id == user_id))
        return bool(ended.rowcount)


def end_others(connection: Connection, session_id: str, spared: Collection[str]) -> None:
    """Ends every session but this one and those of the users who are spared."""
    connection.execute(delete(SESSION).where(SESSION.c.id != session_id, SESSION.c.user_id.not_in(spared)))


def of_user(installation: Installation, user_id: str | None, now: datetime) -> list[Session]:
    """The living sessions of one user (of everybody for None), the last used first."""
    alive = select(SESSION).where(SESSION.c.idle_until > now, SESSION.c.expires_at > now).order_by(SESSION.c.last_used_at.desc())
    statement = alive if user_id is None else alive.where(SESSION.c.user_id == user_id)
    with installation.database.reading() as connection:
        rows = connection.execute(statement.limit(500)).all()
    return [Session(row.id, row.user_id, row.created_at, row.last_used_at, row.address, row.browser) for row in rows]
