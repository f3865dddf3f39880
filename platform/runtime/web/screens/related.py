"""Lists of records that have to do with the shown one: the first rows on its page, all of them on a page of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from newel.runtime.records import finding, reading
from newel.runtime.records.errors import NotFound
from newel.runtime.records.record import Record
from newel.runtime.records.work import Work
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import bind_columns
from newel.runtime.web.screens.binding_forms import BoundRelated, main_form, related_of
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("related", __name__)
ROWS = 5
AT_ONCE = 2  # lists that come with the page; the others follow by themselves, so that the page stays quick
MOST = 200


@dataclass(frozen=True)
class List:
    """One related list. `records` is None where the list is still to be fetched."""

    related: BoundRelated
    holder: Record
    records: Sequence[Record] | None = None
    total: str = ""
    has_more: bool = False
    new_url: str | None = None
    choose_url: str | None = None
    links: Mapping[str, Record] = field(default_factory=dict)  # the link to each record, by the record's id

    @property
    def url(self) -> str:
        return f"{addresses.record(self.holder.object, self.holder.id)}/related/{self.related.name}"

    @property
    def all_url(self) -> str:
        """Where all of them are: the list of that object where a filter can say it, else a page of this record's."""
        if self.related.source == "inverse":
            return addresses.records(self.related.object.name, filter=f"{self.related.by} == '{self.holder.id}'")
        return self.url


@screen.get("/o/<object_name>/<uuid:record_id>/related/<name>")
def related_list(object_name: str, record_id: object, name: str) -> Response:
    """One list: a part of the record's page for htmx, else all of it."""
    seen = viewer()
    found = related_of(main_form(seen, seen.object(object_name).name), name)
    if found is None:
        raise NotFound(object_name, str(record_id))
    short = answers.wants_fragment() or "short" in request.args
    title = bind_columns(seen, object_name, ())
    with reading(seen.installation, seen.actor) as work:
        holder = finding.get(work, object_name, str(record_id), [column.path for column in title] or ["id"])
        shown = read(work, seen, holder, found, ROWS if short else MOST)
    if short:
        return answers.page("record/related.html", list=shown)
    return answers.page("record/related_page.html", list=shown, holder=holder, title=title[0].text(holder) if title else "")


def read_first(work: Work, seen: Viewer, holder: Record, all_related: Sequence[BoundRelated]) -> list[List]:
    """The lists of a tab: the first ones with their rows."""
    return [
        read(work, seen, holder, each, ROWS) if number < AT_ONCE else List(each, holder)
        for number, each in enumerate(all_related)
    ]


def read(work: Work, seen: Viewer, holder: Record, bound: BoundRelated, limit: int) -> List:
    """A list with its first rows, and how many there are: counted only where not all are shown."""
    fields = [column.path for column in bound.columns]
    links: dict[str, Record] = {}
    if bound.source == "link":
        links = _links(work, holder, bound)
        records, total = _linked(work, links, bound, fields)
    else:
        where = {bound.by: holder.id}
        sort = ("-updated_at",) if "updated_at" in seen.verdict(bound.object.name).readable else ()
        records = list(finding.find(work, bound.object.name, where=where, fields=fields, sort=sort, limit=limit + 1))
        total = _total(seen, work, bound.object.name, where, records, limit)
    return List(
        related=bound,
        holder=holder,
        records=records[:limit],
        total=total,
        has_more=len(records) > limit,
        new_url=_new_url(seen, holder, bound),
        choose_url=_choose_url(seen, holder, bound),
        links=links,
    )


def _links(work: Work, holder: Record, bound: BoundRelated) -> dict[str, Record]:
    """The links of a many-to-many by the ids of the other side, in the order of linking."""
    fields = (bound.by_other, *(each.name for each in bound.own))
    links = finding.find(work, bound.of, where={bound.by: holder.id}, fields=fields, limit=MOST)
    return {str(each[bound.by_other]): each for each in links}


def _linked(work: Work, links: Mapping[str, Record], bound: BoundRelated, fields: list[str]) -> tuple[list[Record], str]:
    """Records on the other side of a many-to-many."""
    page = finding.find(work, bound.object.name, where={"id": list(links)}, fields=fields, limit=MOST) if links else ()
    known = {each.id: each for each in page}
    return [known[each] for each in links if each in known], f"{len(known):,}{'+' if len(links) == MOST else ''}"


def _total(seen: Viewer, work: Work, name: str, where: dict[str, str], records: Sequence[Record], limit: int) -> str:
    if len(records) <= limit:
        return f"{len(records):,}"
    count = finding.count_of(work, name, where=where)
    return f"{count.value:,}{'' if count.exact else '+'}"


def _new_url(seen: Viewer, holder: Record, bound: BoundRelated) -> str | None:
    """The form of a new record that points here already."""
    pointer = bound.pointer
    if (
        pointer is None
        or not seen.verdict(bound.object.name).create
        or pointer.name not in seen.verdict(bound.object.name).creatable
    ):
        return None
    value = f"{holder.object}/{holder.id}" if pointer.type == "polymorphic" else holder.id
    return addresses.new(bound.object.name, **{pointer.name: value, "back": addresses.record(holder.object, holder.id)})


def _choose_url(seen: Viewer, holder: Record, bound: BoundRelated) -> str | None:
    """Where the linked records are chosen."""
    if bound.own_field is None or not holder.may.update or bound.own_field not in seen.verdict(holder.object).writable:
        return None
    if bound.own:
        return f"{addresses.record(holder.object, holder.id)}/links/{bound.own_field}"
    return f"{addresses.edit(holder.object, holder.id)}?only={bound.own_field}"
