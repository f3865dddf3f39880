"""Who sends a request: one statement answers who it is, with which roles, and which revision of the model is current.

Nothing is remembered between requests, so that a session, a key, a role or a user that is ended stops counting at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Join, Select, Table, and_, bindparam, func, or_, select, true, update
from sqlalchemy.exc import OperationalError

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records.actors import Actor
from newel.runtime.records.identity.tokens import digest
from newel.runtime.records.statements import prepared
from newel.runtime.records.work import Work
from newel.runtime.storage.system import STATE
from newel.runtime.storage.system_identity import API_KEY, SESSION, USER_ROLE

LOG = logging.getLogger("newel.identity")
IDLE = timedelta(hours=24)  # a session ends after so long without use
NOBODY_YET = Actor(user_id=None, roles=(), door="web", system="find out who asks")
NOTE_USE_AFTER = timedelta(minutes=5)  # how stale "last used" may get: not every request writes


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person or their key, as it was when the request came."""

    actor: Actor
    user_id: str
    email: str
    theme: str
    credential: str  # the id of the session or of the key
    by_key: bool
    read_only: bool
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored revision, and who asks; None for nobody."""

    revision: int
    identity: Identity | None


def by_session(installation: Installation, token: str, now: datetime, door: str = "web") -> Answer:
    return _ask(installation, "session", token, now, door)


def by_key(installation: Installation, key: str, now: datetime, door: str = "api") -> Answer:
    return _ask(installation, "key", key, now, door)


def stored_revision(installation: Installation) -> int:
    """The revision of the model that the database holds now."""
    with installation.database.reading() as connection:
        return int(connection.execute(select(STATE.c.revision)).scalar_one())


def note_use(installation: Installation, identity: Identity, now: datetime) -> None:
    """Moves "last used" on where it has become stale, and with it the end of an idle session."""
    if identity.last_used_at is not None and now - identity.last_used_at < NOTE_USE_AFTER:
        return
    table: Table = API_KEY if identity.by_key else SESSION
    moved: dict[str, Any] = {"last_used_at": now}
    if not identity.by_key:
        moved["idle_until"] = now + IDLE
    try:
        with installation.database.writing() as connection:
            connection.execute(update(table).where(table.c.id == identity.credential).values(moved))
    except OperationalError:  # a long write holds the database: a later request will note it
        LOG.info("the last use of %s is not noted: the database is busy", identity.credential)


def _ask(installation: Installation, kind: str, secret: str, now: datetime, door: str) -> Answer:
    with installation.database.reading() as connection:
        work = Work(installation, NOBODY_YET, connection, now, writes=False)
        statement = prepared(work, ("identity", kind), lambda: _build(installation, kind))
        row = statement.one(work, {"nw_digest": digest(secret), "nw_moment": now})
    if row is None:
        raise RuntimeError("The catalog holds no revision: the database was never prepared.")
    revision, *found = row
    return Answer(int(revision), _identity(found, kind == "key", door) if found[0] else None)


def _identity(found: list[Any], by_key: bool, door: str) -> Identity:
    credential, last_used_at, read_only, user_id, name, email, language, theme, time_zone, roles = found
    actor = Actor(
        user_id=user_id,
        roles=tuple(sorted(roles.split(","))) if roles else (),
        language=language or "en",
        time_zone=time_zone or "UTC",
        name=name or "",
        door=door,
    )
    return Identity(actor, user_id, email, theme or "system", credential, by_key, bool(read_only), last_used_at)


def _build(installation: Installation, kind: str) -> Select[Any]:
    """The one statement. It is kept for an Installation, as the columns of nw_user are the Model's."""
    users = installation.tables[USER_OBJECT]
    table, condition, read_only = _of_key() if kind == "key" else _of_session()
    roles = select(func.aggregate_strings(USER_ROLE.c.role, ",")).where(USER_ROLE.c.user_id == users.table.c.id).scalar_subquery()
    person = users.table
    found: Join = table.join(
        person, and_(person.c.id == table.c.user_id, person.c.deleted_at.is_(None), users.column("active").is_(true()))
    )
    known = (
        select(
            table.c.id.label("credential"),
            table.c.last_used_at,
            read_only.label("read_only"),
            person.c.id.label("user_id"),
            *(users.column(name).label(name) for name in ("name", "email", "language", "theme", "time_zone")),
            roles.label("roles"),
        )
        .select_from(found)
        .where(condition)
        .subquery()
    )
    revision = select(STATE.c.revision).subquery()
    return select(revision.c.revision, known).select_from(revision.outerjoin(known, true()))


def _of_session() -> tuple[Table, ColumnElement[bool], ColumnElement[bool]]:
    now = bindparam("nw_moment", type_=SESSION.c.expires_at.type)
    condition = and_(SESSION.c.token_hash == bindparam("nw_digest"), SESSION.c.idle_until > now, SESSION.c.expires_at > now)
    return SESSION, condition, ~true()


def _of_key() -> tuple[Table, ColumnElement[bool], ColumnElement[bool]]:
    now = bindparam("nw_moment", type_=SESSION.c.expires_at.type)
    alive = and_(API_KEY.c.ended_at.is_(None), or_(API_KEY.c.expires_at.is_(None), API_KEY.c.expires_at > now))
    return API_KEY, and_(API_KEY.c.key_hash == bindparam("nw_digest"), alive), API_KEY.c.read_only
