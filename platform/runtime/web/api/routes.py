"""The blueprint that every route of the API belongs to, and what holds for each of its answers."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import NotAcceptable

from newel.runtime.web import auth

PREFIX = auth.API
JSON = "application/json"
OTHER_FORMATS = frozenset({"api.download"})  # routes that don't answer in JSON

api = Blueprint("api", __name__, url_prefix=PREFIX)


@api.before_request
def can_answer_in_json() -> None:
    """406 for a caller who takes neither JSON nor anything."""
    accepted = request.headers.get("Accept")
    if not accepted or accepted == "*/*" or JSON in accepted or request.endpoint in OTHER_FORMATS:
        return
    if not request.accept_mimetypes.accept_json and request.accept_mimetypes.quality("application/problem+json") == 0:
        raise NotAcceptable


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; `body` holds what `dump` of the field types gives."""
    return Response(orjson.dumps(body), status, headers, mimetype=JSON)


def etag(version: int) -> str:
    return f'"{version}"'


def address_of(object_name: str, record_id: str) -> str:
    """Where a record lives."""
    return f"{PREFIX}/records/{object_name}/{record_id}"


def door() -> Any:
    """The actor of this request, as it comes through the API."""
    return g.actor if g.actor.door == "api" else g.actor.through("api")
