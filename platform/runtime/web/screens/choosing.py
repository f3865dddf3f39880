"""Two people changed the same record: both versions side by side, and the later one chooses, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from newel.metadata.field_types.base import ValueProblem
from newel.runtime.records import finding, reading
from newel.runtime.records.record import Record
from newel.runtime.web.screens import answers, typed
from newel.runtime.web.screens.binding import BLANK, BoundField, bind_object
from newel.runtime.web.screens.viewer import Viewer

KEEP = ":keep."  # :keep.<field> = mine | theirs


@dataclass(frozen=True)
class Choice:
    """One field with two values."""

    name: str
    label: str
    mine: Markup
    theirs: Markup
    both_changed: bool


def chosen(given: Mapping[str, Any], form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, without the fields where the other one's value was chosen."""
    return {name: value for name, value in given.items() if form.get(f"{KEEP}{name}") != "theirs"}


def page(
    viewer: Viewer,
    object_name: str,
    fields: Mapping[str, BoundField],
    mine: Mapping[str, Any],
    was: Mapping[str, str],
    stale: Record,
) -> Response:
    """The 409: every field that the actor changed and that stands differently now, and what only the others changed."""
    with reading(viewer.installation, viewer.actor) as work:
        current = finding.get(work, object_name, stale.id, list(viewer.verdict(object_name).readable))
        titles = typed.titles(viewer, work, (fields[name] for name in mine), mine)
    stored = typed.start_of(viewer, fields.values(), current.values)
    prints = typed.prints_of(viewer, fields.values(), stored)
    choices = [
        Choice(
            name,
            fields[name].label,
            _typed(fields[name], value, titles, viewer),
            _stored(fields[name], current),
            _differs(prints, was, name),
        )
        for name, value in mine.items()
        if typed.fingerprint(viewer, fields[name], value) != prints[name]
    ]
    others = [
        (field.label, _stored(field, current))
        for name, field in fields.items()
        if name not in mine and _differs(prints, was, name)
    ]
    return answers.page(
        "form/choose.html",
        409,
        object=bind_object(viewer, object_name),
        record=current,
        record_title=current.titles.get("id") or _title(viewer, current),
        who=current.titles.get("updated_by"),
        at=current.get("updated_at"),
        choices=choices,
        others=others,
        carried=_carried(fields, mine),
        was=json.dumps(prints, separators=(",", ":")),
        back=answers.inside(request.form.get(":back"), f"/o/{object_name}/{stale.id}"),
    )


def _differs(prints: Mapping[str, str], was: Mapping[str, str], name: str) -> bool:
    return name in was and prints.get(name) != was[name]


def _title(viewer: Viewer, record: Record) -> str:
    found = viewer.model.objects[record.object]
    if found.title not in record:
        return ""
    return BoundField(viewer.model, found, found.fields[found.title], viewer.locale).text(record[found.title])


def _stored(field: BoundField, record: Record) -> Markup:
    return field.show(record.get(field.name), record.titles.get(field.name))


def _typed(field: BoundField, raw: Any, titles: Mapping[str, Any], viewer: Viewer) -> Markup:
    """What was typed as it would be shown; word for word, where it can't be understood."""
    try:
        value = field.type.parse(field.field, raw, viewer.locale)
    except ValueProblem:
        return escape(raw)
    return field.show(value, titles.get(field.name)) if value not in (None, ()) else BLANK


def _carried(fields: Mapping[str, BoundField], mine: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was posted, to be posted again; of the fields only those that the actor changed, so that the others' stand."""
    own = {"csrf_token", "version", typed.WAS}
    kept = []
    for name, value in request.form.items(multi=True):
        head = name.partition(".")[0]
        if name not in own and not name.startswith(KEEP) and (head not in fields or head in mine):
            kept.append((name, value))
    return kept
