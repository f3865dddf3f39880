"""Who may do what with which rows and fields: a Verdict per object and role set, compiled once from the Model.

A role speaks through a Part: the rows that it reads, updates and deletes, and the fields that it shows and lets edit. Parts are
never mixed: a cell is visible where one and the same role shows both its row and its field. Nothing is allowed by default.
docs/decisions/0010-access-in-the-kernel.md says why it is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from newel.metadata.model import USER_OBJECT, Field, Grant, Model, Object, Role
from newel.runtime.records.actors import ADMIN, SYSTEM_ROLES, Actor
from newel.runtime.records.deriving import sources_of
from newel.runtime.records.errors import NotFound
from newel.runtime.records.scopes import EVERYTHING, NOTHING, Meets, Own, RowRule, any_of, only, through
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

PEOPLE = (USER_OBJECT, "nw_team")  # whoever has a role knows the names of colleagues and teams
OWN_FIELDS = ("id", "roles", "name", "email", "language", "theme", "time_zone")  # of nw_user: everybody knows their own
NO_GRANT = Grant("*")


@dataclass(frozen=True, slots=True)
class Part:
    """What one role allows with one object."""

    role: str
    create: RowRule = NOTHING  # what a new record must meet
    read: RowRule = NOTHING
    update: RowRule = NOTHING
    delete: RowRule = NOTHING
    export: bool = False
    shown: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What an actor's roles together allow with one object."""

    object: str
    parts: tuple[Part, ...]

    @cached_property
    def read(self) -> RowRule:
        return any_of(part.read for part in self.parts)

    @cached_property
    def update(self) -> RowRule:
        return any_of(part.update for part in self.parts)

    @cached_property
    def delete(self) -> RowRule:
        return any_of(part.delete for part in self.parts)

    @cached_property
    def create(self) -> bool:
        return any(part.create for part in self.parts)

    @cached_property
    def export(self) -> bool:
        return any(part.export and part.read for part in self.parts)

    @cached_property
    def readable(self) -> Mapping[str, RowRule]:
        """The fields that may be mentioned, each with the rows in which it shows."""
        names = dict.fromkeys(name for part in self.parts if part.read for name in part.shown)
        return {name: any_of(part.read for part in self.parts if name in part.shown) for name in names}

    @cached_property
    def writable(self) -> frozenset[str]:
        """The fields that may be changed in some row."""
        return frozenset(name for part in self.parts if part.update for name in part.edited)

    @cached_property
    def creatable(self) -> frozenset[str]:
        """The fields that may be given to a new record."""
        return frozenset(name for part in self.parts if part.create for name in part.edited)

    @cached_property
    def of_exports(self) -> Verdict:
        """The verdict of those roles alone that may export."""
        return Verdict(self.object, tuple(part for part in self.parts if part.export))

    def always_shows(self, name: str) -> bool:
        """Whether a field is visible in every row that is."""
        return self.readable.get(name) == self.read

    def __bool__(self) -> bool:
        return bool(self.read) or self.create


def verdict(installation: Installation, actor: Actor, object_name: str) -> Verdict:
    """The actor's verdict; an object that isn't there gives NotFound, one that is closed a Verdict that allows nothing."""
    return verdict_of(installation, actor.role_set, object_name)


def verdict_of(installation: Installation, roles: frozenset[str], object_name: str) -> Verdict:
    if object_name not in installation.model.objects:
        raise NotFound(object_name)
    found: Verdict = kept(installation, ("verdict", roles, object_name), lambda: _judge(installation, roles, object_name))
    return found


def knows_of_self(installation: Installation, roles: frozenset[str], name: str) -> bool:
    """Whether people may mention this field of their own user record: what their profile shows, and what their roles show."""
    return name in OWN_FIELDS or name in verdict_of(installation, roles, USER_OBJECT).readable


def knows_given(installation: Installation, roles: frozenset[str], given: Iterable[str]) -> bool:
    """The same of all that a rule is given: `user.email`, `org.currency`."""
    names = (each.removeprefix("user.") for each in given if each.startswith("user."))
    return all(knows_of_self(installation, roles, name) for name in names)


