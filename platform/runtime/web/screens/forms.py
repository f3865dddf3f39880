"""Creating and changing records: whole forms, quick ones in a dialog, and the few fields that somebody asked for.

Nothing typed is ever lost: refused values come back as they were typed (422), and where somebody else was quicker both versions
are shown side by side (409, `choosing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from newel.metadata.words import word
from newel.runtime.records import finding, previewing, reading, saving, writing
from newel.runtime.records.errors import Forbidden, Invalid, Stale
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work
from newel.runtime.web.screens import addresses, answers, bringing, choosing, foreseeing, lines, live, lookups, typed, uploads
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.binding_forms import BoundForm, edit_form, form_of, quick_form
from newel.runtime.web.screens.filling import Filling, fields_of, with_missing
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("forms", __name__)
ASIDE = ":"  # before the names of a form's own inputs, so that a field may be called `back` or `intent`, too
INTENT, RECORD, BACK = f"{ASIDE}intent", f"{ASIDE}record", f"{ASIDE}back"
IN_ADDRESSES = frozenset({"back", "quick", "only", "title"})
MOST_IDS, MOST_PATHS = 100, 50  # that one question about what lies behind lookups may name
NOT_YOURS = word("You may not change this record.")
NOT_NEW = word("You may not create records of this kind.")


@dataclass(frozen=True)
class Asked:
    """Which form of which object is meant, and where it leads."""

    viewer: Viewer
    object: str
    id: str | None
    form: BoundForm
    fields: Mapping[str, BoundField]  # every field that the actor may give, shown in the form or not
    back: str

    @property
    def editable(self) -> frozenset[str]:
        return frozenset(self.fields)

    @property
    def title(self) -> str:
        return self.viewer.model.objects[self.object].title


@screen.get("/o/<object_name>/new")
def new(object_name: str) -> Response:
    """The form of a new record, with defaults; the query may fill fields in (`title` stands for the title field)."""
    asked = _asked(object_name, None)
    given = typed.read(asked.viewer, asked.fields.values(), request.args)
    if asked.title in asked.fields and "title" not in asked.fields and request.args.get("title"):
        given.setdefault(asked.title, request.args["title"])
    return _new_page(asked, given)


@screen.post("/o/<object_name>/new")
def create(object_name: str) -> Response:
    asked = _asked(object_name, None)
    given = _posted(asked)
    if request.form.get(INTENT) == "more":
        return _new_page(_asked(object_name, None, whole=True), given, begun=True)
    try:
        record = _created(asked, given)
    except Invalid as error:
        return _new_page(asked, given, error, begun=True)
    return _done(asked, record)


@screen.get("/o/<object_name>/<uuid:record_id>/edit")
def edit(object_name: str, record_id: object) -> Response:
    """The form of a record; `only` asks for some of its fields."""
    asked = _asked(object_name, str(record_id))
    seen = asked.viewer
    with reading(seen.installation, seen.actor) as work:
        record = _to_change(work, asked)
        found = previewing.of_changed(work, record, {}, asked.form.name or None)
        rules = _live(work, asked, found, record)
    values = typed.start_of(seen, _shown(asked), record.values)
    return _form_page(
        asked, values, _stored_titles(asked, record), found.states, version=record.version, record=record, rules=rules
    )


@screen.post("/o/<object_name>/<uuid:record_id>/edit")
def save(object_name: str, record_id: object) -> Response:
    asked = _asked(object_name, str(record_id))
    given = choosing.chosen(_posted(asked), request.form)
    was = typed.was_of(request.form)
    changes = typed.changed(asked.viewer, asked.fields, given, was)
    try:
        record = _saved(asked, changes)
    except Invalid as error:
        return _again(asked, given, error)
    except Stale as error:
        shown = frozenset(given) | asked.form.names
        return choosing.page(asked.viewer, asked.object, fields_of(asked.viewer, object_name, shown), changes, was, error.current)
    return _done(asked, record)


@screen.post("/o/<object_name>/preview")
def preview(object_name: str) -> dict[str, Any]:
    """What rules say about a form as it stands, for those that the page can't work out itself (`foreseeing`)."""
    asked = _asked(object_name, request.form.get(RECORD) or None)
    seen, given = asked.viewer, _posted(asked)
    with reading(seen.installation, seen.actor) as work:
        if asked.id:
            found = previewing.of_changed(work, _to_change(work, asked), given, asked.form.name or None)
        else:
            found = previewing.of_new(work, object_name, _without_blanks(asked, given), asked.form.name or None)
        return foreseeing.answer(work, seen, asked.form, found, given)


