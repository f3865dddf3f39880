"""Forms bound to the one who looks: tabs, sections, the places of fields that may be read, lists of related records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from newel.metadata.model import Field, Form, Object, Related, Section, Tab
from newel.runtime.records.statements import kept
from newel.runtime.web.screens.binding import BoundField, BoundObject, Column, bind_columns, bind_field, bind_object
from newel.runtime.web.screens.viewer import Viewer

WIDE = frozenset({"long_text", "rich_text", "markdown", "address", "child_table"})  # they take the whole width
MOST_QUICK = 6


@dataclass(frozen=True)
class BoundLines:
    """A child table as a grid: the columns that its viewer may read, without the one that points at the document."""

    field: BoundField
    object: BoundObject
    columns: tuple[BoundField, ...]
    creatable: frozenset[str]
    writable: frozenset[str]

    def may_edit(self, name: str, is_new: bool) -> bool:
        return name in (self.creatable if is_new else self.writable)


@dataclass(frozen=True)
class Place:
    """A field's place in a section."""

    field: BoundField
    span: int
    lines: BoundLines | None = None
    links: BoundLines | None = None  # of links with fields of their own

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class BoundSection:
    name: str
    label: str
    columns: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class BoundRelated:
    """A list of records that have to do with the shown one.

    `source` says whose rows tell them: `inverse` (their field `by` points here), `link` (rows of the link object `of` join
    both sides: `by` points here, `by_other` at them), or `lines` (a child table).
    """

    name: str
    label: str
    source: str
    object: BoundObject
    columns: tuple[Column, ...]
    by: str
    of: str = ""
    by_other: str = ""
    own_field: str | None = None  # the many-to-many field of this object that it shows, to be edited here
    own: tuple[BoundField, ...] = ()  # what the links themselves hold
    pointer: Field | None = None  # the reference that a new record is given


@dataclass(frozen=True)
class BoundTab:
    name: str
    label: str
    sections: tuple[BoundSection, ...]
    related: tuple[BoundRelated, ...]


@dataclass(frozen=True)
class BoundForm:
    """A form in one language for one set of roles; kept while the Installation lives."""

    name: str  # "" for one that was made of single fields
    object: BoundObject
    label: str
    tabs: tuple[BoundTab, ...]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for tab in self.tabs for section in tab.sections for place in section.places)

    @cached_property
    def sections(self) -> tuple[BoundSection, ...]:
        return tuple(section for tab in self.tabs for section in tab.sections if section.places)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(place.name for place in self.places)


def main_form(viewer: Viewer, object_name: str) -> BoundForm:
    return bind_form(viewer, viewer.model.main_form(object_name))


def edit_form(viewer: Viewer, object_name: str) -> BoundForm:
    """The main form for filling in: child tables that it shows as related lists are edited as grids at its end."""
    key = ("edit form", object_name, viewer.actor.role_set, viewer.locale)
    found: BoundForm = kept(viewer.installation, key, lambda: _with_lines(viewer, main_form(viewer, object_name)))
    return found


def _with_lines(viewer: Viewer, form: BoundForm) -> BoundForm:
    missing = [each for each in all_related(form) if each.source == "lines" and each.own_field not in form.names]
    sections = tuple(
        BoundSection(each.name, each.label, 1, (_place(viewer, form.object.name, str(each.own_field), 1, 1),)) for each in missing
    )
    return replace(form, tabs=(*form.tabs, BoundTab("lines", "", sections, ()))) if sections else form


def quick_form(viewer: Viewer, object_name: str) -> BoundForm:
    """The quick form that the object declares; else its title, what is required, and its facts."""
    declared = viewer.model.quick_form(object_name)
    if declared is not None:
        return bind_form(viewer, declared)
    found = viewer.model.objects[object_name]
    required = [each.name for each in found.declared if each.required.always]
    facts = [name for name in found.facts if name in found.fields and found.fields[name].type not in WIDE]
    names = [name for name in dict.fromkeys((found.title, *required, *facts)) if found.fields[name].type != "auto_number"]
    short = [name for name in names[: max(MOST_QUICK, len(required) + 1)] if not found.fields[name].system]
    return form_of(viewer, object_name, tuple(short))


def form_of(viewer: Viewer, object_name: str, names: tuple[str, ...]) -> BoundForm:
    """A small form of just these fields."""
    readable = viewer.verdict(object_name).readable
    places = tuple(_place(viewer, object_name, name, 1, 1) for name in names if name in readable)
    bound = bind_object(viewer, object_name)
    return BoundForm("", bound, bound.label, (BoundTab("fields", "", (BoundSection("fields", "", 1, places),), ()),))


def bind_form(viewer: Viewer, form: Form) -> BoundForm:
    key = ("form", form.name, viewer.actor.role_set, viewer.locale)
    found: BoundForm = kept(viewer.installation, key, lambda: _form(viewer, form))
    return found


def _form(viewer: Viewer, form: Form) -> BoundForm:
    tabs = tuple(_tab(viewer, form.object, tab) for tab in form.tabs.values())
    shown = tuple(tab for tab in tabs if tab.related or any(section.places for section in tab.sections))
    return BoundForm(form.name, bind_object(viewer, form.object), form.label.say(viewer.language), shown or tabs[:1])


