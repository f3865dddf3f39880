"""Who asks, decided before any route runs: recognise the session or key, then refuse every route that isn't public to nobody.

After `recognise`, `g.actor`, `g.identity` (None for nobody) and `g.installation` hold for the whole request.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, current_app, g, request
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from newel.metadata.words import word
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.records.actors import Actor
from newel.runtime.records.identity import authentication
from newel.runtime.records.identity.authentication import Answer, Identity
from newel.runtime.web import security
from newel.runtime.web.public_routes import PUBLIC_ROUTES

API = "/api/v1"
SETUP = "/setup/"
WITHOUT_DATABASE = frozenset({"static", "health"})


class ReadOnlyKey(Forbidden):
    """The key may only read."""

    reason = "read_only_key"
    description = word("This key may only read.")


def guard(app: Flask) -> None:
    """Registers the guards; they run before everything else, in this order."""
    app.before_request(recognise)
    app.before_request(admit)


def holder() -> InstallationHolder:
    found: InstallationHolder = current_app.extensions["newel"]
    return found


def stored_revision() -> int:
    return authentication.stored_revision(holder().held())


def recognise() -> None:
    """Sets who asks and the Installation that this request keeps: the newest one, whoever published it."""
    g.actor = g.identity = None
    g.by_key = g.by_session = False
    if request.endpoint in WITHOUT_DATABASE:
        return
    answer = _ask(holder().held())
    g.installation = holder().current(answer.revision)
    if answer.identity is not None:
        _enter(answer.identity, g.installation)


def admit() -> None:
    """Default deny: a route that the reviewed list doesn't name needs somebody; Setup needs a role that may set up."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC_ROUTES:
        return
    if g.actor is None:
        raise Unauthorized("Sign in first.")
    if g.identity.read_only and request.method not in security.SAFE_METHODS:
        raise ReadOnlyKey
    if f"{request.path}/".startswith(SETUP) and not may_set_up(g.installation, g.actor):
        raise NotFound


def may_set_up(installation: Installation, actor: Actor) -> bool:
    """Whether one of the actor's roles may enter Setup."""
    roles = installation.model.roles
    return any(roles[name].setup for name in actor.roles if name in roles)


def _ask(installation: Installation) -> Answer:
    """A key is asked for where one is sent, and then alone; a session's cookie otherwise."""
    now = datetime.now(UTC)
    is_api = request.path.startswith(API)
    if is_api and "Authorization" in request.headers:
        return authentication.by_key(installation, _bearer(), now)
    token = request.cookies.get(security.cookie_name(security.SESSION_COOKIE))
    if token:
        return authentication.by_session(installation, token, now, door="api" if is_api else "web")
    return Answer(authentication.stored_revision(installation), None)


def _bearer() -> str:
    scheme, _, key = request.headers["Authorization"].partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _enter(identity: Identity, installation: Installation) -> None:
    g.identity = identity
    g.actor = identity.actor
    g.by_key = identity.by_key
    g.by_session = not identity.by_key
    authentication.note_use(installation, identity, datetime.now(UTC))
