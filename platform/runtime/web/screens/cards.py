"""The small card over a reference: what the record is, and its key facts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from newel.runtime.records import finding, reading
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.binding import bind_columns, bind_object
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("cards", __name__)
MOST_FACTS = 5


@screen.get("/o/<object_name>/<uuid:record_id>/card")
def card(object_name: str, record_id: UUID) -> Response:
    seen = viewer()
    bound = bind_object(seen, object_name)
    columns = bind_columns(seen, object_name, bound.object.facts)
    title = next((each for each in columns if each.is_title), None)
    facts = [each for each in columns if not each.is_title]
    with reading(seen.installation, seen.actor) as work:
        record = finding.get(work, object_name, str(record_id), [each.path for each in columns] or ["id"])
    return answers.page("parts/card.html", object=bound, record=record, title=title, facts=facts[:MOST_FACTS])
