"""The signed-in person's own page: language, theme, time zone, password, sessions and API keys. Nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import NotFound

from newel.metadata.model import USER_OBJECT
from newel.metadata.words import word
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.identity import api_keys, changing_own, sessions, signing_in
from newel.runtime.web.auth_pages import goto, said, visitor, with_session

pages = Blueprint("profile", __name__)
LIFETIMES = {"30": 30, "90": 90, "365": 365, "": None}  # days a key lives; None: until it is ended
OUTCOMES = {
    "signed_in": word("Signed in"),
    "refused": word("Refused"),
    "slowed": word("Slowed down"),
    "signed_out": word("Signed out"),
    "password_changed": word("Password changed"),
    "password_set": word("Password set by an administrator"),
    "link_made": word("Password link made"),
    "set_up": word("Set up Newel"),
}
ASKED = ("name", "language", "theme", "time_zone")


def register(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/profile")
def show() -> Response:
    return _page()


@pages.post("/profile")
def save() -> Response:
    """Keeps what the person chose for themselves."""
    values = {name: request.form[name] for name in ASKED if name in request.form}
    try:
        changing_own.save(g.installation, g.identity.user_id, values)
    except Invalid as error:
        return _page(values=values, problems=error.problems)
    return goto("/profile?done=saved")


@pages.post("/profile/password")
def change_password() -> Response:
    """Sets a new password: every other session ends, this one goes on under a new token."""
    form = request.form
    if form.get("password", "") != form.get("again", ""):
        return _page(problems=(FieldProblem("again", "password_differs", "The two passwords are not the same."),))
    try:
        token = changing_own.change_password(
            g.installation, g.identity, form.get("current", ""), form.get("password", ""), visitor(), end_keys="end_keys" in form
        )
    except Invalid as error:
        return _page(problems=error.problems)
    return with_session(goto("/profile?done=password"), token)


@pages.post("/profile/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    if not sessions.end(g.installation, g.identity.user_id, session_id):
        raise NotFound
    return goto("/sign-in" if session_id == g.identity.credential else "/profile?done=session#sessions")


@pages.post("/profile/keys")
def create_key() -> Response:
    """Makes a key and shows it, this once."""
    now = datetime.now(UTC)
    days = LIFETIMES.get(request.form.get("days", "90"), 90)
    key = api_keys.create(
        g.installation,
        g.identity.user_id,
        request.form.get("name", ""),
        now,
        read_only="read_only" in request.form,
        expires_at=now + timedelta(days=days) if days else None,
    )
    return _page(new_key=key)


@pages.post("/profile/keys/<key_id>/end")
def end_key(key_id: str) -> Response:
    if not api_keys.end(g.installation, g.identity.user_id, key_id, datetime.now(UTC)):
        raise NotFound
    return goto("/profile?done=key#keys")


def _page(values: dict[str, Any] | None = None, problems: tuple[FieldProblem, ...] = (), new_key: str | None = None) -> Response:
    now = datetime.now(UTC)
    identity, actor = g.identity, g.actor
    stored = {"name": actor.name, "language": actor.language, "theme": identity.theme, "time_zone": actor.time_zone}
    page = render_template(
        "auth/profile.html",
        values={**stored, **(values or {})},
        problems=said(problems),
        done=request.args.get("done"),
        email=identity.email,
        themes=tuple(g.installation.model.objects[USER_OBJECT].fields["theme"].choices.values()),
        time_zones=sorted(available_timezones()),
        own_sessions=sessions.of_user(g.installation, identity.user_id, now),
        this_session=identity.credential,
        own_keys=api_keys.of_user(g.installation, identity.user_id),
        new_key=new_key,
        outcomes=OUTCOMES,
        knocks=signing_in.knocks(g.installation, identity.user_id, limit=10),
    )
    return make_response(page, 422 if problems else 200)
