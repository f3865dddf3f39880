"""The metadata browser: every element of the installed solutions, where it is said, what it says, what uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.explaining import Explanation, Word
from newel.metadata.field_types import REGISTRY
from newel.metadata.model import Field, Form, Object
from newel.metadata.model import View as ModelView
from newel.metadata.words import word
from newel.runtime.records import declaring
from newel.runtime.web.screens.viewer import Viewer, viewer
from newel.runtime.web.setup import elements
from newel.runtime.web.setup.elements import KINDS, TOP, Element
from newel.runtime.web.setup.views import MODEL, Crumb, View, asked

MOST_FOUND = 200


@dataclass(frozen=True)
class Property:
    """One property of an element: the word that holds, and those that it overrules."""

    name: str
    value: str
    word: Word
    overruled: tuple[Word, ...]


@dataclass(frozen=True)
class Use:
    """An element that mentions another, and in which of its properties."""

    element: Element
    property: str


@dataclass(frozen=True)
class FieldRow:
    """A field in the table of its object."""

    field: Field
    label: str
    type: str
    targets: tuple[str, ...]
    uses: int
    url: str
    is_required: bool


class MetadataView(View):
    """Lists of elements by kind, found by label or address; a page for each."""

    def __init__(self) -> None:
        super().__init__(word("Objects and fields"), MODEL, "setup_metadata", "metadata", menu_icon_value="database")

    @expose("/")
    def index(self) -> Response:
        seen, text = viewer(), asked("q")
        kind = asked("kind") if asked("kind") in TOP else "object"
        found = elements.search(g.installation, text, seen.language, MOST_FOUND) if text else []
        return self.render(
            "setup/metadata.html",
            q=text,
            kind=kind,
            task=asked("task"),
            kinds=[(name, KINDS[name][1], len(elements.of_kind(g.installation, name, seen.language))) for name in TOP],
            found=elements.grouped(found),
            rows=elements.of_kind(g.installation, kind, seen.language),
            model=seen.model,
            most=MOST_FOUND if len(found) == MOST_FOUND else None,
        )

    @expose("/element/")
    def element(self) -> Response:
        """One element: its properties with the layer that set each, what is in it, what uses it."""
        seen, address = viewer(), asked("address", 400)
        found = elements.element(g.installation, address, seen.language)
        if found is None:
            raise NotFound
        within = elements.inside(g.installation, address, seen.language)
        target = seen.model.objects.get(found.name) if found.kind == "object" else None
        return self.render(
            "setup/element.html",
            element=found,
            crumbs=list(_crumbs(seen, found)),
            target=target,
            field=_field(seen, address),
            types=REGISTRY,
            fields=list(_fields(seen, target)) if target else [],
            around=_around(seen, target) if target else [],
            properties=list(_properties(declaring.explained(g.installation, address))),
            within=elements.grouped(each for each in within if not (target and each.kind == "field")),
            uses=_uses(seen, address),
            task=asked("task"),
        )


def _crumbs(seen: Viewer, found: Element) -> Iterator[Crumb]:
    yield Crumb(seen.t("Setup"), "/setup/")
    yield Crumb(seen.t("Objects and fields"), "/setup/metadata/")
    for each in elements.parents(g.installation, found.address, seen.language):
        yield Crumb(each.label, each.url)


def _field(seen: Viewer, address: str) -> Field | None:
    """The field of an object that is at the address."""
    top, _, rest = address.partition("/")
    kind, _, name = rest.partition(":")
    target = seen.model.objects.get(top.removeprefix("object:"))
    return target.fields.get(name) if target and kind == "field" else None


def _fields(seen: Viewer, target: Object) -> Iterator[FieldRow]:
    for field in target.declared:
        targets = tuple(seen.model.objects[name].label.say(seen.language) for name in field.to if name in seen.model.objects)
        uses = len(declaring.users_of(g.installation, field.address))
        label = field.label.say(seen.language)
        yield FieldRow(field, label, field.type, targets, uses, elements.url_of(field.address), bool(field.required))


def _around(seen: Viewer, target: Object) -> list[tuple[str, str, list[Element]]]:
    """The forms and views of an object that somebody declared."""
    known = elements.catalogue(g.installation, seen.language)
    own: tuple[Form | ModelView, ...] = (
        *seen.model.forms_of.get(target.name, ()),
        *seen.model.views_of.get(target.name, ()),
    )
    return elements.grouped(known[each.address] for each in own if each.address in known and not each.generated)


def _properties(explanation: Explanation | None) -> Iterator[Property]:
    for name, chain in (explanation.properties if explanation else {}).items():
        yield Property(name, _written(chain[-1].value), chain[-1], chain[-2::-1])


def _written(value: Any) -> str:
    """A value of YAML as one reads it in a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_written(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_written(each)}" for key, each in value.items())
    return "" if value is None else str(value)


def _uses(seen: Viewer, address: str) -> list[tuple[str, str, list[Use]]]:
    """Who mentions the element, by kind; a rule counts for the element that it belongs to."""
    found: dict[tuple[str, str], Use] = {}
    for user in declaring.users_of(g.installation, address):
        holder, rest = elements.nearest(g.installation, user, seen.language)
        if holder is not None:
            found[holder.address, rest] = Use(holder, rest)
    said = {holder for holder, rest in found if rest}
    uses = [use for (holder, rest), use in sorted(found.items()) if rest or holder not in said]
    groups: dict[str, list[Use]] = {}
    for use in uses:
        groups.setdefault(use.element.kind, []).append(use)
    return [(kind, KINDS[kind][1], groups[kind]) for kind in KINDS if kind in groups]
