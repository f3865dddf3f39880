"""Computed fields on the screens: shown and told apart everywhere, filled in nowhere."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.installation import Installation
from tests.runtime.records.formula_world import FILES
from tests.support.site import Site

VIEWS = {
    "views/list.yaml": "view: order.all\ncolumns: [name, customer, net, line_sum, size]\nsort: [-net]\ndefault: true\n",
    "views/board.yaml": "view: order.sizes\ntype: kanban\ngroup_by: size\nsum: net\n",
    "views/dates.yaml": "view: order.dates\ntype: calendar\nstart: week_later\n",
    "apps/shop.yaml": "app: shop\nlabel: Shop\nmenu: {orders: {object: order}, customers: {object: customer}}\n",
}


@pytest.fixture
def site(make_installation: Callable[..., Installation]) -> Site:
    return Site(make_installation({**FILES, **VIEWS}))


@pytest.fixture
def order(site: Site) -> dict[str, Any]:
    api = site.api("boss")
    customer = api.create("customer", name="Ann", grade="gold")
    return api.create("order", name="first", customer=customer["id"], amount="200", count=30, due="2026-03-01")


def test_a_form_shows_them_without_an_editor(site: Site, order: dict[str, Any]) -> None:
    html = site.browser("boss").get(f"/o/order/{order['id']}/edit").text
    editors = set(re.findall(r'name="([a-z_]+)(?:\.amount)?"', html))
    assert "amount" in editors
    assert not editors & {"expected", "net", "days_left", "size", "overdue", "pieces"}
    assert "This is computed." in html


def test_a_form_saves_as_before(site: Site, order: dict[str, Any]) -> None:
    browser = site.browser("boss")
    answer = browser.post(f"/o/order/{order['id']}/edit", {"name": "renamed", "version": str(order["version"])})
    assert answer.status_code in (200, 204, 303), answer.text
    assert site.api("boss").get(f"/records/order/{order['id']}").json["title_line"] == "renamed/open"


def test_a_record_marks_them(site: Site, order: dict[str, Any]) -> None:
    html = site.browser("boss").get(f"/o/order/{order['id']}").text
    assert html.count("why-mark is-computed") > 5
    assert "CN¥180" in html
    chinese = site.browser("boss", name="zh").get(f"/o/order/{order['id']}", headers={"Accept-Language": "zh-CN"})
    assert chinese.status_code == 200


def test_a_list_shows_orders_and_filters_by_them(site: Site, order: dict[str, Any]) -> None:
    site.api("boss").create("order", name="second", amount="9")
    browser = site.browser("boss")
    html = browser.get("/o/order").text
    assert "CN¥180" in html
    assert html.index("first") < html.index("second")
    assert "second" not in browser.get("/o/order?filter=net > 1&sort=-days_left").text


def test_a_board_sums_them_and_moves_no_card_that_they_place(site: Site, order: dict[str, Any]) -> None:
    html = site.browser("boss").get("/o/order?view=sizes").text
    assert "CN¥180" in html
    assert "data-fixed" in html
    assert "data-move-link" not in html
    form = {"field": "size", "value": "small", "version": str(order["version"])}
    answer = site.browser("boss").post(f"/o/order/{order['id']}/move", form, headers={"Accept": "application/json"})
    assert answer.status_code == 409


def test_a_calendar_places_records_by_them(site: Site, order: dict[str, Any]) -> None:
    answer = site.browser("boss").get("/o/order?view=dates&date=2026-03-08")
    assert answer.status_code == 200
    assert "first" in answer.text


def test_they_are_exported(site: Site, order: dict[str, Any]) -> None:
    text = site.browser("boss").get("/o/order/export.csv").text
    assert "180.00" in text
    book = site.browser("boss").get("/o/order/export.xlsx")
    assert io.BytesIO(book.data).read(2) == b"PK"


def test_the_meta_api_says_how_each_is_had(site: Site) -> None:
    fields = {each["name"]: each for each in site.api("boss").get("/meta/objects/order").json["fields"]}
    had = {name: fields[name]["computed"] for name in ("amount", "expected", "net", "pieces")}
    assert had == {"amount": None, "expected": "stored", "net": "query", "pieces": "rollup"}
    assert fields["net"]["may"] == {"create": False, "update": False}


def test_setup_shows_the_formula(site: Site) -> None:
    html = site.browser("admin").get("/setup/metadata/element/?address=object:order/field:net").text
    assert "amount * (100 - customer.rebate) / 100" in html


def test_a_formula_that_can_not_be_worked_out_has_a_badge_and_a_blank_has_none(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    api = site.api("boss")
    wide = api.create("order", name="wide", factor="3.3333")["id"]
    with caplog.at_level("WARNING", "newel.rules"):
        html = site.browser("boss").get(f"/o/order/{wide}").text
    badges = re.findall(r'<a class="badge c-orange" href="[^"]+/why\?field=(\w+)"', html)
    assert badges == ["tiny"]
    assert "Can&#39;t be computed" in html
    assert "object:order/field:tiny can't hold what is computed for it" in caplog.text
    plain = api.create("order", name="plain")["id"]
    assert "badge c-orange" not in site.browser("boss").get(f"/o/order/{plain}").text
    site.person("boss", name="zh", language="zh-CN")
    assert "无法计算" in site.browser("boss", name="zh").get(f"/o/order/{wide}").text


def test_a_formula_that_fails_is_told_where_it_is_blank(
    site: Site, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(record: Any, facts: Any) -> Any:
        raise ArithmeticError("out of numbers")

    late = site.api("boss").create("order", name="no date")["id"]
    rules = site.installation.rulebook.object("order")
    for name in ("days_left", "week_later", "title_line"):
        monkeypatch.setitem(rules.formulas[name].__dict__, "run", broken)
    html = site.browser("boss").get(f"/o/order/{late}").text
    assert set(re.findall(r'badge c-orange" href="[^"]+/why\?field=(\w+)"', html)) == {"days_left", "week_later"}
