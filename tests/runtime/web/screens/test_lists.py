"""Lists: columns, order, search, filters, pages, and what a reader may not see."""

from __future__ import annotations

import json
import re
from html import unescape

from tests.support.site import Browser, Site

FRAGMENT = {"HX-Request": "true"}


def titles(html: str) -> list[str]:
    """What the rows of a list are called, in order."""
    return [unescape(each) for each in re.findall(r'<a href="/o/\w+/[0-9a-f-]{36}" data-open>([^<]*)</a>', html)]


def deals(site: Site, *names: str, **more: object) -> None:
    api = site.api("manager")
    for name in names:
        api.create("deal", name=name, **more)


def test_a_list_shows_the_columns_of_its_view_and_titles_as_links(site: Site) -> None:
    api = site.api("manager")
    company = api.create("company", name="Acme", city="Leeds")
    api.create("deal", name="Big one", company=company["id"], amount="12.50 CNY", stage="offer")
    html = site.browser("manager").get("/o/deal").text
    assert titles(html) == ["Big one"]
    assert re.findall(r"hx-target=\"#list\"[^>]*>([^<]+)(?:<svg.*?</svg>)?</a></th>", html) == [
        *("Name", "Company", "Company · City", "Stage", "Amount", "Due"),
    ]
    assert 'class="badge c-purple"><span>Offer</span>' in html
    assert f'href="/o/company/{company["id"]}"' in html
    assert "Leeds" in html
    assert "12.50" in html


def test_a_list_is_sorted_as_the_view_says_until_somebody_chooses(site: Site) -> None:
    deals(site, "b", "a", "c")
    browser = site.browser("manager")
    assert titles(browser.get("/o/deal").text) == ["a", "b", "c"]
    assert titles(browser.get("/o/deal?sort=-name").text) == ["c", "b", "a"]


def test_what_cannot_be_sorted_or_is_not_there_is_left_out_of_the_order(site: Site) -> None:
    deals(site, "b", "a")
    assert titles(site.browser("manager").get("/o/deal?sort=nonsense,name").text) == ["a", "b"]


def test_a_list_is_searched_in_its_own_fields_and_one_hop_away(site: Site) -> None:
    api = site.api("manager")
    company = api.create("company", name="Northwind")
    api.create("deal", name="Fans", company=company["id"])
    deals(site, "Pumps", "O'Neil's 100% \\ deal")
    browser = site.browser("manager")
    assert titles(browser.get("/o/deal?q=north").text) == ["Fans"]
    assert titles(browser.get("/o/deal?q=PUM").text) == ["Pumps"]
    assert titles(browser.get("/o/deal?q=O'Neil's+100%25+\\").text) == ["O'Neil's 100% \\ deal"]
    assert "Nothing matches" in browser.get("/o/deal?q=zzz").text


def test_a_condition_from_the_filter_form_becomes_an_expression_and_a_chip(site: Site) -> None:
    deals(site, "one", stage="offer")
    deals(site, "two")
    browser = site.browser("manager")
    answer = browser.get("/o/deal?f.field=stage&f.operator=in&f.value=offer&f.value=open")
    assert answer.status_code == 302
    assert "filter=stage%20in%20%5B%27offer%27%2C%20%27open%27%5D" in answer.location
    shown = browser.get("/o/deal?f.field=stage&f.operator=is&f.value=offer", follow_redirects=True).text
    assert titles(shown) == ["one"]
    assert '<span class="chip-value">Offer</span>' in shown


def test_a_chip_can_be_changed_and_taken_off(site: Site) -> None:
    browser = site.browser("manager")
    both = "/o/deal?filter=stage+%3D%3D+'offer'+and+amount+>+5"
    html = browser.get(both).text
    assert re.findall(r'<span class="chip-value">([^<]*)</span>', html) == ["Offer", "5"]
    off = re.search(r'class="chip-off" href="([^"]+)"', html)
    assert off is not None
    rest = browser.get(off[1].replace("&amp;", "&")).text
    assert re.findall(r'<span class="chip-value">([^<]*)</span>', rest) == ["5"]
    moved = browser.get(both + "&f.field=amount&f.operator=at_least&f.value=9&f.at=1")
    assert "amount%20%3E%3D%209" in moved.location
    assert "amount%20%3E%205" not in moved.location


