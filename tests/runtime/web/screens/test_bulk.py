"""Many records at once: changing, assigning, deleting, exporting."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from openpyxl import load_workbook

from tests.support.site import Site


def deals(site: Site, *names: str, **values: Any) -> list[str]:
    return [site.api("manager").create("deal", name=name, **values)["id"] for name in names]


def stages(site: Site) -> dict[str, str]:
    return {each["name"]: each["stage"] for each in site.api("manager").get("/records/deal?fields=name,stage").json["data"]}


def test_a_field_of_the_ticked_records_is_changed(site: Site) -> None:
    one, two, _ = deals(site, "one", "two", "three")
    answer = site.browser("manager").post(
        "/o/deal/bulk", {"do": "edit", "field": "stage", "bulk.stage": "offer", "id": [one, two]}
    )
    assert answer.status_code == 303
    assert stages(site) == {"one": "offer", "two": "offer", "three": "open"}


def test_all_that_match_are_those_of_the_lists_own_state(site: Site) -> None:
    deals(site, "one", "two", "three")
    data = {
        "do": "edit",
        "field": "stage",
        "bulk.stage": "offer",
        "all": "1",
        "state.filter": "name != 'two'",
        "state.view": "all",
    }
    site.browser("manager").post("/o/deal/bulk", data)
    assert stages(site) == {"one": "offer", "two": "open", "three": "offer"}


def test_a_list_that_was_narrowed_in_place_acts_on_exports_and_comes_back_to_what_it_shows(site: Site) -> None:
    deals(site, "one", "two", "three")
    browser = site.browser("manager")
    shown = browser.get("/o/deal?q=two", headers={"HX-Request": "true"}).text
    state = dict(re.findall(r'<input type="hidden" form="bulk" name="([^"]+)" value="([^"]*)">', shown))
    assert state["state.q"] == "two"
    assert state["back"] == "/o/deal?q=two"
    head = shown[shown.index('id="list-head" hx-swap-oob="true"') :]
    assert re.search(r'href="/o/deal/export[^"]*q=two[^"]*" download', head)
    browser.post("/o/deal/bulk", {"do": "delete", "all": "1", **state})
    assert set(stages(site)) == {"one", "three"}


def test_what_is_refused_is_said_and_the_rest_is_done(site: Site) -> None:
    one = deals(site, "one")[0]
    two = deals(site, "two", amount="5 CNY")[0]
    browser = site.browser("manager")
    browser.post("/o/deal/bulk", {"do": "edit", "field": "stage", "bulk.stage": "won", "id": [one, two]})
    assert stages(site) == {"one": "open", "two": "won"}
    said = browser.get("/o/deal").text
    assert "1 record changed. 1 was refused: A won deal needs an amount." in said


def test_records_are_assigned(site: Site) -> None:
    one = deals(site, "one")[0]
    seller = site.person("seller")
    site.browser("manager").post("/o/deal/bulk", {"do": "assign", "owner": seller.id, "id": [one]})
    assert site.api("manager").get(f"/records/deal/{one}").json["owner"] == seller.id


def test_deleted_records_leave_the_list(site: Site) -> None:
    one, _ = deals(site, "one", "two")
    browser = site.browser("manager")
    browser.post("/o/deal/bulk", {"do": "delete", "id": [one]})
    assert set(stages(site)) == {"two"}
    assert "1 record is in the recycle bin now." in browser.get("/o/deal").text


def test_a_field_that_one_may_not_write_is_not_changed(site: Site) -> None:
    made = site.api("manager").create("company", name="Acme", secret="x")
    answer = site.browser("seller").post(
        "/o/company/bulk", {"do": "edit", "field": "secret", "bulk.secret": "y", "id": [made["id"]]}
    )
    assert answer.status_code == 404
    assert site.api("manager").get(f"/records/company/{made['id']}").json["secret"] == "x"


def test_foreign_records_are_not_touched(site: Site) -> None:
    one = deals(site, "one")[0]
    site.browser("seller").post("/o/deal/bulk", {"do": "delete", "id": [one]})
    assert set(stages(site)) == {"one"}


def test_nothing_ticked_is_said_so(site: Site) -> None:
    browser = site.browser("manager")
    browser.post("/o/deal/bulk", {"do": "delete"})
    assert "Select some records first." in browser.get("/o/deal").text


def test_one_is_never_sent_to_another_site(site: Site) -> None:
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b"):
        answer = site.browser("manager").post("/o/deal/bulk", {"do": "delete", "back": back})
        assert answer.location == "/o/deal", back


def test_the_list_is_exported_with_its_columns_filter_and_order(site: Site) -> None:
    deals(site, "=SUM(A1)", amount="12.50 CNY")
    deals(site, "b", "other")
    answer = site.browser("manager").get("/o/deal/export.csv?filter=name+!%3D+'other'&sort=-name&columns=stage,amount")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Name", "Stage"]
    assert [row[0] for row in rows[1:]] == ["b", "'=SUM(A1)"]
    assert "12.50" in rows[2]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_workbook_has_numbers_as_numbers(site: Site) -> None:
    deals(site, "=SUM(A1)", amount="12.50 CNY")
    answer = site.browser("manager").get("/o/deal/export.xlsx?columns=amount")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[1][0] == "=SUM(A1)"
    assert rows[1][1] == 12.5


def test_ticked_records_are_exported_alone(site: Site) -> None:
    one, _ = deals(site, "one", "two")
    answer = site.browser("manager").post("/o/deal/bulk", {"do": "export", "id": [one]})
    assert "one" in answer.text
    assert "two" not in answer.text


def test_who_may_not_export_gets_nothing(site: Site) -> None:
    seller = site.browser("seller")
    assert seller.get("/o/deal/export.csv").status_code == 403
    site.api("seller").create("deal", name="mine")
    assert "Export" not in seller.get("/o/deal").text
