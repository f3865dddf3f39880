"""Moving a record to another option of a choice field: on boards, and along a record's stage path.

Where rules ask for more (a won deal needs an amount), the answer is a small form of just those fields.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from newel.runtime.records import finding, reading, saving, suggesting, writing
from newel.runtime.records.errors import FieldProblem, Invalid, NotFound, Stale
from newel.runtime.records.record import Record
from newel.runtime.web.screens import addresses, answers, posted
from newel.runtime.web.screens.binding import BoundField, bind_columns, bind_field, bind_object
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("moving", __name__)
PREFIX = "more."  # before the names of the added fields' inputs: a field may be called `value`, too


@screen.get("/o/<object_name>/<uuid:record_id>/move")
def choose(object_name: str, record_id: UUID) -> Response:
    """Where the record may be moved to: the twin of dragging it."""
    seen = viewer()
    group = _group(seen, object_name, request.args.get("field", ""))
    with reading(seen.installation, seen.actor) as work:
        titled = [each.path for each in bind_columns(seen, object_name, ())]
        record = finding.get(work, object_name, str(record_id), [*titled, *_readable(seen, object_name)])
        keys = suggesting.options_of(work, object_name, group.name, record.values)
    back = answers.inside(request.args.get("back"), answers.came_from(addresses.record(object_name, str(record_id))))
    bound = bind_object(seen, object_name)
    return answers.page("pages/move_to.html", object=bound, record=record, group=group, keys=keys, back=back)


def _readable(seen: Viewer, object_name: str) -> list[str]:
    fields = seen.object(object_name).fields
    return [name for name in seen.verdict(object_name).readable if not fields[name].is_many]


@screen.post("/o/<object_name>/<uuid:record_id>/move")
def move(object_name: str, record_id: UUID) -> Response:
    """Sets the field `field` to `value`, with the fields that the small form added."""
    seen, form = viewer(), request.form
    group = _group(seen, object_name, form.get("field", ""))
    value = form.get("value", "")
    more = [name for name in form.getlist("more") if name in seen.verdict(object_name).writable]
    values = posted.read((bind_field(seen, object_name, name) for name in more), form, PREFIX)
    back = answers.inside(form.get("back"), addresses.record(object_name, str(record_id)))
    try:
        with writing(seen.installation, seen.actor) as work:
            version = form.get("version", type=int) or finding.get(work, object_name, str(record_id), ["id"]).version
            record = saving.update(work, object_name, str(record_id), {**values, group.name: value or None}, version)
    except Invalid as error:
        return _ask(seen, object_name, str(record_id), group, value, error, values, back)
    except Stale as error:
        return _refused(seen.t("Somebody else has changed this record. Look at it again, then move it."), 409, error.current)
    return _moved(seen, group, value, record, back)


def _group(seen: Viewer, object_name: str, name: str) -> BoundField:
    """The choice field that is moved along; NotFound for any other."""
    found = seen.object(object_name).fields.get(name)
    if found is None or found.type != "choice" or name not in seen.verdict(object_name).readable:
        raise NotFound(object_name)
    return bind_field(seen, object_name, name)


def _moved(seen: Viewer, group: BoundField, value: str, record: Record, back: str) -> Response:
    said = seen.t("Moved to {column}.", column=group.option_label(value))
    if request.accept_mimetypes.best == "application/json":
        return Response(status=204, headers={"Newel-Version": str(record.version)})
    return answers.go(back, said)


def _ask(
    seen: Viewer,
    object_name: str,
    record_id: str,
    group: BoundField,
    value: str,
    error: Invalid,
    values: dict[str, Any],
    back: str,
) -> Response:
    """The fields that the rules miss, to be filled in here; or why it can't be, where no field would help."""
    writable = seen.verdict(object_name).writable
    problems = {each.field: each for each in error.problems if each.field and each.field in writable and each.field != group.name}
    others = [each for each in error.problems if each.field not in problems]
    if others or not problems:
        return _refused(" ".join(each.say(seen.language) for each in others or error.problems), 409, None)
    fields = [bind_field(seen, object_name, name) for name in problems]
    with reading(seen.installation, seen.actor) as work:
        record = finding.get(work, object_name, record_id, ["id", *(field.name for field in fields)])
    return answers.page(
        "pages/move.html",
        422,
        object=bind_object(seen, object_name),
        record=record,
        group=group,
        value=value,
        fields=fields,
        values=_typed(fields, record, values),
        problems=_said(problems, seen.language),
        back=back,
    )


def _typed(fields: list[BoundField], record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """What the editors start with: what was just typed, else what is stored."""
    return {field.name: values.get(field.name, field.edit_text(record.get(field.name))) for field in fields}


def _said(problems: dict[str, FieldProblem], language: str) -> dict[str, str]:
    return {name: each.say(language) for name, each in problems.items()}


def _refused(text: str, status: int, current: Record | None) -> Response:
    """Why it did not move: as data for a board's script, as a page for everybody else."""
    if request.accept_mimetypes.best == "application/json":
        return Response(status=status, headers={"Newel-Reason": _header(text)})
    return answers.page("pages/refused.html", status, text=text, back=answers.came_from("/"), record=current)


def _header(text: str) -> str:
    """Text as a header may carry it: percent-encoded UTF-8."""
    from urllib.parse import quote

    return quote(text)
