"""A day of somebody who sells: find the customer, note the call, write the deal down, win it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Person

SYLLABLES = dict(zip("云海青林东方华泰金山江河宝龙天宇", "yhqldfhtjsjhblty", strict=True))


def new_customer(rep: Person) -> tuple[str, str]:
    """A name that nobody has, and what a hurried person types to find it: in Chinese the initials of its pinyin."""
    if rep.language == "zh-CN":
        signs = [secrets.choice(list(SYLLABLES)) for _ in range(6)]
        return "".join(signs), "".join(SYLLABLES[each] for each in signs)
    name = rep.name("Riverbend")
    return name, name.lower()


def test_an_account_is_found_by_the_palette(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    name, typed = new_customer(rep)
    account = rep.create("account", name=name)
    rep.open("/")
    rep.page.keyboard.press("Control+k")
    palette = rep.page.locator("#palette")
    palette.get_by_role("combobox").press_sequentially(typed)
    found = palette.get_by_role("option").filter(has_text=name).first
    expect(found).to_be_visible()
    found.click()
    rep.page.wait_for_url(f"**/o/account/{account}")
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(name)


def test_an_account_is_found_by_the_search_page(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    name, typed = new_customer(rep)
    account = rep.create("account", name=name)
    rep.open("/search")
    box = rep.page.locator("main").get_by_role("searchbox")
    box.fill(typed)
    box.press("Enter")
    rep.page.locator("main").get_by_role("link", name=name).click()
    rep.page.wait_for_url(f"**/o/account/{account}")


def test_a_call_is_logged_from_the_timeline(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    account = rep.create("account", name=rep.name("Hillside"))
    rep.open_record("account", account)
    rep.page.locator(".compose").get_by_role("link", name=rep.words("Call", "通话"), exact=True).click()
    subject = rep.name(rep.words("Asked about the offer", "询问报价"))
    rep.dialog().locator("[name=subject]").fill(subject)
    rep.dialog().locator("[name=description]").fill(rep.words("They like it.", "客户很满意。"))
    rep.button(rep.t("Save"), rep.dialog()).click()
    entry = rep.page.locator("#timeline .happening").filter(has_text=subject)
    expect(entry).to_be_visible()
    expect(entry).to_contain_text(rep.words("They like it.", "客户很满意。"))
    assert rep.page.url.endswith(account)
    calls = rep.ask("GET", f"/records/call?filter=subject%20%3D%3D%20'{subject}'")["data"]
    assert [(each["regarding"]["id"], each["status"]) for each in calls] == [(account, "held")]


def test_an_opportunity_with_two_lines_is_written_down(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    customer, name = rep.name("Lakeside"), rep.name(rep.words("Pumps for", "水泵采购"))
    rep.create("account", name=customer)
    products = [each["name"] for each in rep.ask("GET", "/records/product?limit=2&sort=name")["data"]]
    rep.open("/o/opportunity/new")
    page = rep.page
    page.locator("#f-name").fill(name)
    rep.look_up(page.locator("input#f-account"), customer, customer)
    for number, (product, quantity, price) in enumerate(zip(products, ("2", "10"), ("1500", "99.50"), strict=True)):
        row = page.locator("[data-lines=lines] tbody tr").nth(number)
        rep.look_up(row.locator("[data-column=product] .combo-input"), product[:12], product)
        row.locator("[data-column=quantity] input").fill(quantity)
        row.locator("[data-column=price] input.number").fill(price)
    rep.button(rep.t("Save")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("cell", name=products[1])).to_be_visible()
    lines = rep.ask("GET", f"/records/opportunity_line?filter=opportunity%20%3D%3D%20'{rep.record_id()}'")["data"]
    assert sorted((each["quantity"], each["amount"]["amount"]) for each in lines) == [("10.00", "995.00"), ("2.00", "3000.00")]


def deal_on_the_board(rep: Person) -> tuple[str, str, Locator]:
    """A deal without an amount, and its card on the board of the pipeline."""
    name = rep.name(rep.words("A deal", "一单生意"))
    account = rep.create("account", name=rep.name("Seaside"))
    deal = rep.create("opportunity", name=name, account=account)
    rep.open(f"/o/opportunity?view=pipeline&q={name}")
    card = rep.page.locator(f"[data-card-id='{deal}']")
    expect(card).to_be_visible()
    return deal, name, card


def drag(page: Page, card: Locator, lane: Locator) -> None:
    """Takes the card with the mouse and lets it go over the column, in steps as a hand does."""
    lane.scroll_into_view_if_needed()
    card.hover()
    there = lane.bounding_box()
    assert there is not None
    page.mouse.down()
    middle = (there["x"] + there["width"] / 2, there["y"] + 40)
    page.mouse.move(middle[0] - 30, middle[1] + 10, steps=8)
    page.mouse.move(*middle, steps=5)
    page.mouse.up()


def lane_of(rep: Person, key: str) -> Locator:
    return rep.page.locator(f"[data-lane='{key}'] [data-cards]")


def test_a_deal_dragged_to_won_asks_for_its_amount(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep", width=1700)
    deal, _, card = deal_on_the_board(rep)
    drag(rep.page, card, lane_of(rep, "won"))
    amount = rep.dialog().locator("[name$='amount.amount']")
    expect(amount).to_be_focused()
    rep.button(rep.t("Save and move"), rep.dialog()).click()
    expect(rep.dialog().locator(".field-error")).to_contain_text(
        rep.words("A won opportunity needs an amount.", "赢单的商机必须填写金额。")
    )
    amount.fill("88,000.00")
    rep.button(rep.t("Save and move"), rep.dialog()).click()
    expect(lane_of(rep, "won").locator(f"[data-card-id='{deal}']")).to_be_visible()
    expect(rep.page.locator("[data-lane=won] .lane-sum")).to_contain_text("88,000")
    stored = rep.read("opportunity", deal)
    assert (stored["stage"], stored["amount"]["amount"]) == ("won", "88000.00")


def test_a_drag_that_needs_nothing_moves_at_once(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    deal, _, card = deal_on_the_board(rep)
    drag(rep.page, card, lane_of(rep, "analyse"))
    rep.note(rep.t("Moved to {column}.", column=rep.words("Analyse needs", "需求分析")))
    expect(lane_of(rep, "analyse").locator(f"[data-card-id='{deal}']")).to_be_visible()
    assert rep.read("opportunity", deal)["stage"] == "analyse"


def test_the_menu_moves_a_card_as_dragging_does(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    deal, _, card = deal_on_the_board(rep)
    card.locator("a.board-card-title").focus()
    rep.page.keyboard.press("m")
    rep.dialog().get_by_role("button", name=rep.words("Lost", "输单")).click()
    reason = rep.dialog().locator("[name$=loss_reason]")
    expect(reason).to_be_visible()
    reason.select_option("timing")
    rep.button(rep.t("Save and move"), rep.dialog()).click()
    expect(lane_of(rep, "lost").locator(f"[data-card-id='{deal}']")).to_be_visible()
    stored = rep.read("opportunity", deal)
    assert (stored["stage"], stored["loss_reason"]) == ("lost", "timing")


def test_the_stage_path_of_a_record_asks_for_what_is_missing(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    deal, _, _ = deal_on_the_board(rep)
    rep.open_record("opportunity", deal)
    path = rep.page.locator("form.path")
    path.get_by_role("button", name=rep.words("Won", "赢单")).click()
    rep.dialog().locator("[name$='amount.amount']").fill("12")
    rep.button(rep.t("Save and move"), rep.dialog()).click()
    expect(path.locator("[aria-current=step]")).to_have_text(rep.words("Won", "赢单"))
    assert rep.read("opportunity", deal)["stage"] == "won"
