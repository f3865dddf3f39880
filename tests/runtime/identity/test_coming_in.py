"""Signing in and out, sessions, and what ends them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from newel.runtime.records import as_system, finding, saving, writing
from newel.runtime.records.identity import backing_off, passwords, signing_in, users
from newel.runtime.storage.system_identity import API_KEY, CREDENTIAL, SESSION
from tests.support.site import PASSWORD, Person, Site

VARYING = re.compile(r'(value|content)="[0-9a-f]{64}"|(nonce|content)="[A-Za-z0-9_-]{22}"')  # tokens and nonces


def set_active(site: Site, person: Person, active: bool) -> None:
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        version = finding.get(work, "nw_user", person.id).version
        saving.update(work, "nw_user", person.id, {"active": active}, version)


def test_the_right_words_begin_a_session_that_scripts_and_other_sites_cannot_take(site: Site) -> None:
    site.person("manager")
    answer = site.stranger().sign_in(site.people["manager"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("newel_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # this installation is served on http


def test_an_e_mail_address_is_taken_in_any_case(site: Site) -> None:
    person = site.person("manager")
    answer = site.stranger().post("/sign-in", {"email": person.email.upper(), "password": PASSWORD})
    assert answer.status_code == 303


def test_wrong_password_unknown_account_and_inactive_user_are_one_answer(site: Site) -> None:
    known, inactive = site.person("manager"), site.person("rep")
    set_active(site, inactive, False)

    def seen(email: str, password: str) -> tuple[int, str]:
        answer = site.stranger().post("/sign-in", {"email": email, "password": password})
        return answer.status_code, VARYING.sub("", answer.text.replace(email, ""))

    wrong = seen(known.email, "not the password")
    assert wrong[0] == 422
    assert seen("nobody@example.com", PASSWORD) == wrong
    assert seen(inactive.email, PASSWORD) == wrong


def test_every_try_costs_one_hash_whoever_is_tried(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.person("manager")
    tried: list[str | None] = []
    real = passwords.matches

    def counted(kept: str | None, password: str) -> bool:
        tried.append(kept)
        return real(kept, password)

    monkeypatch.setattr(passwords, "matches", counted)
    for email in ("manager@example.com", "nobody@example.com"):
        site.stranger().post("/sign-in", {"email": email, "password": "not the password"})
    assert [kept is None for kept in tried] == [False, True]


def test_too_many_wrong_guesses_are_asked_to_wait_whoever_is_tried(site: Site) -> None:
    site.person("manager")
    for email in ("manager@example.com", "nobody@example.com"):
        with site.installation.database.writing() as connection:
            for _ in range(12):
                backing_off.count(connection, email, "127.0.0.1", datetime.now(UTC))
        slowed = site.stranger().post("/sign-in", {"email": email, "password": PASSWORD})
        assert slowed.status_code == 429
        assert 1 < int(slowed.headers["Retry-After"]) <= 15 * 60


def test_signing_in_rotates_the_session_and_the_old_one_dies(site: Site) -> None:
    person = site.person("manager")
    browser = site.browser("manager")
    before = browser.client.get_cookie("newel_session").value  # type: ignore[union-attr]
    browser.sign_in(person)
    after = browser.client.get_cookie("newel_session").value  # type: ignore[union-attr]
    assert before != after
    browser.client.set_cookie("newel_session", before)
    assert browser.get("/profile").status_code == 302


def test_nobody_can_plant_a_session(site: Site) -> None:
    browser = site.stranger()
    browser.client.set_cookie("newel_session", "chosen-by-an-attacker")
    browser.sign_in(site.person("manager"))
    assert browser.client.get_cookie("newel_session").value != "chosen-by-an-attacker"  # type: ignore[union-attr]


def test_only_digests_of_secrets_are_stored(site: Site) -> None:
    browser, key = site.browser("manager"), site.key(site.person("manager"))
    token = browser.client.get_cookie("newel_session").value  # type: ignore[union-attr]
    with site.installation.database.reading() as connection:
        stored = [tuple(row) for table in (SESSION, API_KEY, CREDENTIAL) for row in connection.execute(select(table))]
    text = repr(stored)
    assert stored
    assert token not in text
    assert key not in text
    assert PASSWORD not in text


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    browser = site.browser("manager")
    token = browser.client.get_cookie("newel_session").value  # type: ignore[union-attr]
    assert browser.post("/sign-out").status_code == 303
    browser.client.set_cookie("newel_session", token)
    assert browser.get("/profile").status_code == 302


def test_a_session_ends_after_a_time_without_use_and_after_a_long_time_anyway(site: Site) -> None:
    now = datetime.now(UTC)
    for column in ("idle_until", "expires_at"):
        browser = site.browser("manager")
        with site.installation.database.writing() as connection:
            connection.execute(update(SESSION).values({column: now - timedelta(seconds=1)}))
        assert browser.get("/profile").status_code == 302


def test_use_moves_the_end_of_a_session_on_but_not_at_every_request(site: Site) -> None:
    browser = site.browser("manager")

    def last_used() -> datetime:
        with site.installation.database.reading() as connection:
            return connection.execute(select(SESSION.c.last_used_at)).scalar_one()  # type: ignore[return-value]

    first = last_used()
    browser.get("/session")
    assert last_used() == first
    with site.installation.database.writing() as connection:
        connection.execute(update(SESSION).values(last_used_at=first - timedelta(minutes=10)))
    browser.get("/session")
    assert last_used() >= first


def test_a_user_who_is_switched_off_is_out_at_once(site: Site) -> None:
    browser, api = site.browser("manager"), site.api("manager")
    set_active(site, site.person("manager"), False)
    assert browser.get("/session").status_code == 302
    assert api.get("/records/account").status_code == 401


def test_a_user_who_is_deleted_is_out_at_once(site: Site) -> None:
    browser, api = site.browser("manager"), site.api("manager")
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        saving.delete(work, "nw_user", site.person("manager").id)
    assert browser.get("/session").status_code == 302
    assert api.get("/records/account").status_code == 401


def test_a_role_that_is_taken_away_counts_no_more_at_the_next_request(site: Site) -> None:
    api = site.api("manager")
    assert api.get("/records/account").status_code == 200
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        users.set_roles(work, site.person("manager").id, ["visitor"])
    assert api.get("/records/account").status_code == 404


def test_every_way_in_is_in_the_log(site: Site) -> None:
    person = site.person("manager")
    site.stranger().sign_in(person, "not the password")
    browser = site.browser("manager")
    browser.post("/sign-out")
    outcomes = [knock.outcome for knock in signing_in.knocks(site.installation)]
    assert sorted(outcomes) == ["refused", "signed_in", "signed_out"]


def test_after_signing_in_one_goes_on_where_one_wanted_to_and_never_elsewhere(site: Site) -> None:
    person = site.person("manager")
    asked = site.stranger().get("/profile?done=x")
    assert asked.headers["Location"] == "/sign-in?next=/profile?done%3Dx"
    for there, goes in (
        ("/profile?done=x", "/profile?done=x"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\nSet-Cookie: x=y", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in", "/"),
    ):
        answer = site.stranger().post("/sign-in", {"email": person.email, "password": PASSWORD, "next": there})
        assert answer.headers["Location"] == goes
