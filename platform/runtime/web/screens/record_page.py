"""The page of one record: its header, what can be done with it now, the tabs of its form, and beside them the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound as NoPage

from newel.metadata.model import Action
from newel.rules.conditions import State
from newel.runtime.records import acting, finding, history, previewing, reading, reasoning, recents, suggesting, writing
from newel.runtime.records.record import Record
from newel.runtime.records.statements import kept
from newel.runtime.records.work import Work
from newel.runtime.web.screens import addresses, answers, links, record_history, related, timeline
from newel.runtime.web.screens.binding import BoundField, BoundObject, Column, bind_columns, bind_field
from newel.runtime.web.screens.binding_forms import BoundForm, BoundTab, Place, main_form
from newel.runtime.web.screens.line_table import LineTable, table_of
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("record", __name__)
MOST_FACTS = 6
FILES, HISTORY, ACTIVITY = "files", "history", "activity"
STAMPS = ("created_at", "created_by", "updated_at", "updated_by")


class TabLink(NamedTuple):
    name: str
    label: str
    url: str
    current: bool
    only_narrow: bool = False


class Step(NamedTuple):
    """One option of the stage path."""

    key: str
    label: str
    color: str | None
    state: str  # past | current | ahead
    closed: bool


class Value(NamedTuple):
    """One field as the record shows it."""

    place: Place
    shown: Markup
    may_edit: bool
    failed: bool = False  # it is blank because its formula can't be worked out


@dataclass
class Page:
    """One record as its viewer sees it, on one of its tabs."""

    viewer: Viewer
    form: BoundForm
    record: Record
    tab: str
    states: Mapping[str, State]
    actions: Sequence[Action]
    options: Sequence[str] = ()  # of the path, as far as they are offered
    related: Sequence[related.List] = ()
    failing: frozenset[str] = frozenset()  # fields whose formulas can't be worked out
    linked: dict[str, Sequence[Record]] = field(default_factory=dict)  # the links with fields of their own, by field
    more: dict[str, Any] = field(default_factory=dict)  # what the files and history tabs show

    @property
    def object(self) -> BoundObject:
        return self.form.object

    @property
    def url(self) -> str:
        return addresses.record(self.object.name, self.record.id)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return bind_columns(self.viewer, self.object.name, self.object.object.facts)

    @cached_property
    def title(self) -> str:
        """What the record is called; '' where it has no name, or not for this viewer."""
        own = self.object.object.title
        return next((column.text(self.record) for column in self.columns if column.path == own), "")

    @property
    def facts(self) -> list[tuple[str, Markup]]:
        """Key facts under the title: those that the object names, and the owner."""
        target = self.object.object
        shown = [each for each in self.columns if each.path not in (target.title, target.path)]
        found = [(each.label, each.cell(self.record)) for each in shown if self.record.get(each.path) is not None]
        if "owner" in self.record and not any(each.path == "owner" for each in shown):
            owner = bind_field(self.viewer, target.name, "owner")
            found.append((owner.label, owner.show(self.record["owner"], self.record.titles.get("owner"))))
        return found[:MOST_FACTS]

    @cached_property
    def path(self) -> BoundField | None:
        """The field that the record moves along."""
        name = self.object.object.path
        return bind_field(self.viewer, self.object.name, name) if name and name in self.record else None

    @property
    def may_move(self) -> bool:
        return self.path is not None and self.may_edit(self.path.name)

    @property
    def steps(self) -> list[Step]:
        """The options of the path. Where the record has come to an end, only that end is shown."""
        if self.path is None:
            return []
        now, keys = self.record.get(self.path.name), list(self.path.options)
        at = keys.index(now) if now in keys else -1
        ended = at >= 0 and self.path.options[now].closed
        found = []
        for number, (key, option) in enumerate(self.path.options.items()):
            if key not in self.options:
                continue
            state = "current" if key == now else "past" if number < at and not (option.closed and ended) else "ahead"
            found.append(Step(key, self.path.option_label(key), option.color, state, option.closed))
        return found

    @property
    def tabs(self) -> list[TabLink]:
        t, target = self.viewer.t, self.object.object
        first = self.form.tabs[0].name if self.form.tabs else ""
        found = [
            TabLink(
                each.name, each.label, self.url if each.name == first else f"{self.url}?tab={each.name}", each.name == self.tab
            )
            for each in self.form.tabs
        ]
        found.append(TabLink(ACTIVITY, t("Activity"), f"{self.url}/activity", self.tab == ACTIVITY, only_narrow=True))
        if target.files:
            found.append(TabLink(FILES, t("Files"), f"{self.url}/files", self.tab == FILES))
        if target.history:
            found.append(TabLink(HISTORY, t("History"), f"{self.url}/history", self.tab == HISTORY))
        return found

    @property
    def sections(self) -> list[tuple[str, int, list[Value]]]:
        """Label, columns and values of the sections that have something to show here."""
        found = []
        for section in self._tab.sections if self._tab else ():
            shown = [self._value(place) for place in section.places if self._is_visible(place)]
            if shown:
                found.append((section.label, section.columns, shown))
        return found

    @property
    def _tab(self) -> BoundTab | None:
        return next((each for each in self.form.tabs if each.name == self.tab), None)

    def _is_visible(self, place: Place) -> bool:
        state = self.states.get(place.name)
        return state is None or state.visible

    def _value(self, place: Place) -> Value:
        shown = place.field.show(self.record.get(place.name), self.record.titles.get(place.name))
        may_edit = self.may_edit(place.name) and place.field.field.type != "auto_number"
        return Value(place, shown, may_edit, place.name in self.failing)

    @cached_property
    def ruled(self) -> frozenset[str]:
        """The fields about which “Why?” has something to tell."""
        installation, name = self.viewer.installation, self.record.object
        found: frozenset[str] = kept(installation, ("ruled", name), lambda: reasoning.ruled(installation, name))
        return found

    def may_edit(self, name: str) -> bool:
        state = self.states.get(name)
        locked = state is not None and state.read_only
        return self.record.may.update and not locked and name in self.viewer.verdict(self.object.name).writable

    def lines(self, place: Place) -> LineTable | None:
        """A child table's rows and sums; those of links that hold more than whom they link."""
        if place.links is not None and self.linked.get(place.name):
            return table_of(place.links, self.linked[place.name])
        if place.lines is None:
            return None
        return table_of(place.lines, [each for each in self.record.get(place.name) or () if isinstance(each, Record)])

    @property
    def stamps(self) -> dict[str, Any]:
        """When and by whom the record was made and last changed."""
        return {name: self.record.titles.get(name) or self.record.get(name) for name in STAMPS if self.record.get(name)}

    @property
    def composers(self) -> list[timeline.Composer]:
        return timeline.composers(self.viewer, self.object.name, self.record.id)


