"""Links with fields of their own: shown with their record, edited as a grid, nothing lost between two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.web.screens import lines
from tests.runtime.web.screens.records.test_forms import begun
from tests.support.site import Site

ALL = "{create: true, read: all, update: all, delete: all}"
FILES = {
    "solution.yaml": "solution: firm\nversion: 1.0.0\nlabel: Firm\n",
    "objects/person.yaml": "object: person\nfields: {name: {type: text, required: true}}\n",
    "objects/deal.yaml": (
        "object: deal\nfields:\n  name: {type: text}\n  deciders:\n    type: many_to_many\n    to: person\n    inverse: deals\n"
        "    fields:\n      stance: {type: choice, default: neutral, options: {neutral: Neutral, champion: Champion}}\n"
        "      weight: {type: integer, max: 10}\n"
    ),
    "forms/deal.main.yaml": (
        "form: deal.main\nlabel: Deal\ntabs:\n  one: {label: One, sections: {a: {fields: [name, deciders]}}}\n"
        "  two: {label: Two, related: {deciders: {label: Deciders, columns: [name]}}}\n"
    ),
    "roles/boss.yaml": f"role: boss\nlabel: Boss\nobjects: {{person: {ALL}, deal: {ALL}}}\n",
    "roles/guest.yaml": "role: guest\nlabel: Guest\nobjects: {person: {read: all}, deal: {read: all}}\n",
}


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


def deal_of(site: Site) -> tuple[str, list[str]]:
    """A deal with one decider, and the ids of three people."""
    api = site.api("boss")
    people = [api.create("person", name=name)["id"] for name in ("Ann", "Bob", "Cid")]
    return f"/o/deal/{api.create('deal', name='Big', deciders=people[:1])['id']}", people


def held(site: Site) -> list[tuple[Any, ...]]:
    rows = site.api("boss").get("/records/deal_deciders?sort=id").json["data"]
    return [(each["person"], each["stance"], each["weight"]) for each in rows]


def test_links_are_changed_added_and_removed_in_a_grid(site: Site) -> None:
    deal, (ann, bob, cid) = deal_of(site)
    browser = site.browser("boss")
    first = begun(browser, f"{deal}/links/deciders")
    typed = {"deciders.0.stance": "champion", "deciders.1.person": bob, "deciders.1.weight": "3"}
    assert browser.post(f"{deal}/links/deciders", first | typed).status_code == 303
    assert held(site) == [(ann, "champion", None), (bob, "neutral", 3)]
    for part, shown in (("", "Champion"), ("?tab=two", "Champion")):
        page = browser.get(f"{deal}{part}").text
        assert shown in page
        assert f"{deal}/links/deciders" in page
    second = begun(browser, f"{deal}/links/deciders")
    less = {name: value for name, value in second.items() if not name.startswith("deciders.0.")}
    assert browser.post(f"{deal}/links/deciders", less | {"deciders.2.person": cid}).status_code == 303
    assert held(site) == [(bob, "neutral", 3), (cid, "neutral", None)]


def test_two_people_in_the_same_grid_lose_nothing(site: Site) -> None:
    deal, (ann, bob, cid) = deal_of(site)
    browser = site.browser("boss")
    mine = begun(browser, f"{deal}/links/deciders")
    theirs = {**mine, "deciders.0.weight": "7", "deciders.1.person": bob}
    assert browser.post(f"{deal}/links/deciders", theirs).status_code == 303
    assert (
        browser.post(f"{deal}/links/deciders", mine | {"deciders.0.stance": "champion", "deciders.1.person": cid}).status_code
        == 303
    )
    assert held(site) == [(ann, "champion", 7), (bob, "neutral", None), (cid, "neutral", None)]


def test_links_beyond_what_a_grid_shows_stay(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    deal, (ann, bob, _) = deal_of(site)
    browser = site.browser("boss")
    both = begun(browser, f"{deal}/links/deciders") | {"deciders.1.person": bob}
    assert browser.post(f"{deal}/links/deciders", both).status_code == 303
    monkeypatch.setattr(lines, "MOST_ROWS", 1)
    shown = begun(browser, f"{deal}/links/deciders")
    assert browser.post(f"{deal}/links/deciders", shown | {"deciders.0.weight": "2"}).status_code == 303
    assert held(site) == [(ann, "neutral", 2), (bob, "neutral", None)]


def test_a_refused_cell_is_told_in_its_place_and_nothing_is_saved(site: Site) -> None:
    deal, (ann, bob, _) = deal_of(site)
    browser = site.browser("boss")
    typed = {"deciders.0.weight": "99", "deciders.1.person": bob, "deciders.2.weight": "4"}
    answer = browser.post(f"{deal}/links/deciders", begun(browser, f"{deal}/links/deciders") | typed)
    assert answer.status_code == 422
    assert 'id="f-deciders.0.weight-error"' in answer.text
    assert 'id="f-deciders.2.person-error"' in answer.text
    assert "Bob" in answer.text
    assert held(site) == [(ann, "neutral", None)]


def test_who_may_only_read_gets_no_grid(site: Site) -> None:
    deal, _ = deal_of(site)
    browser = site.browser("guest")
    assert browser.get(f"{deal}/links/deciders").status_code == 403
    assert "/links/deciders" not in browser.get(f"{deal}?tab=two").text
    assert browser.get(f"{deal}/links/name").status_code == 404
