"""Forms that answer their rules while one types, in a real browser: without asking the server wherever that is possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import Field, Text
from newel.rules.browser.values import value_of
from tests.runtime.web.screens.live_shop import FILES
from tests.support.site import PASSWORD, Site

pytestmark = pytest.mark.journey
OFFERED = "[...document.querySelector('[name={}]').options].filter(each => each.value && !each.hidden).map(each => each.value)"
PATIENCE = 20_000  # milliseconds, for slow machines
expect.set_options(timeout=PATIENCE)


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """What a browser sees does not depend on the database."""
    return str(request.param)


@dataclass
class Shop:
    """A served shop, and what it began with."""

    address: str
    site: Site
    ids: dict[str, str]


@pytest.fixture
def shop(make_installation: Callable[..., Any]) -> Iterator[Shop]:
    site = Site(make_installation(FILES))
    site.person("clerk", language="en")
    site.person("admin", name="boss", language="zh-CN")
    api = site.api("admin", name="boss")
    ids = {
        "acme": api.create("customer", name="Acme", credit="1000 CNY", tier="gold", margin="7")["id"],
        "beta": api.create("customer", name="Beta", credit="50 CNY", tier="plain", margin="3")["id"],
        "desk": api.create("product", name="Desk", price="199.90 CNY")["id"],
        "lamp": api.create("product", name="Lamp", price="0.10 CNY")["id"],
    }
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Shop(f"http://127.0.0.1:{server.server_port}", site, ids)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Desk:
    """Somebody before a form."""

    page: Any
    shop: Shop
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # requests since the page was there

    def open(self, path: str) -> None:
        self.page.goto(self.shop.address + path)
        expect(self.page.locator("html[data-scripts=ready]")).to_be_attached()
        self.asked.clear()

    def place(self, name: str) -> Any:
        return self.page.locator(f"[data-field={name}]")

    def output(self, name: str) -> Any:
        return self.place(name).locator("output")

    def choose(self, name: str, text: str) -> None:
        box = self.page.locator(f"[id='f-{name}']")
        box.fill(text)
        self.page.locator(".combo-sheet:popover-open [role=option]").first.click()

    def cell(self, row: int, column: str) -> Any:
        return self.page.locator(f"[data-lines=lines] tbody tr:nth-child({row}) td[data-column={column}]")


def sat_down(chromium: Any, shop: Shop, name: str = "clerk") -> Desk:
    page = chromium.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    desk = Desk(page, shop)
    page.on("console", lambda said: desk.faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: desk.faults.append(str(error)))
    page.on("request", lambda request: desk.asked.append(request.url) if "/static/" not in request.url else None)
    page.goto(f"{shop.address}/sign-in")
    page.fill("input[name=email]", f"{name}@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    return desk


def test_rules_answer_without_asking_the_server(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    expect(desk.place("note")).to_be_hidden()
    desk.page.select_option("[name=kind]", "gift")
    expect(desk.place("note")).to_be_visible()
    expect(desk.place("greeting")).to_be_hidden()
    expect(desk.page.locator("[name=note]")).to_have_attribute("aria-required", "true")
    expect(desk.page.locator("[name=discount]")).not_to_be_editable()
    expect(desk.output("chance")).to_have_text("20%")
    desk.page.fill("[name=note]", "For you")
    expect(desk.place("greeting")).to_be_visible()
    desk.page.fill("[name=wished]", "2026-02-20")
    expect(desk.output("latest")).to_have_text("Mar 6, 2026")
    desk.page.select_option("[name=kind]", "service")
    expect(desk.place("note")).to_be_hidden()
    expect(desk.page.locator("[name=discount]")).to_be_editable()
    assert desk.page.input_value("[name=note]") == "For you"
    assert desk.asked == []
    assert desk.faults == []


def test_options_follow_what_they_depend_on(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    offered = (
        "[...document.querySelector('[name=size]').options].filter(each => each.value && !each.hidden).map(each => each.value)"
    )
    assert desk.page.evaluate(offered) == ["small", "pallet"]
    desk.page.select_option("[name=size]", "pallet")
    desk.page.select_option("[name=kind]", "service")
    assert desk.page.evaluate(offered) == ["small", "yearly"]
    assert desk.page.input_value("[name=size]") == ""
    assert desk.asked == []


def test_fields_may_be_called_as_the_browsers_own_things_are(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    offered = OFFERED.format("elements")
    assert desk.page.evaluate(offered) == ["constructor"]
    desk.page.fill("[name=dataset]", "x")
    assert desk.page.evaluate(offered) == ["constructor", "length"]
    assert desk.asked == []
    assert desk.faults == []


def test_lines_and_what_they_give_together_are_computed_while_one_types(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    assert desk.page.locator("[name='lines.0.quantity']").count() == 1
    desk.cell(1, "price").locator("input").first.fill("0.1")
    expect(desk.cell(1, "amount").locator("output")).to_have_text("CN¥0.10")
    assert desk.cell(1, "quantity").locator("input").get_attribute("placeholder") == "1"
    desk.cell(1, "quantity").locator("input").fill("3")
    expect(desk.cell(1, "amount").locator("output")).to_have_text("CN¥0.30")
    desk.cell(2, "price").locator("input").first.fill("1,234.56")
    expect(desk.output("total")).to_have_text("CN¥1,234.86")
    desk.page.fill("[name=discount]", "10%")
    expect(desk.output("due")).to_have_text("CN¥1,111.37")
    expect(desk.output("pieces")).to_have_text("0")
    expect(desk.page.locator("[data-total=amount]")).to_have_text("CN¥1,234.86")
    assert desk.asked == []
    desk.cell(1, "amount").locator("xpath=..").locator("[data-remove-line]").click()
    expect(desk.output("total")).to_have_text("CN¥1,234.56")
    assert desk.faults == []


def test_conditions_hold_in_each_line_of_its_own(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.cell(1, "quantity").locator("input").fill("11")
    desk.cell(2, "quantity").locator("input").fill("10")
    expect(desk.cell(1, "why").locator("input")).to_be_visible()
    expect(desk.cell(1, "why").locator("input")).to_have_attribute("aria-required", "true")
    expect(desk.cell(2, "why").locator("input")).to_be_hidden()
    assert desk.asked == []


def test_what_lies_behind_a_lookup_is_fetched_once(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.cell(1, "price").locator("input").first.fill("60")
    expect(desk.output("left")).to_have_text("–")
    desk.choose("customer", "Beta")
    expect(desk.output("left")).to_have_text("-CN¥10.00")
    expect(desk.place("warned")).to_be_hidden()
    desk.choose("customer", "Acme")
    expect(desk.output("left")).to_have_text("CN¥940.00")
    desk.cell(1, "quantity").locator("input").fill("20")
    expect(desk.place("warned")).to_be_visible()
    reached = [each for each in desk.asked if "/reached" in each]
    assert len(reached) == 2
    desk.choose("customer", "Beta")
    expect(desk.output("left")).to_have_text("-CN¥1,150.00")
    assert [each for each in desk.asked if "/reached" in each] == reached
    assert desk.faults == []


def test_what_is_emptied_when_it_is_hidden_is_blank_for_rules_at_once(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    expect(desk.output("marked")).to_have_text("No")
    desk.page.fill("[name=serial]", "X-1")
    expect(desk.output("marked")).to_have_text("Yes")
    desk.page.select_option("[name=kind]", "service")
    expect(desk.place("serial")).to_be_hidden()
    expect(desk.output("marked")).to_have_text("No")
    desk.page.select_option("[name=kind]", "goods")
    expect(desk.page.locator("[name=serial]")).to_have_value("X-1")
    expect(desk.output("marked")).to_have_text("Yes")
    assert desk.asked == []


def test_a_condition_that_can_not_be_computed_hides(shop: Shop, chromium: Any) -> None:
    """Nothing comes from the server: what lies behind the lookup stays unknown."""
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.page.route("**/reached?*", lambda route: route.abort())
    desk.cell(1, "price").locator("input").first.fill("5000")
    desk.choose("customer", "Acme")
    expect(desk.output("due")).to_have_text("CN¥5,000.00")
    expect(desk.output("left")).to_have_text("–")
    expect(desk.place("warned")).to_be_hidden()
    desk.page.select_option("[name=kind]", "gift")
    expect(desk.place("note")).to_be_visible()


def test_a_lines_default_follows_the_lookup_in_its_row(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.choose("lines.0.product", "Desk")
    expect(desk.cell(1, "amount").locator("output")).to_have_text("CN¥199.90")
    assert desk.cell(1, "price").locator("input").first.get_attribute("placeholder") == "199.90"
    expect(desk.output("total")).to_have_text("CN¥199.90")
    expect(desk.output("pieces")).to_have_text("1")
    assert desk.faults == []


def test_what_the_page_may_not_know_is_asked_from_the_server(shop: Shop, chromium: Any) -> None:
    """The clerk may not read a customer's margin, but sees what is made of it."""
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    assert "margin" not in desk.page.content()
    desk.choose("customer", "Acme")
    expect(desk.output("guarded")).to_have_text("14.00")
    assert [each for each in desk.asked if each.endswith("/o/order/preview")]


