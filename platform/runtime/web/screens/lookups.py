"""What a lookup offers while somebody types: title and key facts, what was looked at lately first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from newel.metadata.model import Field
from newel.runtime.records import finding, previewing, reading, searching, suggesting
from newel.runtime.records.errors import NotFound
from newel.runtime.records.offering import Narrowing
from newel.runtime.records.record import Suggestion
from newel.runtime.records.work import Work
from newel.runtime.web.screens import typed
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.filling import fields_of
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("lookups", __name__)
OFFERED = 8
OFFERED_OF_EACH = 4
MOST_FACTS = 2
FORM = "f."  # before the names of a form's values that come along
WRITTEN = ".text"  # the input beside a lookup that takes a name


@screen.get("/o/<object_name>/suggest")
def suggest(object_name: str) -> list[dict[str, Any]]:
    """Records of one object: for what is typed (`q`), or those that are named (`id`).

    `of` (object.field) says for which reference. Where that one offers not every record, `record` is the record that it belongs
    to (none: a new one), and `f.<field>` are that record's values as its form holds them now.
    """
    seen = viewer()
    seen.object(object_name)
    with reading(seen.installation, seen.actor) as work:
        if "id" in request.args:
            found = finding.suggestions(work, object_name, request.args.getlist("id")[:100])
        else:
            narrowing = _narrowing(work, seen, object_name)
            found = suggesting.suggest(work, object_name, request.args.get("q", "")[:200], OFFERED, narrowing)
    return [_offer(seen, each, each.id) for each in found]


def _narrowing(work: Work, seen: Viewer, object_name: str) -> Narrowing | None:
    """What is offered for the reference that the request names; where the choice depends on a form, only with that form."""
    holder, _, name = request.args.get("of", "").partition(".")
    if not seen.reads(holder) or name not in seen.verdict(holder).readable:
        return None
    if object_name not in seen.model.objects[holder].fields[name].to:
        return None
    reads = suggesting.depends_on(work, holder, name)
    with_form = "record" in request.args or any(each.startswith(FORM) for each in request.args)
    if reads is None or (reads and not with_form):
        return None
    return suggesting.narrowing_of(work, holder, name, _values(work, seen, holder, reads) if reads else {})


def _values(work: Work, seen: Viewer, holder: str, names: Sequence[str]) -> Mapping[str, Any]:
    """The values that these fields of a record would have, were its form saved now."""
    given = typed.read(seen, fields_of(seen, holder, names).values(), request.args, FORM)
    return _would_be(work, seen, holder, request.args.get("record"), names, given)


def _would_be(
    work: Work, seen: Viewer, holder: str, record_id: str | None, names: Sequence[str], given: Mapping[str, Any]
) -> Mapping[str, Any]:
    if not record_id:
        return previewing.of_new(work, holder, given).values
    readable = seen.verdict(holder).readable
    record = finding.get(work, holder, record_id, [name for name in names if name in readable])
    return previewing.of_changed(work, record, given).values


@screen.get("/suggest")
def suggest_any() -> list[dict[str, Any]]:
    """Records of the objects that a polymorphic lookup (`of` = object.field) may point at."""
    seen = viewer()
    field = _field(seen, request.args.get("of", ""))
    wanted = [name for name in field.to if seen.reads(name) and request.args.get("object") in (None, "", name)]
    found: list[Suggestion] = []
    with reading(seen.installation, seen.actor) as work:
        if "id" in request.args:
            there, _, record_id = request.args["id"].partition("/")
            found = finding.suggestions(work, there, [record_id]) if there in wanted else []
        elif request.args.get("q", "").strip():
            hits = searching.search(work, request.args["q"][:200], wanted, OFFERED)
            for name in dict.fromkeys(hit.object for hit in hits):
                found += finding.suggestions(work, name, [hit.id for hit in hits if hit.object == name])
        else:
            for name in wanted[:3]:
                found += suggesting.suggest(work, name, "", OFFERED_OF_EACH)
    return [_offer(seen, each, f"{each.object}/{each.id}") for each in found]


def named(
    seen: Viewer, fields: Mapping[str, BoundField], form: MultiDict[str, str], record_id: str | None = None
) -> dict[str, Any]:
    """Records that were written by name, where no script offers them: the one that is called so; else the words as they are."""
    written = {name: form.get(f"{name}{WRITTEN}", "").strip() for name in fields if form.get(f"{name}{WRITTEN}", "").strip()}
    if not written:
        return {}
    with reading(seen.installation, seen.actor) as work:
        found = {}
        for name, text in written.items():
            object_name = fields[name].object.name
            reads = suggesting.depends_on(work, object_name, name) or ()
            given = typed.read(seen, (fields[each] for each in reads if each in fields), form)
            values = _would_be(work, seen, object_name, record_id, reads, given) if reads else {}
            narrowing = suggesting.narrowing_of(work, object_name, name, values)
            found[name] = _called(work, seen, fields[name], text, narrowing)
        return found


def _called(work: Work, seen: Viewer, field: BoundField, text: str, narrowing: Narrowing | None) -> Any:
    offers = [
        each for name in field.field.to if seen.reads(name) for each in suggesting.suggest(work, name, text, OFFERED, narrowing)
    ]
    same = [each for each in offers if each.title.casefold() == text.casefold()] or (offers if len(offers) == 1 else [])
    if len(same) != 1:
        return text
    return {"object": same[0].object, "id": same[0].id} if field.field.type == "polymorphic" else same[0].id


def _field(seen: Viewer, address: str) -> Field:
    object_name, _, name = address.partition(".")
    found = seen.object(object_name).fields.get(name)
    if found is None or found.type != "polymorphic" or name not in seen.verdict(object_name).readable:
        raise NotFound(object_name)
    return found


def _offer(seen: Viewer, each: Suggestion, key: str) -> dict[str, Any]:
    kind = seen.model.objects[each.object].label.say(seen.language)
    title = each.title or seen.t("(no name)")
    return {"id": key, "title": title, "facts": list(each.facts[:MOST_FACTS]), "object": each.object, "kind": kind}
