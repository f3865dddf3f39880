"""The first administrator: a token that the server prints while nobody can sign in yet, and that works once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records.actors import ADMIN, as_system
from newel.runtime.records.errors import NotFound
from newel.runtime.records.identity import signing_in, tokens, users
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.records.work import writing
from newel.runtime.storage.system_identity import CREDENTIAL, SETUP_TOKEN

GOOD_FOR = timedelta(days=7)


def issue(installation: Installation, now: datetime) -> str | None:
    """A new token in place of any older one; None where somebody can sign in already."""
    with installation.database.writing() as connection:
        if _somebody(connection):
            return None
        connection.execute(delete(SETUP_TOKEN))
        token = tokens.make()
        row = {"token_hash": tokens.digest(token), "created_at": now, "expires_at": now + GOOD_FOR}
        connection.execute(insert(SETUP_TOKEN).values(row))
        return token


def is_good(installation: Installation, token: str, now: datetime) -> bool:
    with installation.database.reading() as connection:
        return _is_good(connection, token, now)


def first_admin(
    installation: Installation, token: str, values: dict[str, Any], password: str, visitor: Visitor, now: datetime
) -> str:
    """Makes the first administrator, uses the token up and begins a session, in one transaction. Raises NotFound or Invalid."""
    with writing(installation, as_system(installation, "the first administrator comes with the set-up token"), now) as work:
        if not _is_good(work.connection, token, now) or not work.connection.execute(delete(SETUP_TOKEN)).rowcount:
            raise NotFound(USER_OBJECT)
        user_id = users.create_within(work, values, password=password, roles=(ADMIN,))
        return signing_in.begin(work.connection, user_id, str(values.get("email") or ""), "set_up", visitor, now)


def _is_good(connection: Connection, token: str, now: datetime) -> bool:
    found = select(SETUP_TOKEN.c.token_hash).where(
        SETUP_TOKEN.c.token_hash == tokens.digest(token), SETUP_TOKEN.c.expires_at > now
    )
    return connection.execute(found).first() is not None and not _somebody(connection)


def _somebody(connection: Connection) -> bool:
    return connection.execute(select(CREDENTIAL.c.user_id).limit(1)).first() is not None
