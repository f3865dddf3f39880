"""Who acts. Every read and write of business data names an Actor; work of the platform itself is a named, logged reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newel.metadata.field_types.base import Locale

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

LOG = logging.getLogger("newel.records.system")
ADMIN = "admin"  # the platform role that may do everything


@dataclass(frozen=True)
class Actor:
    """One person (or key) at one door, with the roles that count now. `user_id` None is allowed to the system alone."""

    user_id: str | None
    roles: tuple[str, ...]
    language: str = "en"
    time_zone: str = "Asia/Shanghai"
    name: str = ""
    door: str = "web"
    system: str | None = None  # the reason, where the platform itself works

    @cached_property
    def role_set(self) -> frozenset[str]:
        """What verdicts and statements are kept by; the system counts as its own role set."""
        return SYSTEM_ROLES if self.system else frozenset(self.roles)

    @cached_property
    def locale(self) -> Locale:
        return Locale(self.language, zone(self.time_zone))

    def through(self, door: str) -> Actor:
        return replace(self, door=door)


SYSTEM_ROLES = frozenset({"<system>"})


@lru_cache(maxsize=600)
def zone(name: str) -> ZoneInfo:
    """The time zone by its name; UTC where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return ZoneInfo("UTC")


def as_system(installation: Installation, reason: str, *, user_id: str | None = None) -> Actor:
    """The platform acting for a stated reason: every row and field, logged by name. `user_id` says on whose behalf."""
    if not reason.strip():
        raise ValueError("system work needs a reason")
    told = {"reason": reason, "revision": installation.revision}
    LOG.info("system work: %s, for %s", reason, user_id or "nobody", extra=told)
    return Actor(user_id=user_id, roles=(), name="Newel", door="system", system=reason)
