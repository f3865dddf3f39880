"""Choices that follow from one another, at the doors of the web: suggestions, forms, quick forms, many at once, the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.support.site import Browser, Site

DIALOG = {"Newel-Part": "dialog"}
FILES = {
    "solution.yaml": "solution: shop\nversion: 1.0.0\nlabel: Shop\nlanguage: en\nprefix: s\ncurrency: CNY\n",
    "objects/account.yaml": "object: account\nlabel: Account\nsearch: [name]\nfields:\n  name: {type: text, required: true}\n",
    "objects/contact.yaml": """
object: contact
label: Contact
search: [name]
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: contacts}
""",
    "objects/ticket.yaml": """
object: ticket
label: Ticket
path: part
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: tickets}
  contact: {type: lookup, to: contact, filter: account == record.account, inverse: tickets}
  category: {type: choice, options: {hardware: Hardware, software: Software}}
  part:
    type: choice
    options:
      screen: {label: Screen, when: category == 'hardware'}
      login: {label: Login, when: category == 'software'}
  phone: {type: text}
  urgent: {type: boolean}
  reason: {type: text}
""",
    "forms/ticket.main.yaml": """
form: ticket.main
label: Ticket
kind: main
tabs:
  all:
    label: All
    sections:
      all: {fields: [name, account, contact, category, part, phone, urgent, reason]}
""",
    "forms/ticket.quick.yaml": """
form: ticket.quick
label: New ticket
kind: quick
tabs:
  all:
    label: All
    sections:
      all:
        fields:
          name: {}
          urgent: {}
          phone: {required: true}
          reason: {visible: urgent, required: urgent}
