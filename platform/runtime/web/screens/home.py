"""Home: what is to be done today, what is in the pipeline, what was opened and what changed last. Made from any model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from newel.metadata.field_types.moments import local
from newel.metadata.model import Object, View
from newel.runtime.records import Work, filtering, finding, reading, recents
from newel.runtime.records.errors import Invalid
from newel.runtime.records.record import Record
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundObject, Column, bind_column, bind_object
from newel.runtime.web.screens.boards import Lane, bind_board
from newel.runtime.web.screens.list_state import ListState, is_open
from newel.runtime.web.screens.lists import BoundList
from newel.runtime.web.screens.shell import current_app, items_of
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("home", __name__)
TO_DO = 8  # of each kind of activity
MOST_KINDS = 3
KINDS = ("task", "call", "meeting")  # kinds of activity that wait for somebody; a note does not
RECENT = 8
RECENT_OBJECTS = 3  # one statement each
AHEAD_DAYS = 7


@dataclass(frozen=True)
class ToDo:
    """One open activity of the viewer's own."""

    object: BoundObject
    record: Record
    title: str
    when: Any
    day: date
    regarding: Column | None
    is_overdue: bool

    @property
    def url(self) -> str:
        return addresses.record(self.record.object, self.record.id)


@dataclass(frozen=True)
class Opened:
    """A record that was opened lately."""

    object: BoundObject
    id: str
    title: str

    @property
    def url(self) -> str:
        return addresses.record(self.object.name, self.id)


@dataclass(frozen=True)
class Pipeline:
    """The viewer's own records of the first board that sums something, as bars."""

    object: BoundObject
    title: str
    url: str
    lanes: Sequence[Lane]
    most: int


@screen.get("/")
def home() -> Response:
    """The page that people begin their day on."""
    seen = viewer()
    with reading(seen.installation, seen.actor) as work:
        todos = to_dos(seen, work)
        pipeline = _pipeline(seen, work)
        opened = recently_opened(seen, work)
        changed = _changed(seen, work)
    return answers.page(
        "pages/home.html",
        greeting=_greeting(seen),
        overdue=[each for each in todos if each.is_overdue],
        today=[each for each in todos if not each.is_overdue and each.day == seen.today],
        later=[each for each in todos if each.day > seen.today],
        kinds=[bind_object(seen, each.name) for each in activities(seen)],
        pipeline=pipeline,
        opened=opened,
        changed=changed,
    )


def _greeting(seen: Viewer) -> str:
    hour = seen.now.astimezone(seen.locale.time_zone).hour
    if hour < 12:
        return seen.t("Good morning, {name}", name=seen.actor.name)
    if hour < 18:
        return seen.t("Good afternoon, {name}", name=seen.actor.name)
    return seen.t("Good evening, {name}", name=seen.actor.name)


def activities(seen: Viewer) -> list[Object]:
    """The kinds of things to do that lie in time and belong to somebody."""
    owned = (each for each in seen.model.objects.values() if each.activity and each.activity.when and each.ownership == "user")
    found = [each for each in owned if each.activity and each.activity.kind in KINDS and seen.reads(each.name)]
    return sorted(found, key=lambda each: KINDS.index(each.activity.kind) if each.activity else len(KINDS))[:MOST_KINDS]


def to_dos(seen: Viewer, work: Work) -> list[ToDo]:
    """The viewer's open activities up to a week ahead, in the order of time; one statement a kind."""
    found = [todo for each in activities(seen) for todo in _to_dos_of(seen, work, each)]
    return sorted(found, key=lambda todo: (todo.day, str(todo.when)))


def _to_dos_of(seen: Viewer, work: Work, found: Object) -> list[ToDo]:
    activity = found.activity
    if activity is None or activity.when is None:
        return []
    title, when = bind_column(seen, found.name, found.title), bind_column(seen, found.name, activity.when)
    if title is None or when is None:
        return []
    regarding = bind_column(seen, found.name, activity.regarding)
    done = activity.done if activity.done and _may_know(seen, found.name, activity.done.text) else None
    paths = [column.path for column in (title, when, regarding) if column]
    page = finding.find(
        work,
        found.name,
        filter=_open(activity.when, when, done),
        where={"owner": seen.actor.user_id},
        sort=[activity.when],
        fields=paths,
        limit=TO_DO,
    )
    bound = bind_object(seen, found.name)
    return [_to_do(seen, bound, record, title, when, regarding) for record in page.records]


