"""What people change about themselves, and only about themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from newel.runtime.records.identity import api_keys, sessions
from newel.runtime.records.identity.authentication import by_key
from tests.support.site import API, PASSWORD, Site

NEW = "another walk by the sea"
KEY = re.compile(r"nwl_[A-Za-z0-9_-]{43}")


def test_the_page_speaks_the_person_s_language(site: Site) -> None:
    site.person("manager")
    site.person("rep", language="zh-CN")
    english, chinese = site.browser("manager").get("/profile"), site.browser("rep").get("/profile")
    assert english.status_code == chinese.status_code == 200
    assert 'lang="en"' in english.text
    assert 'lang="zh-CN"' in chinese.text
    assert "Change password" in english.text
    assert "修改密码" in chinese.text


def test_language_theme_and_time_zone_are_kept(site: Site) -> None:
    browser = site.browser("rep")
    answer = browser.post("/profile", {"name": "Li Lei", "language": "zh-CN", "theme": "dark", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 303
    page = browser.get("/profile").text
    assert 'lang="zh-CN"' in page
    assert 'value="Europe/Berlin"' in page
    assert browser.get("/session").json["user"]["name"] == "Li Lei"


def test_only_the_four_own_settings_are_taken(site: Site) -> None:
    browser = site.browser("rep")
    browser.post("/profile", {"name": "Li", "email": "evil@example.com", "active": "false", "manager": "x", "roles": "admin"})
    assert "rep@example.com" in browser.get("/profile").text


def test_a_time_zone_that_is_none_is_refused_with_what_was_typed(site: Site) -> None:
    answer = site.browser("rep").post("/profile", {"name": "Li", "time_zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.text


def test_a_new_password_ends_every_other_session_and_where_asked_the_keys(site: Site) -> None:
    here, there, api = site.browser("rep"), site.browser("rep"), site.api("rep")
    words = {"current": PASSWORD, "password": NEW, "again": NEW, "end_keys": "1"}
    assert here.post("/profile/password", words).status_code == 303
    assert here.get("/session").status_code == 200
    assert there.get("/session").status_code == 302
    assert api.get("/records/account").status_code == 401
    assert site.stranger().sign_in(site.person("rep")).status_code == 422
    assert site.stranger().sign_in(site.person("rep"), NEW).status_code == 303


def test_a_password_is_changed_only_by_who_knows_the_current_one(site: Site) -> None:
    browser = site.browser("rep")
    for words in (
        {"current": "not it at all", "password": NEW, "again": NEW},
        {"current": PASSWORD, "password": NEW, "again": "something else"},
        {"current": PASSWORD, "password": "short", "again": "short"},
    ):
        assert browser.post("/profile/password", words).status_code == 422
    assert site.stranger().sign_in(site.person("rep")).status_code == 303


def test_a_key_is_shown_once_and_works(site: Site) -> None:
    browser = site.browser("manager")
    page = browser.post("/profile/keys", {"name": "import", "days": "30"})
    key = KEY.search(page.text)
    assert key is not None
    assert KEY.search(browser.get("/profile").text) is None
    answer = site.app.test_client().get(f"{API}/records/account", headers={"Authorization": f"Bearer {key[0]}"})
    assert answer.status_code == 200
    stored = api_keys.of_user(site.installation, site.person("manager").id)
    assert [(each.name, each.read_only, each.expires_at is not None) for each in stored] == [("import", False, True)]


def test_a_key_that_is_ended_is_dead_at_once(site: Site) -> None:
    browser, api = site.browser("manager"), site.api("manager")
    key = api_keys.of_user(site.installation, site.person("manager").id)[0]
    assert browser.post(f"/profile/keys/{key.id}/end").status_code == 303
    assert api.get("/records/account").status_code == 401


def test_nobody_ends_the_sessions_and_keys_of_others(site: Site) -> None:
    browser, other = site.browser("manager"), site.api("rep")
    now = datetime.now(UTC)
    site.browser("rep")
    theirs = sessions.of_user(site.installation, site.person("rep").id, now)[0]
    key = api_keys.of_user(site.installation, site.person("rep").id)[0]
    assert browser.post(f"/profile/sessions/{theirs.id}/end").status_code == 404
    assert browser.post(f"/profile/keys/{key.id}/end").status_code == 404
    assert by_key(site.installation, other.key, now).identity is not None


def test_ending_a_session_signs_that_browser_out(site: Site) -> None:
    here, there = site.browser("rep"), site.browser("rep")
    now = datetime.now(UTC)
    for each in sessions.of_user(site.installation, site.person("rep").id, now):
        if each.id in here.get("/profile").text:
            here.post(f"/profile/sessions/{each.id}/end")
    assert {here.get("/session").status_code, there.get("/session").status_code} == {302}
