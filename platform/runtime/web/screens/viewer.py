"""Who looks: the installation, the actor, the language and the day of one request, and what the actor may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import g

from newel.metadata.field_types.base import Locale
from newel.metadata.model import Model, Object
from newel.metadata.words import say, say_count
from newel.runtime.records import Actor, access
from newel.runtime.records.errors import NotFound

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.access import Verdict


@dataclass(frozen=True)
class Viewer:
    """One person at one request. Everything that is bound is bound to a viewer."""

    installation: Installation
    actor: Actor

    @property
    def model(self) -> Model:
        return self.installation.model

    @property
    def language(self) -> str:
        return self.actor.language

    @property
    def locale(self) -> Locale:
        return self.actor.locale

    @cached_property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.locale.time_zone).date()

    def verdict(self, object_name: str) -> Verdict:
        return access.verdict(self.installation, self.actor, object_name)

    def reads(self, object_name: str) -> bool:
        return object_name in self.model.objects and bool(self.verdict(object_name).read)

    def object(self, object_name: str) -> Object:
        """The object, or NotFound where there is none or it is not for the actor."""
        found = self.model.objects.get(object_name)
        if found is None or not self.verdict(object_name).read:
            raise NotFound(object_name)
        return found

    def t(self, text: str, /, **params: Any) -> str:
        """An English sentence in the viewer's language."""
        return say(self.language, text, **params)

    def tn(self, one: str, many: str, n: int, /) -> str:
        """A sentence that counts."""
        return say_count(self.language, one, many, n)


def viewer() -> Viewer:
    """The viewer of this request."""
    found: Viewer | None = g.get("viewer")
    if found is None:
        found = g.viewer = Viewer(g.installation, g.actor)
    return found
