"""Language and theme from the user menu, kept on the user and in force with the next page."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from newel.runtime.records.identity import changing_own
from newel.runtime.web.screens import answers

screen = Blueprint("preferences", __name__)


@screen.post("/preferences")
def keep() -> Response:
    """Takes what the menu's button says, and goes back to where it was pressed."""
    values = {name: request.form[name] for name in ("language", "theme") if name in request.form}
    changing_own.save(g.installation, g.identity.user_id, values)
    return answers.go(answers.inside(request.form.get("back")))
