"""Links with fields of their own, such as who decides about a deal and how they stand: edited as a grid, like lines.

Only what was changed is saved: rows that were taken out, rows that are new, cells that differ from what the grid began with.
So two people who work on the same links lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from newel.runtime.records import finding, reading, saving, writing
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, NotFound
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work
from newel.runtime.web.screens import addresses, answers, lines, typed
from newel.runtime.web.screens.binding import BoundField, bind_field, bind_object
from newel.runtime.web.screens.binding_forms import BoundForm, BoundLines, BoundSection, BoundTab, Place, bind_links
from newel.runtime.web.screens.filling import Filling
from newel.runtime.web.screens.forms import NOT_YOURS
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("record_links", __name__)


@dataclass(frozen=True)
class Asked:
    """The field whose links are meant, of which record."""

    viewer: Viewer
    object: str
    id: str
    links: BoundLines

    @property
    def field(self) -> BoundField:
        return self.links.field

    @property
    def here(self) -> str:
        return str(self.field.field.by)

    @property
    def there(self) -> str:
        return str(self.field.field.by_other)


@screen.get("/o/<object_name>/<uuid:record_id>/links/<field_name>")
def edit(object_name: str, record_id: object, field_name: str) -> Response:
    asked = _asked(object_name, str(record_id), field_name)
    with reading(asked.viewer.installation, asked.viewer.actor) as work:
        record, stored = _record(work, asked), _stored(work, asked)
    rows = lines.of_records(asked.links, stored)
    return _page(asked, record, rows, lines.titles_of_records(asked.links, stored), _prints(asked, rows))


@screen.post("/o/<object_name>/<uuid:record_id>/links/<field_name>")
def save(object_name: str, record_id: object, field_name: str) -> Response:
    asked = _asked(object_name, str(record_id), field_name)
    rows, was = lines.read(asked.links, request.form), typed.was_of(request.form)
    try:
        with writing(asked.viewer.installation, asked.viewer.actor) as work:
            _record(work, asked)
            _save(work, asked, rows, was)
    except Invalid as error:
        return _again(asked, rows, was, error.problems)
    return answers.go(addresses.record(asked.object, asked.id), asked.viewer.t("Saved."))


def _asked(object_name: str, record_id: str, field_name: str) -> Asked:
    seen = viewer()
    found = seen.object(object_name).fields.get(field_name)
    if found is None or found.type != "many_to_many" or field_name not in seen.verdict(object_name).readable:
        raise NotFound(object_name)
    links = bind_links(seen, bind_field(seen, object_name, field_name))
    if links is None:
        raise NotFound(object_name)
    return Asked(seen, object_name, record_id, links)


def _record(work: Work, asked: Asked) -> Record:
    """The record whose links they are; Forbidden where the actor may not change them."""
    title = asked.viewer.model.objects[asked.object].title
    fields = [title] if title in asked.viewer.verdict(asked.object).readable else ["id"]
    record = finding.get(work, asked.object, asked.id, fields)
    if not record.may.update or asked.field.name not in asked.viewer.verdict(asked.object).writable:
        raise Forbidden(NOT_YOURS)
    return record


def _stored(work: Work, asked: Asked) -> list[Record]:
    return list(read(work, asked.links, asked.id))


def read(work: Work, links: BoundLines, record_id: str) -> Sequence[Record]:
    """The links of one record, oldest first."""
    fields = [each.name for each in links.columns]
    where = {str(links.field.field.by): record_id}
    return finding.find(work, links.object.name, where=where, fields=fields, sort=("id",), limit=lines.MOST_ROWS).records


def _save(work: Work, asked: Asked, rows: Sequence[Mapping[str, Any]], was: Mapping[str, str]) -> None:
    """First who is linked, through the record itself; then what the links hold."""
    stored = {each.id: str(each[asked.there]) for each in _stored(work, asked)}
    kept = {str(row["id"]) for row in rows if "id" in row}
    gone = {name.partition(".")[0] for name in was} - kept
    others = [stored[str(row["id"])] if str(row.get("id")) in stored else str(row.get(asked.there) or "") for row in rows]
    taken_out = {other for link, other in stored.items() if link in gone}
    linked = finding.get(work, asked.object, asked.id, (asked.field.name,))[asked.field.name] or ()  # more than a grid shows
    wanted = [*(other for other in linked if other not in taken_out), *others]
    saving.update(work, asked.object, asked.id, {asked.field.name: list(dict.fromkeys(filter(None, wanted)))}, None, ("id",))
    by_other = {str(each[asked.there]).lower(): each.id for each in _stored(work, asked)}
    problems: list[FieldProblem] = []
    for at, (row, other) in enumerate(zip(rows, others, strict=True)):
        link, values = by_other.get(other.lower()), _changed(asked, row, was)
        if link is None:
            problems.append(FieldProblem(f"{asked.field.name}.{at}.{asked.there}", "blank", lines.MISSING))
        elif values:
            problems += _faults(work, asked, link, values, at)
    if problems:
        raise Invalid(problems)


def _faults(work: Work, asked: Asked, link: str, values: Mapping[str, Any], at: int) -> list[FieldProblem]:
    """Saves the cells of a row; what is wrong with them."""
    try:
        saving.update(work, asked.links.object.name, link, values, None, ("id",))
    except Invalid as error:
        return [each.within(f"{asked.field.name}.{at}") for each in error.problems]
    return []


def _changed(asked: Asked, row: Mapping[str, Any], was: Mapping[str, str]) -> dict[str, Any]:
    """The cells that were filled in, or changed since the grid was shown."""
    own = [each for each in asked.links.columns if each.name != asked.there and each.name in row]
    if "id" not in row:
        return {each.name: row[each.name] for each in own if not lines.is_blank(row[each.name])}
    prints = {each.name: typed.fingerprint(asked.viewer, each, row[each.name]) for each in own}
    return {name: row[name] for name, found in prints.items() if was.get(f"{row['id']}.{name}") != found}


def _prints(asked: Asked, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the cells of stored rows began with."""
    return {
        f"{row['id']}.{each.name}": typed.fingerprint(asked.viewer, each, row.get(each.name))
        for row in rows
        for each in asked.links.columns
    }