""",
    "roles/clerk.yaml": "role: clerk\nlabel: Clerk\nobjects: {'*': {read: all, create: true, update: all, delete: all}}\n",
}


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


@pytest.fixture
def known(site: Site) -> dict[str, str]:
    """Two accounts with a contact each."""
    api, found = site.api("clerk"), {}
    for account, contact in (("Here", "Ada"), ("There", "Ann")):
        found[account] = api.create("account", name=account)["id"]
        found[contact] = api.create("contact", name=contact, account=found[account])["id"]
    return found


def offered(browser: Browser, query: str) -> list[str]:
    answer = browser.get(f"/o/contact/suggest?{query}")
    assert answer.status_code == 200
    return sorted(each["title"] for each in answer.json or ())


def test_a_lookup_offers_what_goes_with_the_form_as_it_stands(site: Site, known: dict[str, str]) -> None:
    browser, of = site.browser("clerk"), "of=ticket.contact&record="
    for typed in ("", "a", "an"):
        assert offered(browser, f"q={typed}&{of}&f.account={known['There']}") == ["Ann"]
    assert offered(browser, f"q=ada&{of}&f.account={known['There']}") == []
    assert offered(browser, f"q=&{of}&f.account=") == []
    assert offered(browser, f"q=&{of}&f.account=nonsense") == []
    assert offered(browser, "q=") == ["Ada", "Ann"]
    assert offered(browser, "q=&of=ticket.contact") == ["Ada", "Ann"]  # without a form nobody knows
    assert offered(browser, "q=&of=ticket.nosuch&record=") == ["Ada", "Ann"]
    assert offered(browser, "q=&of=nosuch.contact&record=") == ["Ada", "Ann"]


def test_a_lookup_of_a_stored_record_knows_what_its_form_does_not_show(site: Site, known: dict[str, str]) -> None:
    ticket = site.api("clerk").create("ticket", name="T", account=known["Here"])["id"]
    browser, of = site.browser("clerk"), "of=ticket.contact"
    assert offered(browser, f"q=&{of}&record={ticket}") == ["Ada"]
    assert offered(browser, f"q=&{of}&record={ticket}&f.account={known['There']}") == ["Ann"]
    assert browser.get(f"/o/contact/suggest?q=&{of}&record=019aa000-0000-7000-8000-000000000000").status_code == 404


def test_a_lookup_says_which_values_it_wants_to_know(site: Site) -> None:
    html = site.browser("clerk").get("/o/ticket/new").text
    assert 'data-of="ticket.contact" data-with="account"' in html
    assert 'data-of="ticket.account" data-placeholder' in html


def test_a_form_is_shown_again_with_the_choice_that_does_not_go_with_the_rest(site: Site, known: dict[str, str]) -> None:
    browser = site.browser("clerk")
    wrong = {"name": "T", "category": "software", "part": "screen", "account": known["Here"], "contact": known["Ann"]}
    answer = browser.post("/o/ticket/new", wrong)
    assert answer.status_code == 422
    assert "“Screen” can&#39;t be chosen in this record. Choose another." in answer.text
    assert "does not go with the rest of this record" in answer.text
    assert browser.post("/o/ticket/new", wrong | {"part": "login", "contact": known["Ada"]}).status_code == 303


def test_who_writes_a_name_instead_of_choosing_gets_the_one_that_is_offered(site: Site, known: dict[str, str]) -> None:
    api, browser = site.api("clerk"), site.browser("clerk")
    same = api.create("contact", name="Ada", account=known["There"])["id"]
    answer = browser.post("/o/ticket/new", {"name": "T", "account": known["There"], "contact.text": "Ada"})
    assert answer.status_code == 303, answer.text
    stored = api.get(f"/records/ticket/{answer.location.rpartition('/')[2]}").json or {}
    assert stored["contact"] == same


def test_the_api_and_many_at_once_are_held_to_it(site: Site, known: dict[str, str]) -> None:
    api = site.api("clerk")
    answer = api.post("/records/ticket", {"name": "T", "category": "software", "part": "screen"})
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in (answer.json or {})["errors"]] == [("part", "not_offered")]
    ticket = api.create("ticket", name="T", category="hardware", part="screen", account=known["Here"], contact=known["Ada"])
    moved = api.patch(f"/records/ticket/{ticket['id']}", {"account": known["There"], "category": "software"}, ticket["version"])
    assert {(each["field"], each["code"]) for each in (moved.json or {})["errors"]} == {
        ("part", "not_offered"),
        ("contact", "not_offered"),
    }
    bulk = {"do": "edit", "field": "category", "bulk.category": "software", "id": ticket["id"], "back": "/o/ticket"}
    browser = site.browser("clerk")
    browser.post("/o/ticket/bulk", bulk)
    said = [each["text"] for each in browser.get("/notes").json or ()]
    assert any("“Screen” no longer goes with the rest of this record." in each for each in said)


def test_a_record_moves_only_to_what_is_offered(site: Site) -> None:
    api, browser = site.api("clerk"), site.browser("clerk")
    ticket = f"/o/ticket/{api.create('ticket', name='T', category='hardware')['id']}"
    for page in (ticket, f"{ticket}/move?field=part"):
        html = browser.get(page).text
        assert 'value="screen"' in html
        assert 'value="login"' not in html
    refused = browser.post(f"{ticket}/move", {"field": "part", "value": "login"}, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "Login" in refused.headers["Newel-Reason"]
    assert browser.post(f"{ticket}/move", {"field": "part", "value": "screen"}).status_code == 303


def test_the_conditions_of_a_quick_form_hold_for_what_is_sent_with_it(site: Site) -> None:
    browser = site.browser("clerk")
    quick = {":quick": "1", "name": "T"}
    refused = browser.post("/o/ticket/new", quick)
    assert refused.status_code == 422
    assert labels(refused.text) == ["Phone"]
    assert labels(browser.post("/o/ticket/new", quick | {"urgent": "1", "phone": "1"}).text) == ["Reason"]
    assert browser.post("/o/ticket/new", quick | {"phone": "1"}).status_code == 303
    assert browser.post("/o/ticket/new", {"name": "T"}).status_code == 303
    assert site.api("clerk").create("ticket", name="T")["phone"] is None
    dialog = browser.post("/o/ticket/new", {"name": "T"}, headers=DIALOG)
    assert dialog.status_code == 422


def labels(html: str) -> list[str]:
    """The fields that the form's summary names."""
    summary = re.search(r"data-problems.*?</ul>", html, re.DOTALL)
    assert summary is not None
    return [unescape(each) for each in re.findall(r'<a href="#f-\w+">([^<]+)', summary[0])]
