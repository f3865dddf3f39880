"""Default deny: every route asks who comes, save those in one reviewed list."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from newel.runtime.web.public_routes import PUBLIC_ROUTES
from newel.runtime.web.security import SAFE_METHODS
from tests.support.site import Site

REVIEWED = {
    "static",
    "health",
    "auth.sign_in",
    "auth.take_sign_in",
    "auth.set_up",
    "auth.take_set_up",
    "links.show",
    "links.take",
}
SENT = "00000000-0000-7000-8000-000000000000"


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every endpoint with each of its methods and an address that reaches it."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if method not in ("HEAD", "OPTIONS"):
                yield rule.endpoint, method, address_of(rule)


def address_of(rule: Rule) -> str:
    built = rule.build(dict.fromkeys(rule.arguments, SENT), append_unknown=False)
    return built[1] if built else rule.rule


def test_the_list_of_public_routes_is_the_reviewed_one(sqlite_site: Site) -> None:
    """Adding a public route means changing this test: on purpose."""
    assert set(PUBLIC_ROUTES) == REVIEWED
    known = {rule.endpoint for rule in sqlite_site.app.url_map.iter_rules()}
    assert set(PUBLIC_ROUTES) <= known


def test_every_other_route_refuses_nobody(sqlite_site: Site) -> None:
    client = sqlite_site.app.test_client()
    tried = 0
    for endpoint, method, address in routes(sqlite_site.app):
        if endpoint in PUBLIC_ROUTES:
            continue
        answer = client.open(address, method=method)
        sent_away = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")
        assert answer.status_code == 401 or sent_away, (endpoint, method, answer.status_code)
        assert "Set-Cookie" not in answer.headers or "newel_session=" not in answer.headers["Set-Cookie"]
        tried += 1
    assert tried > 20


def test_a_head_or_options_request_is_no_way_around(sqlite_site: Site) -> None:
    client = sqlite_site.app.test_client()
    for endpoint, _, address in routes(sqlite_site.app):
        if endpoint not in PUBLIC_ROUTES:
            for method in ("HEAD", "OPTIONS"):
                assert client.open(address, method=method).status_code in (302, 401, 405), (endpoint, method)


def test_setup_is_closed_to_all_who_may_not_set_up(sqlite_site: Site) -> None:
    browser = sqlite_site.browser("manager")
    for path in ("/setup/", "/setup/users", "/setup/anything/at/all"):
        assert browser.get(path).status_code == 404


def test_every_state_change_of_a_session_needs_the_token(sqlite_site: Site) -> None:
    """Without it, with another browser's, or from another site's page: 403, whatever the route does."""
    browser, other = sqlite_site.browser("admin"), sqlite_site.browser("manager")
    token, theirs = browser.token(), other.token()
    assert token != theirs
    tried = 0
    for endpoint, method, address in routes(sqlite_site.app):
        if method in SAFE_METHODS:
            continue
        attempts = [
            {},
            {"X-CSRF-Token": ""},
            {"X-CSRF-Token": theirs},
            {"X-CSRF-Token": token[:-1]},
            {"X-CSRF-Token": token, "Origin": "https://evil.example"},
            {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"},
        ]
        for headers in attempts:
            answer = browser.client.open(address, method=method, headers=headers)
            assert answer.status_code == 403, (endpoint, method, headers, answer.status_code)
            tried += 1
    assert tried > 60


def test_sign_in_itself_cannot_be_forged(sqlite_site: Site) -> None:
    person = sqlite_site.person("manager")
    words = {"email": person.email, "password": "a quiet walk by the river"}
    assert sqlite_site.app.test_client().post("/sign-in", data=words).status_code == 403
    stolen = sqlite_site.stranger().token()
    assert sqlite_site.app.test_client().post("/sign-in", data={**words, "csrf_token": stolen}).status_code == 403


def test_a_token_dies_with_its_session(sqlite_site: Site) -> None:
    browser = sqlite_site.browser("manager")
    old = browser.token()
    browser.sign_in(sqlite_site.person("manager"))
    assert browser.client.post("/profile", data={"name": "x", "csrf_token": old}).status_code == 403