def test_the_form_of_a_condition_has_the_editor_of_its_field(site: Site) -> None:
    browser = site.browser("manager")
    stage = browser.get("/o/deal/filter?field=stage", headers=FRAGMENT).text
    assert stage.count('type="checkbox"') == 4
    due = browser.get("/o/deal/filter?field=due&operator=between", headers=FRAGMENT).text
    assert due.count('type="date"') == 2
    count = browser.get("/o/deal/filter?field=due&operator=last_days", headers=FRAGMENT).text
    assert 'type="number"' in count
    assert "data-lookup" in browser.get("/o/deal/filter?field=company&operator=is", headers=FRAGMENT).text
    assert browser.get("/o/deal/filter?field=nonsense", headers=FRAGMENT).status_code == 404


def test_a_filter_that_rows_cannot_say_is_shown_as_an_expression(site: Site) -> None:
    deals(site, "one")
    html = site.browser("manager").get("/o/deal?filter=name+%3D%3D+'one'+or+amount+>+5").text
    assert titles(html) == ["one"]
    assert "<code>name == &#39;one&#39; or amount &gt; 5</code>" in html


def test_a_filter_beyond_all_bounds_is_refused_and_not_carried_along(site: Site) -> None:
    answer = site.browser("manager").get("/o/deal?filter=name+%3D%3D+'" + "x" * 60_000 + "'")
    assert answer.status_code == 422
    assert len(answer.text) < 400_000


def test_conditions_and_expressions_are_two_faces_of_one_filter(site: Site) -> None:
    """What is a condition is a chip, what is none stays as it is written beside them, and both can be changed and taken off."""
    deals(site, "one", stage="offer", order=3)
    deals(site, "two", stage="won", amount="9", order=1)
    deals(site, "three", order=3)
    browser = site.browser("manager")
    html = browser.get("/o/deal?filter=stage+!%3D+'won'+and+(amount+>+5+or+order+%3D%3D+3)").text
    assert titles(html) == ["one", "three"]
    assert re.findall(r'<span class="chip-value">(.*?)</span>', html) == ["Won", "<code>(amount &gt; 5 or order == 3)</code>"]
    offs = [unescape(each) for each in re.findall(r'class="chip-off" href="([^"]+)"', html)]
    assert titles(browser.get(offs[0]).text) == ["one", "three", "two"]
    assert titles(browser.get(offs[1]).text) == ["one", "three"]
    moved = browser.get(
        "/o/deal?filter=stage+!%3D+'won'+and+(amount+>+5+or+order+%3D%3D+3)&f.field=stage&f.operator=is&f.value=offer&f.at=0"
    )
    assert titles(browser.get(moved.location).text) == ["one"]


def test_an_expression_is_applied_where_it_can_be_read_and_else_says_what_is_wrong_in_its_place(site: Site) -> None:
    browser = site.browser("manager")
    form = browser.get("/o/deal/filter?as=expression&filter=amount+>+5", headers=FRAGMENT).text
    assert "amount &gt; 5</textarea>" in form
    wrong = browser.get("/o/deal/filter?as=expression&apply=1&filter=amount+>+'5'", headers=FRAGMENT)
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.text
    assert "^^^" in wrong.text
    assert "amount &gt; &#39;5&#39;</textarea>" in wrong.text
    right = browser.get("/o/deal/filter?as=expression&apply=1&view=open&filter=amount+>+5", headers=FRAGMENT)
    assert right.status_code == 204
    assert json.loads(right.headers["HX-Location"])["path"] == "/o/deal?view=open&filter=amount%20%3E%205"
    plain = browser.get("/o/deal/filter?as=expression&apply=1&filter=amount+>+5")
    assert plain.status_code == 303
    assert plain.location.endswith("filter=amount%20%3E%205")
    assert browser.get("/o/deal/filter?as=expression&apply=1&filter=amount+>").status_code == 422
    assert "As an expression" in browser.get("/o/deal/filter?as=conditions", headers=FRAGMENT).text


