"""Signing in and out: one answer and one duration for an unknown account, a wrong password and a user who was switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from newel.runtime.installation import Installation
from newel.runtime.records.identity import backing_off, passwords, sessions, tokens, users
from newel.runtime.records.ids import new_id
from newel.runtime.storage.system_identity import SIGN_IN

LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody knocks, as far as the server can tell."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Welcome: `token` belongs into the browser's cookie."""

    token: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not these words. `wait` says in how many seconds to try again; 0 for at once."""

    wait: int = 0


@dataclass(frozen=True, slots=True)
class Knock:
    """One line of the sign-in log."""

    id: str
    at: datetime
    email: str
    user_id: str | None
    outcome: str
    address: str
    browser: str


def sign_in(
    installation: Installation, email: str, password: str, visitor: Visitor, now: datetime, previous: str | None = None
) -> SignedIn | Refused:
    """Tries the words. A right guess begins a new session; the `previous` one of the same browser ends with it."""
    email = tokens.tidy(email, LONGEST_EMAIL)
    with installation.database.writing() as connection:
        wait = backing_off.seconds_to_wait(connection, email, visitor.address, now)
        if wait:
            log(connection, email, None, "slowed", visitor, now)
            return Refused(wait)
        backing_off.count(connection, email, visitor.address, now)
        account = users.account(installation, connection, email)
    is_right = passwords.matches(account.password_hash if account else None, password)
    with installation.database.writing() as connection:
        if account is None or not is_right or not account.active:
            log(connection, email, account.user_id if account else None, "refused", visitor, now)
            return Refused(backing_off.seconds_to_wait(connection, email, visitor.address, now))
        backing_off.forgive(connection, email, visitor.address, now)
        return SignedIn(begin(connection, account.user_id, email, "signed_in", visitor, now, previous), account.user_id)


def begin(
    connection: Connection, user_id: str, email: str, outcome: str, visitor: Visitor, now: datetime, previous: str | None = None
) -> str:
    """Begins a session for a user who has just proved who they are, and notes how."""
    if previous:
        sessions.end_by_token(connection, previous)
    log(connection, email, user_id, outcome, visitor, now)
    return sessions.begin(connection, user_id, visitor.address, visitor.browser, now)


def sign_out(installation: Installation, token: str, user_id: str, email: str, visitor: Visitor, now: datetime) -> None:
    """Ends the browser's session on the server too: its cookie is worth nothing afterwards."""
    with installation.database.writing() as connection:
        sessions.end_by_token(connection, token)
        log(connection, email, user_id, "signed_out", visitor, now)


def log(connection: Connection, email: str, user_id: str | None, outcome: str, visitor: Visitor, now: datetime) -> None:
    row = {"id": new_id(), "at": now, "email": email.casefold()[:255], "user_id": user_id, "outcome": outcome}
    connection.execute(insert(SIGN_IN).values(**row, address=visitor.address[:64], browser=visitor.browser[:255]))


def knocks(
    installation: Installation,
    user_id: str | None = None,
    limit: int = 100,
    *,
    outcome: str | None = None,
    email: str = "",
    before: tuple[datetime, str] | None = None,
) -> list[Knock]:
    """The sign-in log (of one user, or of everybody), the latest first; `before` is the moment and id of the last one seen."""
    statement = select(SIGN_IN).order_by(SIGN_IN.c.at.desc(), SIGN_IN.c.id.desc()).limit(limit)
    if user_id is not None:
        statement = statement.where(SIGN_IN.c.user_id == user_id)
    if outcome is not None:
        statement = statement.where(SIGN_IN.c.outcome == outcome)
    if email:
        statement = statement.where(SIGN_IN.c.email.contains(email.casefold(), autoescape=True))
    if before is not None:
        at, last = before
        statement = statement.where((SIGN_IN.c.at < at) | ((SIGN_IN.c.at == at) & (SIGN_IN.c.id < last)))
    with installation.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [Knock(row.id, row.at, row.email, row.user_id, row.outcome, row.address, row.browser) for row in rows]


def last_signed_in(installation: Installation, user_ids: Sequence[str]) -> dict[str, datetime]:
    """When each of these users came in last; those who never did are left out."""
    mine = SIGN_IN.c.user_id.in_(user_ids) & (SIGN_IN.c.outcome == "signed_in")
    statement = select(SIGN_IN.c.user_id, func.max(SIGN_IN.c.at)).where(mine).group_by(SIGN_IN.c.user_id)
    with installation.database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(statement)}
