"""What Setup does with people: each act names who does it, is told in the history or the sign-in log, and keeps to the rank.

Whoever may set up decides about everybody but administrators; those are made, changed and unmade by administrators alone.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newel.metadata.model import USER_OBJECT
from newel.metadata.words import word
from newel.runtime.installation import Installation
from newel.runtime.records import finding, saving, searching
from newel.runtime.records.actors import ADMIN, Actor, as_system
from newel.runtime.records.errors import Forbidden, Invalid
from newel.runtime.records.identity import api_keys, password_links, sessions, signing_in, users
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.records.record import Page, Record
from newel.runtime.records.work import Work, reading, writing

LOG = logging.getLogger("newel.identity")
DOOR = "setup"
MOST_FOUND = 200


@dataclass(frozen=True)
class Administrator:
    """Who sets up, in which installation, from where."""

    installation: Installation
    actor: Actor
    visitor: Visitor
    now: datetime

    @property
    def user_id(self) -> str:
        return str(self.actor.user_id)

    def acting(self, reason: str) -> Actor:
        """The platform on this person's behalf: Setup is not bound by what the role says of records."""
        return as_system(self.installation, f"setup: {reason}", user_id=self.actor.user_id).through(DOOR)

    @contextmanager
    def reading(self, reason: str) -> Iterator[Work]:
        with reading(self.installation, self.acting(reason), self.now) as work:
            yield work

    @contextmanager
    def writing(self, reason: str) -> Iterator[Work]:
        with writing(self.installation, self.acting(reason), self.now) as work:
            yield work


