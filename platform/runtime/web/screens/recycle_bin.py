"""The recycle bin: what was deleted, by object, to be brought back or deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response, request

from newel.runtime.records import finding, reading, saving, writing
from newel.runtime.records.errors import Invalid, Restricted
from newel.runtime.records.record import Record
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundObject, bind_columns, bind_object
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("recycle_bin", __name__)
PER_PAGE = 50


class Kind(NamedTuple):
    """An object of which the viewer may delete records, and so bring them back."""

    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class Bin:
    kinds: Sequence[Kind]
    object: BoundObject | None
    rows: Sequence[tuple[Record, str]]  # each with what it was called
    next_url: str | None = None
    previous_url: str | None = None


@screen.get("/bin", endpoint="bin")
def recycle_bin() -> Response:
    """The deleted records of one object; at first of the one that the viewer's app begins with."""
    seen = viewer()
    names = _kinds(seen)
    chosen = request.args.get("object") if request.args.get("object") in names else None
    chosen = chosen or (names[0] if names else None)
    kinds = [_kind(seen, name, chosen) for name in names]
    if chosen is None:
        return answers.page("bin/page.html", bin=Bin((), None, ()))
    return answers.page("bin/page.html", bin=_bin(seen, chosen, kinds))


def _kinds(seen: Viewer) -> list[str]:
    found = [each.name for each in seen.model.objects.values() if each.kind == "plain" and not each.platform]
    return [name for name in found if seen.reads(name) and seen.verdict(name).delete]


def _kind(seen: Viewer, name: str, chosen: str | None) -> Kind:
    bound = bind_object(seen, name)
    return Kind(bound.plural, bound.icon, f"/bin?object={name}", name == chosen)


def _bin(seen: Viewer, name: str, kinds: Sequence[Kind]) -> Bin:
    columns = bind_columns(seen, name, ())
    judged = seen.verdict(name).readable
    fields = [*(each.path for each in columns), *(each for each in ("deleted_at", "updated_by", "owner") if each in judged)]
    sort = ("-deleted_at",) if "deleted_at" in judged else ()
    with reading(seen.installation, seen.actor) as work:
        page = finding.find(
            work, name, fields=fields or ("id",), sort=sort, deleted=True, limit=PER_PAGE, cursor=request.args.get("cursor")
        )
    titles = [columns[0].text(record) if columns else "" for record in page]
    return Bin(
        kinds,
        bind_object(seen, name),
        list(zip(page, titles, strict=True)),
        f"/bin?object={name}&cursor={page.next_cursor}" if page.next_cursor else None,
        f"/bin?object={name}&cursor={page.previous_cursor}" if page.previous_cursor else None,
    )


@screen.post("/o/<object_name>/<uuid:record_id>/restore")
def restore(object_name: str, record_id: object) -> Response:
    """Brings a record back, with everything that went with it."""
    seen = viewer()
    try:
        with writing(seen.installation, seen.actor) as work:
            saving.restore(work, object_name, str(record_id))
    except Invalid as error:
        said = [_said(seen, object_name, each.field, each.say(seen.language)) for each in error.problems]
        return answers.page("bin/refused.html", 409, object=bind_object(seen, object_name), problems=said)
    return answers.go(addresses.record(object_name, str(record_id)), seen.t("Brought back."))


@screen.get("/o/<object_name>/<uuid:record_id>/purge")
def ask_to_purge(object_name: str, record_id: object) -> Response:
    seen = viewer()
    seen.object(object_name)
    columns = bind_columns(seen, object_name, ())
    with reading(seen.installation, seen.actor) as work:
        record = finding.get(work, object_name, str(record_id), [each.path for each in columns] or ["id"], deleted=True)
    title = columns[0].text(record) if columns else ""
    return answers.page("bin/purge.html", object=bind_object(seen, object_name), record=record, title=title)


@screen.post("/o/<object_name>/<uuid:record_id>/purge")
def purge(object_name: str, record_id: object) -> Response:
    """Deletes a record in the bin for good."""
    seen = viewer()
    try:
        with writing(seen.installation, seen.actor) as work:
            saving.purge(work, object_name, str(record_id))
    except Restricted:
        said = [seen.t("Other records in the bin refer to this one. Delete them first.")]
        return answers.page("bin/refused.html", 409, object=bind_object(seen, object_name), problems=said)
    return answers.go(f"/bin?object={object_name}", seen.t("Deleted for good."))


def _said(seen: Viewer, object_name: str, name: str | None, sentence: str) -> str:
    found = seen.model.objects[object_name].fields.get(name or "")
    return f"{found.label.say(seen.language)}: {sentence}" if found is not None else sentence
