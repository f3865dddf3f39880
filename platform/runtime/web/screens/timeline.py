"""What was and will be done about a record: tasks, calls, meetings, notes from all objects that are activities, and its changes.

What is still to be done comes first, then the past by day, the latest first. Nothing here knows the objects by name: an object
that says `activity:` is one, and the option that makes its `done` expression true is what the tick sets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from flask import Blueprint, Response, request

from newel.metadata.model import Field, Object
from newel.rules.conditions import FAILURES
from newel.runtime.records import finding, reading, saving, writing
from newel.runtime.records.access import Verdict
from newel.runtime.records.errors import Invalid, NotFound, Stale
from newel.runtime.records.previewing import Shown
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work
from newel.runtime.web.screens import addresses, answers, record_history
from newel.runtime.web.screens.binding import BoundObject, bind_field, bind_object
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("timeline", __name__)
EACH = 30  # of each kind
MOST_KINDS = 6


class Composer(NamedTuple):
    """A way to note something down: the quick form of an activity that is about this record."""

    label: str
    icon: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One activity."""

    object: BoundObject
    record: Record
    title: str
    text: str
    at: datetime | None
    is_done: bool
    tick: tuple[str, str] | None  # the field and value that finish it; for a done one, those that open it again
    who: str
    clock: str  # its time of day; '' where it has none

    @property
    def url(self) -> str:
        return addresses.record(self.record.object, self.record.id)


class Day(NamedTuple):
    """A day of the past: what was done, and the record's own changes."""

    date: date
    entries: list[Entry]
    changes: list[record_history.Save]


@dataclass(frozen=True)
class Timeline:
    ahead: list[Entry]
    days: list[Day]
    composers: list[Composer]


def kinds(seen: Viewer, object_name: str) -> list[tuple[Object, Field]]:
    """The activities that may be about records of an object, with the field that says so."""
    found = []
    for each in seen.model.objects.values():
        if each.activity is None or not seen.reads(each.name):
            continue
        regarding = each.fields[each.activity.regarding]
        if object_name in regarding.to and regarding.name in seen.verdict(each.name).readable:
            found.append((each, regarding))
    return found[:MOST_KINDS]


def composers(seen: Viewer, object_name: str, record_id: str) -> list[Composer]:
    made = []
    for each, regarding in kinds(seen, object_name):
        judged = seen.verdict(each.name)
        if judged.create and regarding.name in judged.creatable:
            value = f"{object_name}/{record_id}" if regarding.type == "polymorphic" else record_id
            back = addresses.record(object_name, record_id)
            made.append(
                Composer(
                    each.label.say(seen.language),
                    each.icon,
                    addresses.new(each.name, **{regarding.name: value, "quick": "1", "back": back}),
                )
            )
    return made


@screen.get("/o/<object_name>/<uuid:record_id>/timeline")
def show(object_name: str, record_id: object) -> Response:
    """The timeline as a part of the record's page."""
    seen = viewer()
    seen.object(object_name)
    with reading(seen.installation, seen.actor) as work:
        finding.get(work, object_name, str(record_id), ("id",))
        found = read(work, seen, object_name, str(record_id))
    return answers.page("record/timeline.html", timeline=found, object_name=object_name, record_id=str(record_id))


def read(work: Work, seen: Viewer, object_name: str, record_id: str) -> Timeline:
    entries = [each for kind, regarding in kinds(seen, object_name) for each in _entries(work, seen, kind, regarding, record_id)]
    saves = record_history.read(work, seen, object_name, record_id, EACH) if seen.model.objects[object_name].history else []
    ahead = [each for each in entries if _is_ahead(seen, each)]
    far = datetime.max.replace(tzinfo=UTC)
    ahead.sort(key=lambda each: each.at or far)
    past = [each for each in entries if not _is_ahead(seen, each)]
    return Timeline(ahead, _days(seen, past, saves), composers(seen, object_name, record_id))


def _entries(work: Work, seen: Viewer, kind: Object, regarding: Field, record_id: str) -> list[Entry]:
    activity, judged = kind.activity, seen.verdict(kind.name)
    if activity is None:
        return []
    named = [
        kind.title,
        activity.when,
        activity.until,
        "owner",
        "created_at",
        "created_by",
        *_done_fields(work, kind),
        *_texts(kind),
    ]
    fields = [name for name in dict.fromkeys(named) if name and name in judged.readable and name in kind.fields]
    when = activity.when if activity.when in fields else "created_at"
    page = finding.find(work, kind.name, where={regarding.name: record_id}, fields=fields, sort=(f"-{when}",), limit=EACH)
    return [_entry(work, seen, kind, each, when) for each in page]


