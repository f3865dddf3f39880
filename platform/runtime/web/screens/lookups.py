"""What a lookup offers while somebody types: title and key facts, what was looked at lately first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from newel.metadata.model import Field
from newel.runtime.records import finding, reading, searching
from newel.runtime.records.errors import NotFound
from newel.runtime.records.record import Suggestion
from newel.runtime.records.work import Work
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("lookups", __name__)
OFFERED = 8
OFFERED_OF_EACH = 4
MOST_FACTS = 2
WRITTEN = ".text"  # the input beside a lookup that takes a name


@screen.get("/o/<object_name>/suggest")
def suggest(object_name: str) -> list[dict[str, Any]]:
    """Records of one object: for what is typed (`q`), or those that are named (`id`)."""
    seen = viewer()
    seen.object(object_name)
    with reading(seen.installation, seen.actor) as work:
        if "id" in request.args:
            found = finding.suggestions(work, object_name, request.args.getlist("id")[:100])
        else:
            found = searching.suggest(work, object_name, request.args.get("q", "")[:200], OFFERED)
    return [_offer(seen, each, each.id) for each in found]


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
                found += searching.suggest(work, name, "", OFFERED_OF_EACH)
    return [_offer(seen, each, f"{each.object}/{each.id}") for each in found]


def named(seen: Viewer, fields: Mapping[str, BoundField], form: MultiDict[str, str]) -> dict[str, Any]:
    """Records that were written by name, where no script offers them: the one that is called so; else the words as they are."""
    written = {name: form.get(f"{name}{WRITTEN}", "").strip() for name in fields if form.get(f"{name}{WRITTEN}", "").strip()}
    if not written:
        return {}
    with reading(seen.installation, seen.actor) as work:
        return {name: _called(work, seen, fields[name], text) for name, text in written.items()}


def _called(work: Work, seen: Viewer, field: BoundField, text: str) -> Any:
    offers = [each for name in field.field.to if seen.reads(name) for each in searching.suggest(work, name, text, OFFERED)]
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
