"""Roles, as the solutions declare them: what each may do with every object, under which rules, and who has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, g
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.model import Grant, Object, Role, Source
from newel.metadata.words import word
from newel.runtime.records.actors import ADMIN
from newel.runtime.records.identity import administering, users
from newel.runtime.web.screens.viewer import Viewer, viewer
from newel.runtime.web.setup.views import PEOPLE, View, who

MOST_MEMBERS = 100
OPERATIONS = ("read", "create", "update", "delete", "export")
WORDS = {
    "read": word("Read"),
    "create": word("Create"),
    "update": word("Change"),
    "delete": word("Delete"),
    "export": word("Export"),
}
SCOPES = {"none": word("None"), "own": word("Own"), "all": word("All")}
LEVELS = {"none": word("hidden"), "read": word("read only"), "edit": word("may be changed")}


@dataclass(frozen=True)
class Cell:
    """One right: its scope (none, own, all, rule), and the rule where there is one."""

    scope: str
    rule: str = ""


@dataclass(frozen=True)
class GrantRow:
    """What a role may do with one object."""

    object: Object
    cells: tuple[Cell, ...]
    exceptions: tuple[tuple[str, str], ...]  # field label, level
    rest: str | None  # the level of the fields not named, where it isn't "edit"
    master: Object | None = None  # the object whose rights hold


class RolesView(View):
    """All roles, and a page for each."""

    def __init__(self) -> None:
        super().__init__(word("Roles"), PEOPLE, "setup_roles", "roles", menu_icon_value="shield-lock")

    @expose("/")
    def index(self) -> Response:
        roles = viewer().model.roles
        return self.render("setup/roles.html", roles=roles, members=users.count_by_role(g.installation))

    @expose("/<role_name>/")
    def role(self, role_name: str) -> Response:
        """One role: its matrix, and its members."""
        seen = viewer()
        role = seen.model.roles.get(role_name)
        if role is None:
            raise NotFound
        ids = users.with_role(g.installation, role_name)
        names = administering.names(who(), ids[:MOST_MEMBERS])
        return self.render(
            "setup/role.html",
            role=role,
            rows=list(_rows(seen, role)),
            operations=[(name, WORDS[name]) for name in OPERATIONS],
            scopes=SCOPES,
            levels=LEVELS,
            members=sorted(names.items(), key=lambda each: each[1].casefold()),
            count=len(ids),
            is_admin=role_name == ADMIN,
        )


def _rows(seen: Viewer, role: Role) -> Iterator[GrantRow]:
    for target in seen.model.objects.values():
        if target.kind == "link":
            continue
        own = role.grants.get(target.name)
        if own is None and target.ownership == "parent" and target.parent:
            master = seen.model.objects[target.fields[target.parent].to[0]]
            yield GrantRow(target, (), (), None, master)
            continue
        grant = own or role.grants.get("*") or Grant(target.name)
        cells = tuple(_cell(getattr(grant, name)) for name in OPERATIONS)
        named = tuple(
            (target.fields[name].label.say(seen.language), level) for name, level in grant.fields.items() if name in target.fields
        )
        rest = grant.fields.get("*")
        reads = cells[0].scope != "none"
        yield GrantRow(target, cells, named if reads else (), rest if reads and rest != "edit" else None)


def _cell(said: str | bool | Source) -> Cell:
    if isinstance(said, Source):
        return Cell("rule", said.text)
    if isinstance(said, bool):
        return Cell("all" if said else "none")
    return Cell(said)