def _judge(installation: Installation, roles: frozenset[str], object_name: str) -> Verdict:
    model = installation.model
    target = model.objects[object_name]
    if ADMIN in roles or roles == SYSTEM_ROLES:
        return Verdict(object_name, (_all_of(target, numbers=roles == SYSTEM_ROLES),))
    known = [model.roles[name] for name in sorted(roles) if name in model.roles]
    parts = [part_of(installation, role, target) for role in known]
    if object_name in PEOPLE and known:
        parts.append(_names_of(target))
    return Verdict(object_name, tuple(part for part in parts if part.read or part.create))


def _all_of(target: Object, *, numbers: bool = False) -> Part:
    """Everything; the system may bring its own numbers along, as imports and samples do."""
    edited = frozenset(
        name for name, each in target.fields.items() if _may_be_written(each) or (numbers and each.type == "auto_number")
    )
    return Part(ADMIN, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, True, frozenset(target.fields), edited)


def _names_of(target: Object) -> Part:
    return Part("<everyone>", read=EVERYTHING, shown=frozenset({"id", target.title}))


def part_of(installation: Installation, role: Role, target: Object) -> Part:
    """What `role` says about `target`. An update or delete never reaches further than the role's own reading."""
    found: Part = kept(installation, ("part", role.name, target.name), lambda: _part(installation, role, target))
    return found


def _part(installation: Installation, role: Role, target: Object) -> Part:
    return without_derived(installation, role.name, target, declared_part(installation, role, target))


def declared_part(installation: Installation, role: Role, target: Object) -> Part:
    """What a role itself says, before anybody looks what its computed fields are made of."""
    found: Part = kept(installation, ("declared part", role.name, target.name), lambda: _declared(installation, role, target))
    return found


def _declared(installation: Installation, role: Role, target: Object) -> Part:
    if target.ownership == "parent" and target.parent:
        return _part_of_child(installation, role, target, target.fields[target.parent])
    grant = role.grants.get(target.name) or role.grants.get("*") or NO_GRANT
    read = _rows(installation, role.name, target, "read")
    shown, edited = _fields(grant, target)
    return Part(
        role.name,
        create=(read if read else EVERYTHING) if grant.create else NOTHING,
        read=read,
        update=read & _rows(installation, role.name, target, "update"),
        delete=read & _rows(installation, role.name, target, "delete"),
        export=grant.export,
        shown=shown,
        edited=edited,
    )


def _part_of_child(installation: Installation, role: Role, target: Object, parent: Field) -> Part:
    """A child follows its master: read as the master is read, written as it is updated. A grant of its own narrows that."""
    master = installation.model.objects[parent.to[0]]
    above = declared_part(installation, role, master)
    holders = {each.name for each in master.fields.values() if each.of == target.name}
    read = through(parent.name, master.name, above.read) if _any_in(holders, above.shown) else NOTHING
    write = read & through(parent.name, master.name, above.update) if _any_in(holders, above.edited) else NOTHING
    own = role.grants.get(target.name)
    if own is None:
        shown, edited = _fields(Grant(target.name), target)
        return Part(role.name, write, read, write, write, above.export, shown, edited)
    narrowed = read & _rows(installation, role.name, target, "read")
    shown, edited = _fields(own, target)
    return Part(
        role.name,
        create=write if own.create else NOTHING,
        read=narrowed,
        update=narrowed & write & _rows(installation, role.name, target, "update"),
        delete=narrowed & write & _rows(installation, role.name, target, "delete"),
        export=above.export and own.export,
        shown=shown,
        edited=edited,
    )


def for_lines(installation: Installation, speakers: tuple[str, ...], object_name: str) -> Verdict:
    """The verdict on lines that are saved with their master, which these roles allow: only grants of their own narrow it."""
    found: Verdict = kept(
        installation, ("lines", speakers, object_name), lambda: _judge_lines(installation, speakers, object_name)
    )
    return found


