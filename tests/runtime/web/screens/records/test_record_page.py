"""The page of a record: what it shows to whom, and what can be done on it."""

from __future__ import annotations

import io
import re

from tests.support.site import Browser, Site


def test_a_record_shows_its_title_facts_and_fields(site: Site) -> None:
    account = site.api("manager").create("account", name="Blue Lantern", city="Hefei", amount="12.50")
    page = site.browser("manager").get(f"/o/account/{account['id']}").text
    assert ">Blue Lantern</h1>" in page
    assert "Hefei" in page
    assert "12.50" in page


def test_a_record_that_is_not_there_and_one_that_is_hidden_answer_alike(site: Site) -> None:
    hidden = site.api("manager").create("account", name="Hidden")
    browser = site.browser("rep")
    unknown = browser.get("/o/account/0198c0de-0000-7000-8000-000000000000")
    foreign = browser.get(f"/o/account/{hidden['id']}")
    assert unknown.status_code == foreign.status_code == 404
    assert "Hidden" not in foreign.text


def test_every_part_of_a_foreign_record_is_not_found(site: Site) -> None:
    hidden = site.api("manager").create("account", name="Hidden")
    browser = site.browser("rep")
    parts = (
        "",
        "/edit",
        "/history",
        "/files",
        "/activity",
        "/timeline",
        "/delete",
        "/related/contacts",
        "/actions/win",
        "/purge",
    )
    answers = {part: browser.get(f"/o/account/{hidden['id']}{part}").status_code for part in parts}
    assert set(answers.values()) == {404}, answers
    posts = ("/edit", "/delete", "/restore", "/purge", "/files", "/actions/win", "/tick")
    answers = {
        part: browser.post(f"/o/account/{hidden['id']}{part}", {"name": "Mine", "version": "1"}).status_code for part in posts
    }
    assert "/files" in answers
    assert answers.pop("/files") in (404, 422)
    assert set(answers.values()) == {404}, answers


def test_a_field_that_is_hidden_from_a_role_is_on_none_of_the_records_pages(site: Site) -> None:
    person = site.person("rep")
    account = site.api("manager").create(
        "account", name="Shared", owner=person.id, secret_note="CANARY-1", credit_limit="77777.00"
    )
    browser = site.browser("rep")
    for part in ("", "/edit", "/history", "/timeline", "/activity"):
        page = browser.get(f"/o/account/{account['id']}{part}")
        assert page.status_code == 200, part
        assert not re.search("CANARY-1|77,?777", page.text), part


