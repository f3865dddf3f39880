"""Fields, views and forms bound to the one who looks: immutable metadata in, labelled, formatted, permitted parts out.

Bind first, then render (`column.cell(record)`, `field.show(value)`, `field.edit(...)`): templates never look at metadata.
A binding holds nothing of a request but language and time zone, so it is kept and reused while the Installation lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import current_app
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape

from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import FieldType, Locale
from newel.metadata.model import Field, Model, Object, Option
from newel.metadata.words import say
from newel.rules.parsing import parse
from newel.rules.tree import Name, walk
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import addresses

if TYPE_CHECKING:
    from newel.runtime.records.record import Record
    from newel.runtime.web.screens.viewer import Viewer

BLANK = Markup('<span class="blank" aria-hidden="true">–</span>')
NUMBERS = frozenset({"number", "money"})
MOST_SHOWN = 2_000  # shown values that a field remembers


@dataclass(frozen=True)
class BoundField:
    """One field in one language: what it is called, how its value is shown and edited."""

    model: Model
    object: Object
    field: Field
    locale: Locale

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def language(self) -> str:
        return self.locale.language

    @cached_property
    def type(self) -> FieldType:
        return REGISTRY[self.field.type]

    @cached_property
    def label(self) -> str:
        return self.field.label.say(self.language)

    @cached_property
    def help(self) -> str:
        return self.field.help.say(self.language) if self.field.help else ""

    @cached_property
    def is_number(self) -> bool:
        return self.type.expression_type in NUMBERS and not self.field.is_reference

    @cached_property
    def depends_on(self) -> tuple[str, ...]:
        """Fields of the same record that decide what a reference offers: its lookup sends their values along."""
        named = (node.path for node in walk(parse(self.field.filter.text)) if isinstance(node, Name)) if self.field.filter else ()
        return tuple(dict.fromkeys(path[1] for path in named if path[0] == "record" and len(path) > 1))

    @cached_property
    def options(self) -> Mapping[str, Option]:
        return self.field.choices

    @cached_property
    def targets(self) -> tuple[Object, ...]:
        """The objects that a reference may point at."""
        return tuple(self.model.objects[name] for name in self.field.to)

    def option_label(self, key: str) -> str:
        option = self.field.choices.get(key)
        return option.label.say(self.language) if option else key

    def option_color(self, key: str) -> str | None:
        option = self.field.choices.get(key)
        return option.color if option else None

    def text(self, value: Any) -> str:
        """The value as plain words, '' for blank."""
        return "" if value is None else self.type.format(self.field, value, self.locale)

    def edit_text(self, value: Any) -> Any:
        """What an editor starts with."""
        return self.type.edit_text(self.field, value, self.locale)

    def show(self, value: Any, title: Any = None) -> Markup:
        """The value as templates/values/<shown_as>.html shows it; `title` is what a reference's record is called.

        What a field shows depends on nothing else, so a value that comes again (an option, an owner) is not made again.
        """
        if value is None or value == () or value == []:
            return BLANK
        try:
            found = self._shown.get((value, title))
        except TypeError:  # rows of a child table
            return self._show(value, self, title)
        if found is None:
            found = self._show(value, self, title)
            if len(self._shown) >= MOST_SHOWN:
                self._shown.clear()
            self._shown[(value, title)] = found
        return found

    @cached_property
    def _shown(self) -> dict[Any, Markup]:
        return {}

    @cached_property
    def _show(self) -> Callable[..., Markup]:
        return macro("values", self.type.shown_as, "show")

    def edit(self, name: str, value: Any = None, **how: Any) -> Markup:
        """The editor of templates/fields/<widget>.html. how: id, title, problem, required, read_only, autofocus, described_by."""
        return macro("fields", self.type.widget, "edit")(self, name, value, **how)


@dataclass(frozen=True)
class Column:
    """One column of a list: a field, or a field reached through to-one paths."""

    path: str
    field: BoundField
    label: str
    is_title: bool = False

    @cached_property
    def is_number(self) -> bool:
        return self.field.is_number

    @cached_property
    def opening(self) -> str:
        """The tag that begins the column's cells."""
        kind = "cell-title" if self.is_title else "is-number" if self.is_number else "is-aside" if self.is_aside else ""
        return f'<td class="{kind}">' if kind else "<td>"

    @property
    def is_aside(self) -> bool:
        """What narrow screens leave out: who and when of the record itself, but for its owner."""
        return self.field.field.system and self.path != "owner"

    @property
    def sortable(self) -> bool:
        return self.field.type.sortable and not self.field.field.is_many

    def cell(self, record: Record) -> Markup:
        """What the column shows of a record; the title is a link to it."""
        if self.is_title:
            return title_link(record, self.text(record), self.field.language)
        return self.field.show(record.get(self.path), record.titles.get(self.path))

    def text(self, record: Record) -> str:
        """The cell as plain words, for exports and tooltips."""
        title = record.titles.get(self.path)
        if isinstance(title, tuple | list):
            return ", ".join(each for each in title if each)
        if title is not None or self.field.field.is_reference:
            return title or ""
        return self.field.text(record.get(self.path))


