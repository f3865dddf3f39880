"""What a manager does with a list: narrow it, sort it, choose columns, change many records at once, take it away as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Person


def deals(manager: Person, *amounts: str, prefix: str = "") -> tuple[str, list[str]]:
    """Deals of one made-up group, whose name finds exactly them; and their ids."""
    group = manager.name("Northgate")
    account = manager.create("account", name=group)
    made = [
        manager.create("opportunity", name=f"{prefix}{group} {at}", account=account, amount=f"{amount} CNY", stage="analyse")
        for at, amount in enumerate(amounts, 1)
    ]
    return group, made


def rows(manager: Person) -> Locator:
    return manager.page.locator("table[data-rows] tbody tr")


def test_a_filter_is_added_changed_and_taken_off_as_a_chip(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, made = deals(manager, "10", "20", "30")
    manager.change("opportunity", made[0], stage="propose")
    manager.open(f"/o/opportunity?q={group}")
    expect(rows(manager)).to_have_count(3)
    page, stage = manager.page, manager.words("Stage", "销售阶段")
    page.locator("#add-filter > summary").click()
    page.locator("#add-filter [data-narrows]").fill(stage)
    page.locator("#filter-sheet a.menu-item:visible").filter(has_text=stage).first.click()
    page.locator("#filter-sheet").get_by_label(manager.words("Propose", "方案报价")).check()
    manager.button(manager.t("Apply"), page.locator("#filter-sheet")).click()
    expect(rows(manager)).to_have_count(1)
    chip = page.locator(".chip:not(.is-fixed)")
    expect(chip).to_contain_text(stage)
    expect(chip).to_contain_text(manager.words("Propose", "方案报价"))
    assert "filter=" in page.url

    page.reload()
    expect(rows(manager)).to_have_count(1)
    page.go_back()
    expect(rows(manager)).to_have_count(3)
    page.go_forward()
    expect(rows(manager)).to_have_count(1)
    exported = page.locator("#list-head a[download]").first
    assert "filter=" in str(exported.get_attribute("href"))
    page.locator(".chip .chip-off").click()
    expect(rows(manager)).to_have_count(3)
    assert "filter=" not in str(exported.get_attribute("href"))


def test_a_list_is_sorted_by_several_columns(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, made = deals(manager, "20", "10", "20")
    manager.open(f"/o/opportunity?q={group}")
    head = manager.page.locator("table[data-rows] thead")
    amount, name = manager.words("Amount", "预计金额"), manager.words("Name", "商机名称")
    head.get_by_role("link", name=amount).click()
    expect(head.get_by_role("columnheader", name=amount)).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link", name=name).click(modifiers=["Shift"])
    manager.page.wait_for_url(re.compile(r"sort=amount(,|%2C)name"))
    expect(head.locator("[aria-sort]")).to_have_count(2)
    assert ids(manager) == [made[1], made[0], made[2]]
    head.get_by_role("link", name=amount).click(modifiers=["Shift"])
    manager.page.wait_for_url(re.compile(r"sort=-amount(,|%2C)name"))
    assert ids(manager) == [made[0], made[2], made[1]]


def ids(manager: Person) -> list[str]:
    expect(rows(manager).first).to_be_visible()
    return [str(each) for each in rows(manager).evaluate_all("rows => rows.map(row => row.dataset.id)")]


def test_columns_are_chosen(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, _ = deals(manager, "10")
    manager.open(f"/o/opportunity?q={group}")
    page = manager.page
    step, rival = manager.words("Next step", "下一步行动"), manager.words("Main competitor", "主要竞争对手")
    head = page.locator("table[data-rows] thead")
    expect(head.get_by_role("columnheader", name=rival)).to_be_visible()
    page.locator("summary").filter(has_text=manager.t("Display")).click()
    menu = page.locator("form[data-columns]")
    menu.get_by_label(step).check()
    menu.get_by_label(rival).uncheck()
    manager.button(manager.t("Apply"), menu).click()
    expect(head.get_by_role("columnheader", name=step)).to_be_visible()
    expect(head.get_by_role("columnheader", name=rival)).to_have_count(0)
    expect(rows(manager)).to_have_count(1)


def test_selected_records_are_given_to_somebody_else(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, made = deals(manager, "10", "20", "30")
    manager.open(f"/o/opportunity?q={group}&sort=name")
    expect(rows(manager)).to_have_count(3)
    bar = manager.page.locator("[data-pick-bar]")
    expect(bar).to_be_hidden()
    for at in (0, 2):
        rows(manager).nth(at).get_by_role("checkbox").check()
    expect(bar.locator("[data-pick-count]")).to_contain_text("2")
    manager.button(manager.t("Assign"), bar).click()
    manager.look_up(manager.page.locator("#bulk-owner"), "Emma", "Emma Clark")
    manager.dialog().locator("button[value=assign]").click()
    manager.note(manager.t("{n} records changed.", n=2))
    owners = [manager.ask("GET", f"/records/opportunity/{each}?fields=owner.name")["owner.name"] for each in made]
    assert [owner == "Emma Clark" for owner in owners] == [True, False, True]


def test_a_field_is_changed_on_all_selected_records(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, made = deals(manager, "10", "20")
    manager.open(f"/o/opportunity?q={group}")
    manager.page.locator("[data-pick-all]").check()
    manager.page.keyboard.press("e")
    manager.dialog().locator("#bulk-field").select_option("type")
    manager.dialog().locator("#bulk-editor select").select_option("renewal")
    manager.dialog().locator("button[value=edit]").click()
    manager.note(manager.t("{n} records changed.", n=2))
    assert {manager.read("opportunity", each)["type"] for each in made} == {"renewal"}


def test_what_cannot_be_changed_is_said_and_the_rest_is_done(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, made = deals(manager, "10")
    account = manager.create("account", name=manager.name("Eastgate"))
    made.append(manager.create("opportunity", name=f"{group} 0", account=account))
    manager.open(f"/o/opportunity?q={group}")
    manager.page.locator("[data-pick-all]").check()
    manager.button(manager.t("Edit"), manager.page.locator("[data-pick-bar]")).click()
    manager.dialog().locator("#bulk-field").select_option("stage")
    manager.dialog().locator("#bulk-editor select").select_option("won")
    manager.dialog().locator("button[value=edit]").click()
    manager.note(manager.words("A won opportunity needs an amount.", "赢单的商机必须填写金额。"))
    assert [manager.read("opportunity", each)["stage"] for each in made] == ["won", "qualify"]


def test_the_list_is_exported_without_formulas(visitor: Callable[..., Person], tmp_path: Path) -> None:
    manager = visitor("manager")
    group, _ = deals(manager, "1234.50", "2", prefix="=1+1 ")
    manager.open(f"/o/opportunity?q={group}&sort=-amount")
    expect(rows(manager)).to_have_count(2)
    shown = manager.page.locator("table[data-rows] thead th:not(.cell-tick)").all_inner_texts()
    table = list(csv.reader(io.StringIO(download(manager, manager.t("Export as CSV"), tmp_path).read_text("utf-8-sig"))))
    assert table[0][0] == shown[0].strip()
    assert [len(line) >= len(shown) for line in table] == [True, True, True]
    assert [line[0] for line in table[1:]] == [f"'=1+1 {group} 1", f"'=1+1 {group} 2"]

    sheet = openpyxl.load_workbook(download(manager, manager.t("Export as Excel"), tmp_path)).worksheets[0]
    cells = list(sheet.iter_rows(min_row=2))
    assert len(cells) == 2
    assert not [cell.value for line in cells for cell in line if cell.data_type == "f"]
    assert str(cells[0][0].value).endswith(f"{group} 1")
    assert any(cell.value == 1234.5 for cell in cells[0])


def download(manager: Person, label: str, folder: Path) -> Path:
    """What the entry of the list's menu gives."""
    manager.page.locator(".page-head details.menu:has(a[download]) > summary").click()
    with manager.page.expect_download() as waiting:
        manager.page.get_by_role("link", name=label).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    manager.page.keyboard.press("Escape")
    return target


def test_selected_records_go_to_the_bin_and_come_back(visitor: Callable[..., Person]) -> None:
    manager = visitor("manager")
    group, _ = deals(manager, "1", "2")
    manager.open(f"/o/opportunity?q={group}")
    manager.page.locator("[data-pick-all]").check()
    manager.button(manager.t("Delete"), manager.page.locator("[data-pick-bar]")).click()
    manager.dialog().locator("button[value=delete]").click()
    manager.note(manager.t("{n} records are in the recycle bin now.", n=2))
    expect(manager.page.get_by_role("heading", name=manager.t("Nothing matches"))).to_be_visible()
