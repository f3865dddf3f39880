"""What holds whenever a user is changed, at every door: whoever is switched off or deleted is out at once, an administrator
can only be changed by one, and the last administrator stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, true

from newel.metadata.model import USER_OBJECT
from newel.metadata.words import word
from newel.runtime.records.actors import ADMIN
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid
from newel.runtime.records.identity import api_keys, password_links, sessions
from newel.runtime.records.work import Work
from newel.runtime.storage.system_identity import USER_ROLE

GUARDED = frozenset({"email", "active"})  # who changes these of a user decides whether and how the user comes in


def after_changes(work: Work, changed: Mapping[str, Mapping[str, Any]]) -> None:
    """Follows the change of users: what changed by id, each field with its old and new value."""
    for user_id, changes in changed.items():
        if changes.keys() & GUARDED:
            refuse_lower_rank(work, user_id)
    off = [user_id for user_id, changes in changed.items() if "active" in changes and not changes["active"][1]]
    if off:
        end_all_of(work, off)


def end_all_of(work: Work, user_ids: Sequence[str]) -> None:
    """Ends all sessions, keys and links of users who may no longer come in. Raises Invalid for the last administrator."""
    refuse_lower_ranks(work, user_ids)
    keep_an_administrator(work, user_ids, "active")
    for user_id in user_ids:
        sessions.end_all(work.connection, user_id)
        api_keys.end_all(work.connection, user_id, work.now)
        password_links.end_all(work.connection, user_id)


def refuse_lower_ranks(work: Work, user_ids: Sequence[str]) -> None:
    for user_id in user_ids:
        refuse_lower_rank(work, user_id)


def refuse_lower_rank(work: Work, user_id: str) -> None:
    """Only an administrator decides about administrators; the platform itself may, and people may about themselves."""
    actor = work.actor
    if actor.system is None and ADMIN not in actor.roles and actor.user_id != user_id and user_id in _administrators(work):
        raise Forbidden(word("Only an administrator may change an administrator."))


def keep_an_administrator(work: Work, leaving: Sequence[str], field: str) -> None:
    """Raises Invalid where these users were the last active administrators. Two who leave at once take turns."""
    administrators = _administrators(work)
    if administrators.isdisjoint(leaving):
        return
    users = work.installation.tables[USER_OBJECT]
    others = administrators - set(leaving)
    able = select(users.column("id")).where(users.column("id").in_(others), users.column("active").is_(true()), users.live)
    if not others or work.connection.execute(able.limit(1)).first() is None:
        raise Invalid(
            [FieldProblem(field, "last_administrator", "This is the last administrator. Make somebody else one first.")]
        )


def _administrators(work: Work) -> set[str]:
    held = select(USER_ROLE.c.user_id).where(USER_ROLE.c.role == ADMIN).with_for_update()
    return set(work.connection.execute(held).scalars())
