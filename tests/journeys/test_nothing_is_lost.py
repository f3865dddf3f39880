"""What somebody has typed stays: refused, overtaken by another, after the session has ended, after a reload."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person


def test_a_refused_form_comes_back_as_it_was_typed(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/account/new")
    page = rep.page
    page.locator("#f-credit_code").fill("not a code")
    page.locator("#f-phone").fill("021 5555 1234")
    page.locator("#f-status").select_option("engaged")
    rep.button(rep.t("Save")).click()
    summary = page.locator("[data-problems]")
    expect(summary).to_be_visible()
    expect(page.locator("#f-name")).to_be_focused()
    expect(page.locator("#f-name")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-credit_code")).to_have_value("not a code")
    expect(page.locator("#f-phone")).to_have_value("021 5555 1234")
    expect(page.locator("#f-status")).to_have_value("engaged")
    summary.get_by_role("link", name=rep.words("Unified social credit code", "统一社会信用代码")).click()
    expect(page.locator("#f-credit_code")).to_be_focused()

    page.locator("#f-credit_code").fill("")
    name = rep.name("Typed")
    page.locator("#f-name").fill(name)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_refused_dialog_keeps_what_was_typed(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/opportunity?view=pipeline")
    rep.page.locator("[data-lane=propose] a.lane-new").click()
    name = rep.name("Quick")
    rep.dialog().locator("[name=name]").fill(name)
    rep.button(rep.t("Save"), rep.dialog()).click()
    expect(rep.dialog().locator("[data-problems]")).to_be_visible()
    expect(rep.dialog().locator("[name=name]")).to_have_value(name)
    expect(rep.dialog().locator("#f-account")).to_be_focused()


def test_when_another_was_quicker_one_chooses_field_by_field(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    name = rep.name("Contested")
    account = rep.create("account", name=name, phone="+86 21 1111 1111", email="old@example.com")
    rep.open_record("account", account, "/edit")
    page = rep.page
    page.locator("#f-phone").fill("+86 21 2222 2222")
    page.locator("#f-email").fill("mine@example.com")
    rep.change("account", account, phone="+86 21 3333 3333", email="theirs@example.com", grade="a")
    rep.button(rep.t("Save")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(rep.t("Two versions of {title}", title=name))
    phone, email = page.locator("[name$='keep.phone']"), page.locator("[name$='keep.email']")
    expect(phone).to_have_count(2)
    page.locator("[name$='keep.phone'][value=mine]").check()
    page.locator("[name$='keep.email'][value=theirs]").check()
    expect(email.nth(1)).to_be_checked()
    rep.button(rep.t("Save what I chose")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    stored = rep.read("account", account)
    assert stored["phone"].endswith("2222")
    assert (stored["email"], stored["grade"]) == ("theirs@example.com", "a")


def test_a_form_outlives_its_session(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    account = rep.create("account", name=rep.name("Before"))
    rep.open_record("account", account, "/edit")
    name = rep.name("After")
    rep.page.locator("#f-name").fill(name)
    rep.page.context.clear_cookies()
    rep.button(rep.t("Save")).click()
    again = rep.dialog()
    expect(again).to_contain_text(rep.t("Sign in again"))
    again.locator("[name=email]").fill(rep.email("rep"))
    again.locator("[name=password]").fill("welcome-to-newel")
    rep.page.keyboard.press("Enter")
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(name)
    assert rep.read("account", account)["name"] == name


def test_a_page_loaded_again_brings_the_draft_back(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/opportunity/new")
    page = rep.page
    page.on("dialog", lambda question: question.accept())
    customer, name = rep.name("Draft"), rep.name("Half a deal")
    rep.create("account", name=customer)
    page.locator("#f-name").fill(name)
    rep.look_up(page.locator("input#f-account"), customer, customer)
    page.locator("#f-next_step").fill("Call them")
    page.wait_for_function("text => Object.values(sessionStorage).some(each => each.includes(text))", arg="Call them")
    page.reload()
    rep.note(rep.t("What you had typed is here again."))
    expect(page.locator("#f-name")).to_have_value(name)
    expect(page.locator("#f-account")).to_have_value(customer)
    expect(page.locator("#f-next_step")).to_have_value("Call them")
    rep.button(rep.t("Save")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    rep.open("/o/opportunity/new")
    expect(page.locator("#f-name")).to_have_value("")


def test_leaving_a_form_with_changes_asks(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    account = rep.create("account", name=rep.name("Stay"))
    rep.open_record("account", account, "/edit")
    page = rep.page
    page.locator("#f-phone").fill("+86 21 4444 4444")
    page.locator(".crumbs a").first.click()
    rep.button(rep.t("Stay here"), rep.dialog()).click()
    expect(page.locator("#f-phone")).to_have_value("+86 21 4444 4444")
    page.locator(".crumbs a").first.click()
    rep.button(rep.t("Leave"), rep.dialog()).click()
    page.wait_for_url("**/o/account")
