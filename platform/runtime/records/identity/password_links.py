"""Links with which a user sets a password: made in Setup for one user, good once and for a few days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, true

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records.identity import tokens
from newel.runtime.records.work import Work
from newel.runtime.storage.system_identity import PASSWORD_LINK

GOOD_FOR = timedelta(days=3)


def issue(work: Work, user_id: str) -> str:
    """A new token for the user, in place of any older one; shown once, kept as a digest."""
    end_all(work.connection, user_id)
    token = tokens.make()
    row = {
        "token_hash": tokens.digest(token),
        "user_id": user_id,
        "created_at": work.now,
        "created_by": work.actor.user_id,
        "expires_at": work.now + GOOD_FOR,
    }
    work.connection.execute(insert(PASSWORD_LINK).values(row))
    return token


def end_all(connection: Connection, user_id: str) -> None:
    connection.execute(delete(PASSWORD_LINK).where(PASSWORD_LINK.c.user_id == user_id))


def use(connection: Connection, token: str) -> bool:
    """Uses a link up; False where somebody else was faster."""
    return bool(connection.execute(delete(PASSWORD_LINK).where(PASSWORD_LINK.c.token_hash == tokens.digest(token))).rowcount)


def holder(installation: Installation, connection: Connection, token: str, now: datetime) -> tuple[str, str] | None:
    """Id and address of the active user whose link it is; None where the link is no longer good."""
    person = installation.tables[USER_OBJECT]
    statement = (
        select(PASSWORD_LINK.c.user_id, person.column("email"))
        .join_from(PASSWORD_LINK, person.table, person.column("id") == PASSWORD_LINK.c.user_id)
        .where(PASSWORD_LINK.c.token_hash == tokens.digest(token), PASSWORD_LINK.c.expires_at > now)
        .where(person.column("active").is_(true()), person.live)
    )
    row = connection.execute(statement).first()
    return (str(row[0]), str(row[1])) if row else None
