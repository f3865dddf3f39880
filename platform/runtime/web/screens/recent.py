"""What this browser opened last: a short cookie of object and id, resolved through the kernel, so rights always hold."""

from __future__ import annotations

import re

from flask import Request, Response

COOKIE = "newel_recent"
LENGTH = 12
_ENTRY = re.compile(r"([a-z][a-z0-9_]{0,59}):([0-9a-f-]{36})")
_AGE = 60 * 60 * 24 * 90


def opened(request: Request) -> list[tuple[str, str]]:
    """Object and id, the latest first."""
    return [(name, id) for name, id in _ENTRY.findall(request.cookies.get(COOKIE, "")[:2000])][:LENGTH]


def remember(request: Request, response: Response, object_name: str, id: str) -> None:
    """Puts a record in front of what was opened before."""
    rest = [entry for entry in opened(request) if entry != (object_name, id)]
    entries = [(object_name, id), *rest][:LENGTH]
    text = ".".join(f"{name}:{each}" for name, each in entries)
    response.set_cookie(COOKIE, text, max_age=_AGE, httponly=True, samesite="Lax", secure=request.is_secure)
