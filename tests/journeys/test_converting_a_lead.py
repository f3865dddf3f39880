"""A lead becomes an account, a contact and an opportunity; what is there already is offered instead of made twice."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person


def test_a_lead_is_converted_with_the_account_that_is_there_already(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    company, person = rep.name(rep.words("Westfield", "西田科技")), rep.name(rep.words("Bea", "周"))
    account = rep.create("account", name=company)
    lead = rep.create("lead", name=person, company=company, budget="5000 CNY")
    rep.open_record("lead", lead)
    convert = rep.words("Convert", "转化")
    rep.page.get_by_role("link", name=convert).click()
    part = rep.dialog().locator("[data-part]").filter(has=rep.page.locator("[name='account:use']"))
    expect(part.get_by_label(rep.t("Use {title}", title=company))).to_be_checked()
    part.get_by_label(rep.t("Create a new one")).check()
    part.get_by_label(rep.t("Use {title}", title=company)).check()
    rep.button(convert, rep.dialog()).click()

    rep.note(rep.t("{action}: done.", action=convert))
    expect(rep.page.locator("form.path [aria-current=step]")).to_have_text(rep.words("Converted", "已转化"))
    expect(rep.page.get_by_role("link", name=convert, exact=True)).to_have_count(0)
    stored = rep.read("lead", lead)
    assert (stored["status"], stored["account"]) == ("converted", account)
    deal = rep.read("opportunity", stored["opportunity"])
    assert (deal["account"], deal["amount"]["amount"]) == (account, "5000.00")
    assert rep.read("contact", stored["contact"])["name"] == person


def test_a_lead_of_somebody_new_makes_what_is_asked_for(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    company = rep.name(rep.words("Eastfield", "东田科技"))
    lead = rep.create("lead", name=rep.name(rep.words("Cy", "吴")), company=company)
    rep.open_record("lead", lead)
    convert = rep.words("Convert", "转化")
    rep.page.get_by_role("link", name=convert).click()
    rep.dialog().locator("[name='opportunity:do']").uncheck()
    rep.button(convert, rep.dialog()).click()
    rep.note(rep.t("{action}: done.", action=convert))
    stored = rep.read("lead", lead)
    assert stored["opportunity"] is None
    assert rep.read("account", stored["account"])["name"] == company
