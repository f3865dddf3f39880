"""Home, apps, search, the palette and the frame around every page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tests.support.site import Site

MENU = re.compile(r'<a class="rail-item" href="([^"]+)"')


def test_the_menu_holds_what_the_reader_may_open(site: Site) -> None:
    assert MENU.findall(site.browser("seller").get("/").text) == [
        "/",
        "/o/company",
        "/o/deal",
        "/o/deal?view=board",
        "/o/visit",
        "/bin",
    ]
    assert MENU.findall(site.browser("caller").get("/").text) == ["/", "/bin"]


def test_the_entry_that_is_shown_is_marked(site: Site) -> None:
    browser = site.browser("seller")
    for path in ("/o/deal?view=board", "/o/deal", "/o/visit"):
        marked = re.search(r'<a class="rail-item" href="([^"]+)" aria-current="page"', browser.get(path).text)
        assert marked is not None
        assert marked[1] == path


def test_an_app_says_what_its_parts_are_for(site: Site) -> None:
    html = site.browser("seller").get("/app/sales").text
    assert "Whom we do business with." in html
    assert site.browser("caller").get("/app/sales").status_code == 404
    assert site.browser("seller").get("/app/nothing").status_code == 404


def test_home_shows_ones_own_open_activities_by_their_day(site: Site) -> None:
    api, now = site.api("seller"), datetime.now(UTC)
    for subject, hours, done in (("late", -30, False), ("soon", 50, False), ("far", 24 * 30, False), ("done", -2, True)):
        start = (now + timedelta(hours=hours)).isoformat()
        api.create("visit", subject=subject, start_at=start, done=done)
    site.api("manager").create("visit", subject="the manager's", start_at=now.isoformat(), done=False)
    html = site.browser("seller").get("/").text
    assert re.findall(r'class="todo-title clip" href="[^"]+">([^<]+)<', html) == ["late", "soon"]
    assert "1 overdue" in html


def test_home_sums_up_ones_own_board(site: Site) -> None:
    site.api("manager").create("deal", name="other", amount="7 CNY")
    site.api("seller").create("deal", name="mine", amount="5 CNY")
    html = site.browser("seller").get("/").text
    pipeline = html.split('<dl class="pipeline')[1].split("</dl>")[0]
    assert "CN¥5" in pipeline
    assert "CN¥12" not in pipeline
    assert "Won" not in pipeline


def test_home_of_somebody_who_may_read_little_is_a_page_all_the_same(site: Site) -> None:
    assert site.browser("caller").get("/").status_code == 200


def test_search_groups_what_it_finds_and_marks_the_words(site: Site) -> None:
    api = site.api("manager")
    company = api.create("company", name="Northwind <b>", city="Leeds")
    api.create("deal", name="Northwind fans", company=company["id"])
    html = site.browser("manager").get("/search?q=northwind").text
    assert "<mark>Northwind</mark> &lt;b&gt;" in html
    assert html.index('id="found-company"') > 0
    assert html.index('id="found-deal"') > 0
    only = site.browser("manager").get("/search?q=northwind&object=deal").text
    assert 'id="found-company"' not in only
    assert "Nothing found" in site.browser("seller").get("/search?q=fans").text


def test_search_without_words_says_how_to_search(site: Site) -> None:
    assert "Find anything" in site.browser("seller").get("/search").text


def test_the_palette_offers_what_one_may_do(site: Site) -> None:
    seller = {each["label"] for each in site.browser("seller").get("/palette").json}
    caller = {each["label"] for each in site.browser("caller").get("/palette").json}
    assert {"New Deal", "Deals", "Board", "Companies"} <= seller
    assert caller & {"New Deal", "Deals", "Board", "Companies", "New Visit"} == set()
    assert "Visits" in caller
    site.api("manager").create("company", name="Northwind")
    (found,) = site.browser("seller").get("/palette/records?q=northw").json
    assert found["label"] == "Northwind"


def test_a_card_over_a_reference_shows_its_facts(site: Site) -> None:
    made = site.api("manager").create("company", name="Acme", city="Leeds", secret="Canaryvalue")
    html = site.browser("seller").get(f"/o/company/{made['id']}/card").text
    assert "Leeds" in html
    assert "anary" not in html
    assert site.browser("caller").get(f"/o/company/{made['id']}/card").status_code == 404


def test_theme_and_language_are_kept_and_one_stays_where_one_was(site: Site) -> None:
    browser = site.browser("seller")
    answer = browser.post("/preferences", {"theme": "dark", "back": "/o/deal?view=open"})
    assert answer.location == "/o/deal?view=open"
    assert '<html lang="en" data-theme="dark"' in browser.get("/").text
    browser.post("/preferences", {"language": "zh-CN"})
    assert '<html lang="zh-CN"' in browser.get("/").text


def test_pages_carry_no_inline_style_and_no_script_without_the_nonce(site: Site) -> None:
    site.api("manager").create("deal", name="one", amount="5 CNY")
    browser = site.browser("manager")
    for path in ("/", "/o/deal", "/o/deal?view=board", "/o/visit?view=week", "/search?q=one", "/app/sales", "/nothing"):
        html = browser.get(path).text
        assert not re.search(r"<[^>]*\sstyle=", html), path
        assert not re.search(r"<[^>]*\son\w+=", html), path
        for attributes, inside in re.findall(r"<script([^>]*)>([^<]*)", html):
            assert "src=" in attributes or "nonce=" in attributes or "application/json" in attributes or not inside, path


def test_no_page_of_the_workspace_needs_more_than_twelve_statements(site: Site) -> None:
    if site.installation.database.dialect != "sqlite":
        return
    api = site.api("seller")
    company = api.create("company", name="Acme")
    for n in range(30):
        api.create("deal", name=f"deal {n}", company=company["id"], stage=("open", "offer")[n % 2], amount=f"{n + 1} CNY")
        api.create("visit", subject=f"visit {n}", company=company["id"], start_at=datetime.now(UTC).isoformat(), done=False)
    browser = site.browser("seller")
    for path in ("/", "/o/deal", "/o/deal?view=board", "/o/visit?view=week", "/app/sales", "/o/deal?filter=owner+%3D%3D+me()"):
        browser.get(path)
        assert statements(site, lambda path=path: browser.get(path)) <= 12, path


def statements(site: Site, act: object) -> int:
    """How many statements run on the database while `act` does."""
    from sqlalchemy import event

    seen: list[str] = []
    engine = site.installation.database.engine

    def trace(connection: object, record: object, proxy: object) -> None:
        connection.set_trace_callback(seen.append)  # type: ignore[attr-defined]

    event.listen(engine, "checkout", trace)
    act()  # type: ignore[operator]
    event.remove(engine, "checkout", trace)
    aside = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "--")
    return sum(not each.lstrip().upper().startswith(aside) for each in seen)
