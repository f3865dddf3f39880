"""What people may change about themselves, whatever their roles say about users: their looks, and their password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records import finding, saving
from newel.runtime.records.actors import as_system
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.identity import passwords, signing_in, users
from newel.runtime.records.identity.authentication import Identity
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.records.work import writing

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
    """Changes the password of whoever knows the current one; ends every session and begins this one anew. Raises Invalid."""
    user_id, now = identity.user_id, datetime.now(UTC)
    with installation.database.reading() as connection:
        kept = users.password_hash(connection, user_id)
    if not passwords.matches(kept, current):
        raise Invalid([FieldProblem("current", "password_wrong", "This is not your current password.")])
    with writing(installation, as_system(installation, "people change their own password", user_id=user_id), now) as work:
        users.set_password(work, user_id, new, identity.email, end_keys=end_keys)
        return signing_in.begin(work.connection, user_id, identity.email, "password_changed", visitor, now)
