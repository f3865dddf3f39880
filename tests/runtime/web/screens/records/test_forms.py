"""Creating and changing records: nothing typed is lost, nothing untouched is changed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from tests.support.site import PASSWORD, Browser, Site


def begun(browser: Browser, place: str) -> dict[str, Any]:
    """What a form posts when nobody touches it."""
    page = browser.get(place)
    assert page.status_code == 200, page.text
    return inputs(page.text)


def inputs(page: str) -> dict[str, Any]:
    form = re.search(r"<form[^>]*(?:data-record-form|data-saves).*?</form>", page, re.DOTALL)
    assert form is not None
    text = re.sub(r"<(template|noscript)\b.*?</\1>", "", form[0], flags=re.DOTALL)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("name") in (None, "csrf_token") or given.get("type") == "file":
            continue
        if given.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        found[given["name"]] = given.get("value", "")
    for attributes, body in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", text, re.DOTALL):
        name = re.search(r'name="([^"]*)"', attributes)
        assert name is not None
        found[name[1]] = html.unescape(body)
    for attributes, body in re.findall(r"<select([^>]*)>(.*?)</select>", text, re.DOTALL):
        name = re.search(r'name="([^"]*)"', attributes)
        assert name is not None
        found[name[1]] = [html.unescape(each) for each in re.findall(r'<option value="([^"]*)" selected', body)]
    return found


def test_a_form_saved_untouched_changes_nothing(site: Site) -> None:
    """However coarse an editor is (moments without seconds, numbers with their scale), what nobody touched stays."""
    api, browser = site.api("manager", "rep", name="both"), site.browser("manager", "rep", name="both")
    account = api.create("account", name="One")
    values = {
        "short": "S",
        "long": "a\nb",
        "rich": "<p>x</p>",
        "marked": "**b**",
        "whole": 3,
        "exact": "1.250",
        "price": {"amount": "12.50", "currency": "EUR"},
        "share": "12.5",
        "flag": True,
        "day": "2026-11-21",
        "moment": "2026-11-21T08:00:07Z",
        "hour": "08:00:09",
        "span": 3725,
        "pick": "a",
        "picks": ["x", "z"],
        "labels": ["k", "l"],
        "mail": "a@example.com",
        "phone": "+86 10 1234 5678",
        "link": "https://example.com",
        "place": {"city": "Hefei"},
        "person": {"family": "Li", "given": "Na"},
        "one": account["id"],
        "either": {"object": "account", "id": account["id"]},
        "shade": "#aabbcc",
        "stars": 3,
        "who": api.person.id,
    }
    made = api.create("gallery", **values)
    place = f"/o/gallery/{made['id']}/edit"
    answer = browser.post(place, begun(browser, place))
    assert answer.status_code == 303, answer.text
    after = api.get(f"/records/gallery/{made['id']}").json
    assert after is not None
    assert after["version"] == made["version"]


def test_a_new_record_starts_with_its_defaults(site: Site) -> None:
    form = begun(site.browser("manager"), "/o/account/new")
    assert form["stage"] == ["new"]


def test_the_address_may_fill_a_new_record_in(site: Site) -> None:
    account = site.api("manager").create("account", name="Parent Ltd")
    page = site.browser("manager").get(f"/o/contact/new?account={account['id']}").text
    assert "Parent Ltd" in page
    assert begun(site.browser("manager"), "/o/account/new?quick=1&title=Typed")["name"] == "Typed"


def test_saving_makes_the_record_and_leads_to_it(site: Site) -> None:
    browser = site.browser("manager")
    form = begun(browser, "/o/account/new") | {"name": "Made", "amount.amount": "1,200", "city": "Wuhu"}
    answer = browser.post("/o/account/new", form)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert ">Made</h1>" in page
    assert "1,200.00" in page
    assert "“Made” is saved." in page


def test_save_and_new_leads_to_an_empty_form(site: Site) -> None:
    browser = site.browser("manager")
    form = begun(browser, "/o/account/new") | {"name": "Made", ":intent": "again"}
    assert browser.post("/o/account/new", form).location == "/o/account/new"


def test_refused_values_come_back_as_they_were_typed_with_all_faults(site: Site) -> None:
    browser = site.browser("manager")
    form = begun(browser, "/o/account/new") | {"name": "", "amount.amount": "a lot", "city": "<b>Wuhu</b>"}
    answer = browser.post("/o/account/new", form)
    assert answer.status_code == 422
    again = inputs(answer.text)
    assert again["amount.amount"] == "a lot"
    assert again["city"] == "<b>Wuhu</b>"
    assert answer.text.count("field-error") == 2
    assert 'href="#f-name"' in answer.text
    assert 'href="#f-amount"' in answer.text
    assert "<b>Wuhu</b>" not in answer.text


def test_a_form_without_scripts_saves_lines_and_tells_faults_by_cell(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    form = begun(browser, "/o/order/new")
    lines = {
        "lines.0.product": "Bolt",
        "lines.0.quantity": "2",
        "lines.4.product": "",
        "lines.4.quantity": "",
        "lines.7.product": "Nut",
        "lines.7.quantity": "-1",
    }
    refused = browser.post("/o/order/new", form | lines)
    assert refused.status_code == 422
    again = inputs(refused.text)
    assert again["lines.0.product"] == "Bolt"
    assert again["lines.1.quantity"] == "-1"
    assert 'href="#f-lines.1.quantity"' in refused.text
    saved = browser.post("/o/order/new", form | lines | {"lines.7.quantity": "3"})
    assert saved.status_code == 303
    stored = api.get(f"/records/order/{saved.location.rpartition('/')[2]}").json
    assert stored is not None
    assert [(each["product"], each["quantity"]) for each in stored["lines"]] == [("Bolt", 2), ("Nut", 3)]


def test_lines_are_changed_added_and_removed_with_their_document(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    order = api.create("order", lines=[{"product": "Bolt", "quantity": 1}, {"product": "Nut", "quantity": 2}])
    place = f"/o/order/{order['id']}/edit"
    form = begun(browser, place)
    kept = {name: value for name, value in form.items() if not name.startswith("lines.0.")}
    assert browser.post(place, kept | {"lines.1.quantity": "5", "lines.9.product": "Screw"}).status_code == 303
    stored = api.get(f"/records/order/{order['id']}").json
    assert stored is not None
    assert {(each["product"], each["quantity"]) for each in stored["lines"]} == {("Nut", 5), ("Screw", None)}


def test_two_people_who_change_the_same_record_lose_nothing(site: Site) -> None:
    """The second sees both versions, chooses field by field, and what only the first changed stays."""
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Base", city="Hefei", code="C1")
    place = f"/o/account/{account['id']}/edit"
    mine = begun(browser, place) | {"name": "Mine", "city": "Wuhu"}
    api.patch(f"/records/account/{account['id']}", {"name": "Theirs", "code": "C2"}, version=1)
    answer = browser.post(place, mine)
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Theirs" in answer.text
    assert "Wuhu" in answer.text
    assert "C2" in answer.text
    chosen = inputs(answer.text) | {":keep.name": "theirs", ":keep.city": "mine"}
    assert browser.post(place, chosen).status_code == 303
    stored = api.get(f"/records/account/{account['id']}").json
    assert stored is not None
    assert (stored["name"], stored["city"], stored["code"]) == ("Theirs", "Wuhu", "C2")


def test_a_form_that_changes_nothing_never_conflicts(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Base")
    place = f"/o/account/{account['id']}/edit"
    mine = begun(browser, place)
    api.patch(f"/records/account/{account['id']}", {"name": "Theirs"}, version=1)
    assert browser.post(place, mine).status_code == 303


def test_a_form_of_one_field_touches_no_other(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Base", city="Hefei")
    place = f"/o/account/{account['id']}/edit"
    form = begun(browser, f"{place}?only=city")
    assert "name" not in form
    assert browser.post(place, form | {"city": "Wuhu"}).status_code == 303
    stored = api.get(f"/records/account/{account['id']}").json
    assert stored is not None
    assert (stored["name"], stored["city"]) == ("Base", "Wuhu")


def test_a_small_form_asks_for_what_rules_miss(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Base")
    place = f"/o/account/{account['id']}/edit"
    form = begun(browser, f"{place}?only=stage") | {"stage": "won"}
    refused = browser.post(place, form)
    assert refused.status_code == 422
    assert "A won account needs an amount." in refused.text
    again = inputs(refused.text) | {"stage": "won", "amount.amount": "5"}
    assert browser.post(place, again).status_code == 303


def test_in_a_dialog_the_form_is_quick_and_the_answer_a_place(site: Site) -> None:
    browser = site.browser("manager")
    headers = {"Newel-Part": "dialog"}
    page = browser.get("/o/account/new", headers=headers)
    assert "<html" not in page.text
    assert 'name="secret_note"' not in page.text
    done = browser.post("/o/account/new", inputs(page.text) | {"name": "Quick"}, headers=headers)
    assert done.status_code == 204
    assert done.headers["Newel-Location"].startswith("/o/account/")


def test_more_fields_goes_on_with_everything_typed(site: Site) -> None:
    browser = site.browser("manager")
    form = begun(browser, "/o/account/new?quick=1") | {"name": "Half done", ":intent": "more"}
    page = browser.post("/o/account/new", form)
    assert page.status_code == 200
    again = inputs(page.text)
    assert again["name"] == "Half done"
    assert "secret_note" in again


def test_fields_that_a_role_may_not_write_are_shown_but_not_taken(site: Site) -> None:
    person = site.person("rep")
    account = site.api("manager").create("account", name="Base", code="C1", owner=person.id)
    browser, place = site.browser("rep"), f"/o/account/{account['id']}/edit"
    form = begun(browser, place)
    assert "code" not in form
    assert "credit_limit.amount" not in form
    assert "secret_note" not in form
    assert browser.post(place, form | {"code": "HACK", "credit_limit.amount": "1", "city": "Wuhu"}).status_code == 303
    stored = site.api("manager").get(f"/records/account/{account['id']}").json
    assert stored is not None
    assert (stored["code"], stored["credit_limit"], stored["city"]) == ("C1", None, "Wuhu")


def test_rules_are_told_while_a_form_is_filled_in(site: Site) -> None:
    said = site.browser("manager").post("/o/account/preview", {"name": "x", "stage": "won"})
    assert said.status_code == 200
    assert (said.json or {})["states"]["name"] == [True, True, False]


def test_who_may_not_create_is_refused(site: Site) -> None:
    browser = site.browser("clerk")
    assert browser.get("/o/account/new").status_code == 403
    assert browser.post("/o/account/new", {"name": "x"}).status_code == 403


def test_who_may_only_read_gets_no_form_to_change(site: Site) -> None:
    account = site.api("manager").create("account", name="Base", city="Hefei")
    browser = site.browser("clerk")
    page = browser.get(f"/o/account/{account['id']}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert browser.get(f"/o/account/{account['id']}/edit").status_code == 403


def test_a_form_can_lead_nowhere_but_back_into_the_workspace(site: Site) -> None:
    browser = site.browser("manager")
    form = begun(browser, "/o/account/new") | {"name": "Made", ":back": "https://evil.example"}
    assert browser.post("/o/account/new", form).location.startswith("/o/account")


def test_a_form_sent_after_the_session_ended_is_kept_until_its_sender_is_in_again(site: Site) -> None:
    """Without any script: the sign-in page carries the form, and a click after signing in saves it."""
    browser, person = site.browser("manager"), site.person("manager")
    form = begun(browser, "/o/account/new") | {"name": "Long typed", "city": "Wuhu"}
    browser.client.delete_cookie("newel_session")
    headers = {"Sec-Fetch-Site": "same-origin"}
    asked = browser.client.post("/o/account/new", data=form, headers=headers)
    assert asked.status_code == 401
    sealed = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert sealed is not None
    again = browser.post("/sign-in", {"email": person.email, "password": PASSWORD, "kept": sealed[1]})
    assert again.status_code == 200
    waiting = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', again.text)
    }
    assert waiting["city"] == "Wuhu"
    saved = browser.client.post("/o/account/new", data=waiting, headers=headers)
    assert saved.status_code == 303
    assert ">Long typed</h1>" in browser.get(saved.location).text


def test_a_form_from_elsewhere_is_never_kept(site: Site) -> None:
    asked = site.stranger().client.post("/o/account/new", data={"name": "Evil"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert asked.status_code == 401
    assert "Evil" not in asked.text
    assert 'name="kept"' not in asked.text


def test_without_scripts_a_lookup_takes_a_name(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    account = api.create("account", name="Red Lantern", city="Hefei")
    form = begun(browser, "/o/contact/new") | {
        "name.family": "Li",
        "name.given": "Na",
        "account": "",
        "account.text": "red lantern",
    }
    saved = browser.post("/o/contact/new", form)
    assert saved.status_code == 303
    stored = api.get(f"/records/contact/{saved.location.rpartition('/')[2]}").json
    assert stored is not None
    assert stored["account"] == account["id"]
    assert browser.post("/o/contact/new", form | {"account.text": "No such"}).status_code == 422


def test_a_field_may_be_called_as_the_inputs_of_a_form_are(make_installation: Callable[..., Any]) -> None:
    """Nothing that a form says about itself is mistaken for a field, or a field for it."""
    names = ("back", "intent", "was", "only", "quick", "title", "record", "keep", "value", "from", "type", "order")
    fields = "".join(f"  {name}: {{type: text}}\n" for name in names)
    odd = f"object: order\ntitle: name\nfields:\n  name: {{type: text, required: true}}\n{fields}"
    solution = "solution: odd\nversion: 1.0.0\nlabel: Odd\nlanguage: en\nprefix: o\n"
    site = Site(make_installation({"solution.yaml": solution, "objects/order.yaml": odd}))
    browser, api = site.browser("admin"), site.api("admin")
    form = begun(browser, "/o/order/new") | {name: f"my {name}" for name in ("name", *names)}
    saved = browser.post("/o/order/new", form)
    assert saved.status_code == 303, saved.text
    place = f"/records/order/{saved.location.rpartition('/')[2]}"
    stored = api.get(place).json or {}
    assert {name: stored[name] for name in names} == {name: f"my {name}" for name in names}
    edited = begun(browser, f"{saved.location}/edit") | {"back": "other"}
    assert browser.post(f"{saved.location}/edit", edited).status_code == 303
    assert (api.get(place).json or {})["back"] == "other"