def test_an_expression_names_nothing_that_its_writer_may_not_know(site: Site) -> None:
    seller = site.browser("seller")
    hidden = seller.get("/o/company/filter?as=expression&apply=1&filter=secret+>+1", headers=FRAGMENT).text
    unknown = seller.get("/o/company/filter?as=expression&apply=1&filter=nosuch+>+1", headers=FRAGMENT).text
    assert hidden.replace("secret", "nosuch") == unknown
    assert "Canarysecret" not in seller.get("/o/company/filter?as=expression", headers=FRAGMENT).text


def test_a_board_is_narrowed_by_an_expression(site: Site) -> None:
    deals(site, "one", order=3)
    deals(site, "two", order=1)
    html = site.browser("manager").get("/o/deal?view=board&filter=order+>+1+or+amount+>+5").text
    assert "<code>order &gt; 1 or amount &gt; 5</code>" in html
    assert ">one<" in html
    assert ">two<" not in html


def test_a_filter_that_cannot_be_read_says_so_and_keeps_what_was_written(site: Site) -> None:
    answer = site.browser("manager").get("/o/deal?filter=amont+>+5")
    assert answer.status_code == 422
    assert "amont" in answer.text
    assert 'role="alert"' in answer.text


def test_what_a_view_asks_for_is_shown_and_holds_beside_ones_own_filter(site: Site) -> None:
    deals(site, "a", "b")
    deals(site, "c", stage="offer")
    html = site.browser("manager").get("/o/deal?view=open&filter=name+!%3D+'a'").text
    assert titles(html) == ["b"]
    assert "chip is-fixed" in html


def test_pages_follow_each_other_both_ways_and_say_where_one_is(site: Site) -> None:
    rows = [{"name": f"deal {n:03}"} for n in range(120)]
    assert site.api("manager").post("/records/deal/bulk", {"create": rows}).status_code < 300
    browser = site.browser("manager")
    first = browser.get("/o/deal").text
    assert place(browser, first) == "1–50 of 120"
    second = browser.get(link(first, "next")).text
    assert place(browser, second) == "51–100 of 120"
    third = browser.get(link(second, "next")).text
    assert place(browser, third) == "101–120 of 120"
    assert titles(third)[-1] == "deal 119"
    assert titles(browser.get(link(third, "prev")).text) == titles(second)


def place(browser: Browser, html: str) -> str:
    """Where a page says that it stands, once it has asked for the total."""
    found = re.search(r'list-place[^>]*><span>([^<]*)<span data-list-total hx-get="([^"]+)"[^>]*>…</span>([^<]*)</span>', html)
    assert found is not None
    return found[1] + browser.get(found[2].replace("&amp;", "&")).text + found[3]


def test_a_page_does_not_wait_for_its_total(site: Site) -> None:
    """It is counted by a request of its own; a page that holds the whole list knows it already."""
    browser = site.browser("manager")
    deals(site, "only")
    html = browser.get("/o/deal").text
    assert "1–1 of 1" in html
    assert "data-list-total" not in html
    rows = [{"name": f"deal {n:03}"} for n in range(60)]
    assert site.api("manager").post("/records/deal/bulk", {"create": rows}).status_code < 300
    html = browser.get("/o/deal").text
    assert "<noscript>1–50</noscript>" in html
    assert place(browser, html) == "1–50 of 61"


