"""Every error as an answer: problem+json (RFC 9457) for the API, a page for people. Codes are stable, words are translated."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from newel.metadata.words import word
from newel.runtime.records.errors import (
    Collided,
    Conflict,
    FieldProblem,
    Forbidden,
    Invalid,
    KernelError,
    NoActor,
    NotFound,
    Restricted,
    Stale,
)
from newel.runtime.web import auth, language, resuming
from newel.runtime.web.reading_bodies import MalformedBody

LOG = logging.getLogger("newel.refusals")
PROBLEM_JSON = "application/problem+json"
SOON = "5"  # seconds
STATUS_OF = {Collided: 503, NoActor: 401, NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422, Stale: 409, Restricted: 409}

# What people are told for each HTTP status that no error of our own explains better.
TITLES = {
    400: ("bad_request", word("The request can't be read.")),
    401: ("not_signed_in", word("Sign in first.")),
    403: ("forbidden", word("You may not do this.")),
    404: ("not_found", word("There is nothing here, or nothing that you may see.")),
    405: ("method_not_allowed", word("This address doesn't take that method.")),
    406: ("not_acceptable", word("This address can't answer in the format that was asked for.")),
    408: ("timeout", word("The request took too long to arrive.")),
    409: ("conflict", word("This contradicts what is stored.")),
    412: ("stale", word("Somebody else has changed this record since you opened it.")),
    413: ("too_large", word("The request is larger than this address takes.")),
    414: ("address_too_long", word("The address is too long.")),
    415: ("unsupported_media_type", word("This address doesn't read that content type.")),
    422: ("invalid", word("Some values can't be saved.")),
    428: ("precondition_required", word("Send If-Match with the ETag of the version that you change.")),
    429: ("slow_down", word("Too many requests. Wait a moment, then try again.")),
    431: ("headers_too_large", word("The request's headers are too large.")),
    500: ("internal_error", word("Something went wrong here. It has been noted.")),
    503: ("busy", word("The server is busy. Try again in a moment.")),
}


@dataclass
class Failure(Exception):  # noqa: N818 - it is an answer, too
    """An error that a route answers with on purpose; `message` is an English sentence with {placeholders}."""

    status: int
    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def answer(app: Flask) -> None:
    """Registers one handler for each family of errors."""
    app.register_error_handler(Failure, _show)
    app.register_error_handler(KernelError, lambda error: _show(of_kernel(error)))
    app.register_error_handler(MalformedBody, lambda error: _show(of_body(error)))
    app.register_error_handler(HTTPException, lambda error: error if error.code in (301, 302, 308) else _show(of_http(error)))
    app.register_error_handler(Exception, _unforeseen)


def of_kernel(error: KernelError) -> Failure:
    """What the kernel refused, with the status that says so; an error of a kind not listed is a refusal of the request."""
    status = next((number for kind, number in STATUS_OF.items() if isinstance(error, kind)), 400)
    extra: dict[str, Any] = {}
    if isinstance(error, Stale):
        extra = {"current_version": error.current.version}
    elif isinstance(error, Restricted):
        extra = {"referring": [{"object": each.object, "field": each.field, "count": each.count} for each in error.referring]}
    problems = getattr(error, "problems", ())
    return Failure(status, error.code, error.message, dict(error.params), problems, extra)


def of_body(error: MalformedBody) -> Failure:
    place = {"line": error.line, "column": error.column} if error.line else {}
    return Failure(400, "malformed_body", error.message, error.params, extra=place)


def of_http(error: HTTPException) -> Failure:
    status = error.code or 500
    code, title = TITLES.get(status, ("error", word("The request can't be carried out.")))
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Content-Range")}
    reason = getattr(error, "reason", None)
    if reason is not None:
        code, title = reason, str(error.description)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Newel"'
    return Failure(status, code, title, headers=headers)


def as_document(failure: Failure) -> dict[str, Any]:
    """The failure as RFC 9457 has it, in the language of this answer."""
    spoken = language.spoken()
    return {
        "type": f"urn:newel:problem:{failure.code}",
        "title": language.sentence(failure.message, failure.params),
        "status": failure.status,
        "code": failure.code,
        **({"errors": [_as_error(each, spoken) for each in failure.problems]} if failure.problems else {}),
        **failure.extra,
    }


def _as_error(problem: FieldProblem, spoken: str) -> dict[str, Any]:
    return {"field": problem.field, "code": problem.code, "message": problem.say(spoken)}


def _note_refusal(failure: Failure) -> None:
    """A line for whoever asked for what they may not do, or came with a key that is none."""
    identity = g.get("identity")
    if failure.status == 403 or (failure.status == 401 and "Authorization" in request.headers):
        who = f"{'key' if identity.by_key else 'session'} {identity.credential} of {identity.user_id}" if identity else "nobody"
        LOG.warning("%s: %s %s by %s from %s", failure.code, request.method, request.path, who, request.remote_addr)


def _show(failure: Failure) -> Response:
    _note_refusal(failure)
    if request.path.startswith(auth.API):
        return _with_headers(Response(orjson.dumps(as_document(failure)), failure.status, mimetype=PROBLEM_JSON), failure)
    if failure.status == 401 and request.method == "GET" and "HX-Request" not in request.headers:
        here = request.full_path.rstrip("?")
        return _with_headers(redirect(url_for("auth.sign_in", next=here)), failure)  # type: ignore[arg-type]
    sealed = resuming.seal() if failure.status == 401 else ""
    if sealed:
        page = render_template("auth/sign_in.html", next=request.path, kept=sealed)
        return _with_headers(Response(page, 401, mimetype="text/html"), failure)
    page = render_template("auth/failure.html", failure=as_document(failure), next=request.headers.get("Referer", "/"))
    return _with_headers(Response(page, failure.status, mimetype="text/html"), failure)


def _with_headers(response: Response, failure: Failure) -> Response:
    response.headers.extend(failure.headers)
    return response


def _is_locked(error: Exception) -> bool:
    """Whether SQLite has waited in vain for another process to end its writing."""
    return type(error).__name__ == "OperationalError" and "database is locked" in str(error)


def _unforeseen(error: Exception) -> Response:
    """A fault of ours: noted with a number that the answer repeats, and nothing else told. A database that is locked is none."""
    if _is_locked(error):
        return _show(Failure(503, *TITLES[503], headers={"Retry-After": SOON}))
    number = secrets.token_hex(6)
    current_app.logger.exception("fault %s: %s %s", number, request.method, request.path, exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    g.actor = g.get("actor")
    return _show(Failure(500, *TITLES[500], extra={"fault": number}))