def _tab(viewer: Viewer, object_name: str, tab: Tab) -> BoundTab:
    sections = tuple(_section(viewer, object_name, each) for each in tab.sections.values())
    related = (bind_related(viewer, object_name, each) for each in tab.related.values())
    return BoundTab(tab.name, tab.label.say(viewer.language), sections, tuple(each for each in related if each is not None))


def _section(viewer: Viewer, object_name: str, section: Section) -> BoundSection:
    readable = viewer.verdict(object_name).readable
    places = (
        _place(viewer, object_name, name, each.span, section.columns) for name, each in section.fields.items() if name in readable
    )
    label = section.label.say(viewer.language) if section.label else ""
    return BoundSection(section.name, label, section.columns, tuple(places))


def _place(viewer: Viewer, object_name: str, name: str, span: int, columns: int) -> Place:
    bound = bind_field(viewer, object_name, name)
    lines = bind_lines(viewer, bound) if bound.field.type == "child_table" else None
    links = bind_links(viewer, bound) if bound.field.type == "many_to_many" else None
    wide = bound.field.type in WIDE and span == 1
    return Place(bound, columns if wide else max(1, min(span, columns)), lines, links)


def bind_lines(viewer: Viewer, field: BoundField) -> BoundLines | None:
    """The grid of a child table; None where the viewer may not read the lines."""
    name = str(field.field.of)
    judged = viewer.verdict(name)
    if not judged.read:
        return None
    child = viewer.model.objects[name]
    columns = [
        each for each in child.declared if each.name in judged.readable and each.name != field.field.by and not each.is_many
    ]
    bound = tuple(bind_field(viewer, name, each.name) for each in columns)
    return BoundLines(field, bind_object(viewer, name), bound, judged.creatable, judged.writable)


def bind_links(viewer: Viewer, field: BoundField) -> BoundLines | None:
    """The links of a many-to-many as a grid: who, which stays as it is, and their own fields. None where they have none."""
    judged, there = viewer.verdict(str(field.field.of)), str(field.field.by_other)
    own = own_columns(viewer, str(field.field.of), str(field.field.by), there)
    if not own or there not in judged.readable:
        return None
    who = bind_field(viewer, str(field.field.of), there)
    bound = bind_object(viewer, str(field.field.of))
    return BoundLines(field, bound, (who, *own), judged.creatable | {there}, judged.writable - {there})


def own_columns(viewer: Viewer, link: str, *ends: str) -> tuple[BoundField, ...]:
    """The fields of a link object that the viewer may read, but for those that point at its two ends."""
    judged = viewer.verdict(link)
    if not judged.read:
        return ()
    names = [each.name for each in viewer.model.objects[link].declared if each.name not in ends and not each.is_many]
    return tuple(bind_field(viewer, link, name) for name in names if name in judged.readable)


def bind_related(viewer: Viewer, object_name: str, related: Related) -> BoundRelated | None:
    """The related list; None where its records are not for the viewer."""
    found = viewer.model.objects[object_name]
    own = found.fields.get(related.name)
    if own is not None and own.is_many:
        return _of_own(viewer, found, own, related)
    inverse = found.inverses.get(related.name)
    if inverse is None or not viewer.reads(inverse.object):
        return None
    pointer = viewer.model.objects[inverse.object].fields[inverse.field]
    if pointer.name not in viewer.verdict(inverse.object).readable:
        return None
    label = related.label.say(viewer.language)
    there, columns = bind_object(viewer, inverse.object), bind_columns(viewer, inverse.object, related.columns)
    if pointer.type == "many_to_many":
        of, by, other = str(pointer.of), str(pointer.by_other), str(pointer.by)
        own_fields = own_columns(viewer, of, by, other)
        return (
            BoundRelated(related.name, label, "link", there, columns, by, of, other, own=own_fields) if viewer.reads(of) else None
        )
    return BoundRelated(related.name, label, "inverse", there, columns, pointer.name, pointer=pointer)


def _of_own(viewer: Viewer, holder: Object, own: Field, related: Related) -> BoundRelated | None:
    of = str(own.of)
    if own.name not in viewer.verdict(holder.name).readable or not viewer.reads(of):
        return None
    label, by = related.label.say(viewer.language), str(own.by)
    if own.type == "child_table":
        columns = tuple(each for each in bind_columns(viewer, of, related.columns) if each.path != by)
        return BoundRelated(related.name, label, "lines", bind_object(viewer, of), columns, by, own_field=own.name)
    if not viewer.reads(own.to[0]):
        return None
    there, columns = bind_object(viewer, own.to[0]), bind_columns(viewer, own.to[0], related.columns)
    other = str(own.by_other)
    return BoundRelated(related.name, label, "link", there, columns, by, of, other, own.name, own_columns(viewer, of, by, other))


def related_of(form: BoundForm, name: str) -> BoundRelated | None:
    return next((each for each in all_related(form) if each.name == name), None)


def all_related(form: BoundForm) -> Iterator[BoundRelated]:
    return (each for tab in form.tabs for each in tab.related)
