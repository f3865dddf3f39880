"""The page behind a one-time link: a user whom Setup made, or who forgot, sets a password and is in."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import NotFound

from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.errors import NotFound as NoSuchLink
from newel.runtime.records.identity import changing_own
from newel.runtime.web.auth_pages import goto, said, visitor, with_session

pages = Blueprint("links", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/set-password/<token>")
def show(token: str) -> Response:
    """The form; without a good link there is nothing here."""
    return _page(token)


@pages.post("/set-password/<token>")
def take(token: str) -> Response:
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _page(token, (FieldProblem("again", "password_differs", "The two passwords are not the same."),))
    try:
        begun = changing_own.take_link(g.installation, token, password, visitor(), datetime.now(UTC))
    except NoSuchLink as error:
        raise NotFound from error
    except Invalid as error:
        return _page(token, error.problems)
    return with_session(goto("/"), begun)


def _page(token: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    email = changing_own.of_link(g.installation, token, datetime.now(UTC))
    if email is None:
        raise NotFound
    page = render_template("auth/set_password.html", token=token, email=email, problems=said(problems))
    return make_response(page, 422 if problems else 200)