def test_a_total_counts_what_its_reader_may_see_of_what_the_list_asks_for(site: Site) -> None:
    deals(site, "one", "two")
    assert site.browser("manager").get("/o/deal/total").text == "2"
    assert site.browser("manager").get("/o/deal/total?filter=name+%3D%3D+'one'").text == "1"
    assert site.browser("manager").get("/o/deal/total?q=two").text == "1"
    assert site.browser("seller").get("/o/deal/total").text == "0"
    assert site.browser("caller").get("/o/deal/total").status_code == 404
    assert site.browser("manager").get("/o/deal/total?filter=nosuch+>+1").text == ""


def link(html: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*rel="{rel}"', html)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_chosen_columns_are_shown_and_remembered_for_this_object(site: Site) -> None:
    deals(site, "one", order=7)
    site.api("manager").create("company", name="Acme")
    browser = site.browser("manager")
    chosen = browser.get("/o/deal?view=all&columns=order&columns=stage").text
    assert heads(chosen) == ["Name", "Order", "Stage"]
    assert heads(browser.get("/o/deal").text) == ["Name", "Order", "Stage"]
    assert "City" in heads(browser.get("/o/company").text)
    browser.get("/o/deal?view=all&columns=")
    assert len(heads(browser.get("/o/deal").text)) == 6


def heads(html: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)


def test_a_swap_asks_for_the_list_alone(site: Site) -> None:
    browser = site.browser("manager")
    part = browser.get("/o/deal?q=x", headers=FRAGMENT).text
    assert part.lstrip().startswith('<div class="list-body" id="list"')
    assert "<html" not in part


def test_a_field_that_one_may_not_read_is_not_mentioned_anywhere(site: Site) -> None:
    site.api("manager").create("company", name="Acme", secret="Canaryvalue")
    seller = site.browser("seller")
    for path in (
        "/o/company",
        "/o/company?columns=secret",
        "/o/company?sort=secret",
        "/o/company/filter?field=secret",
        "/o/company?f.field=secret&f.value=x",
        "/o/company/editor?field=secret",
        "/palette",
    ):
        assert "anary" not in seller.get(path, follow_redirects=True).text, path
    refused = seller.get("/o/company?filter=secret+%3D%3D+'Canaryvalue'")
    unknown = seller.get("/o/company?filter=nosuch+%3D%3D+'Canaryvalue'")
    assert refused.status_code == unknown.status_code == 422
    assert alert(refused.text).replace("secret", "X") == alert(unknown.text).replace("nosuch", "X")


def alert(html: str) -> str:
    found = re.search(r'role="alert".*?<div class="grow">(.*?)</div>', html, re.DOTALL)
    assert found is not None
    return found[1]


def test_an_object_that_is_closed_answers_as_one_that_is_not_there(site: Site) -> None:
    caller = site.browser("caller")
    closed, missing = caller.get("/o/company"), caller.get("/o/nothing")
    assert closed.status_code == missing.status_code == 404
    assert page_body(closed.text) == page_body(missing.text)


def page_body(html: str) -> str:
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_seller_sees_only_own_deals(site: Site) -> None:
    deals(site, "the manager's")
    api = site.api("seller")
    api.create("deal", name="the seller's")
    assert titles(site.browser("seller").get("/o/deal").text) == ["the seller's"]


def test_an_empty_list_teaches_what_it_is_for(site: Site) -> None:
    html = site.browser("manager").get("/o/company").text
    assert "No Companies yet" in html
    assert "Whom we do business with." in html
    assert 'href="/o/company/new"' in html


def test_values_are_text_wherever_they_are_shown(site: Site) -> None:
    site.api("manager").create("company", name="<script>alert(1)</script>", city='"><img src=x>')
    html = site.browser("manager").get("/o/company").text
    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_workspace_speaks_the_readers_language(site: Site) -> None:
    person = site.person("manager", name="wang", language="zh-CN")
    browser = Browser(site.app.test_client())
    browser.sign_in(person)
    html = browser.get("/o/deal").text
    assert '<html lang="zh-CN"' in html
    assert "筛选" in html
    assert "负责人" in browser.get("/o/company").text
