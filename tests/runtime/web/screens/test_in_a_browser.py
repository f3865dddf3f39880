"""The workspace in a real browser: axe finds nothing, the content policy holds, keys and dragging work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.runtime.web.screens.conftest import FILES
from tests.support.site import PASSWORD, Site

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROWS = "table[data-rows] tbody tr"
PATIENCE = 20_000  # milliseconds, for slow machines
PATHS = {
    "home": "/",
    "list": "/o/deal?filter=stage+%3D%3D+'open'",
    "empty list": "/o/company?q=zzz",
    "board": "/o/deal?view=board",
    "calendar": "/o/visit?view=week&date=2026-11-20",
    "search": "/search?q=deal",
    "app": "/app/sales",
    "missing": "/nothing",
}


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """What a browser sees does not depend on the database."""
    return str(request.param)


@pytest.fixture
def address(make_installation: Callable[..., Any]) -> Iterator[str]:
    """An office that is served, with a manager in each language and a few records."""
    site = Site(make_installation(FILES))
    for language, theme in (("en", "light"), ("zh-CN", "dark")):
        site.person("manager", name=f"manager-{language.lower()}", language=language, theme=theme)
    api = site.api("manager")
    company = api.create("company", name="Acme", city="Leeds")
    for n in range(4):
        stage = ("open", "offer")[n % 2]
        api.create("deal", name=f"deal {n}", company=company["id"], amount="12 CNY", stage=stage, due="2026-11-20")
    assert api.post("/records/company/bulk", {"create": [{"name": f"Company {n}"} for n in range(60)]}).status_code < 300
    api.create("visit", subject="Kick-off", start_at="2026-11-20T08:00:00Z", end_at="2026-11-20T09:00:00Z", kind="long")
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(chromium: Any, address: str, language: str, width: int, faults: list[str]) -> Any:
    """A page of somebody who has signed in; what the browser complains of is noted."""
    page = chromium.new_context(viewport={"width": width, "height": 800}).new_page()
    page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", f"manager-{language.lower()}@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    return page


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-CN", 390)])
def test_every_kind_of_screen_is_accessible_and_obeys_the_policy(address: str, chromium: Any, language: str, width: int) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, language, width, faults)
    for name, path in PATHS.items():
        page.goto(address + path, wait_until="networkidle")
        assert not faults, (name, faults)
        found = violations(page)
        assert not found, (name, found)
        faults.clear()


def violations(page: Any) -> list[str]:
    """What axe finds on the page."""
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    found = page.evaluate("rules => axe.run(document, {preload: false, runOnly: rules})", RULES)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def test_the_keys_of_a_list_move_select_and_open(address: str, chromium: Any) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, "en", 1440, faults)
    page.goto(f"{address}/o/deal", wait_until="networkidle")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-pick-count]")).to_have_text("1 selected", timeout=PATIENCE)
    expect(page.locator("tr.is-picked td.cell-title")).to_have_text("deal 1", timeout=PATIENCE)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("deal 3")
    expect(page.locator(ROWS)).to_have_count(1, timeout=PATIENCE)
    assert "q=deal" in page.url
    assert page.evaluate("document.activeElement.id") == "list-search"
    assert not faults


def test_a_filter_is_built_by_keys_and_taken_off_by_back(address: str, chromium: Any) -> None:
    page = signed_in(chromium, address, "en", 1440, [])
    page.goto(f"{address}/o/deal", wait_until="networkidle")
    page.keyboard.press("f")
    expect(page.locator("#filter-sheet input").first).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("Stage")
    expect(page.locator("#filter-sheet a[data-narrowed]:visible")).to_have_count(1, timeout=PATIENCE)
    page.click("#filter-sheet a[data-narrowed]:visible")
    page.check("#filter-sheet input[value=offer]", timeout=PATIENCE)
    page.click("#filter-sheet .btn-primary")
    expect(page.locator(".chip-value")).to_have_text("Offer", timeout=PATIENCE)
    expect(page.locator(ROWS)).to_have_count(2, timeout=PATIENCE)
    page.go_back()
    expect(page.locator(ROWS)).to_have_count(4, timeout=PATIENCE)


def test_a_card_is_dragged_and_its_column_counts_anew(address: str, chromium: Any) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, "en", 1440, faults)
    page.goto(f"{address}/o/deal?view=board", wait_until="networkidle")
    card = page.locator("[data-lane=open] .board-card").first.bounding_box()
    there = page.locator("[data-lane=offer] [data-cards]").bounding_box()
    page.mouse.move(card["x"] + 40, card["y"] + 20)
    page.mouse.down()
    page.mouse.move(card["x"] + 60, card["y"] + 30, steps=4)
    page.mouse.move(there["x"] + 100, there["y"] + 60, steps=12)
    page.mouse.up()
    expect(page.locator("[data-lane=offer] .count-pill")).to_have_text("3", timeout=PATIENCE)
    assert not faults


def test_the_palette_finds_views_and_records(address: str, chromium: Any) -> None:
    page = signed_in(chromium, address, "en", 1440, [])
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input").first).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("acme")
    page.wait_for_selector("#palette-list [role=option]:has-text('Acme')")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("board")
    page.wait_for_selector("#palette-list [role=option]:has-text('Board')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/deal?view=board")


def test_a_filter_is_written_as_conditions_and_as_a_text_and_says_in_its_place_what_is_wrong(address: str, chromium: Any) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, "en", 1280, faults)
    page.goto(f"{address}/o/deal?filter=stage+%3D%3D+'open'")
    expect(page.locator(ROWS)).to_have_count(2, timeout=PATIENCE)
    page.locator("#add-filter summary").click()
    page.get_by_role("link", name="As an expression").click()
    text = page.locator("#filter-expression")
    expect(text).to_have_value("stage == 'open'", timeout=PATIENCE)
    text.fill("stage == 'open' and (amount > '5' or name == 'deal 0')")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".filter-text [role=alert]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".filter-text .excerpt")).to_contain_text("^")
    expect(page.locator(ROWS)).to_have_count(2)
    text.fill("stage == 'open' and (amount > 50 or name == 'deal 0')")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(ROWS)).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".chip .chip-value")).to_have_text(["Open", "(amount > 50 or name == 'deal 0')"])
    assert "filter=stage" in page.url
    page.locator(".chip summary").nth(1).click()
    page.get_by_role("link", name="As conditions").click()
    page.locator(".chip .menu-sheet").get_by_role("link", name="Name", exact=True).click()
    page.locator("[name='f.value']").fill("0")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chip .chip-value")).to_have_count(3, timeout=PATIENCE)
    page.locator(".chip-off").nth(1).click()
    expect(page.locator(".chip .chip-value")).to_have_text(["Open", "0"], timeout=PATIENCE)
    assert faults == []


def test_a_list_tells_its_total_once_it_is_shown(address: str, chromium: Any) -> None:
    page = signed_in(chromium, address, "en", 1280, [])
    page.goto(f"{address}/o/deal")
    expect(page.locator("#list .pager .number")).to_have_text("1–4 of 4", timeout=PATIENCE)
    page.goto(f"{address}/o/company")
    place = page.locator("#list .list-place > span:first-child")
    expect(place).to_have_text("1–50 of 61", timeout=PATIENCE)
    page.locator("[data-pick-all]").check()
    page.get_by_role("button", name="Select all 61 that match").click()
    expect(page.locator("[data-pick-count]")).to_have_text("All 61 that match are selected")
    page.locator("#list-search").fill("Company 1")
    expect(page.locator(ROWS)).to_have_count(15, timeout=PATIENCE)
    expect(page.locator("#list .pager .number")).to_have_text("1–15 of 15")


@pytest.mark.parametrize(("language", "tools"), [("en", ("List", "Insert a link")), ("zh-CN", ("列表", "插入链接"))])
def test_formatted_text_is_written_as_it_will_look(address: str, chromium: Any, language: str, tools: tuple[str, str]) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, language, 1280, faults)
    page.goto(f"{address}/o/visit/new")
    page.locator("[name=subject]").fill("Told")
    text = page.get_by_role("textbox", name="Minutes")
    text.click()
    page.keyboard.type("We <agreed>")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=tools[0], exact=True).click()
    page.keyboard.type("on price")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=tools[1], exact=True).click()
    page.keyboard.type("example.com")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/o/visit/[0-9a-f-]{36}$"))
    minutes = page.locator(".prose")
    expect(minutes.locator("p").first).to_have_text("We <agreed>")
    expect(minutes.locator("li")).to_have_text(["on price", "example.com"])
    expect(minutes.get_by_role("link")).to_have_attribute("href", "https://example.com")
    assert faults == []
