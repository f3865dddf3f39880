"""What is done with many records at once: change a field, assign, delete, export. What is refused is said in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from newel.runtime.records import Work, finding, reading, saving, writing
from newel.runtime.records.errors import Invalid, KernelError
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import answers, posted
from newel.runtime.web.screens.binding import BoundField, bind_field, bind_fields
from newel.runtime.web.screens.exporting import export_of
from newel.runtime.web.screens.lists import BoundList, bind_list
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("bulk", __name__)
MOST = 10_000
MOST_REASONS = 3
PER_READ = 1_000
_NOT_AT_ONCE = frozenset({"child_table", "many_to_many", "file", "image", "auto_number", "polymorphic"})


@screen.post("/o/<object_name>/bulk")
def act(object_name: str) -> Response:
    """Does what the button says with the records that are ticked, or with all that the list holds."""
    form = request.form
    bound = _listed(object_name)
    back = answers.inside(form.get("back"), bound.object.url)
    ids = chosen(bound)
    if not ids:
        return answers.go(back, bound.viewer.t("Select some records first."))
    do = form.get("do", "")
    if do == "export":
        return export_of(bound, "csv", ids)
    try:
        return answers.go(back, _done(bound, do, ids))
    except KernelError as error:
        return _refused(_reason(bound.viewer, error), back)


def _done(bound: BoundList, do: str, ids: Sequence[str]) -> str:
    """Does it record by record, and says how many were done, and why the others were not."""
    seen, name = bound.viewer, bound.object.name
    with writing(seen.installation, seen.actor) as work:
        if do == "delete":
            outcomes = saving.bulk_delete(work, name, ids, partial=True)
        else:
            outcomes = saving.bulk_update(work, name, ids, _values(seen, name, do), partial=True)
    refused = [each.error for each in outcomes if each.error is not None]
    n = len(outcomes) - len(refused)
    if do == "delete":
        said = seen.tn("{n} record is in the recycle bin now.", "{n} records are in the recycle bin now.", n)
    else:
        said = seen.tn("{n} record changed.", "{n} records changed.", n)
    return " ".join((said, *_refusals(seen, refused))) if refused else said


def _refusals(seen: Viewer, errors: Sequence[KernelError]) -> Iterator[str]:
    """How many were refused, and the first few reasons."""
    yield seen.tn("{n} was refused:", "{n} were refused:", len(errors))
    yield from list(dict.fromkeys(_reason(seen, each) for each in errors))[:MOST_REASONS]


def _reason(seen: Viewer, error: KernelError) -> str:
    if isinstance(error, Invalid):
        return " ".join(dict.fromkeys(each.say(seen.language) for each in error.problems))
    return error.say(seen.language)


def _values(seen: Viewer, name: str, do: str) -> dict[str, Any]:
    field_name = "owner" if do == "assign" else request.form.get("field", "")
    if do not in ("assign", "edit") or field_name not in seen.verdict(name).writable:
        raise NotFound
    field = bind_field(seen, name, field_name)
    return {field.name: posted.value(field, request.form, "owner" if do == "assign" else f"bulk.{field.name}")}


def _listed(object_name: str) -> BoundList:
    """The list that the form was sent from, in its own state."""
    state = [(name.removeprefix("state."), text) for name, text in request.form.items(multi=True) if name.startswith("state.")]
    return bind_list(viewer(), object_name, MultiDict(state))


def chosen(bound: BoundList) -> list[str]:
    """The ids that are ticked; or those of every record that the list's filter finds."""
    if request.form.get("all") != "1":
        return list(dict.fromkeys(request.form.getlist("id")))[:MOST]
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        return _all_ids(bound, work)


def _all_ids(bound: BoundList, work: Work) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while len(found) < MOST:
        page = finding.find(
            work, bound.object.name, filter=bound.filter, sort=["id"], fields=["id"], limit=PER_READ, cursor=cursor
        )
        found.extend(record.id for record in page.records)
        cursor = page.next_cursor
        if cursor is None:
            break
    return found[:MOST]


def _refused(text: str, back: str) -> Response:
    """Nothing was changed, and why."""
    return answers.page("pages/refused.html", 422, text=text, back=back)


@screen.get("/o/<object_name>/editor")
def editor(object_name: str) -> Response:
    """The editor of one field, for changing it on many records."""
    seen = viewer()
    field = {each.name: each for each in bulk_fields(seen, object_name)}.get(request.args.get("field", ""))
    if field is None:
        return Response("")
    return answers.page("parts/bulk_editor.html", field=field)


def bulk_fields(seen: Viewer, object_name: str) -> list[BoundField]:
    """The fields that may be changed on many records at once."""
    seen.object(object_name)
    key = ("bulk fields", object_name, seen.actor.role_set, seen.locale)
    found: list[BoundField] = kept(seen.installation, key, lambda: _bulk_fields(seen, object_name))
    return found


def _bulk_fields(seen: Viewer, object_name: str) -> list[BoundField]:
    writable = seen.verdict(object_name).writable
    bound = bind_fields(seen, object_name)
    return [
        each for name, each in bound.items() if name in writable and not each.field.system and each.field.type not in _NOT_AT_ONCE
    ]
