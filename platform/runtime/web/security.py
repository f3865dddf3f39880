"""What holds in a browser for every answer and every state change: headers, a policy with a nonce, cookies, no forgery."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from newel.metadata.words import word

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# What a page may load: our own files, and the few blocks that carry this answer's nonce.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

FIXED_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
)
HSTS = "max-age=31536000; includeSubDomains"

SESSION_COOKIE = "newel_session"
VISITOR_COOKIE = "newel_visitor"  # ties a form to a browser that has no session yet (sign-in, set-up)
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
_VISITOR_BYTES = 24


class Forged(HTTPException):
    """A state-changing request without the token that only our own pages know."""

    code = 403
    reason = "page_expired"
    description = word("This page has expired. Load it again, then repeat what you did.")


def derive_key(secret_key: str, purpose: str) -> bytes:
    """A key of its own for every purpose, so that what one signs no other takes."""
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).digest()


def protect(app: Flask) -> None:
    """Registers the headers and the forgery check for every route of the app."""
    app.before_request(refuse_forgery)
    app.after_request(add_headers)


def csp_nonce() -> str:
    """This answer's nonce; made when a template first asks for it."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(16)
    return nonce


def csrf_token() -> str:
    """The token that forms and scripts of this browser must send back with a state change."""
    return _token_for(_browser_secret() or _new_visitor())


def csrf_token_of(session_token: str) -> str:
    """The token of a session that begins with this answer."""
    return _token_for(session_token)


def refuse_forgery() -> None:
    """Refuses a state change that a cookie would carry unless our own page sent it; requests with an API key are exempt."""
    if request.method in SAFE_METHODS or g.get("by_key") or request.endpoint is None:
        return
    if comes_from_elsewhere(request):
        raise Forged
    secret = _browser_secret()
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
    if not secret or not hmac.compare_digest(sent.encode(), _token_for(secret).encode()):
        raise Forged


def add_headers(response: Response) -> Response:
    headers = response.headers
    for name, value in FIXED_HEADERS:
        headers[name] = value
    if "Content-Security-Policy" not in headers:
        is_page = response.mimetype == "text/html" and "Content-Disposition" not in headers
        headers["Content-Security-Policy"] = PAGE_POLICY.format(nonce=csp_nonce()) if is_page else DATA_POLICY
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-store"
    if _is_https():
        headers["Strict-Transport-Security"] = HSTS
    visitor = g.get("new_visitor")
    if visitor:
        set_cookie(response, VISITOR_COOKIE, visitor)
    return response


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(cookie_name(name), value, max_age=max_age, path="/", secure=_is_https(), httponly=True, samesite="Lax")


def delete_cookie(response: Response, name: str) -> None:
    response.delete_cookie(cookie_name(name), path="/", secure=_is_https(), httponly=True, samesite="Lax")


def cookie_name(name: str) -> str:
    """On https the browser itself guarantees who set the cookie."""
    return f"__Host-{name}" if _is_https() else name


def _browser_secret() -> str | None:
    if g.get("by_session"):
        return request.cookies.get(cookie_name(SESSION_COOKIE))
    visitor: str | None = g.get("new_visitor") or request.cookies.get(cookie_name(VISITOR_COOKIE))
    return visitor


def _new_visitor() -> str:
    visitor: str = secrets.token_urlsafe(_VISITOR_BYTES)
    g.new_visitor = visitor
    return visitor


def _token_for(secret: str) -> str:
    key: bytes = current_app.config["CSRF_KEY"]
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def comes_from_elsewhere(sent: Request) -> bool:
    """True where the browser itself says that another site's page sent the request."""
    if sent.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return True
    origin = sent.headers.get("Origin")
    return bool(origin) and origin != "null" and urlsplit(str(origin)).netloc not in (sent.host, current_app.config["BASE_HOST"])


def _is_https() -> bool:
    return bool(current_app.config["HTTPS"])
