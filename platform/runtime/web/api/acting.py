"""The declared actions of an object: what one would do to a record, and doing it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from newel.runtime.records import Work, acting, reading
from newel.runtime.web import reading_bodies
from newel.runtime.web.api import parameters
from newel.runtime.web.api.carrying_out import Reply, carry_out
from newel.runtime.web.api.routes import answer, api, door


@api.get("/records/<object_name>/<record_id>/actions/<action>")
def prepare_action(object_name: str, record_id: str, action: str) -> Response:
    """The steps of the action with the values that they would write, and existing records that could be used instead."""
    parameters.no_parameters()
    with reading(g.installation, door()) as work:
        prepared = acting.prepare(work, object_name, record_id, action)
    return answer(prepared)


@api.post("/records/<object_name>/<record_id>/actions/<action>")
def perform_action(object_name: str, record_id: str, action: str) -> Response:
    """Runs all steps in one transaction; the body may say for each step what to choose."""
    parameters.no_parameters()
    choices: dict[str, Any] = reading_bodies.json_object() if request.content_length or request.mimetype else {}

    def act(work: Work) -> Reply:
        return Reply(acting.perform(work, object_name, record_id, action, choices))

    return carry_out(act)
