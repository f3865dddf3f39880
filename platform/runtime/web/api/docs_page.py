"""The page on which people read about the API and try it with their own session."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template

pages = Blueprint("api_docs", __name__)


@pages.get("/api/docs")
def show() -> Response:
    """The page; its script reads the description and draws the operations."""
    return make_response(render_template("api/docs.html", base_url=g.installation.settings.base_url))
