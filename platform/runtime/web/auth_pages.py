"""The pages of coming in and going out: sign-in, sign-out, and the first administrator's set-up behind a token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound

from newel.metadata.words import word
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.errors import NotFound as NoSuchToken
from newel.runtime.records.identity import setting_up, signing_in, users
from newel.runtime.records.identity.signing_in import Refused, Visitor
from newel.runtime.web import language, resuming, security

pages = Blueprint("auth", __name__)
WRONG = word("This e-mail address and password don't go together.")
SLOW = word("Too many tries. Wait {seconds} seconds, then try again.")


def register(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/sign-in")
def sign_in() -> Response:
    """The sign-in page; whoever is in already goes on."""
    there = inside(request.args.get("next"))
    return goto(there) if g.actor else _sign_in_page(there)


@pages.post("/sign-in")
def take_sign_in() -> Response:
    there = inside(request.form.get("next"))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    outcome = signing_in.sign_in(g.installation, email, password, visitor(), datetime.now(UTC), session_token())
    if isinstance(outcome, Refused):
        return _refuse(outcome, email, there)
    kept = resuming.opened(request.form.get(resuming.FIELD, ""))
    if kept is not None:
        token = security.csrf_token_of(outcome.token)
        page = render_template("auth/resume.html", kept=kept, token=token, next=there)
        return with_session(make_response(page), outcome.token)
    return with_session(goto(there), outcome.token)


@pages.post("/sign-out")
def sign_out() -> Response:
    """Ends the session here and on the server."""
    identity = g.identity
    token = session_token() or ""
    signing_in.sign_out(g.installation, token, identity.user_id, identity.email, visitor(), datetime.now(UTC))
    response = goto("/sign-in")
    security.delete_cookie(response, security.SESSION_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/setup-token/<token>")
def set_up(token: str) -> Response:
    """The form that makes the first administrator; without a good token there is nothing here."""
    if not setting_up.is_good(g.installation, token, datetime.now(UTC)):
        raise NotFound
    return _set_up_page(token, {"language": language.spoken()}, ())


@pages.post("/setup-token/<token>")
def take_set_up(token: str) -> Response:
    values = {name: request.form.get(name, "").strip() for name in ("name", "email", "language")}
    try:
        begun = setting_up.first_admin(
            g.installation, token, values, request.form.get("password", ""), visitor(), datetime.now(UTC)
        )
    except NoSuchToken as error:
        raise NotFound from error
    except Invalid as error:
        return _set_up_page(token, values, error.problems)
    return with_session(goto("/"), begun)


@pages.get("/session")
def session() -> Response:
    """Who is signed in, and the token for forms: a page that outlived its session asks here before it sends again."""
    return make_response({"user": {"id": g.identity.user_id, "name": g.actor.name}, "csrf_token": security.csrf_token()})


def visitor() -> Visitor:
    return Visitor(_without_port(request.remote_addr or ""), request.user_agent.string)


def _without_port(address: str) -> str:
    """Some proxies tell the port, too, which is another one each time."""
    bracketed = address.startswith("[")
    if bracketed or address.count(":") == 1:
        return address.rpartition("]")[0].removeprefix("[") if bracketed else address.partition(":")[0]
    return address


def session_token() -> str | None:
    return request.cookies.get(security.cookie_name(security.SESSION_COOKIE))


def with_session(response: Response, token: str) -> Response:
    security.set_cookie(response, security.SESSION_COOKIE, token)
    security.delete_cookie(response, security.VISITOR_COOKIE)
    return response


def goto(url: str) -> Response:
    return make_response(redirect(url, 303))


def inside(url: str | None) -> str:
    """`url` where it is a path of this site, else the home page: nobody is sent elsewhere by a crafted link."""
    if not url or not url.startswith("/") or url.startswith("//") or "\\" in url or any(ord(each) <= 32 for each in url):
        return "/"
    parts = urlsplit(url)
    return url if not parts.scheme and not parts.netloc and parts.path != "/sign-in" else "/"


def said(problems: tuple[FieldProblem, ...]) -> dict[str, str]:
    """The first fault of each field, in the reader's language."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field or "", problem.say(language.spoken()))
    return found


def _refuse(refused: Refused, email: str, there: str) -> Response:
    if not refused.wait:
        return _sign_in_page(there, email, language.sentence(WRONG), status=422)
    response = _sign_in_page(there, email, language.sentence(SLOW, {"seconds": refused.wait}), status=429)
    response.headers["Retry-After"] = str(refused.wait)
    return response


def _sign_in_page(there: str, email: str = "", problem: str = "", status: int = 200) -> Response:
    page = render_template(
        "auth/sign_in.html",
        next=there,
        email=email,
        problem=problem,
        kept=request.form.get(resuming.FIELD, ""),
        nobody_yet=not users.any_user(g.installation),
    )
    return make_response(page, status)


def _set_up_page(token: str, values: dict[str, Any], problems: tuple[FieldProblem, ...]) -> Response:
    page = render_template("auth/set_up.html", token=token, values=values, problems=said(problems))
    return make_response(page, 422 if problems else 200)
