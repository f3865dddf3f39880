"""Users and their rights to come in. The person is a record of nw_user; the password and the roles are kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records import saving
from newel.runtime.records.actors import ADMIN, as_system
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.identity import api_keys, leaving, password_links, passwords, sessions
from newel.runtime.records.work import Work, writing
from newel.runtime.storage.system_identity import CREDENTIAL, USER_ROLE


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know of a user. `password_hash` is None where the user never got a password."""

    user_id: str
    active: bool
    password_hash: str | None


def create(
    installation: Installation,
    values: dict[str, Any],
    *,
    password: str | None,
    roles: Sequence[str],
    reason: str,
    by: str | None = None,
    now: datetime | None = None,
) -> str:
    """Makes a user with roles (and a password) in one transaction; gives the user's id. Raises Invalid with every fault."""
    with writing(installation, as_system(installation, reason, user_id=by), now) as work:
        return create_within(work, values, password=password, roles=roles)


def create_within(work: Work, values: dict[str, Any], *, password: str | None, roles: Sequence[str]) -> str:
    """The same, inside a transaction that already began."""
    problems = [*unknown_roles(work.installation, roles), *_password_problems(password, str(values.get("email") or ""))]
    if problems:
        raise Invalid(problems)
    user = saving.create(work, USER_OBJECT, values)
    if password is not None:
        _keep_password(work.connection, user.id, password, work.now)
    set_roles(work, user.id, roles)
    return user.id


def set_roles(work: Work, user_id: str, roles: Sequence[str]) -> None:
    """Gives the user exactly these roles. They count from the user's next request on."""
    connection = work.connection
    before = set(connection.execute(select(USER_ROLE.c.role).where(USER_ROLE.c.user_id == user_id)).scalars())
    gone, new = before - set(roles), set(roles) - before
    if gone:
        if ADMIN in gone:
            leaving.keep_an_administrator(work, (user_id,), "roles")
        connection.execute(delete(USER_ROLE).where(USER_ROLE.c.user_id == user_id, USER_ROLE.c.role.in_(gone)))
    if new:
        rows = [
            {"user_id": user_id, "role": role, "granted_at": work.now, "granted_by": work.actor.user_id} for role in sorted(new)
        ]
        connection.execute(insert(USER_ROLE), rows)


def roles_of(installation: Installation, user_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The roles of each of these users, in order of their names."""
    with installation.database.reading() as connection:
        return roles_within(connection, user_ids)


def roles_within(connection: Connection, user_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The same, inside a transaction that already began."""
    statement = select(USER_ROLE.c.user_id, USER_ROLE.c.role).where(USER_ROLE.c.user_id.in_(user_ids)).order_by(USER_ROLE.c.role)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(user_ids, ())
    for user_id, role in connection.execute(statement):
        found[user_id] = (*found[user_id], role)
    return found


def with_role(installation: Installation, role: str) -> list[str]:
    """The ids of those who have a role, without the deleted."""
    person = installation.tables[USER_OBJECT]
    living = USER_ROLE.join(person.table, person.column("id") == USER_ROLE.c.user_id)
    with installation.database.reading() as connection:
        found = connection.execute(select(USER_ROLE.c.user_id).select_from(living).where(USER_ROLE.c.role == role, person.live))
        return [str(each) for each in found.scalars()]


def count_by_role(installation: Installation) -> dict[str, int]:
    """How many users have each role; roles that nobody has are left out."""
    person = installation.tables[USER_OBJECT]
    living = USER_ROLE.join(person.table, person.column("id") == USER_ROLE.c.user_id)
    counted = select(USER_ROLE.c.role, func.count()).select_from(living).where(person.live).group_by(USER_ROLE.c.role)
    with installation.database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(counted)}


def unknown_roles(installation: Installation, roles: Sequence[str]) -> list[FieldProblem]:
    known = installation.model.roles
    return [
        FieldProblem(
            "roles", "unknown_role", 'There is no role "{role}". Known roles: {known}.', {"role": role, "known": ", ".join(known)}
        )
        for role in roles
        if role not in known
    ]


def set_password(work: Work, user_id: str, password: str, email: str, *, end_keys: bool) -> None:
    """Sets a new password; every session of the user ends with it, and where asked every key. Raises Invalid."""
    problems = _password_problems(password, email)
    if problems:
        raise Invalid(problems)
    _keep_password(work.connection, user_id, password, work.now)
    sessions.end_all(work.connection, user_id)
    password_links.end_all(work.connection, user_id)
    if end_keys:
        api_keys.end_all(work.connection, user_id, work.now)


def account(installation: Installation, connection: Connection, email: str) -> Account | None:
    """The account with this e-mail address, written in whatever case; None where there is none."""
    users = installation.tables[USER_OBJECT]
    statement = (
        select(users.table.c.id, users.column("active"), CREDENTIAL.c.password_hash)
        .outerjoin_from(users.table, CREDENTIAL, CREDENTIAL.c.user_id == users.table.c.id)
        .where(func.lower(users.column("email")) == email.lower(), users.table.c.deleted_at.is_(None))
    )
    row = connection.execute(statement).first()
    return None if row is None else Account(row[0], bool(row[1]), row[2])


def password_hash(connection: Connection, user_id: str) -> str | None:
    return connection.execute(select(CREDENTIAL.c.password_hash).where(CREDENTIAL.c.user_id == user_id)).scalar()


def any_user(installation: Installation) -> bool:
    """Whether anybody can sign in at all; before that, the set-up token opens the door once."""
    with installation.database.reading() as connection:
        return connection.execute(select(CREDENTIAL.c.user_id).limit(1)).first() is not None


def _keep_password(connection: Connection, user_id: str, password: str, now: datetime) -> None:
    kept = {"password_hash": passwords.protect(password), "changed_at": now}
    if not connection.execute(update(CREDENTIAL).where(CREDENTIAL.c.user_id == user_id).values(kept)).rowcount:
        connection.execute(insert(CREDENTIAL).values(user_id=user_id, **kept))


def _password_problems(password: str | None, email: str) -> list[FieldProblem]:
    if password is None:
        return []
    try:
        passwords.check(password, email)
    except passwords.UnfitPassword as unfit:
        return [FieldProblem("password", unfit.code, unfit.message, unfit.params)]
    return []
