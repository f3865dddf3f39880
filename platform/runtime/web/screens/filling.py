"""A form while it is being filled in: every place with its value, its state and its problem, ready to be rendered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from newel.metadata.field_types.base import ValueProblem
from newel.rules.conditions import OPEN, State
from newel.runtime.records.errors import FieldProblem
from newel.runtime.web.screens import lines
from newel.runtime.web.screens.binding import BoundField, bind_field
from newel.runtime.web.screens.binding_forms import BoundForm, BoundSection, BoundTab, Place, form_of
from newel.runtime.web.screens.viewer import Viewer

AUTOFOCUSED = frozenset({"text", "number", "money", "email", "phone", "url", "percent", "barcode", "long_text", "person_name"})


@dataclass(frozen=True)
class Filled:
    """One place as it is rendered."""

    place: Place
    value: Any
    title: Any
    problem: str | None
    visible: bool
    required: bool
    read_only: bool
    fixed: bool  # shown without an editor
    autofocus: bool = False
    grid: lines.Grid | None = None
    shown: Markup | str = ""  # of a value that can't be changed here

    @property
    def field(self) -> BoundField:
        return self.place.field

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def span(self) -> int:
        return self.place.span


@dataclass(frozen=True)
class FilledSection:
    section: BoundSection
    places: tuple[Filled, ...]

    @property
    def label(self) -> str:
        return self.section.label

    @property
    def columns(self) -> int:
        return self.section.columns

    @property
    def visible(self) -> bool:
        return any(each.visible for each in self.places)


@dataclass(frozen=True)
class Filling:
    """A bound form, the raw values in it, and what is known of them."""

    form: BoundForm
    values: Mapping[str, Any]
    editable: frozenset[str]
    titles: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    prints: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    language: str = "en"
    hidden: Sequence[tuple[str, str]] = ()  # inputs that the form carries without showing them

    @property
    def sections(self) -> list[FilledSection]:
        first = self._first()
        return [
            FilledSection(section, tuple(self._filled(place, place.name == first) for place in section.places))
            for section in self.form.sections
        ]

    @property
    def was(self) -> str:
        return json.dumps(dict(self.prints), separators=(",", ":"))

    def _shown(self, place: Place) -> Markup | str:
        """The value of a place that can't be changed here."""
        value = self.values.get(place.name)
        if place.lines is not None:
            return place.field.show(value or None)
        try:
            return place.field.show(
                place.field.type.parse(place.field.field, value, place.field.locale), self.titles.get(place.name)
            )
        except ValueProblem:
            return str(value)

    def _filled(self, place: Place, is_first: bool) -> Filled:
        state = self.states.get(place.name, OPEN)
        closed = place.name not in self.editable
        locked = closed or state.read_only
        fixed = closed or (locked and (self.version is not None or place.lines is not None))  # a new record may yet unlock it
        grid = None
        if place.lines is not None:
            grid = lines.grid(place.lines, self.values.get(place.name) or (), self.titles, self.said)
        return Filled(
            place=place,
            value=self.values.get(place.name),
            title=self.titles.get(place.name),
            problem=self.said.get(place.name),
            visible=state.visible or place.name in self.said,
            required=state.required and not locked,
            read_only=locked,
            fixed=fixed,
            autofocus=is_first,
            grid=grid,
            shown=self._shown(place) if fixed else "",
        )

    def _first(self) -> str | None:
        """Where the cursor goes: the first fault, else the first blank that can be typed into."""
        for place in self.form.places:
            if any(name == place.name or name.startswith(f"{place.name}.") for name in self.said):
                return place.name if place.lines is None else None
        if self.said or self.version is not None:
            return None
        typed_into = (
            place.name
            for place in self.form.places
            if place.field.type.widget in AUTOFOCUSED and place.name in self.editable and not self.values.get(place.name)
        )
        return next(typed_into, None)

    @property
    def said(self) -> dict[str, str]:
        """The first fault of each input, by its name."""
        found: dict[str, str] = {}
        for problem in self.problems:
            if problem.field:
                found.setdefault(problem.field, problem.say(self.language))
        return found

    @property
    def summary(self) -> list[tuple[str | None, str, str]]:
        """Every fault: the id of its editor (None where the form has none), the field's label, the sentence."""
        return [(self._place_of(each.field), self._label(each.field), each.say(self.language)) for each in self.problems]

    def _place_of(self, name: str | None) -> str | None:
        if name is None or name.partition(".")[0] not in self.form.names:
            return None
        return f"f-{name}"

    def _label(self, name: str | None) -> str:
        """ "Products, line 2, Quantity"."""
        head, _, rest = (name or "").partition(".")
        fields = self.form.object.object.fields
        if head not in fields:
            return ""
        place = next((each for each in self.form.places if each.name == head), None)
        label = fields[head].label.say(self.language)
        number, _, column = rest.partition(".")
        if place is None or place.lines is None or not number.isdigit():
            return label
        said = [label, str(int(number) + 1)]
        said += [each.label for each in place.lines.columns if each.name == column]
        return " · ".join(said)


def with_missing(viewer: Viewer, form: BoundForm, problems: Iterable[FieldProblem], editable: frozenset[str]) -> BoundForm:
    """A small form, with the fields added that turned out to be needed."""
    heads = [(each.field or "").partition(".")[0] for each in problems]
    more = tuple(name for name in dict.fromkeys(heads) if name and name not in form.names and name in editable)
    if not more:
        return form
    extra = form_of(viewer, form.object.name, more)
    tabs: tuple[BoundTab, ...] = (*form.tabs, *extra.tabs)
    return replace(form, tabs=tabs)


def fields_of(viewer: Viewer, object_name: str, names: Iterable[str]) -> dict[str, BoundField]:
    """Bound fields by name; those that the viewer may not read are left out."""
    readable = viewer.verdict(object_name).readable
    return {name: bind_field(viewer, object_name, name) for name in names if name in readable}
