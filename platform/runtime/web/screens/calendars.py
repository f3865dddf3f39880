"""Calendars: records by their day. The page lists the shown stretch by itself; a script makes a grid of it to drag in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from newel.metadata.field_types.moments import local, to_utc
from newel.runtime.records import Work, finding, reading, saving, writing
from newel.runtime.records.errors import FieldProblem, Invalid, NotFound, Stale
from newel.runtime.records.record import Record
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundField, Column, bind_column, bind_field
from newel.runtime.web.screens.colors import color_class
from newel.runtime.web.screens.viewer import viewer

if TYPE_CHECKING:
    from newel.runtime.web.screens.lists import BoundList

screen = Blueprint("calendars", __name__)
SPANS = ("month", "week", "day", "list")
MOST_EVENTS = 500
LONGEST = timedelta(days=100)
EARLIEST, LATEST = date(1000, 1, 1), date(9998, 12, 31)  # a stretch around a day must have days before and after it


@dataclass(frozen=True)
class Event:
    """One record in time. A date without a time is a whole day."""

    record: Record
    title: str
    start: Any
    end: Any
    color: str
    all_day: bool
    facts: str

    @property
    def url(self) -> str:
        return addresses.record(self.record.object, self.record.id)


@dataclass(frozen=True)
class Calendar:
    """The calendar of one view, bound to its list's state."""

    shown: BoundList
    start: BoundField
    end: BoundField | None
    color: BoundField | None
    facts: tuple[Column, ...]

    @property
    def all_day(self) -> bool:
        return self.start.field.type == "date"

    @property
    def may_move(self) -> bool:
        return self.start.name in self.shown.viewer.verdict(self.shown.object.name).writable

    @property
    def now(self) -> str | None:
        """The present moment on the reader's clock."""
        return _local(self.shown.viewer.now.replace(microsecond=0), self.shown.viewer.locale.time_zone)

    def events(self, work: Work, first: date, last: date) -> tuple[list[Event], bool]:
        """What happens from `first` to before `last`, in order; and whether there is more than could be read."""
        between = self._between(first, last)
        page = finding.find(
            work,
            self.shown.object.name,
            filter=f"({self.shown.filter}) and {between}" if self.shown.filter else between,
            sort=[self.start.name],
            fields=self._paths,
            limit=MOST_EVENTS,
        )
        return [self._event(record) for record in page.records], page.next_cursor is not None

    @property
    def _paths(self) -> list[str]:
        fields = (self.start, self.end, self.color)
        return list(
            dict.fromkeys(
                [*(each.name for each in fields if each), self.shown.columns[0].path, *(each.path for each in self.facts)]
            )
        )

    def _between(self, first: date, last: date) -> str:
        start = self.start.name
        low, high = self._literal(self.start, first), self._literal(self.start, last)
        inside = f"({start} >= {low} and {start} < {high})"
        if self.end is None:
            return inside
        return f"({inside} or ({start} < {low} and {self.end.name} >= {self._literal(self.end, first)}))"

    def _literal(self, field: BoundField, day: date) -> str:
        if field.field.type == "date":
            return f"date('{day.isoformat()}')"
        moment = to_utc(datetime.combine(day, time()), self.shown.viewer.locale.time_zone)
        return f"datetime('{moment.replace(tzinfo=None).isoformat() if moment else day.isoformat()}Z')"

    def _event(self, record: Record) -> Event:
        key = record.get(self.color.name) if self.color else None
        color = color_class(self.color.option_color(key)) if self.color and key else "c-blue"
        facts = " · ".join(text for column in self.facts if (text := column.text(record)))
        end = record.get(self.end.name) if self.end else None
        return Event(record, self.shown.columns[0].text(record), record[self.start.name], end, color, self.all_day, facts)


def bind_calendar(bound: BoundList) -> Calendar:
    seen, view, name = bound.viewer, bound.view, bound.object.name
    readable = seen.verdict(name).readable
    if not view.start or view.start not in readable:
        raise NotFound(name)
    end = bind_field(seen, name, view.end) if view.end and view.end in readable else None
    color = bind_field(seen, name, view.color_by) if view.color_by and view.color_by in readable else None
    facts = (bind_column(seen, name, path) for path in view.columns if path not in (view.start, view.end))
    return Calendar(
        bound, bind_field(seen, name, view.start), end, color, tuple(each for each in facts if each and not each.is_title)
    )


