"""Rules answer in the form while one types, without a word to the server; and they hold when the form is sent."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.axe import violations
from tests.journeys.conftest import Person


def asked_of(person: Person) -> list[str]:
    """The requests that the page makes from now on, its scripts aside."""
    found: list[str] = []
    person.page.on("request", lambda request: found.append(request.url) if "/static/" not in request.url else None)
    return found


def test_sections_come_and_go_by_keyboard_without_a_request(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/account/new")
    page, asked = rep.page, asked_of(rep)
    company, person = page.locator("#s-company"), page.locator("#s-person")
    expect(company).to_be_visible()
    expect(person).to_be_hidden()
    page.locator("#f-credit_code").fill("91310000MA1K35")
    page.locator("#f-kind").focus()
    page.keyboard.press("End")
    expect(page.locator("#f-kind")).to_have_value("person")
    expect(person).to_be_visible()
    expect(page.locator("#f-birthday")).to_be_visible()
    expect(page.locator("#f-credit_code")).to_be_hidden()
    expect(page.locator("#f-kind")).to_be_focused()
    said = page.locator("form[data-record-form] > [role=status]")
    expect(said).to_contain_text(rep.words("Birthday", "生日"))
    page.keyboard.press("Home")
    expect(page.locator("#f-credit_code")).to_have_value("91310000MA1K35")
    assert asked == []


def test_a_deal_is_worth_what_its_lines_and_its_stage_say(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/opportunity/new")
    page, asked = rep.page, asked_of(rep)
    expected, total = (page.locator(f"[data-field={name}] output") for name in ("expected", "total"))
    page.locator("#f-amount").fill("20万")
    expect(expected).to_contain_text("20,000.00")
    page.locator("#f-stage").select_option("negotiate")
    expect(expected).to_contain_text("140,000.00")
    expect(page.locator("[data-field=overdue]")).to_be_hidden()
    page.locator("#f-close_date").fill("2020-02-29")
    expect(page.locator("[data-field=overdue]")).to_be_visible()
    lines = page.locator("[data-lines=lines] tbody tr")
    lines.nth(0).locator("[data-column=quantity] input").fill("3")
    lines.nth(0).locator("[data-column=price] input").first.fill("33.35")
    lines.nth(0).locator("[data-column=tax_rate] input").first.fill("13")
    lines.nth(1).locator("[data-column=price] input").first.fill("0.10")
    lines.nth(1).locator("[data-column=discount] input").first.fill("50%")
    expect(lines.nth(0).locator("[data-column=total] output")).to_contain_text("113.06")
    expect(page.locator("[data-field=net_total] output")).to_contain_text("100.10")
    expect(total).to_contain_text("113.11")
    assert asked == []


def test_a_form_that_answers_its_rules_stays_accessible(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep", width=390, colors="dark")
    rep.open("/o/account/new")
    rep.page.locator("#f-kind").select_option("person")
    expect(rep.page.locator("#f-birthday")).to_be_visible()
    assert rep.faults == []
    assert violations(rep.page) == []
    rep.faults.clear()  # axe itself sets styles that the page's policy refuses


def test_rules_read_what_was_typed_before_a_reload(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/account/new")
    page = rep.page
    page.locator("#f-kind").select_option("person")
    page.locator("#f-birthday").fill("2000-02-29")
    page.wait_for_timeout(500)
    rep.open("/o/account/new")
    expect(page.locator("#f-birthday")).to_have_value("2000-02-29")
    expect(page.locator("#f-birthday")).to_be_visible()
    expect(page.locator("#f-credit_code")).to_be_hidden()
    rep.button(rep.t("Throw it away")).click()
    expect(page.locator("#f-credit_code")).to_be_visible()


def test_a_quick_form_in_a_dialog_asks_for_nothing_that_it_knows(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/opportunity?view=pipeline")
    rep.page.locator("[data-lane=propose] a.lane-new").click()
    expect(rep.dialog().locator("[name=name]")).to_be_visible()
    asked = asked_of(rep)
    rep.dialog().locator("[name=name]").fill(rep.name("Quick"))
    rep.dialog().locator("[name=name]").blur()
    rep.page.wait_for_timeout(600)
    assert asked == []