@screen.get("/o/<object_name>/reached")
def reached(object_name: str) -> dict[str, dict[str, Any]]:
    """What lies behind lookups that were just chosen, for the rules of a form: values of `path`s by `id`."""
    seen = viewer()
    seen.object(object_name)
    ids, paths = request.args.getlist("id")[:MOST_IDS], request.args.getlist("path")[:MOST_PATHS]
    with reading(seen.installation, seen.actor) as work:
        return live.behind(work, object_name, ids, [each for each in paths if live.is_open(seen, object_name, each)])


@screen.get("/notes")
def notes() -> list[dict[str, Any]]:
    """The notes that wait, for pages that only read a part of themselves again."""
    return [{"text": each.text, "bad": each.bad} for each in answers.notes()]


def _asked(object_name: str, record_id: str | None, *, whole: bool = False) -> Asked:
    seen = viewer()
    found, judged = seen.object(object_name), seen.verdict(object_name)
    if record_id is None and not judged.create:
        raise Forbidden(NOT_NEW)
    only = tuple(name for name in _own_values("only") if name in found.fields)
    quick = record_id is None and (answers.wants_dialog() or bool(_own_values("quick"))) and not whole
    small = form_of(seen, object_name, only) if only else quick_form(seen, object_name) if quick else None
    form = small or edit_form(seen, object_name)
    fields = fields_of(seen, object_name, judged.writable if record_id else judged.creatable)
    home = addresses.record(object_name, record_id) if record_id else addresses.records(object_name)
    return Asked(seen, object_name, record_id, form, fields, answers.inside(next(iter(_own_values("back")), None), home))


def _posted(asked: Asked) -> dict[str, Any]:
    given = typed.read(asked.viewer, asked.fields.values(), request.form)
    return {
        **given,
        **lookups.named(asked.viewer, asked.fields, request.form, asked.id),
        **uploads.taken(asked.viewer, asked.fields, request.files),
    }


def _created(asked: Asked, given: Mapping[str, Any]) -> Record:
    """Saves a new record: what is hidden or locked stays as it is, untouched blanks get their defaults."""
    seen = asked.viewer
    with writing(seen.installation, seen.actor) as work:
        useful = _without_blanks(asked, given)
        found = previewing.of_new(work, asked.object, useful, asked.form.name or None)
        states = {name: found.state(name) for name in useful}
        values = {name: each for name, each in useful.items() if states[name].visible and not states[name].read_only}
        return saving.create(work, asked.object, _to_save(asked, values), _shown_fields(asked), form=asked.form.name or None)


