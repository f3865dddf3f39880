"""Declared actions in the workspace: what an action would do, what may be chosen in it, and doing it; and deleting."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from newel.metadata.model import Action, Step
from newel.runtime.records import acting, finding, reading, saving, writing
from newel.runtime.records.errors import FieldProblem, Invalid, NotFound, Restricted, Stale
from newel.runtime.web.screens import addresses, answers, posted, typed
from newel.runtime.web.screens.binding import BoundField, BoundObject, bind_columns, bind_object
from newel.runtime.web.screens.binding_forms import quick_form
from newel.runtime.web.screens.filling import fields_of
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("actions", __name__)
MOST_EDITORS = 8


@dataclass(frozen=True)
class Editor:
    """One value of a step that may be changed before the action is done."""

    field: BoundField
    name: str
    value: Any
    problem: str | None


@dataclass(frozen=True)
class Part:
    """One step of an action as its dialog shows it."""

    name: str
    label: str
    kind: str
    object: BoundObject
    optional: bool
    chosen: str  # "new", "skip", or the id of an existing record
    facts: Sequence[tuple[str, Markup]]
    editors: Sequence[Editor]
    duplicates: Sequence[Mapping[str, Any]]
    problem: str | None
    was: str  # fingerprints of what the editors begin with

    @property
    def shows(self) -> bool:
        """Steps that leave nothing to decide are not shown."""
        return self.kind == "create" or bool(self.editors or self.problem)

    @property
    def is_open(self) -> bool:
        return any(each.problem for each in self.editors)


@screen.get("/o/<object_name>/<uuid:record_id>/actions/<name>")
def prepare(object_name: str, record_id: object, name: str) -> Response:
    return _page(object_name, str(record_id), name)


@screen.post("/o/<object_name>/<uuid:record_id>/actions/<name>")
def perform(object_name: str, record_id: object, name: str) -> Response:
    seen = viewer()
    action = _action(seen, object_name, str(record_id), name)
    try:
        with writing(seen.installation, seen.actor) as work:
            acting.perform(work, object_name, str(record_id), name, _choices(seen, action))
    except Invalid as error:
        return _page(object_name, str(record_id), name, error.problems)
    return answers.go(
        addresses.record(object_name, str(record_id)), seen.t("{action}: done.", action=action.label.say(seen.language))
    )


@screen.get("/o/<object_name>/<uuid:record_id>/delete")
def ask_to_delete(object_name: str, record_id: object) -> Response:
    seen = viewer()
    seen.object(object_name)
    title = bind_columns(seen, object_name, ())
    with reading(seen.installation, seen.actor) as work:
        record = finding.get(work, object_name, str(record_id), [each.path for each in title] or ["id"])
    named = title[0].text(record) if title else ""
    return answers.page("record/delete.html", object=bind_object(seen, object_name), record=record, title=named)


@screen.post("/o/<object_name>/<uuid:record_id>/delete")
def delete(object_name: str, record_id: object) -> Response:
    """Moves the record to the recycle bin; the note offers to take it back."""
    seen = viewer()
    bound = bind_object(seen, object_name)
    try:
        with writing(seen.installation, seen.actor) as work:
            saving.delete(work, object_name, str(record_id), request.form.get("version", type=int))
    except Restricted as error:
        return answers.page(
            "record/restricted.html", 409, object=bound, record_id=str(record_id), referring=_referring(seen, error)
        )
    except Stale:
        return answers.go(
            addresses.record(object_name, str(record_id)),
            seen.t("Somebody else has just changed this. Look again before you delete it."),
        )
    back = answers.inside(request.form.get("back"), bound.url)
    return answers.go(back, seen.t("Moved to the recycle bin."), undo=f"{addresses.record(object_name, str(record_id))}/restore")


def _referring(seen: Viewer, error: Restricted) -> list[tuple[str, str]]:
    """Who needs the record: "3 opportunities (Account)"."""
    found = []
    for each in error.referring:
        target = seen.model.objects.get(each.object or "")
        if target is None or each.field is None:
            found.append(("lock", seen.tn("{n} record that you can't see", "{n} records that you can't see", each.count)))
            continue
        plural = (target.label if each.count == 1 else target.plural).say(seen.language)
        said = seen.t(
            "{n} {records} in the field “{field}”",
            n=each.count,
            records=plural,
            field=target.fields[each.field].label.say(seen.language),
        )
        found.append((target.icon, said))
    return found


def _action(seen: Viewer, object_name: str, record_id: str, name: str) -> Action:
    found = seen.object(object_name).actions.get(name)
    if found is None:
        raise NotFound(object_name, record_id)
    return found


def _choices(seen: Viewer, action: Action) -> dict[str, Any]:
    """What the dialog decided, step by step."""
    found: dict[str, Any] = {}
    for step in action.steps.values():
        chosen = _chosen(step)
        if chosen == "skip":
            found[step.name] = {"skip": True}
        elif chosen != "new":
            found[step.name] = {"use": chosen}
        else:
            values = _set(seen, step)
            found.update({step.name: {"set": values}} if values else {})
    return found


def _chosen(step: Step) -> str:
    """new, skip or an id. An optional step whose tick is taken away is skipped."""
    if step.optional and f"{step.name}:asked" in request.form and f"{step.name}:do" not in request.form:
        return "skip"
    return request.form.get(f"{step.name}:use") or "new"


def _set(seen: Viewer, step: Step) -> dict[str, Any]:
    """The values that were changed in the dialog."""
    fields = fields_of(seen, step.object, _editable(seen, step))
    given = posted.read(fields.values(), request.form, f"{step.name}:")
    return typed.changed(seen, fields, given, typed.was_of(request.form, step.name))


def _editable(seen: Viewer, step: Step) -> list[str]:
    judged = seen.verdict(step.object)
    allowed = judged.creatable if step.kind == "create" else judged.writable
    fields = seen.model.objects[step.object].fields
    return [
        name for name in fields if name in allowed and not fields[name].is_many and fields[name].type not in ("file", "image")
    ]


def _page(object_name: str, record_id: str, name: str, problems: Sequence[FieldProblem] = ()) -> Response:
    seen = viewer()
    action = _action(seen, object_name, record_id, name)
    title = bind_columns(seen, object_name, ())
    with reading(seen.installation, seen.actor) as work:
        record = finding.get(work, object_name, record_id, [each.path for each in title] or ["id"])
        prepared = acting.prepare(work, object_name, record_id, name)
    parts = [_part(seen, action.steps[each["step"]], each, problems) for each in prepared["steps"]]
    heads = {part.name for part in parts}
    return answers.page(
        "record/action.html",
        422 if problems else 200,
        object=bind_object(seen, object_name),
        record=record,
        title=title[0].text(record) if title else "",
        action=action,
        label=prepared["label"],
        parts=[part for part in parts if part.shows],
        others=[each.say(seen.language) for each in problems if (each.field or "").partition(".")[0] not in heads],
    )


def _part(seen: Viewer, step: Step, prepared: Mapping[str, Any], problems: Sequence[FieldProblem]) -> Part:
    mine = {
        each.field: each
        for each in problems
        if each.field and (each.field == step.name or each.field.startswith(f"{step.name}."))
    }
    fields = fields_of(seen, step.object, _editable(seen, step))
    faulty = [str(each).partition(".")[2] for each in mine]
    wanted = dict.fromkeys((*_offered(seen, step, prepared), *faulty))
    editors = [
        _editor(seen, step, fields[each], prepared["values"].get(each), mine.get(f"{step.name}.{each}"))
        for each in wanted
        if each in fields
    ]
    whole = mine.get(step.name)
    loose = [each for name, each in mine.items() if str(name).partition(".")[2] not in fields]
    said = " ".join(each.say(seen.language) for each in dict.fromkeys(([whole] if whole else []) + loose))
    return Part(
        name=step.name,
        label=prepared["label"],
        kind=prepared["kind"],
        object=bind_object(seen, step.object),
        optional=prepared["optional"],
        chosen=_chosen(step) if request.method == "POST" else _first_choice(prepared),
        facts=_facts(seen, step, prepared["values"]),
        editors=editors,
        duplicates=prepared["duplicates"],
        problem=said or None,
        was=_was(seen, step, editors),
    )


def _was(seen: Viewer, step: Step, editors: Sequence[Editor]) -> str:
    begun = typed.was_of(request.form, step.name) if request.method == "POST" else {}
    prints = typed.prints_of(seen, [each.field for each in editors], {each.field.name: each.value for each in editors})
    return json.dumps({**dict.fromkeys(prints, ""), **(begun or prints)}, separators=(",", ":"))


def _first_choice(prepared: Mapping[str, Any]) -> str:
    """Where something equal is there already, using it is the better guess."""
    return str(prepared["duplicates"][0]["id"]) if prepared["duplicates"] else "new"


def _offered(seen: Viewer, step: Step, prepared: Mapping[str, Any]) -> list[str]:
    """The fields of the quick form that can be changed right here."""
    if step.kind != "create":
        return []
    fields = seen.model.objects[step.object].fields
    names = [place.name for place in quick_form(seen, step.object).places]
    return [name for name in names if not fields[name].to and not fields[name].is_many][:MOST_EDITORS]


def _editor(seen: Viewer, step: Step, field: BoundField, dumped: Any, problem: FieldProblem | None) -> Editor:
    name = f"{step.name}:{field.name}"
    if request.method == "POST" and posted.is_in(field, request.form, name):
        value = posted.value(field, request.form, name)
    else:
        value = (
            field.edit_text(field.type.parse(field.field, dumped, seen.locale)) if dumped is not None else field.edit_text(None)
        )
    return Editor(field, name, value, problem.say(seen.language) if problem else None)


def _facts(seen: Viewer, step: Step, values: Mapping[str, Any]) -> list[tuple[str, Markup]]:
    """What the new record will hold, as far as it can be shown before there is one."""
    fields = fields_of(seen, step.object, values)
    known = {name: field for name, field in fields.items() if values[name] is not None and not field.field.to}
    return [(field.label, field.show(field.type.parse(field.field, values[name], seen.locale))) for name, field in known.items()]
