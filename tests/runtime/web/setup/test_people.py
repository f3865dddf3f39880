"""Users, their passwords, sessions and keys, as Setup changes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from newel.runtime.records import Actor
from newel.runtime.records.identity import administering, api_keys, sessions, users
from newel.runtime.records.identity.administering import Administrator
from newel.runtime.records.identity.signing_in import Visitor
from tests.support.site import API, Browser, Person, Site

GOOD = "four quiet horses run"
LINK = re.compile(r"/set-password/([\w-]+)")
KEY = re.compile(r'id="new-key" value="(nwl_[\w-]+)"')


def form(site: Site, person: Person, **changes: object) -> dict[str, object]:
    """The user's form as its page gives it out, with some answers changed."""
    who = Administrator(site.installation, site_actor(site), Visitor("", ""), datetime.now(UTC))
    record = administering.one(who, person.id, ("name", "email", "language", "time_zone"))
    held = {name: record[name] for name in ("name", "email", "language", "time_zone")}
    roles = users.roles_of(site.installation, [person.id])[person.id]
    return {**held, "version": record.version, "roles": list(roles), **changes}


def site_actor(site: Site) -> Actor:
    return Actor(site.person("admin").id, ("admin",))


def save(site: Site, browser: Browser, person: Person, **changes: object) -> int:
    return browser.post(f"/setup/users/edit/?id={person.id}", form(site, person, **changes)).status_code


def roles_of(site: Site, person: Person) -> tuple[str, ...]:
    return users.roles_of(site.installation, [person.id])[person.id]


def is_in(browser: Browser) -> bool:
    return browser.get("/session").status_code == 200


def test_a_user_is_made_with_roles_and_a_link_that_works_once(site: Site) -> None:
    admin = site.browser("admin")
    values = {"name": "李雷", "email": "lilei@example.com", "language": "zh-CN", "time_zone": "Asia/Shanghai", "roles": ["rep"]}
    page = admin.post("/setup/users/new/", values)
    assert page.status_code == 200, page.text
    link = f"/set-password/{LINK.findall(page.text)[0]}"
    assert "lilei@example.com" in admin.get("/setup/users/?q=lilei").text
    theirs = site.stranger()
    token = re.search(r'name="csrf_token" value="(\w+)"', theirs.get(link).text)
    assert token is not None
    weak = theirs.client.post(link, data={"password": "short", "again": "short", "csrf_token": token[1]})
    assert weak.status_code == 422
    done = theirs.client.post(link, data={"password": GOOD, "again": GOOD, "csrf_token": token[1]})
    assert done.status_code == 303
    assert is_in(theirs)
    assert site.stranger().get(link).status_code == 404


def test_a_user_may_be_given_a_password_at_once(site: Site) -> None:
    values = {
        "name": "Ann",
        "email": "ann@example.com",
        "language": "en",
        "time_zone": "Asia/Shanghai",
        "roles": "rep",
        "password": GOOD,
    }
    assert site.browser("admin").post("/setup/users/new/", values).status_code == 303
    person = Person("", "ann@example.com", ("rep",))
    assert site.stranger().sign_in(person, GOOD).status_code == 303


def test_all_faults_of_a_new_user_are_shown_and_nothing_is_lost(site: Site) -> None:
    page = site.browser("admin").post("/setup/users/new/", {"name": "", "email": "no address", "job_title": "Typed before"})
    assert page.status_code == 422
    assert page.text.count("field-error") >= 2
    assert "Typed before" in page.text


def test_fields_and_roles_change_together(site: Site) -> None:
    person = site.person("rep")
    assert save(site, site.browser("admin"), person, name="New Name", roles=["manager"]) == 303
    assert roles_of(site, person) == ("manager",)
    assert "New Name" in site.browser("admin").get(f"/setup/users/edit/?id={person.id}").text


def test_an_unknown_role_changes_nothing(site: Site) -> None:
    person = site.person("rep")
    assert save(site, site.browser("admin"), person, name="New Name", roles=["rep", "king"]) == 422
    assert roles_of(site, person) == ("rep",)


def test_a_page_that_is_out_of_date_is_told_so(site: Site) -> None:
    person, admin = site.person("rep"), site.browser("admin")
    old = form(site, person, name="Mine")
    assert save(site, admin, person, name="Theirs") == 303
    answer = admin.post(f"/setup/users/edit/?id={person.id}", old)
    assert answer.status_code == 422
    assert "Somebody else" in answer.text


def test_whoever_is_switched_off_is_out_at_once(site: Site) -> None:
    rep, person = site.browser("rep"), site.person("rep")
    key = site.key(person)
    assert site.browser("admin").post("/setup/users/switch/", {"id": person.id, "active": "0"}).status_code == 303
    assert not is_in(rep)
    headers = {"Authorization": f"Bearer {key}"}
    assert site.app.test_client().get(f"{API}/meta/objects", headers=headers).status_code == 401
    assert site.browser("admin").post("/setup/users/switch/", {"id": person.id, "active": "1"}).status_code == 303
    assert not is_in(rep)
    assert api_keys.of_user(site.installation, person.id) == []


def test_whoever_is_switched_off_through_the_api_is_out_as_well(site: Site) -> None:
    rep, person = site.browser("rep"), site.person("rep")
    answer = site.api("admin").patch(f"/records/nw_user/{person.id}", {"active": False}, "*")
    assert answer.status_code == 200, answer.text
    assert sessions.of_user(site.installation, person.id, datetime.now(UTC)) == []
    assert not is_in(rep)