def _judge_lines(installation: Installation, speakers: tuple[str, ...], object_name: str) -> Verdict:
    target = installation.model.objects[object_name]
    return Verdict(object_name, tuple(_part_of_line(installation, role, target) for role in speakers))


def _part_of_line(installation: Installation, role_name: str, target: Object) -> Part:
    role = installation.model.roles.get(role_name)
    if role is None or role_name == ADMIN:
        return _all_of(target)
    own = role.grants.get(target.name)
    shown, edited = _fields(own or Grant(target.name), target)
    if own is None:
        part = Part(role_name, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, shown=shown, edited=edited)
        return without_derived(installation, role_name, target, part)
    read = _rows(installation, role.name, target, "read")
    update, delete = (
        read & _rows(installation, role.name, target, "update"),
        read & _rows(installation, role.name, target, "delete"),
    )
    part = Part(role_name, EVERYTHING if own.create else NOTHING, read, update, delete, shown=shown, edited=edited)
    return without_derived(installation, role_name, target, part)


def _any_in(holders: set[str], allowed: frozenset[str]) -> bool:
    """A master that holds its children under no field of its own hides none of them."""
    return not holders or bool(holders & allowed)


def _rows(installation: Installation, role: str, target: Object, operation: str) -> RowRule:
    """The rows that a role's scope for an operation says."""
    scope = installation.rulebook.scope(role, target.name, operation)
    if not isinstance(scope, str):
        return only(Meets(target.name, scope.text, scope))
    if scope == "own":
        return _own(installation.model, target)
    return EVERYTHING if scope == "all" else NOTHING


def _own(model: Model, target: Object) -> RowRule:
    """Records without owners are nobody's own."""
    if target.ownership == "parent" and target.parent:
        parent = target.fields[target.parent]
        return through(parent.name, parent.to[0], _own(model, model.objects[parent.to[0]]))
    return only(Own()) if target.ownership == "user" else NOTHING


def _fields(grant: Grant, target: Object) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that a grant shows, and those that it lets edit. The id of a visible record is always known."""
    rest = grant.fields.get("*", "edit")
    levels = {name: grant.fields.get(name, rest) for name in target.fields}
    shown = frozenset(name for name, level in levels.items() if level in ("read", "edit")) | {"id", "version"}
    return shown, frozenset(name for name, level in levels.items() if level == "edit" and _may_be_written(target.fields[name]))


def without_derived(installation: Installation, role_name: str, target: Object, part: Part) -> Part:
    """The part without the computed fields that are made of something which the role does not show."""
    hidden = {
        each.name
        for each in target.declared
        if each.is_computed and each.name in part.shown and not _shows_sources(installation, role_name, target, each, part)
    }
    return replace(part, shown=part.shown - hidden) if hidden else part


def _shows_sources(installation: Installation, role_name: str, target: Object, field: Field, part: Part) -> bool:
    if field.expose:
        return True
    return all(
        _shows(installation, role_name, target, name, part)
        if object_name == target.name
        else _shows_there(installation, role_name, object_name, name)
        for object_name, name in sources_of(installation, target, field)
    )


def _shows(installation: Installation, role_name: str, target: Object, name: str, part: Part) -> bool:
    field = target.fields[name]
    if name not in part.shown:
        return False
    return not field.is_computed or _shows_sources(installation, role_name, target, field, part)


def _shows_there(installation: Installation, role_name: str, object_name: str, name: str) -> bool:
    """Whether a role shows a field of another object in any record that it reads at all."""
    target = installation.model.objects[object_name]
    if object_name in PEOPLE and name in ("id", target.title):
        return True
    part = declared_part(installation, installation.model.roles[role_name], target)
    return bool(part.read) and _shows(installation, role_name, target, name, part)


def _may_be_written(field: Field) -> bool:
    """By a role: what the platform counts, stamps or computes is not for people to write."""
    return field.name == "owner" if field.system else field.type != "auto_number" and not field.is_computed
