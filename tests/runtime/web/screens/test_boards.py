"""Boards: columns with counts and sums, cards, and moving them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from tests.support.site import Browser, Site

BOARD = "/o/deal?view=board"


def lanes(html: str) -> dict[str, tuple[int, str]]:
    """Count and sum of each column."""
    found = {}
    for part in html.split('<section class="lane')[1:]:
        key = re.search(r'data-lane="([^"]+)"', part)
        count = re.search(r'class="count-pill">([^<]+)<', part)
        total = re.search(r'class="lane-sum number"[^>]*>(.+?)</span></span>', part)
        assert key is not None
        assert count is not None
        found[key[1]] = (int(count[1].replace(",", "")), " + ".join(re.findall(r">([^<]+)<?", total[1])) if total else "")
    return found


def move(browser: Browser, deal: dict[str, Any], value: str, **more: str) -> Any:
    data = {"field": "stage", "value": value, "version": str(deal["version"]), **more}
    return browser.post(f"/o/deal/{deal['id']}/move", data, headers={"Accept": "application/json"})


def test_each_column_says_how_many_and_how_much_of_all_and_not_of_what_is_drawn(site: Site) -> None:
    rows = [{"name": f"{n:02}", "amount": "10.40 CNY"} for n in range(25)]
    site.api("manager").post("/records/deal/bulk", {"create": rows})
    site.api("manager").create("deal", name="x", stage="offer")
    html = site.browser("manager").get(BOARD).text
    assert lanes(html)["open"] == (25, "CN¥260")
    assert lanes(html)["offer"][0] == 1
    assert lanes(html)["won"][0] == 0
    assert html.count('class="board-card"') == 21


def test_amounts_of_different_currencies_are_summed_apart(site: Site) -> None:
    amounts = ("10 CNY", "5 CNY", "40 USD", None)
    site.api("manager").post("/records/deal/bulk", {"create": [{"name": f"{each}", "amount": each} for each in amounts]})
    assert lanes(site.browser("manager").get(BOARD).text)["open"] == (4, "$40 + CN¥15")


def test_more_cards_of_a_column_come_as_it_is_scrolled(site: Site) -> None:
    rows = [{"name": f"{n:02}"} for n in range(25)]
    site.api("manager").post("/records/deal/bulk", {"create": rows})
    browser = site.browser("manager")
    more = re.search(r'class="lane-more" hx-get="([^"]+)"', browser.get(BOARD).text)
    assert more is not None
    rest = browser.get(more[1].replace("&amp;", "&")).text
    assert re.findall(r'class="board-card-title" href="[^"]+">(\d+)<', rest) == ["20", "21", "22", "23", "24"]
    assert "lane-more" not in rest


def test_a_card_can_be_moved(site: Site) -> None:
    api = site.api("manager")
    deal = api.create("deal", name="one")
    answer = move(site.browser("manager"), deal, "offer")
    assert answer.status_code == 204
    assert api.get(f"/records/deal/{deal['id']}").json["stage"] == "offer"


def test_a_move_that_needs_fields_asks_for_just_those_and_then_is_made(site: Site) -> None:
    api, browser = site.api("manager"), site.browser("manager")
    deal = api.create("deal", name="one")
    asked = move(browser, deal, "lost")
    assert asked.status_code == 422
    assert re.findall(r'data-field="([\w.]+)"', asked.text) == ["more.reason"]
    done = browser.post(
        f"/o/deal/{deal['id']}/move", {"field": "stage", "value": "lost", "more": "reason", "more.reason": "Price"}
    )
    assert done.status_code == 303
    found = api.get(f"/records/deal/{deal['id']}").json
    assert (found["stage"], found["reason"]) == ("lost", "Price")


def test_a_validation_of_another_field_asks_for_it(site: Site) -> None:
    deal = site.api("manager").create("deal", name="one")
    asked = move(site.browser("manager"), deal, "won")
    assert asked.status_code == 422
    assert "A won deal needs an amount." in asked.text
    assert 'name="more.amount.amount"' in asked.text


def test_a_move_that_no_field_would_help_is_refused_with_its_reason(site: Site) -> None:
    deal = site.api("manager").create("deal", name="one")
    site.api("manager").create("deal", name="two")
    stale = {**deal, "version": 7}
    answer = move(site.browser("manager"), stale, "offer")
    assert answer.status_code == 409
    assert "Somebody else has changed this record" in unquote(answer.headers["Newel-Reason"])


def test_where_a_card_may_go_is_a_page_of_its_own_too(site: Site) -> None:
    deal = site.api("manager").create("deal", name="one")
    html = site.browser("manager").get(f"/o/deal/{deal['id']}/move?field=stage").text
    assert re.findall(r'name="value" value="(\w+)"( disabled)?', html) == [
        ("open", " disabled"),
        ("offer", ""),
        ("won", ""),
        ("lost", ""),
    ]


def test_only_a_choice_field_is_moved_along(site: Site) -> None:
    deal = site.api("manager").create("deal", name="one")
    browser = site.browser("manager")
    assert browser.get(f"/o/deal/{deal['id']}/move?field=name").status_code == 404
    assert browser.post(f"/o/deal/{deal['id']}/move", {"field": "name", "value": "x"}).status_code == 404


def test_a_foreign_card_cannot_be_moved(site: Site) -> None:
    deal = site.api("manager").create("deal", name="one")
    assert move(site.browser("seller"), deal, "offer").status_code == 404


def test_a_board_counts_only_what_its_reader_may_see(site: Site) -> None:
    site.api("manager").create("deal", name="one")
    site.api("seller").create("deal", name="two")
    assert lanes(site.browser("seller").get(BOARD).text)["open"][0] == 1
