"""Searching all objects at once for words."""

from __future__ import annotations

from flask import Response, g

from newel.runtime.records import reading, searching
from newel.runtime.web.api import parameters
from newel.runtime.web.api.routes import answer, api, door

MOST = 100
USUAL = 20


@api.get("/search")
def search() -> Response:
    """The records that hold the words, the best first, as far as the caller may read what holds them."""
    query = parameters.Query("q", "objects", "limit")
    text, objects, limit = query.text("q"), query.names("objects"), query.number("limit", USUAL, MOST)
    if text is None:
        query.miss("q")
    query.done()
    with reading(g.installation, door()) as work:
        hits = searching.search(work, text or "", objects, limit)
    return answer({"data": [{"object": hit.object, "id": hit.id, "title": hit.title, "snippet": hit.snippet} for hit in hits]})
