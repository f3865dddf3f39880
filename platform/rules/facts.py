"""What a rule knows beside the record: day, moment, time zone, who asks. Bound once per request, the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

NOBODY = "00000000-0000-0000-0000-000000000000"  # whom `user` means where the system acts: never blank, and nobody's id


@dataclass(frozen=True, slots=True)
class Facts:
    """`now` is aware; `today` is its date in `time_zone`; `user` is the id of who acts, None for the system."""

    today: date
    now: datetime
    time_zone: ZoneInfo
    user: str | None = None
    roles: tuple[str, ...] = ()
    user_fields: Mapping[str, Any] = field(default_factory=dict)  # fields of the user's own record, by name
    steps: Mapping[str, str | None] = field(default_factory=dict)  # in an action: the record that each earlier step made

    @classmethod
    def at(cls, now: datetime, time_zone: str = "UTC", **known: Any) -> Facts:
        """The facts of a moment, its date reckoned in `time_zone`."""
        zone = ZoneInfo(time_zone)
        return cls(now.astimezone(zone).date(), now.astimezone(UTC), zone, **known)

    def given(self, name: str) -> Any:
        """The value of a context name: user, user.email, steps.account."""
        if name == "user":
            return self.user or NOBODY
        head, _, rest = name.partition(".")
        if head == "steps":
            return self.steps.get(rest)
        return self.roles if rest == "roles" else self.user_fields.get(rest)
