"""Search over everything the viewer may read, grouped by object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from newel.runtime.records import reading, searching
from newel.runtime.records.searching import Hit
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundObject, Column, bind_columns, bind_object
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("search", __name__)
MOST = 60
MOST_WITHIN = 100
MOST_FACTS = 3
LONGEST = 200


@dataclass(frozen=True)
class Found:
    """One record found: its name, the text around the matched words, and its key facts."""

    title: Markup
    snippet: Markup
    facts: str
    url: str


@dataclass
class FoundGroup:
    object: BoundObject
    url: str
    found: list[Found] = field(default_factory=list)


@screen.get("/search")
def search() -> Response:
    """What was found, or how to search where nothing was asked yet."""
    seen = viewer()
    text = request.args.get("q", "").strip()[:LONGEST]
    only = request.args.get("object", "")
    hits: list[Hit] = []
    if text:
        with reading(seen.installation, seen.actor) as work:
            wanted = [only] if only and seen.reads(only) else None
            limit = MOST_WITHIN if wanted else MOST
            hits = searching.search(work, text, wanted, limit, lambda name: [each.path for each in _facts(seen, name)])
    return answers.page("pages/search.html", searched=text, groups=_grouped(seen, hits, text), only=only)


def _grouped(seen: Viewer, hits: list[Hit], text: str) -> list[FoundGroup]:
    """The hits by object, in the order of the best of each."""
    groups: dict[str, FoundGroup] = {}
    for hit in hits:
        if hit.object not in groups:
            groups[hit.object] = FoundGroup(bind_object(seen, hit.object), f"{addresses.search(text)}&object={hit.object}")
        url = addresses.record(hit.object, hit.id)
        groups[hit.object].found.append(Found(marked(hit.title, text), marked(hit.snippet, text), _said(seen, hit), url))
    return list(groups.values())


def _facts(seen: Viewer, name: str) -> tuple[Column, ...]:
    """A few facts of the records of an object, so that equal names can be told apart."""
    return tuple(bind_columns(seen, name, seen.model.objects[name].facts)[1 : MOST_FACTS + 1])


def _said(seen: Viewer, hit: Hit) -> str:
    record = hit.record
    return "" if record is None else " · ".join(filter(None, (each.text(record) for each in _facts(seen, hit.object))))


def marked(text: str, wanted: str) -> Markup:
    """The text with the wanted words marked, whatever their letter case."""
    words = sorted({re.escape(word) for word in wanted.split() if word}, key=len, reverse=True)
    if not words:
        return escape(text)
    parts = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE)
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if at % 2 else part for at, part in enumerate(parts))