def _again(asked: Asked, rows: Sequence[Mapping[str, Any]], was: Mapping[str, str], problems: Sequence[FieldProblem]) -> Response:
    """The grid as it was typed, with what is wrong."""
    with reading(asked.viewer.installation, asked.viewer.actor) as work:
        record = _record(work, asked)
        known = {each.id: each for each in _stored(work, asked)}
        shown = [{asked.there: known[str(row["id"])][asked.there], **row} if str(row.get("id")) in known else row for row in rows]
        named = {column.name: column for column in asked.links.columns if column.field.to}
        titles: dict[str, Any] = {}
        for at, row in enumerate(shown):
            found = typed.titles(asked.viewer, work, named.values(), row)
            titles.update({f"{asked.field.name}.{at}.{name}": title for name, title in found.items()})
    return _page(asked, record, shown, titles, was, problems)


def _page(
    asked: Asked,
    record: Record,
    rows: Sequence[Mapping[str, Any]],
    titles: Mapping[str, Any],
    was: Mapping[str, str],
    problems: Sequence[FieldProblem] = (),
) -> Response:
    seen, name = asked.viewer, asked.field.name
    bound = bind_object(seen, asked.object)
    section = BoundSection(name, "", 1, (Place(asked.field, 1, asked.links),))
    form = BoundForm("", bound, asked.field.label, (BoundTab(name, "", (section,), ()),))
    filling = Filling(form, {name: rows}, frozenset({name}), titles, problems=problems, prints=was, language=seen.language)
    title = seen.model.objects[asked.object].title
    return answers.page(
        "form/links.html",
        422 if problems else 200,
        filling=filling,
        object=bound,
        record=record,
        field=asked.field,
        record_title=bind_field(seen, asked.object, title).text(record.get(title)) if title in record else "",
    )