def _without_blanks(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """Blanks that were blank when the form was shown are not answers."""
    was = typed.was_of(request.form)
    return {name: each for name, each in given.items() if not (lines.is_blank(each) and was.get(name, "") == "")}


def _saved(asked: Asked, changes: Mapping[str, Any]) -> Record:
    seen = asked.viewer
    with writing(seen.installation, seen.actor) as work:
        record = _to_change(work, asked)
        found = previewing.of_changed(work, record, changes, asked.form.name or None)
        values = {name: each for name, each in changes.items() if found.state(name).visible and not found.state(name).read_only}
        if not values:
            return record
        version = request.form.get("version", type=int)
        return saving.update(work, asked.object, str(asked.id), _to_save(asked, values), version, _shown_fields(asked))


def _shown(asked: Asked) -> Iterable[BoundField]:
    """The fields that the form shows or that may be given with it."""
    return {**{place.name: place.field for place in asked.form.places}, **asked.fields}.values()


def _live(work: Work, asked: Asked, found: previewing.Preview, record: Record | None = None) -> dict[str, Any] | None:
    """The rules that the page answers itself; None where it has none."""
    rules = bringing.rules_of(asked.viewer, asked.form, asked.editable, is_new=record is None)
    if not rules:
        return None
    stored = record.values if record else None
    lines_there = {place.name: (stored or {}).get(place.name) for place in asked.form.places if place.lines is not None}
    return live.start_of(work, asked.viewer, asked.form, rules, {**found.values, **lines_there}, stored)


def _to_save(asked: Asked, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: lines.to_save(each) if asked.fields[name].field.type == "child_table" else each for name, each in values.items()
    }


def _shown_fields(asked: Asked) -> tuple[str, ...]:
    return (asked.title,) if asked.title in asked.viewer.verdict(asked.object).readable else ("id",)


def _to_change(work: Any, asked: Asked) -> Record:
    """The record with the fields that the form needs; Forbidden where the actor may only read it."""
    readable = asked.viewer.verdict(asked.object).readable
    fields = asked.viewer.model.objects[asked.object].fields
    wanted = [name for name in readable if not fields[name].is_many or name in asked.form.names]
    record = finding.get(work, asked.object, str(asked.id), wanted)
    if not record.may.update:
        raise Forbidden(NOT_YOURS)
    return record


def _done(asked: Asked, record: Record) -> Response:
    seen = asked.viewer
    here = addresses.record(asked.object, record.id)
    title = asked.fields[asked.title].text(record.get(asked.title)) if asked.title in asked.fields else ""
    note = seen.t("“{title}” is saved.", title=title) if title else seen.t("Saved.")
    if request.form.get(INTENT) == "again":
        return answers.go(request.full_path.rstrip("?"), note)
    there = here if answers.wants_dialog() or not request.form.get(BACK) else asked.back
    return answers.go(there, note)


def _new_page(asked: Asked, given: Mapping[str, Any], error: Invalid | None = None, begun: bool = False) -> Response:
    """The form of a new record; once begun it shows just what was typed."""
    seen = asked.viewer
    with reading(seen.installation, seen.actor) as work:
        useful = _without_blanks(asked, given) if begun else given
        found = previewing.of_new(work, asked.object, useful, asked.form.name or None)
        rules = _live(work, asked, found)
        start = typed.start_of(seen, _shown(asked), found.values)
        values = {**start, **given} if begun else start
        titles = typed.titles(seen, work, fields_of(seen, asked.object, asked.form.names).values(), values)
    was = typed.was_of(request.form) if begun else None
    return _form_page(asked, values, titles, found.states, error=error, start=was, rules=rules)


def _again(asked: Asked, given: Mapping[str, Any], error: Invalid) -> Response:
    """The form of a stored record as it was typed."""
    seen = asked.viewer
    with reading(seen.installation, seen.actor) as work:
        record = _to_change(work, asked)
        found = previewing.of_changed(work, record, given, asked.form.name or None)
        rules = _live(work, asked, found, record)
        values = {**typed.start_of(seen, _shown(asked), {**record.values, **found.values}), **given}
        names = {*asked.form.names, *(str(each.field).partition(".")[0] for each in error.problems)}
        titles = typed.titles(seen, work, fields_of(seen, asked.object, names & asked.editable).values(), values)
    version = request.form.get("version", type=int) or record.version
    titles = {**_stored_titles(asked, record), **titles}
    was = typed.was_of(request.form)
    return _form_page(asked, values, titles, found.states, error=error, start=was, version=version, record=record, rules=rules)


def _stored_titles(asked: Asked, record: Record) -> dict[str, Any]:
    found = dict(record.titles)
    for place in asked.form.places:
        if place.lines is not None:
            stored = [each for each in record.get(place.name) or () if isinstance(each, Record)]
            found.update(lines.titles_of_records(place.lines, stored))
    return found


def _form_page(
    asked: Asked,
    values: Mapping[str, Any],
    titles: Mapping[str, Any],
    states: Mapping[str, Any],
    *,
    error: Invalid | None = None,
    start: Mapping[str, str] | None = None,
    version: int | None = None,
    record: Record | None = None,
    rules: Mapping[str, Any] | None = None,
) -> Response:
    seen, problems = asked.viewer, error.problems if error else ()
    form = with_missing(seen, asked.form, problems, asked.editable)
    shown = [place.field for place in form.places if place.name in asked.editable]
    prints = {**typed.prints_of(seen, shown, values), **(start or {})}
    filling = Filling(
        form=form,
        values=values,
        editable=asked.editable,
        titles=titles,
        states=states,
        problems=problems,
        prints=prints,
        version=version,
        language=seen.language,
        hidden=_carried(form.names),
    )
    return answers.page(
        "form/page.html",
        422 if error else 200,
        filling=filling,
        rules=rules,
        form=form,
        object=form.object,
        record=record,
        record_title=asked.fields[asked.title].text(record.get(asked.title)) if record and asked.title in asked.fields else "",
        back=asked.back,
        is_quick=not asked.id and form.name != seen.model.main_form(asked.object).name,
        only=_own_values("only"),
        may_create={
            each.name for each in seen.model.objects.values() if seen.reads(each.name) and seen.verdict(each.name).create
        },
    )


def _own_values(name: str) -> list[str]:
    """What the form (or, before there is one, the address) says about the form itself."""
    return request.form.getlist(ASIDE + name) if request.method == "POST" else request.args.getlist(name)


def _carried(shown: frozenset[str]) -> list[tuple[str, str]]:
    """Values that came along for fields which the form does not show, and where to go back to."""
    if request.method == "POST":
        own = {"csrf_token", "version"}
        sent = [each for each in request.form.items(multi=True) if each[0] not in own and not each[0].startswith(ASIDE)]
    else:
        sent = [each for each in request.args.items(multi=True) if each[0] not in IN_ADDRESSES]
    backs = [(BACK, each) for each in _own_values("back")[:1]]
    return [*backs, *((name, value) for name, value in sent if name.partition(".")[0] not in shown)]
