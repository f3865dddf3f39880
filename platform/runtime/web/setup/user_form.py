"""The form of one user: fields of the core object as their own types edit them, and the roles beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from flask import request

from newel.metadata.model import USER_OBJECT, Role
from newel.runtime.records.actors import ADMIN
from newel.runtime.records.errors import FieldProblem
from newel.runtime.records.record import Record
from newel.runtime.web.screens import posted
from newel.runtime.web.screens.binding import BoundField, bind_field
from newel.runtime.web.screens.viewer import Viewer

FIELDS = ("name", "email", "job_title", "phone", "manager", "language", "time_zone")
READ = (*FIELDS, "active", "created_at")


class UserForm:
    """What Flask-Admin asks of a form, for a user: `data` is as typed, or as stored; `errors` by field."""

    _validated_ruleset = True

    def __init__(
        self,
        seen: Viewer,
        user: Record | None = None,
        roles: Sequence[str] = (),
        *,
        may_decide: bool = True,
        is_posted: bool = False,
    ) -> None:
        self.seen = seen
        self.user = user
        self.may_decide = may_decide
        self.is_posted = is_posted
        self.roles = request.form.getlist("roles") if self.is_posted else list(roles)
        self.problems: tuple[FieldProblem, ...] = ()

    @cached_property
    def fields(self) -> tuple[BoundField, ...]:
        return tuple(bind_field(self.seen, USER_OBJECT, name) for name in FIELDS)

    @cached_property
    def data(self) -> dict[str, Any]:
        """What was posted, as the kernel takes it."""
        return posted.read(self.fields, request.form)

    @property
    def version(self) -> int | None:
        """The version that the person saw."""
        said = request.form.get("version", "")
        return int(said) if said.isdecimal() else None

    @property
    def errors(self) -> Mapping[str, str]:
        """The first fault of each field; "" for those of the whole."""
        found: dict[str, str] = {}
        for problem in self.problems:
            found.setdefault(problem.field or "", problem.say(self.seen.language))
        return found

    @property
    def other_errors(self) -> Iterable[str]:
        """Faults that no field of the form can show."""
        return [said for name, said in self.errors.items() if name not in (*FIELDS, "roles", "password")]

    @property
    def offered(self) -> tuple[Role, ...]:
        """The roles that this person may give."""
        is_admin = ADMIN in self.seen.actor.roles or not self.may_decide
        return tuple(role for role in self.seen.model.roles.values() if is_admin or role.name != ADMIN)

    def value(self, field: BoundField) -> Any:
        if self.is_posted:
            return self.data.get(field.name)
        if self.user is None:
            return {"language": self.seen.language, "time_zone": self.seen.actor.time_zone}.get(field.name)
        return field.edit_text(self.user.get(field.name))

    def title(self, field: BoundField) -> str | None:
        """What the chosen manager is called."""
        if self.user is None or field.name != "manager" or self.value(field) != self.user.get("manager"):
            return None
        found: str | None = self.user.titles.get("manager")
        return found
