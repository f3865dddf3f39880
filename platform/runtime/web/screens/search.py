"""Search over everything the viewer may read, grouped by object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from newel.runtime.records import reading, searching
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BoundObject, bind_object
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("search", __name__)
MOST = 60
MOST_WITHIN = 100
LONGEST = 200


@dataclass(frozen=True)
class Found:
    """One record found, with the text around the matched words."""

    title: Markup
    snippet: Markup
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
    hits: list[Any] = []
    if text:
        with reading(seen.installation, seen.actor) as work:
            wanted = [only] if only and seen.reads(only) else None
            hits = list(searching.search(work, text, objects=wanted, limit=MOST_WITHIN if wanted else MOST))
    groups: dict[str, FoundGroup] = {}
    for hit in hits:
        if hit.object not in groups:
            groups[hit.object] = FoundGroup(bind_object(seen, hit.object), f"{addresses.search(text)}&object={hit.object}")
        shown = Found(marked(hit.title, text), marked(hit.snippet or "", text), addresses.record(hit.object, hit.id))
        groups[hit.object].found.append(shown)
    return answers.page("pages/search.html", searched=text, groups=list(groups.values()), only=only, count=len(hits))


def marked(text: str, wanted: str) -> Markup:
    """The text with the wanted words marked, whatever their letter case."""
    import re

    words = sorted({re.escape(word) for word in wanted.split() if word}, key=len, reverse=True)
    if not words:
        return escape(text)
    parts = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE)
    return Markup("").join(Markup("<mark>{}</mark>").format(part) if at % 2 else part for at, part in enumerate(parts))
