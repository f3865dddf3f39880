"""What was deleted is found in the recycle bin, and brought back with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person


def test_a_deleted_record_is_found_in_the_bin_and_brought_back(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    name = rep.name(rep.words("Southgate", "南门贸易"))
    account = rep.create("account", name=name, phone="+86 21 5555 0000")
    delete(rep, account)
    rep.note(rep.t("Moved to the recycle bin."))
    gone = rep.page.goto(f"{rep.site.address}/o/account/{account}")
    assert gone is not None
    assert gone.status == 404

    rep.open("/")
    rep.page.get_by_role("link", name=rep.t("Recycle bin")).click()
    rep.page.locator(".bin-kinds").get_by_role("link", name=rep.words("Accounts", "客户"), exact=True).click()
    expect(rep.page.get_by_role("row").filter(has_text=name)).to_be_visible()
    rep.page.get_by_role("button", name=rep.t("Bring back {title}", title=name)).click()
    expect(rep.page.locator("#toasts .toast-note").first).to_be_visible()
    expect(rep.page.get_by_role("row").filter(has_text=name)).to_have_count(0)
    rep.open_record("account", account)
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(name)
    assert rep.read("account", account)["phone"]


def test_the_message_takes_a_deletion_back(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    account = rep.create("account", name=rep.name("Midgate"))
    delete(rep, account)
    rep.button(rep.t("Undo"), rep.page.locator("#toasts")).click()
    expect(rep.page.locator("#toasts .toast-note").first).to_be_visible()
    rep.open_record("account", account)


def delete(rep: Person, account: str) -> None:
    rep.open_record("account", account)
    rep.page.locator(".record-actions details.menu > summary").click()
    rep.page.get_by_role("link", name=rep.t("Delete"), exact=True).click()
    rep.button(rep.t("Delete"), rep.dialog()).click()


def test_what_others_need_is_not_deleted_and_says_who_needs_it(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    account = rep.create("account", name=rep.name("Needed"))
    rep.create("opportunity", name=rep.name("Deal"), account=account)
    delete(rep, account)
    expect(rep.dialog()).to_contain_text(rep.t("This is still needed"))
    expect(rep.dialog()).to_contain_text(rep.words("Opportunity", "商机"))
    rep.read("account", account)
