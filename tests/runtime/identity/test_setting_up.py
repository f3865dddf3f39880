"""The first administrator comes by a token that works once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newel.runtime.records.identity import setting_up
from tests.support.site import PASSWORD, Site

WORDS = {"name": "Han Meimei", "email": "han@example.com", "password": PASSWORD, "language": "zh-CN"}


def token_of(site: Site) -> str:
    token = setting_up.issue(site.installation, datetime.now(UTC))
    assert token is not None
    return token


def test_the_token_makes_an_administrator_who_is_signed_in(site: Site) -> None:
    path = f"/setup-token/{token_of(site)}"
    browser = site.stranger()
    assert browser.get(path).status_code == 200
    answer = browser.client.post(path, data={**WORDS, "csrf_token": browser.token(path)})
    assert answer.status_code == 303, answer.text
    assert browser.get("/session").json["user"]["name"] == "Han Meimei"
    assert browser.get("/api/v1/records/vault").status_code == 200


def test_the_token_works_once_and_none_is_given_afterwards(site: Site) -> None:
    path = f"/setup-token/{token_of(site)}"
    browser, late = site.stranger(), site.stranger()
    token = late.token(path)
    browser.client.post(path, data={**WORDS, "csrf_token": browser.token(path)})
    assert late.client.post(path, data={**WORDS, "email": "x@example.com", "csrf_token": token}).status_code == 404
    assert late.get(path).status_code == 404
    assert setting_up.issue(site.installation, datetime.now(UTC)) is None


def test_a_wrong_or_old_token_opens_nothing(site: Site) -> None:
    old = token_of(site)
    new = token_of(site)
    assert site.stranger().get(f"/setup-token/{old}").status_code == 404
    assert site.stranger().get("/setup-token/guess").status_code == 404
    later = datetime.now(UTC) + setting_up.GOOD_FOR + timedelta(seconds=1)
    assert setting_up.is_good(site.installation, new, datetime.now(UTC))
    assert not setting_up.is_good(site.installation, new, later)


def test_faults_are_named_and_the_token_stays_good(site: Site) -> None:
    path = f"/setup-token/{token_of(site)}"
    browser = site.stranger()
    answer = browser.client.post(
        path, data={**WORDS, "email": "nonsense", "password": "short", "csrf_token": browser.token(path)}
    )
    assert answer.status_code == 422
    assert "Han Meimei" in answer.text
    assert site.stranger().get(path).status_code == 200
