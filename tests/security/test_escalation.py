"""Nobody gets further than their role by a way round: through actions, the bin, attachments, links, or a session left open."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from newel.runtime.records import acting, as_system, finding, recycling, saving, writing
from newel.runtime.records.errors import Forbidden, Invalid
from tests.runtime.records.conftest import FILES as FIRM
from tests.runtime.records.conftest import Firm
from tests.support import world
from tests.support.site import PASSWORD, Site

HEADS = {
    **FIRM,
    "roles/head.yaml": "role: head\nobjects:\n  nw_user: {read: all, create: true, update: all, delete: all}\n"
    "  account: {read: all, create: true, update: all, delete: all, fields: {code: none, parent_account: none, '*': edit}}\n",
}


def test_what_a_person_types_into_an_action_is_held_by_the_locks(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    deal = firm.create("rep", "deal", name="D", account=account.id, amount="5")
    firm.update("rep", deal, stage="won")
    with firm.writing("boss") as work:
        saving.update(work, "deal", deal.id, {"stage": "open"}, None)
    with firm.writing("rep") as work:
        acting.perform(work, "deal", deal.id, "win", {"follow": {"skip": True}})
    assert firm.get("rep", deal)["stage"] == "won"


def test_a_locked_field_is_not_unlocked_by_an_action_that_sets_it(make_firm: Callable[[Any], Firm]) -> None:
    firm = make_firm(
        {
            "objects/thing.yaml": "object: thing\nfields:\n  name: {type: text}\n  state: {type: text, read_only: true}\n"
            "actions:\n  close: {steps: {finish: {update: self, set: {state: \"'closed'\"}}}}\n",
            "roles/rep.yaml": "role: rep\nobjects: {thing: {read: all, create: true, update: all}}\n",
        }
    )
    thing = firm.create("rep", "thing", name="A")
    with firm.writing("rep") as work, pytest.raises(Invalid):
        acting.perform(work, "thing", thing.id, "close", {"finish": {"set": {"state": "paid"}}})
    with firm.writing("rep") as work:
        acting.perform(work, "thing", thing.id, "close")
    assert firm.get("rep", thing)["state"] == "closed"


def test_only_an_administrator_brings_an_administrator_back(make_installation: Callable[..., Any]) -> None:
    site = Site(make_installation(HEADS))
    site.person("admin", name="first")
    gone, plain = site.person("admin", name="gone"), site.person("rep")
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        for each in (gone, plain):
            saving.delete(work, "nw_user", each.id)
    head = site.api("head")
    assert head.post(f"/records/nw_user/{gone.id}/restore").status_code == 403
    assert head.post(f"/records/nw_user/{plain.id}/restore").status_code == 200
    assert site.api("admin", name="first").post(f"/records/nw_user/{gone.id}/restore").status_code == 200


def test_bringing_back_names_no_hidden_field(make_firm: Callable[[Any], Firm]) -> None:
    firm = make_firm(HEADS)
    above = firm.create("system", "account", name="Above")
    gone = firm.create("system", "account", name="A", code="C1", parent_account=above.id)
    firm.delete("system", gone)
    firm.delete("system", above)
    firm.create("system", "account", name="B", code="C1")
    with firm.writing("head") as work, pytest.raises(Invalid) as refused:
        recycling.restore(work, "account", gone.id)
    assert {each.field for each in refused.value.problems} == {None}


def test_attaching_tells_nothing_of_closed_objects(site: Site) -> None:
    api = site.api("visitor")

    def attach(object_name: str) -> Any:
        sent = {"file": (BytesIO(b"x"), "a.txt")}
        path = f"/records/{object_name}/00000000-0000-7000-8000-000000000000/files"
        return api.call("POST", path, data=sent, content_type="multipart/form-data")

    closed, unknown = attach("vault"), attach("nothing")
    assert closed.status_code == unknown.status_code == 404
    assert closed.data == unknown.data


def test_unknown_closed_and_foreign_records_look_the_same(site: Site) -> None:
    other = site.api("manager").create("account", name="A")["id"]
    nowhere = "00000000-0000-7000-8000-000000000000"
    api, browser = site.api("rep"), site.browser("rep")
    with_api = [f"/records/account/{other}", f"/records/account/{nowhere}", f"/records/vault/{nowhere}", f"/records/no/{nowhere}"]
    for method, more in (("GET", {}), ("PATCH", {"json": {"name": "B"}}), ("DELETE", {})):
        answers = [api.call(method, path, headers={"If-Match": "*"}, **more) for path in with_api]
        assert {each.status_code for each in answers} == {404}, method
        assert len({each.data for each in answers}) == 1, method
    for tail in (
        "",
        "/edit",
        "/card",
        "/history",
        "/files",
        "/activity",
        "/timeline",
        "/delete",
        "/move?field=stage",
        "/related/x",
    ):
        paths = [f"/o/account/{other}{tail}", f"/o/account/{nowhere}{tail}"]
        answers = [browser.get(path) for path in paths]
        assert [each.status_code for each in answers] == [404, 404], tail
        strip = [each.text.replace(other, "").replace(nowhere, "") for each in answers]
        assert _without_nonces(strip[0]) == _without_nonces(strip[1]), tail


def _without_nonces(text: str) -> str:
    return re.sub(r'(nonce|content)="[^"]+"', "", text)


def test_a_related_list_counts_what_can_be_read(make_installation: Callable[..., Any]) -> None:
    form = "form: campaign.main\nsections: {all: {fields: [name]}}\nrelated: {accounts: {columns: [name, city]}}\n"
    site = Site(make_installation({**world.FILES, "forms/campaign.main.yaml": form}))
    manager, rep = site.api("manager"), site.person("rep")
    mine = manager.create("account", name="Mine", owner=rep.id)
    others = [manager.create("account", name=f"Other {n}")["id"] for n in range(8)]
    campaign = manager.create("campaign", name="C", accounts=[*others, mine["id"]], owner=rep.id)
    page = site.browser("rep").get(f"/o/campaign/{campaign['id']}/related/accounts?short=1")
    assert "Mine" in page.text
    assert re.findall(r">\s*9\+?\s*<", page.text) == []


def test_a_hidden_field_in_a_filter_looks_like_an_unknown_one(site: Site) -> None:
    browser = site.browser("rep")
    hidden, unknown = (browser.get(f"/o/account?filter={name}=='x'") for name in ("secret_note", "secretx_note"))
    assert hidden.status_code == unknown.status_code
    assert _without_nonces(hidden.text) == _without_nonces(unknown.text).replace("secretx_note", "secret_note")


def test_guessing_the_password_from_within_a_session_is_slowed(site: Site) -> None:
    browser = site.browser("rep")
    new = {"password": "another walk by the sea", "again": "another walk by the sea"}
    guesses = [browser.post("/profile/password", {"current": f"guess {n}", **new}).text for n in range(8)]
    assert "Too many tries" in guesses[-1]
    assert "Too many tries" in browser.post("/profile/password", {"current": PASSWORD, **new}).text


def test_files_are_never_pages_of_ours(site: Site) -> None:
    api = site.api("manager")
    account = api.create("account", name="A")
    sent = {"file": (BytesIO(b"<script>alert(1)</script>"), "a.html", "text/html")}
    path = f"/records/account/{account['id']}/files"
    made = api.call("POST", path, data=sent, content_type="multipart/form-data").json
    for answer in (api.get(f"/files/{made['id']}"), site.browser("manager").get(f"/files/{made['id']}")):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "nonce" not in answer.headers["Content-Security-Policy"]
        answer.close()


def test_titles_of_what_is_hidden_are_no_duplicates(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    deal = firm.create("rep", "deal", name="D", account=account.id, amount="5")
    firm.create("boss", "task", subject="Thank D")
    with firm.writing("rep") as work:
        prepared = acting.prepare(work, "deal", deal.id, "win")
        assert prepared["steps"][0]["duplicates"] == []
        assert finding.find(work, "task").records == []
    with firm.writing("rep") as work, pytest.raises(Forbidden):
        saving.create(work, "place", {"name": "x"})


def test_an_export_holds_what_the_exporting_role_shows(make_installation: Callable[..., Any]) -> None:
    taker = "role: taker\nobjects: {account: {read: own, export: true, fields: {name: read, '*': none}}}\n"
    site = Site(make_installation({**world.FILES, "roles/taker.yaml": taker}))
    site.api("manager").create("account", name="Other", city="Hefei")
    assert site.browser("clerk").get("/o/account/export.csv").status_code == 403
    mixed = site.person("clerk", "taker", name="mixed")
    site.api("manager").create("account", name="Mine", city="Hefei", owner=mixed.id)
    browser = site.browser("clerk", "taker", name="mixed")
    assert "Other" in browser.get("/o/account?columns=name,city&sort=city").text
    for path in ("/o/account/export.csv?columns=name,city&sort=city", "/o/account/export.xlsx"):
        assert browser.get(path).status_code == 200
    taken = browser.get("/o/account/export.csv?columns=name,city&sort=city").text
    assert "Mine" in taken
    assert "Other" not in taken
    assert "Hefei" not in taken


def test_who_may_put_a_file_nowhere_leaves_nothing_on_the_disk(site: Site) -> None:
    account = site.api("manager").create("account", name="A")
    visitor, browser = site.api("visitor"), site.browser("visitor")
    for path in ("/files", f"/records/account/{account['id']}/files"):
        answer = visitor.post(path, data={"file": (BytesIO(b"words"), "a.txt")})
        assert answer.status_code in (403, 404), path
    assert browser.post(f"/o/account/{account['id']}/files", {"file": (BytesIO(b"words"), "a.txt")}).status_code in (403, 404)
    assert not [each for each in site.installation.settings.files.rglob("*") if each.is_file()]


def test_who_is_refused_and_who_exports_is_noted(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="newel")
    manager = site.api("manager")
    account = manager.create("account", name="A")
    caplog.clear()
    assert site.api("visitor").post("/records/account", {"name": "B"}).status_code in (403, 404)
    assert site.api("manager", read_only=True).delete(f"/records/account/{account['id']}").status_code == 403
    refused = next(each.getMessage() for each in caplog.records if each.name == "newel.refusals")
    assert refused.startswith("read_only_key: DELETE /api/v1/records/account/")
    assert manager.person.id in refused
    assert site.browser("manager").get("/o/account/export.csv").status_code == 200
    exported = [each.getMessage() for each in caplog.records if each.name == "newel.exports"]
    assert exported
    assert exported[0].startswith(f"{manager.person.id} exports account")