def test_what_was_saved_is_what_was_shown(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.page.fill("[name=name]", "First")
    desk.choose("customer", "Acme")
    desk.choose("lines.0.product", "Lamp")
    desk.cell(1, "quantity").locator("input").fill("7")
    desk.page.fill("[name=discount]", "15")
    expect(desk.output("due")).to_have_text("CN¥0.60")
    expect(desk.output("left")).to_have_text("CN¥999.40")
    desk.page.click("[data-save]")
    desk.page.wait_for_url(re.compile(r"/o/order/[0-9a-f-]{36}$"))
    saved = shop.site.api("admin", name="boss").get("/records/order").json["data"][0]
    assert saved["due"] == {"amount": "0.60", "currency": "CNY"}
    assert saved["left"] == {"amount": "999.40", "currency": "CNY"}
    record = desk.page.url.rsplit("/", 1)[-1]
    desk.open(f"/o/order/{record}/edit")
    expect(desk.output("due")).to_have_text("CN¥0.60")
    desk.cell(1, "quantity").locator("input").fill("70")
    expect(desk.output("due")).to_have_text("CN¥5.95")
    expect(desk.output("left")).to_have_text("CN¥994.05")
    assert desk.faults == []


@pytest.mark.parametrize("wrong", ["twelve", "1.2.3", "NaN", "1e999"])
def test_a_value_that_nobody_understands_counts_as_what_was_there(shop: Shop, chromium: Any, wrong: str) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    desk.cell(1, "price").locator("input").first.fill("100")
    desk.page.fill("[name=discount]", wrong)
    expect(desk.output("due")).to_have_text("CN¥100.00")
    assert desk.faults == []


TYPED = {
    "number": ["", " 12 ", "1,234.50", "１２．５", "1.5万", "-3亿", "+ 4", ".5", "5.", "1,23", "twelve", "0012", "−7", "1 000"],
    "percent": ["12.5%", "３％", "12 %", "%"],
    "duration": ["1h 30m", "1:30", "1:30:05", "90", "2 天 3小时", "-1 h", "1.5 h", "soon", "45 min", "1h30", "0.5 s"],
    "long_text": ["  a  ", "a\r\nb", "\u3000", "e\u0301"],
    "tags": ["a, b，c", " , ", "a;a"],
}
WRITTEN = {
    "number": (["0", "-0.5", "1234567.891", "12"], {"type": "decimal", "scale": 2}),
    "integer": (["0", "-1234", "9007199254740991"], {"type": "integer"}),
    "percent": (["12.50", "0.00", "1234.5"], {"type": "percent"}),
    "duration": (["0", "59", "-60", "5400", "3601", "-90061", "9007199254740991"], {"type": "duration"}),
    "time": (["00:00:00.000000", "08:05:00.000000", "12:00:00.000000", "23:59:30.000000"], {"type": "time"}),
}
READ = """async ([widget, texts]) => {
  const { read } = await import("newel/live/reading");
  return texts.map((text) => read(new Map([["x", [{ value: text }]]]), "x", widget, {}) ?? null);
}"""
WRITE = """async ([show, values]) => {
  const { written } = await import("newel/live/showing");
  return values.map((value) => written(show, value));
}"""


def test_the_page_reads_and_writes_values_as_the_server_does(shop: Shop, chromium: Any) -> None:
    desk = sat_down(chromium, shop)
    desk.open("/o/order/new")
    for widget, texts in TYPED.items():
        kind = REGISTRY["decimal" if widget == "number" else widget]
        found = desk.page.evaluate(READ, [widget, texts])
        known = [value_of(kind.expression_type, each) for each in found]
        assert dict(zip(texts, known, strict=True)) == {text: parsed(kind, text) for text in texts}
    for values, how in WRITTEN.values():
        of = Field("x", how.pop("type"), Text("X"), "x", options=how)
        show = {"as": "number", "scale": how.get("scale", 0)} if of.type in ("decimal", "integer") else {"as": of.type}
        kind = REGISTRY[of.type]
        wanted = [kind.format(of, kind.parse(of, each, Locale()), Locale()) for each in values]
        assert desk.page.evaluate(WRITE, [show, values]) == wanted


def parsed(kind: Any, text: str) -> Any:
    """What the server reads; None for what it can't, as well as for blank."""
    of = Field("x", kind.name, Text("X"), "x", options={"scale": 4})
    try:
        return kind.parse(of, text, Locale())
    except ValueProblem:
        return None