def listed(
    who: Administrator,
    fields: Sequence[str],
    *,
    text: str = "",
    active: bool | None = None,
    role: str | None = None,
    sort: Sequence[str] = ("name",),
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """A page of users: those whose words match, active or not, with a role."""
    where: dict[str, Any] = {} if active is None else {"active": active}
    if role is not None:
        where["id"] = users.with_role(who.installation, role)
    with who.reading("list users") as work:
        if text.strip():
            hits = [each.id for each in searching.search(work, text, (USER_OBJECT,), MOST_FOUND)]
            where["id"] = [each for each in hits if each in where["id"]] if "id" in where else hits
        return finding.find(work, USER_OBJECT, where=where, fields=fields, sort=sort, limit=limit, cursor=cursor, count="capped")


def one(who: Administrator, user_id: str, fields: Sequence[str]) -> Record:
    """One user; NotFound where there is none."""
    with who.reading("read a user") as work:
        return finding.get(work, USER_OBJECT, user_id, fields)


def names(who: Administrator, user_ids: Collection[str]) -> dict[str, str]:
    """What users are called, by id."""
    with who.reading("name users") as work:
        return finding.titles(work, USER_OBJECT, user_ids)


def may_decide_about(who: Administrator, roles: Collection[str]) -> bool:
    """Whether this person may change somebody who has these roles."""
    return ADMIN in who.actor.roles or ADMIN not in roles


def create(who: Administrator, values: Mapping[str, Any], password: str | None, roles: Sequence[str]) -> str:
    """Makes a user with roles, and a password where one is given; gives the id. Raises Invalid with every fault."""
    _keep_rank(who, roles)
    with who.writing("make a user") as work:
        user_id = users.create_within(work, dict(values), password=password, roles=roles)
        _tell(who, "made the user %s with the roles %s", user_id, ", ".join(roles))
        return user_id


def change(who: Administrator, user_id: str, values: Mapping[str, Any], roles: Sequence[str], version: int | None) -> None:
    """Changes a user's own fields and roles, all or nothing. Raises Invalid, Stale."""
    unknown = users.unknown_roles(who.installation, roles)
    if unknown:
        raise Invalid(unknown)
    with _deciding(who, user_id, "change a user") as (work, before):
        if set(roles) != set(before):
            _keep_rank(who, roles)
            users.set_roles(work, user_id, roles)
            _tell(who, "gave the user %s the roles %s instead of %s", user_id, ", ".join(roles), ", ".join(before))
        saving.update(work, USER_OBJECT, user_id, values, version, ("id",))


def switch(who: Administrator, user_id: str, active: bool) -> None:
    """Lets a user in again, or switches them off: sessions and keys end at once."""
    with _deciding(who, user_id, "switch a user on or off") as (work, _):
        saving.update(work, USER_OBJECT, user_id, {"active": active}, None, ("id",))


def set_password(who: Administrator, user_id: str, password: str) -> None:
    """Sets a user's password; sessions and keys end with the old one. Raises Invalid."""
    with _deciding(who, user_id, "set a user's password") as (work, _):
        email = _email(work, user_id)
        users.set_password(work, user_id, password, email, end_keys=True)
        signing_in.log(work.connection, email, user_id, "password_set", who.visitor, work.now)
        _tell(who, "set the password of the user %s", user_id)


def make_link(who: Administrator, user_id: str) -> str:
    """The token of a link with which the user sets a password, once."""
    with _deciding(who, user_id, "make a password link") as (work, _):
        token = password_links.issue(work, user_id)
        signing_in.log(work.connection, _email(work, user_id), user_id, "link_made", who.visitor, work.now)
        _tell(who, "made a password link for the user %s", user_id)
        return token


def end_sessions(who: Administrator, user_id: str) -> None:
    """Signs a user out everywhere."""
    with _deciding(who, user_id, "end a user's sessions") as (work, _):
        sessions.end_all(work.connection, user_id)
        _tell(who, "ended all sessions of the user %s", user_id)


def end_session(who: Administrator, session: sessions.Session) -> None:
    with _deciding(who, session.user_id, "end a session"):
        _tell(who, "ended a session of the user %s", session.user_id)
    sessions.end(who.installation, session.user_id, session.id)


def end_other_sessions(who: Administrator, session_id: str) -> None:
    """Signs everybody out but this person here; administrators only where an administrator asks."""
    spared = [] if may_decide_about(who, (ADMIN,)) else users.with_role(who.installation, ADMIN)
    with who.writing("end all other sessions") as work:
        sessions.end_others(work.connection, session_id, spared)
        _tell(who, "ended all other sessions")


def make_key(who: Administrator, user_id: str, name: str, *, read_only: bool, expires_at: datetime | None) -> str:
    """A key that acts as the user; its secret is given once."""
    with _deciding(who, user_id, "make an API key"):
        _tell(who, "made an API key for the user %s", user_id)
    return api_keys.create(who.installation, user_id, name, who.now, read_only=read_only, expires_at=expires_at)


def end_key(who: Administrator, key: api_keys.ApiKey) -> None:
    with _deciding(who, key.user_id, "end an API key"):
        _tell(who, "ended the API key %s of the user %s", key.start, key.user_id)
    api_keys.end(who.installation, key.user_id, key.id, who.now)


@contextmanager
def _deciding(who: Administrator, user_id: str, reason: str) -> Iterator[tuple[Work, tuple[str, ...]]]:
    """A transaction in which something is decided about a user whose rank allows it, and the user's roles before."""
    with who.writing(reason) as work:
        user = finding.get(work, USER_OBJECT, user_id, ("id",))
        before = users.roles_within(work.connection, [user.id])[user.id]
        _keep_rank(who, before)
        yield work, before


def _keep_rank(who: Administrator, roles: Collection[str]) -> None:
    if not may_decide_about(who, roles):
        raise Forbidden(word("Only an administrator may change an administrator."))


def _email(work: Work, user_id: str) -> str:
    return str(finding.get(work, USER_OBJECT, user_id, ("email",))["email"])


def _tell(who: Administrator, what: str, *about: str) -> None:
    LOG.info("%s " + what, who.user_id, *about)
