"""The web application: one Flask app over an InstallationHolder. Every request keeps the Installation it began with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g
from werkzeug.middleware.proxy_fix import ProxyFix

from newel.runtime.installation import InstallationHolder
from newel.runtime.records import housekeeping, recomputing
from newel.runtime.web import (
    api,
    auth,
    auth_links,
    auth_pages,
    auth_profile,
    failures,
    language,
    screens,
    security,
    setup,
    trying_again,
)
from newel.runtime.web.reading_bodies import FORM_BYTES, FORM_PARTS, UPLOAD_BYTES
from newel.runtime.web.screens.recalculating import recalculating

STATIC_AGE = timedelta(hours=1)


def create_app(holder: InstallationHolder) -> Flask:
    """The app of one installation. Rooms register in this visible list; the guards come before all of them."""
    app = Flask("newel.runtime.web", static_folder="static", template_folder="templates")
    _configure(app, holder)
    _behind_proxies(app, holder.current(None).settings.trusted_proxies)
    auth.guard(app)
    security.protect(app)
    failures.answer(app)
    trying_again.try_again(app)
    app.before_request(tend)
    app.context_processor(_words_of_every_page)
    app.add_url_rule("/health", "health", health)
    auth_pages.register(app)
    auth_profile.register(app)
    auth_links.register(app)
    api.register(app)
    screens.register(app)
    app.jinja_env.globals["recalculating"] = recalculating
    setup.register(app)
    return app


def _behind_proxies(app: Flask, count: int) -> None:
    """Who calls is whom the outermost trusted proxy was called from; nothing else that a proxy may say is believed."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=0)  # type: ignore[method-assign]


def tend() -> None:
    """What is to be computed anew is, and what nobody needs goes, by threads of whoever serves."""
    installation = g.get("installation")
    if installation is not None:
        recomputing.tend(installation)
        housekeeping.tend(installation)


def health() -> Response:
    """200 where the process answers and its database does too."""
    auth.stored_revision()
    return Response('{"status": "ok"}\n', mimetype="application/json")


def _configure(app: Flask, holder: InstallationHolder) -> None:
    settings = holder.current(None).settings
    base = urlsplit(settings.base_url)
    app.extensions["newel"] = holder
    app.secret_key = settings.secret_key
    app.config.update(
        HTTPS=base.scheme == "https",
        BASE_HOST=base.netloc,
        CSRF_KEY=security.derive_key(settings.secret_key, "csrf"),
        SESSION_COOKIE_NAME="newel_flash",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=base.scheme == "https",
        MAX_CONTENT_LENGTH=UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE,
    )


def _words_of_every_page() -> dict[str, Any]:
    """What every template may use: words in the reader's language, the form's token, the answer's nonce, and who reads."""
    spoken = language.spoken()
    return {
        "say": language.sayer(spoken),
        "language": spoken,
        "csrf_token": security.csrf_token,
        "csp_nonce": security.csp_nonce,
        "actor": g.get("actor"),
        "identity": g.get("identity"),
        "installation": g.get("installation"),
    }