def _may_know(seen: Viewer, object_name: str, text: str) -> bool:
    return filtering.is_open(seen.installation, seen.actor.role_set, object_name, text)


def _open(when: str, column: Column, done: Any) -> str:
    day = f"date({when})" if column.field.field.type == "datetime" else when
    soon = f"{day} <= add_days(today(), {AHEAD_DAYS})"
    return f"not ({done.text}) and {soon}" if done else f"{day} >= today() and {soon}"


def _to_do(seen: Viewer, bound: BoundObject, record: Record, title: Column, when: Column, regarding: Column | None) -> ToDo:
    moment = record[when.path]
    day = local(moment, seen.locale.time_zone).date() if isinstance(moment, datetime) else moment
    late = moment < seen.now if isinstance(moment, datetime) else day < seen.today
    return ToDo(bound, record, title.text(record), moment, day, regarding, late)


def _pipeline(seen: Viewer, work: Work) -> Pipeline | None:
    """The open columns of the app's board: of the viewer's own records, else of all that the viewer may read."""
    view = pipeline_view(seen)
    if view is None:
        return None
    own = _summed(seen, work, view, "owner == me()") if seen.model.objects[view.object].ownership == "user" else None
    return own if own and any(lane.count for lane in own.lanes) else _summed(seen, work, view, "")


def _summed(seen: Viewer, work: Work, view: View, narrowed: str) -> Pipeline | None:
    """The board in short: one statement."""
    bound = bind_object(seen, view.object)
    state = ListState(view.object, view.name.rpartition(".")[2], view.type, filter=narrowed)
    board = bind_board(BoundList(seen, bound, view, state))
    try:
        lanes = [lane for lane in board.totals(work) if not lane.closed]
    except Invalid:
        return None
    title = seen.t("My pipeline") if narrowed else view.label.say(seen.language)
    return Pipeline(bound, title, state.url(), lanes, max((lane.count for lane in lanes), default=0) or 1)


def pipeline_view(seen: Viewer) -> View | None:
    """The board that home sums up: one that the app's menu names before others, then in the order of the menu."""
    app = current_app(seen)
    named = [(item.object, item.view) for item in items_of(app.menu.values())] if app else []
    objects = [name for name, _ in named]

    def rank(view: View) -> tuple[bool, int]:
        in_menu = (view.object, view.name.rpartition(".")[2]) in named
        return not in_menu, objects.index(view.object) if view.object in objects else len(objects)

    boards = [each for each in seen.model.views.values() if each.type == "kanban" and each.sum and seen.reads(each.object)]
    return min((each for each in boards if is_open(seen, each)), key=rank, default=None)


def recently_opened(seen: Viewer, work: Work) -> list[Opened]:
    """What the viewer opened last and still may read, the latest first; one statement an object."""
    entries = recents.of_actor(work)
    names = list(dict.fromkeys(name for name, _ in entries if seen.reads(name)))[:RECENT_OBJECTS]
    titles = {name: finding.titles(work, name, [key for each, key in entries if each == name]) for name in names}
    found = ((name, key, titles[name][key]) for name, key in entries if name in titles and key in titles[name])
    return [Opened(bind_object(seen, name), key, title) for name, key, title in found][:RECENT]


def _changed(seen: Viewer, work: Work) -> tuple[BoundObject, Sequence[Record], tuple[Column, ...]] | None:
    """What changed last among the records of the pipeline's object."""
    view = pipeline_view(seen)
    if view is None or "updated_at" not in seen.verdict(view.object).readable:
        return None
    name = view.object
    columns = (
        bind_column(seen, name, path)
        for path in (seen.model.objects[name].title, seen.model.objects[name].path or "", "updated_at")
    )
    shown = tuple(each for each in columns if each)
    page = finding.find(work, name, sort=["-updated_at"], fields=[column.path for column in shown], limit=RECENT)
    return bind_object(seen, name), page.records, shown
