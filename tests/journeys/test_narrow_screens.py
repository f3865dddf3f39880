"""On a phone: nothing is wider than the screen, and list, record, form and board can be used."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def phone(visitor: Callable[..., Person], role: str = "rep") -> Person:
    return visitor(role, width=390, height=844, has_touch=True)


def fits(page: Page) -> None:
    page.locator("main").wait_for()
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} is wider than the screen"


def test_a_list_is_found_and_used(visitor: Callable[..., Person]) -> None:
    rep = phone(visitor)
    name = rep.name("Pocket")
    account = rep.create("account", name=name)
    rep.open("/")
    fits(rep.page)
    rail = rep.page.locator("#rail")
    expect(rail).to_be_hidden()
    rep.button(rep.t("Main menu")).click()
    rail.get_by_role("link", name=rep.words("Accounts", "客户"), exact=True).click()
    rep.page.wait_for_url("**/o/account")
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(rep.words("Accounts", "客户"))
    fits(rep.page)
    rep.page.locator("#list-search").fill(name)
    expect(rep.page.locator("table[data-rows] tbody tr")).to_have_count(1)
    fits(rep.page)
    rep.page.get_by_role("link", name=name).click()
    rep.page.wait_for_url(f"**/o/account/{account}")


def test_a_record_is_read_and_changed(visitor: Callable[..., Person]) -> None:
    rep = phone(visitor)
    account = rep.create("account", name=rep.name("Pocket"))
    rep.open_record("account", account)
    fits(rep.page)
    rep.page.locator(".record-actions").get_by_role("link", name=rep.t("Edit")).click()
    fits(rep.page)
    name = rep.name("Renamed")
    rep.page.locator("#f-name").fill(name)
    save = rep.button(rep.t("Save"))
    expect(save).to_be_in_viewport()
    save.click()
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_deal_with_a_line_is_written_down_and_moved(visitor: Callable[..., Person]) -> None:
    rep = phone(visitor)
    customer, name = rep.name("Pocket"), rep.name("Small deal")
    rep.create("account", name=customer)
    rep.open("/o/opportunity/new")
    rep.page.locator("#f-name").fill(name)
    rep.look_up(rep.page.locator("input#f-account"), customer, customer)
    line = rep.page.locator("[data-lines=lines] tbody tr").first
    line.locator("[data-column=description] input").fill("Advice")
    line.locator("[data-column=price] input.number").fill("80")
    fits(rep.page)
    rep.button(rep.t("Save")).click()
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(name)
    fits(rep.page)
    deal = rep.record_id()
    rep.open(f"/o/opportunity?view=pipeline&q={name}")
    fits(rep.page)
    rep.page.locator(f"[data-card-id='{deal}'] [data-move-link]").click()
    rep.dialog().get_by_role("button", name=rep.words("Propose", "方案报价")).click()
    rep.note(rep.t("Moved to {column}.", column=rep.words("Propose", "方案报价")))


def test_the_other_screens_fit(visitor: Callable[..., Person]) -> None:
    rep = phone(visitor)
    for path in ("/search?q=a", "/bin", "/profile", "/o/meeting?view=calendar", "/o/contact/new", "/app/sales", "/no-such-page"):
        rep.page.goto(rep.site.address + path)
        fits(rep.page)
