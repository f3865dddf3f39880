"""What differs between two Models, element by element, by address; applied to the elements of the old, it gives the new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newel.metadata.hashing import content
from newel.metadata.model import Action, App, Form, MenuItem, Model, Object, Role, Step

Content = Mapping[str, Any]

# The parts of an element that are elements themselves: they are compared on their own.
_PARTS = {
    "object": {"fields", "keys", "validations", "actions", "inverses"},
    "field": {"choices"},
    "action": {"steps"},
    "form": {"tabs"},
    "tab": {"sections", "related"},
    "section": {"fields"},
    "role": {"grants"},
    "app": {"menu"},
    "item": {"items"},
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a Model: its kind, its address, the part of the Model, and the element that it is in (None at the top)."""

    kind: str
    address: str
    value: Any
    within: str | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What the element itself says, as JSON, without the elements in it."""
        parts = _PARTS.get(self.kind, set())
        if self.kind == "key":
            return {"fields": list(self.value)}
        said = dict(content(self.value))
        return {key: each for key, each in {**said, "within": self.within}.items() if key not in parts and each is not None}


@dataclass(frozen=True, slots=True)
class Change:
    """One element that was added (no `before`), removed (no `after`) or changed (in `properties`)."""

    kind: str
    address: str
    before: Element | None
    after: Element | None
    properties: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        if self.before is None:
            return "+"
        return "-" if self.after is None else "~"

    def __str__(self) -> str:
        return f"{self.sign} {self.address}" + (f" ({', '.join(self.properties)})" if self.properties else "")


@dataclass(frozen=True, slots=True)
class Changes:
    """All differences, in the order of the new Model; what was removed comes last, innermost first."""

    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    order: tuple[str, ...] = ()  # all addresses of the new Model in order, where the order of what stays differs

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.order)

    def __iter__(self) -> Iterator[Change]:
        yield from self.added
        yield from self.changed
        yield from self.removed

    def of_kind(self, *kinds: str) -> tuple[Change, ...]:
        """The changes to objects, fields, options, keys... in order."""
        return tuple(each for each in self if each.kind in kinds)


def compare(old: Model | None, new: Model) -> Changes:
    """What leads from `old` (None: from nothing) to `new`."""
    before = elements(old) if old else {}
    after = elements(new)
    added = tuple(Change(each.kind, address, None, each) for address, each in after.items() if address not in before)
    removed = tuple(Change(each.kind, address, each, None) for address, each in reversed(before.items()) if address not in after)
    changed = tuple(_changed(before[address], each) for address, each in after.items() if address in before)
    stays_before = [address for address in before if address in after]
    stays_after = [address for address in after if address in before]
    moved = stays_before != stays_after or not _appended(before, after)
    return Changes(added, tuple(each for each in changed if each), removed, tuple(after) if moved else ())


def apply(changes: Changes, contents: Mapping[str, Content]) -> dict[str, Content]:
    """The contents of the new Model's elements made of the old one's: apply(compare(a, b), contents(a)) == contents(b)."""
    result = dict(contents)
    for change in changes.removed:
        del result[change.address]
    for change in (*changes.changed, *changes.added):
        if change.after:
            result[change.address] = change.after.content
    return {address: result[address] for address in changes.order} if changes.order else result


def contents(model: Model) -> dict[str, Content]:
    """What every element of a Model says, by address, in order."""
    return {address: each.content for address, each in elements(model).items()}


def elements(model: Model) -> dict[str, Element]:
    """Every element of a Model by its address, outer ones before those in them.

    System fields, generated forms and generated views go without saying: they follow from the rest.
    """
    found: dict[str, Element] = {}
    for each in _all(model):
        found[each.address] = each
    return found


def _all(model: Model) -> Iterator[Element]:
    for solution in model.solutions.values():
        yield Element("solution", f"solution:{solution.name}", solution)
    for thing in model.objects.values():
        yield from _of_object(thing)
    for form in model.forms.values():
        if not form.generated:
            yield from _of_form(form)
    for view in model.views.values():
        if not view.generated:
            yield Element("view", view.address, view)
    for role in model.roles.values():
        yield from _of_role(role)
    for app in model.apps.values():
        yield from _of_app(app)
    for sample in model.samples.values():
        yield Element("sample", sample.address, sample)
    for scenario in model.tests.values():
        yield Element("test", scenario.address, scenario)


def _of_object(thing: Object) -> Iterator[Element]:
    at = thing.address
    yield Element("object", at, thing)
    for field in thing.declared:
        yield Element("field", field.address, field, at)
        for option in field.choices.values():
            yield Element("option", f"{field.address}/option:{option.key}", option, field.address)
    for name, fields in thing.keys.items():
        yield Element("key", f"{at}/key:{name}", fields, at)
    for validation in thing.validations.values():
        yield Element("validation", validation.address, validation, at)
    for action in thing.actions.values():
        yield from _of_action(action, at)


def _of_action(action: Action, within: str) -> Iterator[Element]:
    yield Element("action", action.address, action, within)
    steps: Iterable[Step] = action.steps.values()
    for step in steps:
        yield Element("step", f"{action.address}/step:{step.name}", step, action.address)


def _of_form(form: Form) -> Iterator[Element]:
    yield Element("form", form.address, form)
    for tab in form.tabs.values():
        yield Element("tab", tab.address, tab, form.address)
        for section in tab.sections.values():
            yield Element("section", section.address, section, tab.address)
            for field in section.fields.values():
                yield Element("form_field", field.address, field, section.address)
        for related in tab.related.values():
            yield Element("related", related.address, related, tab.address)


def _of_role(role: Role) -> Iterator[Element]:
    yield Element("role", role.address, role)
    for grant in role.grants.values():
        yield Element("grant", f"{role.address}/object:{grant.object}", grant, role.address)


def _of_app(app: App) -> Iterator[Element]:
    yield Element("app", app.address, app)
    yield from _of_menu(app.menu, app.address)


def _of_menu(menu: Mapping[str, MenuItem], within: str) -> Iterator[Element]:
    for item in menu.values():
        yield Element("item", item.address, item, within)
        yield from _of_menu(item.items, item.address)


def _changed(before: Element, after: Element) -> Change | None:
    """The difference of one element that is in both, or None."""
    if before.value is after.value and before.within == after.within:
        return None
    old, new = before.content, after.content
    if old == new:
        return None
    properties = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return Change(after.kind, after.address, before, after, tuple(properties))


def _appended(before: Mapping[str, Element], after: Mapping[str, Element]) -> bool:
    """True where everything new stands behind everything old, so that the order needs no word."""
    newness = [address not in before for address in after]
    return newness == sorted(newness)
