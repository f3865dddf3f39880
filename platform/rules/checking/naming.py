"""Names: fields, paths through lookups, and what the context gives; and texts that name an option or a record."""

from __future__ import annotations

import re
from dataclasses import replace

from newel.metadata.model import USER_OBJECT, Field, Object
from newel.metadata.naming import nearest
from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.ground import Ground, unknown
from newel.rules.functions import FORMS, REGISTRY
from newel.rules.tree import Given, Literal, Name, Node, Read
from newel.rules.types import LIST, NUMBER, TEXT, USER, Type, type_of_field

MOST_HOPS = 5
ORGANISATION = {"name": TEXT, "currency": TEXT, "fiscal_start": NUMBER}
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


# What some contexts know, and why this one does not.
_ELSEWHERE = {
    "steps": (phrase("only the steps of an action have earlier steps"), None),
    "prior": (phrase("the record as it was is asked for with a function"), "prior({rest})"),
    "record": (phrase("only a lookup's filter knows the record that is being edited"), None),
}


class Naming(Ground):
    """Looks names up."""

    def _name(self, node: Name) -> Node:
        head = node.path[0]
        if self.object is not None and head in self.object.fields:
            return self._read(node)
        if head == "user":
            return self._user(node)
        if head == "org":
            return self._organisation(node)
        if head == "steps" and self.context.allowed.steps:
            return self._step(node)
        if head == "record" and self.context.allowed.record:
            return self._edited(node)
        return self._unknown_name(node)

    def _unknown_name(self, node: Name) -> Node:
        head = node.path[0]
        known = list(self.object.fields) if self.object else []
        if head in _ELSEWHERE:
            why, call = _ELSEWHERE[head]
            way_out = phrase("Write {text}.", text=call.format(rest=".".join(node.path[1:]))) if call else None
            return self._fault(faults.CONTEXT_ONLY, node, name=head, why=why, fix=way_out)
        if self.object is not None and self.object.children(head) is not None:
            return self._several(node, head)
        if head in REGISTRY or head in FORMS:
            where = hints.object_named(self.object.name) if self.object else phrase("This context")
            called = phrase("Write {text} to call the function.", text=f"{head}(...)")
            return self._fault(faults.UNKNOWN_NAME, node, where=where, name=head, fix=called)
        option = self._option_named(head) if len(node.path) == 1 else None
        fix = (
            phrase("Write {text} in quotes for the option.", text=f"'{head}'") if option else hints.OTHER_WORDS.get(head.lower())
        )
        if self.object is None:
            return self._fault(faults.CONTEXT_ONLY, node, name=head, why=phrase("there is no record here"), fix=fix)
        near = nearest(head, [*known, "user", *REGISTRY, *FORMS, "true", "false", "none"])
        where = hints.object_named(self.object.name)
        return self._fault(faults.UNKNOWN_NAME, node, where=where, name=head, nearest=None if fix else near, fix=fix)

    def _option_named(self, key: str) -> Field | None:
        fields = self.object.fields.values() if self.object else ()
        return next((each for each in fields if key in each.choices), None)

    def _read(self, node: Name) -> Node:
        path = node.path
        if len(path) - 1 > MOST_HOPS:
            return self._fault(faults.TOO_MANY_HOPS, node, hops=len(path) - 1, limit=MOST_HOPS)
        target = self._own
        for at, name in enumerate(path):
            found = target.fields.get(name)
            if found is None:
                where = hints.object_named(target.name)
                part = _part_of(node, at)
                return self._fault(faults.UNKNOWN_NAME, part, where=where, name=name, nearest=nearest(name, target.fields))
            if name == "id" and at:
                return self._end_of_path(node, path[:at], self._field_at(path[:at]))
            if at == len(path) - 1:
                return self._end_of_path(node, path, (found, target))
            self.mentions[found.address] = None
            beyond = self._beyond(node, found, ".".join(path[: at + 1]))
            if beyond is None:
                return unknown(node)
            target = beyond
        raise AssertionError(path)

    @property
    def _own(self) -> Object:
        if self.object is None:
            raise AssertionError("a path is read only where there is a record")
        return self.object

    def _field_at(self, path: tuple[str, ...]) -> tuple[Field, Object]:
        target = self._own
        for name in path[:-1]:
            target = self.model.objects[target.fields[name].to[0]]
        return target.fields[path[-1]], target

    def _beyond(self, node: Name, through: Field, name: str) -> Object | None:
        """The object that a lookup leads to."""
        kind = type_of_field(through, "")
        if kind is None or kind.kind != "reference":
            gathered = phrase("Gather from it: {text}.", text=f"any({name}, where=...)") if through.is_many else None
            self._fault(faults.NOT_A_REFERENCE, node, name=name, fix=gathered)
            return None
        if len(kind.objects) != 1:
            self._fault(faults.SEVERAL_OBJECTS, node, name=name)
            return None
        return self.model.objects.get(kind.objects[0])

    def _end_of_path(self, node: Name, path: tuple[str, ...], found: tuple[Field, Object]) -> Node:
        last, target = found
        self.mentions[last.address] = None
        kind = type_of_field(last, target.name)
        if kind is None:
            if last.is_many:
                return self._several(node, ".".join(path))
            why = phrase("its type is {type}", type=last.type)
            return self._fault(faults.UNREADABLE_FIELD, node, name=".".join(path), why=why)
        self.reads[path] = None
        return Read(start=node.start, end=node.end, type=kind, path=path)

    def _several(self, node: Name, name: str) -> Node:
        fix = phrase(
            "Write {text}, or gather from it with {sum}, any, all, first...", text=f"count({name})", sum=f"sum({name}.<field>)"
        )
        return self._fault(faults.UNREADABLE_FIELD, node, name=name, why=phrase("it holds several records"), fix=fix)

    def _user(self, node: Name) -> Node:
        path = node.path[1:]
        if not path or path == ("id",):
            return self._give(node, "user", USER)
        if path == ("roles",):
            return self._give(node, "user.roles", LIST)
        users = self.model.objects.get(USER_OBJECT)
        found = users.fields.get(path[0]) if users else None
        if found is None:
            known = [*(users.fields if users else ()), "roles"]
            return self._fault(faults.UNKNOWN_NAME, node, where=phrase("The user"), name=path[0], nearest=nearest(path[0], known))
        kind = type_of_field(found, USER_OBJECT)
        if len(path) > 1 or kind is None or kind.kind == "money":
            return self._fault(
                faults.CONTEXT_ONLY, node, name=".".join(node.path), why=phrase("only the user's own plain fields are given")
            )
        self.mentions[found.address] = None
        return self._give(node, f"user.{path[0]}", kind)

    def _organisation(self, node: Name) -> Node:
        path = node.path[1:]
        kind = ORGANISATION.get(".".join(path))
        if kind is None:
            near = nearest(path[0], ORGANISATION) if path else None
            known = ", ".join(f"org.{name}" for name in ORGANISATION)
            fix = None if near else phrase("Write one of {names}.", names=known)
            name = ".".join(path) or "org"
            return self._fault(
                faults.UNKNOWN_NAME, node, where=phrase("the organisation").as_beginning, name=name, nearest=near, fix=fix
            )
        return self._give(node, f"org.{path[0]}", kind)

    def _edited(self, node: Name) -> Node:
        """`record.account`: a field of the record that is being edited."""
        path = node.path[1:]
        edited = self.model.objects.get(self.context.record or "")
        if not path or edited is None:
            why = phrase("write which of its fields is meant: record.<field>")
            return self._fault(faults.CONTEXT_ONLY, node, name="record", why=why)
        found = edited.fields.get(path[0])
        if found is None:
            near = nearest(path[0], edited.fields)
            return self._fault(faults.UNKNOWN_NAME, node, where=hints.object_named(edited.name), name=path[0], nearest=near)
        kind = type_of_field(found, edited.name)
        if len(path) > 1 or kind is None or kind.kind == "money":
            why = phrase("only plain fields of the edited record itself are given")
            return self._fault(faults.CONTEXT_ONLY, node, name=".".join(node.path), why=why)
        self.mentions[found.address] = None
        return self._give(node, f"record.{path[0]}", kind)

    def _step(self, node: Name) -> Node:
        path = node.path[1:]
        if not path:
            return self._fault(faults.BARE_STEPS, node)
        target = self.context.steps.get(path[0])
        if target is None:
            known = ", ".join(self.context.steps)
            why = phrase("This action's earlier steps are {names}", names=known or phrase("none"))
            return self._fault(faults.CONTEXT_ONLY, node, name=".".join(node.path), why=why)
        if len(path) > 1 and path[1:] != ("id",):
            why = phrase("a step gives its record, not the record's fields")
            return self._fault(faults.CONTEXT_ONLY, node, name=".".join(node.path), why=why)
        return self._give(node, f"steps.{path[0]}", Type("reference", objects=(target,)))

    def _give(self, node: Node, name: str, kind: Type) -> Node:
        self.given[name] = None
        self.is_volatile = True
        return Given(start=node.start, end=node.end, type=kind, name=name)

    def _literal(self, node: Literal, wanted: Type | None) -> Node:
        if wanted is None or node.type.kind != "text":
            return node
        if wanted.kind == "choice":
            return self._option(node, wanted)
        if wanted.kind == "reference":
            return self._id(node, wanted)
        return node

    def _option(self, node: Literal, wanted: Type) -> Node:
        if wanted.options is not None and node.value not in wanted.options:
            shown = wanted.field.rpartition("field:")[2] if wanted.field else phrase("this field")
            near = nearest(node.value, wanted.options)
            return self._fault(faults.UNKNOWN_OPTION, node, key=node.value, field=shown, nearest=near)
        if wanted.field:
            self.mentions[f"{wanted.field}/option:{node.value}"] = None
        return replace(node, type=wanted)

    def _id(self, node: Literal, wanted: Type) -> Node:
        key = node.value.lower()
        if not _ID.fullmatch(key):
            fix = phrase("Compare a field of the record, such as {text}.", text="owner.name")
            return self._fault(faults.NOT_AN_ID, node, text=node.value[:60], fix=fix)
        return replace(node, type=wanted, value=key)


def _part_of(node: Name, at: int) -> Node:
    """One name of a path, as far as it stands where it should; else the path."""
    if node.end - node.start != len(".".join(node.path)):
        return node
    start = node.start + sum(len(name) + 1 for name in node.path[:at])
    return Name(start=start, end=start + len(node.path[at]), path=(node.path[at],))
