"""What people may change about themselves, whatever their roles say about users: their looks, and their password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from newel.metadata.model import USER_OBJECT
from newel.metadata.words import word
from newel.runtime.installation import Installation
from newel.runtime.records import finding, saving
from newel.runtime.records.actors import as_system
from newel.runtime.records.errors import FieldProblem, Invalid, NotFound
from newel.runtime.records.identity import backing_off, password_links, passwords, signing_in, users
from newel.runtime.records.identity.authentication import Identity
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.records.work import writing

SLOW = word("Too many tries. Wait {seconds} seconds, then try again.")
OWN_FIELDS = frozenset({"name", "language", "theme", "time_zone"})


def save(installation: Installation, user_id: str, values: dict[str, Any]) -> None:
    """Saves the person's own settings; only OWN_FIELDS are taken. Raises Invalid."""
    own = {name: value for name, value in values.items() if name in OWN_FIELDS}
    if "time_zone" in own and own["time_zone"] not in available_timezones():
        raise Invalid([FieldProblem("time_zone", "unknown_time_zone", "There is no such time zone. Choose one from the list.")])
    with writing(installation, as_system(installation, "people change their own settings", user_id=user_id)) as work:
        current = finding.get(work, USER_OBJECT, user_id, fields=("name",))
        saving.update(work, USER_OBJECT, user_id, own, current.version)


def change_password(
    installation: Installation, identity: Identity, current: str, new: str, visitor: Visitor, *, end_keys: bool
) -> str:
    """Changes the password of whoever knows the current one; ends every session and begins this one anew. Raises Invalid.

    Guesses are slowed as those at the sign-in page are: a session left open is not the account.
    """
    user_id, now = identity.user_id, datetime.now(UTC)
    with installation.database.writing() as connection:
        wait = backing_off.seconds_to_wait(connection, identity.email, visitor.address, now)
        if wait:
            raise Invalid([FieldProblem("current", "slow_down", SLOW, {"seconds": wait})])
        backing_off.count(connection, identity.email, visitor.address, now)
        kept = users.password_hash(connection, user_id)
    if not passwords.matches(kept, current):
        raise Invalid([FieldProblem("current", "password_wrong", "This is not your current password.")])
    with installation.database.writing() as connection:
        backing_off.forgive(connection, identity.email, visitor.address, now)
    with writing(installation, as_system(installation, "people change their own password", user_id=user_id), now) as work:
        users.set_password(work, user_id, new, identity.email, end_keys=end_keys)
        return signing_in.begin(work.connection, user_id, identity.email, "password_changed", visitor, now)


def of_link(installation: Installation, token: str, now: datetime) -> str | None:
    """The address of the user whose password link it is; None where the link is no longer good."""
    with installation.database.reading() as connection:
        found = password_links.holder(installation, connection, token, now)
    return found[1] if found else None


def take_link(installation: Installation, token: str, password: str, visitor: Visitor, now: datetime) -> str:
    """Sets the password of a link's user, uses the link up and begins a session. Raises NotFound or Invalid."""
    with writing(installation, as_system(installation, "a user sets a password with a link"), now) as work:
        found = password_links.holder(installation, work.connection, token, now)
        if found is None or not password_links.use(work.connection, token):
            raise NotFound(USER_OBJECT)
        user_id, email = found
        users.set_password(work, user_id, password, email, end_keys=False)
        return signing_in.begin(work.connection, user_id, email, "password_changed", visitor, now)
