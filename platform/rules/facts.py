"""What a rule knows beside the record: day, moment, time zone, who asks. Bound once per request, the same for every engine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from newel.metadata.field_types.values import Reference
from newel.rules.calendars import Calendar

NOBODY = "00000000-0000-0000-0000-000000000000"  # whom `user` means where the system acts: never blank, and nobody's id


class Tables(Protocol):
    """Reads the reference tables that `lookup` asks for."""

    def find(self, object_name: str, key: str, value: Any, field: str) -> Any:
        """The `field` of the record whose unique field `key` is `value`; None where there is no such record."""


@dataclass(frozen=True)
class Organisation:
    """What the organisation has settled: its money, its year, its working days.

    `fiscal_start` is the month (1-12) in which the fiscal year begins. `workdays` are ISO weekdays. `holidays` are days off among
    them, `extra_workdays` days on which people work although it is none. `rates`: for each currency, in order of their days, from
    when on one unit of it is worth how much of `currency`.
    """

    name: str = ""
    currency: str = "CNY"
    fiscal_start: int = 1
    workdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()
    rates: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.workdays, self.holidays, self.extra_workdays)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """What one unit of a currency is worth on a day; None where no rate is known on it or before it."""
        if currency == self.currency:
            return Decimal(1)
        known = self.rates.get(currency, ())
        at = bisect_right(known, day, key=lambda each: each[0])
        return known[at - 1][1] if at else None


@dataclass(frozen=True, slots=True)
class Facts:
    """`now` is aware; `today` is its date in `time_zone`; `user` is the id of who acts, None for the system.

    `teams`: the teams that the user is in, `team_names` how they are called; `units`: those and all beneath them; `reports`: the
    users beneath the user. `prior`: the record as it was before the change that is judged, None for a new one. `record`: where
    records are offered, the one that is being edited.
    """

    today: date
    now: datetime
    time_zone: ZoneInfo
    user: str | None = None
    roles: tuple[str, ...] = ()
    user_fields: Mapping[str, Any] = field(default_factory=dict)  # fields of the user's own record, by name
    steps: Mapping[str, str | None] = field(default_factory=dict)  # in an action: the record that each earlier step made
    teams: Sequence[str] = ()
    team_names: Sequence[str] = ()
    units: Sequence[str] = ()
    reports: Sequence[str] = ()
    organisation: Organisation = Organisation()
    prior: Mapping[str, Any] | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    tables: Tables | None = None

    @classmethod
    def at(cls, now: datetime, time_zone: str = "UTC", **known: Any) -> Facts:
        """The facts of a moment, its date reckoned in `time_zone`."""
        zone = ZoneInfo(time_zone)
        return cls(now.astimezone(zone).date(), now.astimezone(UTC), zone, **known)

    def given(self, name: str) -> Any:
        """The value of a context name: user, user.email, steps.account, org.currency, record.account, is_new."""
        if name == "user":
            return self.user or NOBODY
        head, _, rest = name.partition(".")
        match head:
            case "steps":
                return self.steps.get(rest)
            case "org":
                return getattr(self.organisation, rest) or None
            case "record":
                value = self.record.get(rest)
                return value.id if isinstance(value, Reference) else value
            case "is_new":
                return self.prior is None
        return self.roles if rest == "roles" else self.user_fields.get(rest)
