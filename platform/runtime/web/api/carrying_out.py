"""Every state change of the API: one transaction, and with an Idempotency-Key at most once however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, g, request

from newel.metadata.words import word
from newel.runtime.records import Work, idempotency, writing
from newel.runtime.records.record import Record
from newel.runtime.web import reading_bodies
from newel.runtime.web.api.representing import as_json
from newel.runtime.web.api.routes import JSON, address_of, door, etag
from newel.runtime.web.failures import Failure

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as data, so that it can be kept with its key and given again."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def carry_out(act: Callable[[Work], Reply]) -> Response:
    """Runs the change in its own transaction. The same key and body again: the first answer again; another body: 409."""
    key = _key()
    with writing(g.installation, door()) as work:
        reply = act(work) if key is None else _once(work, key, act)
    body = b"" if reply.body is None else orjson.dumps(reply.body)
    return Response(body, reply.status, reply.headers, mimetype=JSON if body else None)


def shown(record: Record, status: int = 200) -> Reply:
    return Reply(as_json(g.installation, record), status, {"ETag": etag(record.version)})


def created(record: Record) -> Reply:
    reply = shown(record, 201)
    reply.headers["Location"] = address_of(record.object, record.id)
    return reply


NOTHING = Reply(status=204)


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise Failure(
            400,
            "bad_idempotency_key",
            word("An Idempotency-Key is 1 to {limit} printable ASCII characters."),
            {"limit": LONGEST_KEY},
        )
    return key


def _once(work: Work, key: str, act: Callable[[Work], Reply]) -> Reply:
    def answered() -> dict[str, Any]:
        reply = act(work)
        return {"body": reply.body, "status": reply.status, "headers": reply.headers}

    return Reply(**idempotency.once(work, key, _fingerprint(), answered))


def _fingerprint() -> str:
    """What the request asks for, so that a key isn't used for something else."""
    asked = f"{request.method} {request.path} {request.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(asked + reading_bodies.raw_body()).hexdigest()
