"""Everything by keyboard: the list's keys, the sheet that names them, the palette, saving."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Route, expect

from tests.journeys.conftest import Person


def three_accounts(rep: Person) -> tuple[str, list[str]]:
    group = rep.name("Keys")
    return group, [rep.create("account", name=f"{group} {each}") for each in ("alpha", "beta", "gamma")]


def test_a_list_is_walked_selected_and_opened(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    group, made = three_accounts(rep)
    rep.open(f"/o/account?q={group}&sort=name")
    page, keys = rep.page, rep.page.keyboard
    row = page.locator("table[data-rows] tbody tr")
    expect(row).to_have_count(3)
    keys.press("j")
    expect(row.nth(0)).to_have_class(re.compile("is-current"))
    keys.press("j")
    keys.press("x")
    expect(row.nth(1).get_by_role("checkbox")).to_be_checked()
    keys.press("x")
    expect(row.nth(1).get_by_role("checkbox")).not_to_be_checked()
    keys.press("k")
    expect(row.nth(0)).to_have_class(re.compile("is-current"))
    keys.press("Enter")
    page.wait_for_url(f"**/o/account/{made[0]}")
    keys.press("e")
    page.wait_for_url(f"**/o/account/{made[0]}/edit")
    rep.wait_for_scripts()
    expect(page.locator("#f-name")).to_have_value(f"{group} alpha")
    keys.press("Escape")
    page.wait_for_url(f"**/o/account/{made[0]}")


def test_keys_search_create_and_edit_from_a_list(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    group, made = three_accounts(rep)
    rep.open("/o/account")
    page, keys = rep.page, rep.page.keyboard
    keys.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    keys.type(f"{group} gamma")
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    expect(page.locator("table[data-rows] tbody tr")).to_contain_text(f"{group} gamma")
    expect(page.locator("#list-search")).to_be_focused()
    keys.press("Escape")
    keys.press("j")
    keys.press("e")
    page.wait_for_url(f"**/o/account/{made[2]}/edit")
    rep.open("/o/account")
    keys.press("n")
    page.wait_for_url("**/o/account/new")
    page.locator("#f-name").fill(f"{group} delta")
    keys.press("Control+s")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{group} delta")


def test_what_is_typed_while_a_list_still_searches_stays(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    group, _ = three_accounts(rep)
    rep.open("/o/account")
    page, keys, search = rep.page, rep.page.keyboard, rep.page.locator("#list-search")
    under_way: list[Route] = []

    def hold_the_first(route: Route) -> None:
        under_way.append(route)
        if len(under_way) > 1:
            route.continue_()

    page.route("**/o/account?*q=*", hold_the_first)
    keys.press("/")
    keys.type(group[:-1])
    while not under_way:
        page.wait_for_timeout(20)
    keys.type(f"{group[-1]} alpha")
    under_way[0].continue_()
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    expect(search).to_have_value(f"{group} alpha")
    expect(search).to_be_focused()
    assert quote(f"{group} alpha") in page.url


def test_a_list_does_not_search_for_pinyin_that_is_still_being_composed(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    name = rep.name("东方")
    rep.create("account", name=name)
    rep.open("/o/account?sort=name")
    page, searched = rep.page, []
    page.on("request", lambda request: searched.append(request.url) if "q=" in request.url else None)
    page.keyboard.press("/")
    composer = page.context.new_cdp_session(page)
    composer.send("Input.imeSetComposition", {"text": "dongfang", "selectionStart": 8, "selectionEnd": 8})
    page.wait_for_timeout(600)
    assert searched == []
    composer.send("Input.insertText", {"text": name})
    expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
    expect(page.locator("#list-search")).to_have_value(name)


def test_the_sheet_names_the_keys(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/o/account")
    rep.page.keyboard.press("?")
    expect(rep.dialog()).to_contain_text(rep.t("Keyboard shortcuts"))
    expect(rep.dialog()).to_contain_text(rep.t("Select the row"))
    rep.page.keyboard.press("Escape")
    expect(rep.page.locator("dialog[open]")).to_have_count(0)


def test_the_palette_goes_anywhere_and_starts_things(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    rep.open("/")
    keys, palette = rep.page.keyboard, rep.page.locator("#palette")
    keys.press("Control+k")
    expect(palette.get_by_role("combobox")).to_be_focused()
    keys.type(rep.words("cases", "服务工单"))
    expect(palette.get_by_role("option").first).to_be_visible()
    keys.press("Escape")
    expect(palette).to_be_hidden()
    keys.press("Control+k")
    label = rep.t("New {object}", object=rep.words("Contact", "联系人"))
    keys.type(label)
    expect(palette.locator("[role=option][aria-selected=true]")).to_contain_text(label)
    keys.press("Enter")
    rep.page.wait_for_url("**/o/contact/new**")


def test_a_lookup_is_filled_in_by_keyboard_alone(visitor: Callable[..., Person]) -> None:
    rep = visitor("rep")
    group, _ = three_accounts(rep)
    rep.open("/o/contact/new")
    box = rep.page.locator("input#f-account")
    box.focus()
    rep.page.keyboard.type(f"{group} beta")
    expect(rep.page.locator("li[role=option]:visible").first).to_contain_text(f"{group} beta")
    rep.page.keyboard.press("Enter")
    expect(box).to_have_value(f"{group} beta")
    expect(box).to_have_attribute("aria-expanded", "false")