def show(bound: BoundList) -> Response:
    """The calendar's page: the stretch that the address says as a list by days, with the data that the grid starts from."""
    calendar = bind_calendar(bound)
    span = bound.state.span if bound.state.span in SPANS else "month"
    around = _day(bound.state.date) or bound.viewer.today
    first, last = _stretch(around, span)
    problems: Sequence[FieldProblem] = ()
    events: list[Event] = []
    more = False
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        try:
            events, more = calendar.events(work, first, last)
        except Invalid as error:
            problems = error.problems
    return answers.page(
        "parts/calendar.html" if answers.wants_fragment() else "pages/calendar.html",
        422 if problems else 200,
        list=bound,
        calendar=calendar,
        span=span,
        around=around,
        first=first,
        last=last,
        days=list(_by_day(calendar, events)),
        more=more,
        problems=[each.say(bound.viewer.language) for each in problems],
        earlier=bound.state.url(date=(first - timedelta(days=1)).isoformat(), span=span),
        later=bound.state.url(date=last.isoformat(), span=span),
    )


def _stretch(around: date, span: str) -> tuple[date, date]:
    if span == "day":
        return around, around + timedelta(days=1)
    if span == "week":
        monday = around - timedelta(days=around.weekday())
        return monday, monday + timedelta(days=7)
    first = around.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _by_day(calendar: Calendar, events: list[Event]) -> Iterator[tuple[date, list[Event]]]:
    def day_of(event: Event) -> date:
        start = event.start
        return local(start, calendar.shown.viewer.locale.time_zone).date() if isinstance(start, datetime) else start

    return ((day, list(found)) for day, found in groupby(events, key=day_of))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


@screen.get("/o/<object_name>/events")
def events(object_name: str) -> Response:
    """The events of a stretch of days, as FullCalendar reads them."""
    from newel.runtime.web.screens.lists import bind_list

    bound = bind_list(viewer(), object_name)
    calendar = bind_calendar(bound)
    first, last = _day(request.args.get("from", "")), _day(request.args.get("to", ""))
    if first is None or last is None or not timedelta() < last - first <= LONGEST:
        raise NotFound(object_name)
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        found, more = calendar.events(work, first, last)
    return jsonify({"events": [_as_data(calendar, each) for each in found], "more": more})


def _as_data(calendar: Calendar, event: Event) -> dict[str, Any]:
    zone = calendar.shown.viewer.locale.time_zone
    return {
        "id": event.record.id,
        "title": event.title,
        "start": _local(event.start, zone),
        "end": _local(_until(event), zone),
        "allDay": event.all_day,
        "url": event.url,
        "className": event.color,
        "editable": calendar.may_move and event.record.may.update,
        "extendedProps": {"version": event.record.version, "facts": event.facts},
    }


def _until(event: Event) -> Any:
    """FullCalendar ends a whole day on the morning after."""
    if isinstance(event.end, date) and not isinstance(event.end, datetime):
        return event.end + timedelta(days=1)
    return event.end


def _local(moment: Any, zone: Any) -> str | None:
    """Local clock time without an offset: the grid shows the reader's own time zone, wherever the browser is."""
    if isinstance(moment, datetime):
        return local(moment, zone).replace(tzinfo=None).isoformat()
    return None if moment is None else str(moment)


@screen.post("/o/<object_name>/<uuid:record_id>/when")
def when(object_name: str, record_id: UUID) -> Response:
    """Moves or stretches a record in time; the calendar puts it back where that is refused."""
    from newel.runtime.web.screens.lists import bind_list

    bound = bind_list(viewer(), object_name)
    calendar, seen, form = bind_calendar(bound), bound.viewer, request.form
    values: dict[str, Any] = {calendar.start.name: form.get("start", "")}
    if calendar.end is not None and "end" in form:
        values[calendar.end.name] = _last_day(form["end"]) if calendar.end.field.type == "date" else form["end"]
    try:
        with writing(seen.installation, seen.actor) as work:
            record = saving.update(work, object_name, str(record_id), values, form.get("version", type=int) or 0)
    except Invalid as error:
        return _refused(" ".join(each.say(seen.language) for each in error.problems), 422)
    except Stale:
        return _refused(seen.t("Somebody else has changed this record. Look at it again, then move it."), 409)
    return jsonify({"version": record.version})


def _last_day(text: str) -> str:
    morning_after = _day(text)
    return (morning_after - timedelta(days=1)).isoformat() if morning_after else ""


def _refused(text: str, status: int) -> Response:
    answer = jsonify({"reason": text})
    answer.status_code = status
    return answer
