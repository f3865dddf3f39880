"""An app's own page: what it holds and what each part is for. Opening it makes it the current app."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from newel.runtime.web.screens import answers
from newel.runtime.web.screens.binding import bind_object
from newel.runtime.web.screens.shell import APP_COOKIE, menu_of, visible_apps
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("apps", __name__)
_YEAR = 60 * 60 * 24 * 365


@screen.get("/app/<app_name>")
def show(app_name: str) -> Response:
    """The app's menu as tiles, each with what it is for."""
    seen = viewer()
    app = next((each for each in visible_apps(seen) if each.name == app_name), None)
    if app is None:
        raise NotFound
    groups = menu_of(seen, app)
    objects = {entry.object: bind_object(seen, entry.object) for group in groups for entry in group.entries}
    answer = answers.page("pages/app.html", app=app, label=app.label.say(seen.language), groups=groups, objects=objects)
    answer.set_cookie(APP_COOKIE, app.name, max_age=_YEAR, samesite="Lax", httponly=True)
    return answer