def _done_fields(work: Work, kind: Object) -> list[str]:
    done = work.installation.rulebook.object(kind.name).done
    return [path[0] for path in done.paths] if done is not None else []


def _texts(kind: Object) -> list[str]:
    """The first field of running text: the preview."""
    return [each.name for each in kind.declared if each.type in ("long_text", "markdown")][:1]


def _entry(work: Work, seen: Viewer, kind: Object, record: Record, when: str) -> Entry:
    title, at = bind_field(seen, kind.name, kind.title), record.get(when)
    texts = [str(record.get(name) or "") for name in _texts(kind)]
    is_done = is_finished(work, kind, record.values)
    return Entry(
        object=bind_object(seen, kind.name),
        record=record,
        title=title.text(record.get(kind.title)),
        text=next((each for each in texts if each), ""),
        at=_moment(seen, at) or (record.get("created_at") if is_done else None),
        is_done=is_done,
        tick=_tick(work, seen, kind, record, is_done),
        who=record.titles.get("owner") or record.titles.get("created_by") or "",
        clock=record_history.clock(seen, at) if isinstance(at, datetime) else "",
    )


def _moment(seen: Viewer, at: Any) -> datetime | None:
    if isinstance(at, date) and not isinstance(at, datetime):
        return datetime.combine(at, time(0), tzinfo=seen.locale.time_zone)
    return at if isinstance(at, datetime) else None


def is_finished(work: Work, kind: Object, values: Mapping[str, Any]) -> bool:
    """Whether an activity is done; one that does not say is done once its time has come."""
    done = work.installation.rulebook.object(kind.name).done
    if done is None:
        at = values.get(kind.activity.when) if kind.activity and kind.activity.when else None
        return not isinstance(at, datetime) or at <= work.now
    shown = Shown(work, kind, values)
    try:
        return bool(done.run(shown, replace(work.facts, prior=shown)))
    except FAILURES:
        return False


def _tick(work: Work, seen: Viewer, kind: Object, record: Record, is_done: bool) -> tuple[str, str] | None:
    if not record.may.update:
        return None
    return turning(work, kind, seen.verdict(kind.name), record.values, not is_done)


def turning(work: Work, kind: Object, judged: Verdict, values: Mapping[str, Any], done: bool) -> tuple[str, str] | None:
    """The field and the option that make an activity done (or open again): the first that does, defaults before others."""
    for name in _done_fields(work, kind):
        field = kind.fields[name]
        if name not in judged.writable:
            continue
        for key in _candidates(field):
            if is_finished(work, kind, {**values, name: key if field.type == "choice" else key == "true"}) is done:
                return name, key
    return None


def _candidates(field: Field) -> list[str]:
    if field.type == "boolean":
        return ["true", "false"]
    if field.type != "choice":
        return []
    default = field.default.value if field.default is not None else None
    return sorted(field.choices, key=lambda key: key != default)


@screen.post("/o/<object_name>/<uuid:record_id>/tick")
def tick(object_name: str, record_id: object) -> Response:
    """Finishes an activity, or opens it again (`done` = 1 or 0)."""
    seen, wanted = viewer(), request.form.get("done") != "0"
    kind = seen.object(object_name)
    back = answers.inside(request.form.get("back"), addresses.record(object_name, str(record_id)))
    if kind.activity is None:
        raise NotFound(object_name, str(record_id))
    names = [name for name in kind.fields if name in seen.verdict(object_name).readable and not kind.fields[name].is_many]
    try:
        with writing(seen.installation, seen.actor) as work:
            record = finding.get(work, object_name, str(record_id), names)
            found = turning(work, kind, seen.verdict(object_name), record.values, wanted)
            if found is not None and is_finished(work, kind, record.values) is not wanted:
                saving.update(work, object_name, record.id, {found[0]: found[1]}, record.version, ("id",))
    except (Invalid, Stale):
        return answers.go(addresses.edit(object_name, str(record_id)))
    return answers.go(back, seen.t("Done.") if wanted else seen.t("Open again."))


def _is_ahead(seen: Viewer, each: Entry) -> bool:
    return not each.is_done


def _days(seen: Viewer, entries: Sequence[Entry], saves: Sequence[record_history.Save]) -> list[Day]:
    days: dict[date, Day] = {}
    zone = seen.locale.time_zone
    for each in sorted(entries, key=lambda entry: entry.at or datetime.min.replace(tzinfo=UTC), reverse=True):
        on = (each.at or seen.now).astimezone(zone).date()
        days.setdefault(on, Day(on, [], [])).entries.append(each)
    for save in saves:
        on = save.at.astimezone(zone).date()
        days.setdefault(on, Day(on, [], [])).changes.append(save)
    return [days[on] for on in sorted(days, reverse=True)]