def test_the_last_administrator_stays(site: Site) -> None:
    """Not switched off, not robbed of the role, not deleted: at no door."""
    admin, person = site.browser("admin"), site.person("admin")
    assert admin.post("/setup/users/switch/", {"id": person.id, "active": "0"}).status_code == 422
    assert save(site, admin, person, roles=["rep"]) == 422
    api = site.api("admin")
    assert api.patch(f"/records/nw_user/{person.id}", {"active": False}, "*").status_code == 422
    assert api.delete(f"/records/nw_user/{person.id}", "*").status_code == 422
    assert is_in(admin)
    assert roles_of(site, person) == ("admin",)


def test_one_of_two_administrators_may_go(site: Site) -> None:
    admin, other = site.browser("admin"), site.person("admin", name="other")
    assert save(site, admin, other, roles=["rep"]) == 303
    assert roles_of(site, other) == ("rep",)


def test_who_sets_up_but_is_no_administrator_does_not_decide_about_one(site: Site) -> None:
    """No way from `setup: true` to everything: not by a role, a password, a link, a key or the record itself."""
    keeper, admin, rep = site.browser("keeper"), site.person("admin"), site.person("rep")
    assert save(site, keeper, rep, roles=["rep", "admin"]) == 403
    assert save(site, keeper, site.person("keeper"), roles=["keeper", "admin"]) == 403
    assert save(site, keeper, admin, name="Taken") == 403
    for path in ("switch", "password", "link", "sign-out"):
        answer = keeper.post(f"/setup/users/{path}/", {"id": admin.id, "password": GOOD, "active": "0"})
        assert answer.status_code == 403, path
    assert keeper.post("/setup/keys/new/", {"user": admin.id, "name": "mine", "days": "30"}).status_code == 403
    assert keeper.post("/setup/users/new/", {"name": "X", "email": "x@example.com", "roles": "admin"}).status_code == 403
    assert roles_of(site, rep) == ("rep",)
    assert save(site, keeper, rep, name="Fine") == 303


def test_a_password_that_is_set_ends_sessions_and_keys(site: Site) -> None:
    rep, person = site.browser("rep"), site.person("rep")
    site.key(person)
    admin = site.browser("admin")
    assert admin.post("/setup/users/password/", {"id": person.id, "password": "short"}).status_code == 422
    assert is_in(rep)
    assert admin.post("/setup/users/password/", {"id": person.id, "password": GOOD}).status_code == 303
    assert not is_in(rep)
    assert api_keys.of_user(site.installation, person.id) == []
    assert site.stranger().sign_in(person, GOOD).status_code == 303
    assert "Password set by an administrator" in admin.get(f"/setup/sign-ins/?user={person.id}").text


def test_a_session_is_ended_alone_or_with_all_others(site: Site) -> None:
    admin, first, second = site.browser("admin"), site.browser("rep"), site.browser("manager")
    mine = sessions.of_user(site.installation, site.person("rep").id, datetime.now(UTC))[0]
    assert admin.post("/setup/sessions/delete/", {"id": mine.id}).status_code == 303
    assert (is_in(first), is_in(second)) == (False, True)
    assert admin.post("/setup/sessions/delete-all/").status_code == 303
    assert (is_in(admin), is_in(second)) == (True, False)


def test_a_key_is_shown_once_works_and_is_ended(site: Site) -> None:
    admin, person = site.browser("admin"), site.person("rep")
    page = admin.post("/setup/keys/new/", {"user": person.id, "name": "night import", "days": "30", "read_only": "1"})
    key = KEY.findall(page.text)[0]
    assert key not in admin.get("/setup/keys/").text
    client, headers = site.app.test_client(), {"Authorization": f"Bearer {key}"}
    assert client.get(f"{API}/meta/objects", headers=headers).status_code == 200
    kept = api_keys.of_user(site.installation, person.id)[0]
    assert kept.read_only
    assert admin.post("/setup/keys/delete/", {"id": kept.id}).status_code == 303
    assert client.get(f"{API}/meta/objects", headers=headers).status_code == 401


def test_sign_ins_are_found_by_result_and_user(site: Site) -> None:
    person, admin = site.person("rep"), site.browser("admin")
    site.stranger().sign_in(person, "not the password")
    rows = [
        admin.get(f"/setup/sign-ins/?{asked}").text.partition("<tbody>")[2] for asked in ("outcome=refused", f"user={person.id}")
    ]
    for shown in rows:
        assert person.email in shown
        assert site.person("admin").email not in shown


def test_the_history_of_a_user_says_who_changed_it(site: Site) -> None:
    person = site.person("rep")
    save(site, site.browser("admin"), person, name="Changed")
    told = site.api("admin").get(f"/records/nw_user/{person.id}").json or {}
    assert told["updated_by"] == site.person("admin").id


def test_ids_that_lead_nowhere_are_nothing(site: Site) -> None:
    admin = site.browser("admin")
    for wrong in ("x", "00000000-0000-7000-8000-000000000000", ""):
        assert admin.get(f"/setup/users/edit/?id={wrong}").status_code == 404
        for path in ("users/switch", "users/link", "sessions/delete", "keys/delete"):
            assert admin.post(f"/setup/{path}/", {"id": wrong}).status_code == 404, path