@screen.get("/o/<object_name>/<uuid:record_id>")
def record_page(object_name: str, record_id: object) -> Response:
    seen = viewer()
    form = main_form(seen, _named(seen, object_name))
    names = [each.name for each in form.tabs]
    tab = request.args.get("tab") or (names[0] if names else "")
    if names and tab not in names:
        raise NoPage
    with reading(seen.installation, seen.actor) as work:
        page = read(work, seen, form, str(record_id), tab)
        shown = next((each for each in form.tabs if each.name == tab), None)
        page.related = related.read_first(work, seen, page.record, shown.related if shown else ())
    if not answers.wants_fragment():
        remember(seen, object_name, str(record_id))
    return show(page)


@screen.get("/o/<object_name>/<uuid:record_id>/history")
def history_tab(object_name: str, record_id: object) -> Response:
    """Who changed what, and when."""
    seen = viewer()
    form = main_form(seen, _named(seen, object_name))
    with reading(seen.installation, seen.actor) as work:
        page = read(work, seen, form, str(record_id), HISTORY)
        saves = record_history.read(work, seen, object_name, str(record_id), history.MOST)
    page.more["days"] = record_history.by_day(seen, saves)
    return show(page)


@screen.get("/o/<object_name>/<uuid:record_id>/activity")
def activity_tab(object_name: str, record_id: object) -> Response:
    """The timeline as a tab, for narrow screens and for browsers without scripts."""
    seen = viewer()
    form = main_form(seen, _named(seen, object_name))
    with reading(seen.installation, seen.actor) as work:
        page = read(work, seen, form, str(record_id), ACTIVITY)
        page.more["timeline"] = timeline.read(work, seen, object_name, str(record_id))
    return show(page)


def read(work: Work, seen: Viewer, form: BoundForm, record_id: str, tab: str) -> Page:
    """The record with what its header and one of its tabs need."""
    name = form.object.name
    judged, target = seen.verdict(name), form.object.object
    here = {place.name for each in form.tabs if each.name == tab for section in each.sections for place in section.places}
    wanted = [each for each in judged.readable if not target.fields[each].is_many or each in here]
    paths = [column.path for column in bind_columns(seen, name, target.facts)]
    record = finding.get(work, name, record_id, list(dict.fromkeys((*wanted, *paths))))
    states = previewing.states(work, name, record.values, prior=record.values)
    actions = acting.offered(work, name, record_id, record) if record.may.update and target.actions else []
    options = suggesting.options_of(work, name, target.path, record.values) if target.path else ()
    failing = reasoning.failing(work, record, here)
    return Page(seen, form, record, tab, states, actions, options, failing=failing, linked=_linked(work, form, record, tab))


def _linked(work: Work, form: BoundForm, record: Record, tab: str) -> dict[str, Sequence[Record]]:
    """The links that the tab shows as tables: one statement a field that has any."""
    places = [place for each in form.tabs if each.name == tab for section in each.sections for place in section.places]
    return {each.name: links.read(work, each.links, record.id) for each in places if each.links and record.get(each.name)}


def show(page: Page) -> Response:
    return answers.page("record/page.html", page=page, record=page.record, object=page.object)


def remember(seen: Viewer, object_name: str, record_id: str) -> None:
    """Notes the visit, for lookups and the home page."""
    with writing(seen.installation, seen.actor) as work:
        recents.remember(work, object_name, record_id)


def _named(seen: Viewer, object_name: str) -> str:
    return seen.object(object_name).name
