"""A form sent after its session had ended: it waits, sealed, in the sign-in page, and goes on once its sender is in again.

Only forms of our own pages are kept, and nothing is done with them before their sender says so again.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from newel.runtime.web import security

FIELD = "kept"
WHERE = "/o/"  # forms of records
MOST = 512 * 1024  # characters
SECONDS = 3600


class Kept(NamedTuple):
    """Where a form was sent, and what it held."""

    path: str
    values: list[tuple[str, str]]


def seal() -> str:
    """The form of this request, sealed; '' where there is none that may be kept."""
    own = request.headers.get("Sec-Fetch-Site") == "same-origin" or "Origin" in request.headers
    if request.method != "POST" or not request.path.startswith(WHERE) or not own or security.comes_from_elsewhere(request):
        return ""
    values = [(name, value) for name, value in request.form.items(multi=True) if name != security.CSRF_FIELD]
    if sum(len(name) + len(value) for name, value in values) > MOST:
        return ""
    return str(_sealer().dumps([request.full_path.rstrip("?"), values])) if values else ""


def opened(sealed: str) -> Kept | None:
    """What was sealed less than an hour ago; None for anything else."""
    if not sealed:
        return None
    try:
        path, values = _sealer().loads(sealed, max_age=SECONDS)
    except BadSignature:
        return None
    return Kept(path, [(name, value) for name, value in values])


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(security.derive_key(str(current_app.secret_key), "kept form"))
