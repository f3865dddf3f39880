"""What linking works with: the stack, the problems, the drafts of all objects, and the growing index of places and uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from newel.metadata import faults
from newel.metadata.layers import Stack
from newel.metadata.linking.texts import Texts
from newel.metadata.model import Condition, Field, Object, Source, Text
from newel.metadata.naming import ELEMENTS, label_of, named
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.reading import Branch, Items
from newel.metadata.words import Phrase, phrase

MAX_PATH = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is said, and by which layer: what a problem points at, and whose `requires` counts."""

    place: Place
    path: Path
    layer: str


def spot(branch: Branch, key: str, at: Path) -> Spot:
    return Spot(branch.value_place(key), at.key(key), branch.origin(key).file.layer)


def key_spot(branch: Branch, key: str, at: Path) -> Spot:
    return Spot(branch.key_place(key), at.key(key), branch.origin(key).file.layer)


def entries(branch: Branch, key: str, at: Path) -> Iterable[tuple[str, Spot]]:
    """The names in a list under `key`, or in a keyed mapping, each with its spot."""
    value = branch.get(key)
    if isinstance(value, Items):
        return [(name, Spot(value.item_place(i), at.key(key).key(i), value.item_file(i).layer)) for i, name in enumerate(value)]
    if isinstance(value, Branch):
        return [(name, key_spot(value, name, at.key(key))) for name in value]
    return []


@dataclass(slots=True)
class Draft:
    """An object that is being linked: its document (or that of the field it comes from), and its fields so far."""

    name: str
    data: Branch
    layer: str
    place: Place
    label: Text
    plural: Text
    fields: dict[str, Field] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)  # fields that were meant to be there, but are of no use
    kind: str = "plain"
    ownership: str = "user"
    parent: str | None = None
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"object:{self.name}"


@dataclass(slots=True)
class Workbench:
    stack: Stack
    problems: Problems
    texts: Texts
    currency: str = "CNY"  # of money fields that name none
    drafts: dict[str, Draft] = field(default_factory=dict)
    objects: dict[str, Object] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    uses: dict[str, dict[str, None]] = field(default_factory=dict)

    def element(self, address: str, place: Place) -> None:
        """Notes where an element is said."""
        self.places.setdefault(address, place)

    def use(self, target: str, by: str) -> None:
        """Notes that the element `by` mentions the element `target`."""
        if target != by:
            self.uses.setdefault(target, {})[by] = None

    def text(self, address: str, data: Branch, what: str = "label", name: str | None = None) -> Text:
        """A label or other text of an element; a label that nobody gave is made of the name."""
        source = data.get(what)
        return self.texts.take(address, what, source if isinstance(source, str) else label_of(name or ""))

    def optional_text(self, address: str, data: Branch, what: str) -> Text | None:
        said = data.get(what)
        return self.texts.take(address, what, said) if isinstance(said, str) else None

    def object_named(self, name: Any, where: Spot, by: str) -> Draft | None:
        """The object `name`, that `where` may refer to; else a problem (unless it is broken itself) and None."""
        draft = self.drafts.get(name) if isinstance(name, str) else None
        if draft is None:
            if ("object", name) not in self.stack.broken:
                known = [each.name for each in self.drafts.values() if each.kind != "link"]
                self.problems.unknown(faults.UNKNOWN_OBJECT, where.place, where.path, name, known, name=name)
            return None
        self._may_mention(where, draft.layer, "object", name)
        self.use(draft.address, by)
        return draft

    def field_named(self, owner: Draft, name: str, where: Spot, by: str) -> Field | None:
        """The field `name` of `owner`; else a problem and None."""
        found = owner.fields.get(name)
        if found is None:
            if name not in owner.missing:
                fault = (faults.UNKNOWN_FIELD, where.place, where.path, name, owner.fields)
                self.problems.unknown(*fault, limit=12, object=owner.name, name=name)
            return None
        if not found.system:
            self._may_mention(where, found.layer, "field", f"{owner.name}.{name}")
        self.use(found.address, by)
        return found

    def path_to(self, owner: Draft, text: str, where: Spot, by: str, limit: int = MAX_PATH) -> Field | None:
        """The field at the end of `account.city`, reached through lookups to one record; else a problem and None."""
        steps = text.split(".")
        if len(steps) - 1 > limit:
            self.problems.add(faults.PATH_TOO_LONG, where.place, where.path, path=text, limit=limit)
            return None
        here: Draft | None = owner
        for step in steps[:-1]:
            found = self.field_named(here, step, where, by) if here else None
            if found is None:
                return None
            if not found.is_reference or len(found.to) != 1:
                kind = faults.NEEDS_ONE_TARGET if found.is_reference and found.to else faults.NOT_A_PATH
                self.problems.add(kind, where.place, where.path, name=step, path=text)
                return None
            here = self.drafts.get(found.to[0])
        return self.field_named(here, steps[-1], where, by) if here else None

    def own_field(self, owner: Draft, name: str, where: Spot, by: str, *types: str, wanted: str = "") -> Field | None:
        """A field of `owner` that is of one of `types`; else a problem and None."""
        found = self.field_named(owner, name, where, by)
        if found is None or not types or found.type in types:
            return found
        fitting = [each.name for each in owner.fields.values() if each.type in types]
        expected = named(fitting) if fitting else None
        self.problems.add(
            faults.WRONG_FIELD_TYPE, where.place, where.path, name=name, type=a_type(found.type), wanted=wanted, expected=expected
        )
        return None

    def _may_mention(self, where: Spot, owner: str, kind: str, name: str) -> None:
        if self.stack.may_mention(where.layer, owner):
            return
        values = {"kind": ELEMENTS[kind].as_beginning, "name": name, "owner": owner, "solution": where.layer}
        self.problems.add(
            faults.NOT_REQUIRED,
            where.place,
            where.path,
            **values,
            fix=phrase('Add `{owner}: ">=1.0"` to requires in solution.yaml.', owner=owner),
        )


def a_type(name: str) -> Phrase:
    """A field type in a sentence: a lookup, an integer."""
    words = name.replace("_", " ")
    return Phrase("{type}", {"type": name}, f"{'an' if words[0] in 'aeio' or name == 'url' else 'a'} {words}")


def source(branch: Branch, key: str) -> Source | None:
    """The expression under `key`, with the place of its first character."""
    said = branch.get(key)
    if said is None:
        return None
    text = said if isinstance(said, str) else str(said).lower() if isinstance(said, bool) else str(said)
    return Source(text, branch.text_place(key))


def condition(branch: Branch, key: str, otherwise: bool) -> Condition:
    said = branch.get(key, otherwise)
    if isinstance(said, bool):
        return _FIXED[said]
    return Condition(when=source(branch, key))


_FIXED = {True: Condition(always=True), False: Condition()}


def plain(value: Any) -> Any:
    """A node as plain dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