def title_link(record: Record, title: str, language: str) -> Markup:
    shown = escape(title) if title else f'<span class="muted">{escape(say(language, "(no name)"))}</span>'
    url = addresses.record(record.object, record.id)  # an object's name and an id: nothing to escape
    return Markup(f'<a href="{url}" data-open>{shown}</a>')  # noqa: S704 - its parts are escaped


def cells(columns: Iterable[Column], record: Record) -> Markup:
    """The cells of a record's row: one call a row, because a list has hundreds of them."""
    return Markup("".join([f"{column.opening}{column.cell(record)}</td>" for column in columns]))  # noqa: S704 - all are Markup


def bind_field(viewer: Viewer, object_name: str, field_name: str) -> BoundField:
    found = viewer.model.objects[object_name]
    return BoundField(viewer.model, found, found.fields[field_name], viewer.locale)


def bind_fields(viewer: Viewer, object_name: str) -> dict[str, BoundField]:
    """Every field of the object that the viewer may read, in declared order, then the system's."""
    found = viewer.model.objects[object_name]
    readable = viewer.verdict(object_name).readable
    return {name: BoundField(viewer.model, found, each, viewer.locale) for name, each in found.fields.items() if name in readable}


def bind_column(viewer: Viewer, object_name: str, path: str) -> Column | None:
    """The column, or None where the path leads nowhere or over something that the viewer may not read."""
    holder, labels = object_name, []
    steps = path.split(".")
    for number, step in enumerate(steps):
        found = viewer.model.objects.get(holder)
        if found is None or step not in found.fields or step not in viewer.verdict(holder).readable:
            return None
        bound = BoundField(viewer.model, found, found.fields[step], viewer.locale)
        labels.append(bound.label)
        if number == len(steps) - 1:
            return Column(path, bound, " · ".join(labels), is_title=path == viewer.model.objects[object_name].title)
        if len(found.fields[step].to) != 1:
            return None
        holder = found.fields[step].to[0]
    return None


def bind_columns(viewer: Viewer, object_name: str, paths: Iterable[str]) -> tuple[Column, ...]:
    """The title first, then the columns asked for; kept for everybody of the same roles, language and time zone."""
    wanted = tuple(paths)
    key = ("columns", object_name, wanted, viewer.actor.role_set, viewer.locale)
    found: tuple[Column, ...] = kept(viewer.installation, key, lambda: _columns(viewer, object_name, wanted))
    return found


def _columns(viewer: Viewer, object_name: str, paths: tuple[str, ...]) -> tuple[Column, ...]:
    title = viewer.model.objects[object_name].title
    found = (bind_column(viewer, object_name, path) for path in dict.fromkeys((title, *paths)))
    return tuple(each for each in found if each is not None)


@dataclass(frozen=True)
class BoundObject:
    """An object as its readers call it."""

    object: Object
    language: str

    @property
    def name(self) -> str:
        return self.object.name

    @property
    def icon(self) -> str:
        return self.object.icon

    @property
    def color(self) -> str | None:
        return self.object.color

    @cached_property
    def label(self) -> str:
        return self.object.label.say(self.language)

    @cached_property
    def plural(self) -> str:
        return self.object.plural.say(self.language)

    @cached_property
    def help(self) -> str:
        return self.object.help.say(self.language) if self.object.help else ""

    @property
    def url(self) -> str:
        return addresses.records(self.name)

    @property
    def new_url(self) -> str:
        return addresses.new(self.name)


def bind_object(viewer: Viewer, object_name: str) -> BoundObject:
    return BoundObject(viewer.object(object_name), viewer.language)


def macro(folder: str, name: str, macro_name: str) -> Callable[..., Markup]:
    """The macro of templates/<folder>/<name>.html; that of text.html where a type brings no template of its own."""
    known: dict[tuple[str, str], Callable[..., Markup]] = current_app.extensions.setdefault("newel.macros", {})
    found = known.get((folder, name))
    if found is None:
        found = known[(folder, name)] = getattr(_module(folder, name), macro_name)
    return found


def _module(folder: str, name: str) -> Any:
    environment = current_app.jinja_env
    try:
        return environment.get_template(f"{folder}/{name}.html").module
    except TemplateNotFound:
        return environment.get_template(f"{folder}/text.html").module