def test_only_actions_that_apply_now_are_offered(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Deal", amount="5")
    assert "/actions/win" in browser.get(f"/o/account/{account['id']}").text
    done = browser.post(f"/o/account/{account['id']}/actions/win")
    assert done.status_code == 303
    page = browser.get(f"/o/account/{account['id']}").text
    assert "/actions/win" not in page
    assert "Won City" in page


def test_an_action_that_is_refused_asks_for_what_is_missing(site: Site) -> None:
    account = site.api("manager").create("account", name="Deal")
    browser = site.browser("manager")
    refused = browser.post(f"/o/account/{account['id']}/actions/win")
    assert refused.status_code == 422
    assert "A won account needs an amount." in refused.text
    assert 'name="finish:amount.amount"' in refused.text
    filled = {"finish:amount.amount": "9", "finish:amount.currency": "CNY", "finish:was": '{"amount": ""}'}
    assert browser.post(f"/o/account/{account['id']}/actions/win", filled).status_code == 303


def test_a_deleted_record_can_be_brought_back_at_once(site: Site) -> None:
    account = site.api("manager").create("account", name="Gone")
    browser, place = site.browser("manager"), f"/o/account/{account['id']}"
    assert browser.post(f"{place}/delete").status_code == 303
    assert f"{place}/restore" in browser.get("/o/account").text
    assert browser.get(place).status_code == 404
    assert "Gone" in browser.get("/bin?object=account").text
    assert browser.post(f"{place}/restore").status_code == 303
    assert browser.get(place).status_code == 200
    assert "Gone" not in re.sub(r"<title>.*?</title>", "", browser.get("/bin?object=account").text)


def test_what_is_purged_is_gone_for_good(site: Site) -> None:
    account = site.api("manager").create("account", name="Gone")
    browser, place = site.browser("manager"), f"/o/account/{account['id']}"
    browser.post(f"{place}/delete")
    assert "for good" in browser.get(f"{place}/purge").text
    assert browser.post(f"{place}/purge").status_code == 303
    assert browser.post(f"{place}/restore").status_code == 404


def test_a_record_that_others_need_says_who_needs_it(site: Site) -> None:
    api = site.api("manager")
    account = api.create("account", name="Needed")
    api.create("order", account=account["id"])
    refused = site.browser("manager").post(f"/o/account/{account['id']}/delete")
    assert refused.status_code == 409
    assert "1 Order" in refused.text


def test_the_history_names_who_changed_what(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Old name")
    api.patch(f"/records/account/{account['id']}", {"name": "New name"}, version=1)
    page = browser.get(f"/o/account/{account['id']}/history").text
    assert "Old name" in page
    assert "New name" in page
    assert "manager" in page
    assert "changed Name" in browser.get(f"/o/account/{account['id']}/timeline").text


def test_files_are_added_handed_out_and_removed(site: Site) -> None:
    account = site.api("manager").create("account", name="With files")
    browser, place = site.browser("manager"), f"/o/account/{account['id']}"
    added = browser.post(f"{place}/files", {"file": (io.BytesIO(b"hello"), "Angebot 报价.txt")})
    assert added.status_code == 303
    page = browser.get(f"{place}/files").text
    assert "Angebot 报价.txt" in page
    found = re.search(r"/files/([0-9a-f-]{36})", page)
    assert found is not None
    handed = browser.get(f"/files/{found[1]}")
    assert handed.data == b"hello"
    assert handed.headers["Content-Disposition"].startswith("attachment")
    handed.close()
    assert site.browser("rep").get(f"/files/{found[1]}").status_code == 404
    assert browser.post(f"{place}/files/{found[1]}/delete").status_code == 303
    assert browser.get(f"/files/{found[1]}").status_code == 404


def test_a_refused_file_is_refused_with_a_reason(site: Site) -> None:
    account = site.api("manager").create("account", name="With files")
    refused = site.browser("manager").post(f"/o/account/{account['id']}/files", {"file": (io.BytesIO(b"MZ"), "virus.exe")})
    assert refused.status_code == 422
    assert "Files of this kind are not taken." in refused.text


def test_a_lookup_offers_only_what_may_be_read(site: Site) -> None:
    person = site.person("rep")
    api = site.api("manager")
    api.create("account", name="Lantern one")
    mine = api.create("account", name="Lantern two", owner=person.id, city="Hefei")
    found = site.browser("rep").get("/o/account/suggest?q=lantern").json
    assert [each["title"] for each in found or []] == ["Lantern two"]
    assert (found or [])[0]["facts"] == ["Hefei"]
    offered = site.browser("rep").get("/suggest?of=gallery.either&q=lantern").json
    assert [each["id"] for each in offered or []] == [f"account/{mine['id']}"]


def test_the_pages_of_a_record_stay_within_twelve_statements(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Counted")
    for number in range(8):
        api.create("contact", name={"family": f"F{number}", "given": "G"}, account=account["id"])
    for part in ("", "/edit", "/history", "/files", "/timeline", "/related/contacts"):
        place = f"/o/account/{account['id']}{part}"
        browser.get(place)
        assert statements(site, browser, place) <= 12, part


def statements(site: Site, browser: Browser, place: str) -> int:
    """How many statements a page takes once its shapes are known."""
    from sqlalchemy import event

    from newel.runtime.records.work import Work

    counted = 0
    plain = Work.execute

    def counting(work: Work, text: str, *given: object) -> object:
        nonlocal counted
        counted += 1
        return plain(work, text, *given)

    def by_engine(*_: object) -> None:
        nonlocal counted
        counted += 1

    engine = site.installation.database.engine
    event.listen(engine, "before_cursor_execute", by_engine)
    Work.execute = counting  # type: ignore[method-assign,assignment]
    try:
        assert browser.get(place).status_code == 200
    finally:
        Work.execute = plain  # type: ignore[method-assign]
        event.remove(engine, "before_cursor_execute", by_engine)
    return counted
