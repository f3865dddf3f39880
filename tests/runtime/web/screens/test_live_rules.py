"""What a form carries of its rules: all that its viewer may know, and nothing else; the server answers for the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.web.screens.live_shop import FILES
from tests.support.site import Browser, Site

SECRET = "margin"


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


@pytest.fixture
def ids(site: Site) -> dict[str, str]:
    api = site.api("admin", name="boss")
    acme = api.create("customer", name="Acme", credit="1000 CNY", tier="gold", margin="7")["id"]
    beta = api.create("customer", name="Beta", credit="50 CNY", tier="plain", margin="3")["id"]
    desk = api.create("product", name="Desk", price="199.90 CNY")["id"]
    line = {"product": desk, "quantity": 2, "price": {"amount": "10", "currency": "CNY"}}
    order = api.create("order", name="First", customer=acme, discount="10", lines=[line])["id"]
    return {"acme": acme, "beta": beta, "desk": desk, "order": order}


def rules_in(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" data-live>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    rules: dict[str, Any] = json.loads(found[1])
    return rules


def preview(clerk: Browser, **values: str) -> dict[str, Any]:
    answer = clerk.post("/o/order/preview", {"csrf_token": clerk.token("/"), ":was": "{}", **values})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json
    return said


def test_a_rule_over_what_the_viewer_may_not_read_stays_on_the_server(site: Site, ids: dict[str, str]) -> None:
    page = site.browser("clerk").get(f"/o/order/{ids['order']}/edit").text
    rules = rules_in(page)
    assert rules["formulas"]["guarded"] == "server"
    assert "customer" in rules["asks"]
    assert SECRET not in page
    assert SECRET in site.browser("admin", name="boss").get(f"/o/order/{ids['order']}/edit").text


def test_a_formula_behind_records_that_one_may_not_read_stays_on_the_server(site: Site, ids: dict[str, str]) -> None:
    """It is worked out whatever rows one may read, which the page can't do; conditions see what the reader sees."""
    rules = rules_in(site.browser("junior").get(f"/o/order/{ids['order']}/edit").text)
    assert rules["formulas"]["left"] == "server"
    assert rules["formulas"]["due"] != "server"
    assert rules["conditions"]["warned"] != "server"
    assert rules["reached"]["customer"] == {}
    said = preview(site.browser("junior"), **{":record": ids["order"], "discount": "50"})
    assert said["texts"]["left"] == "CN¥990.00"


def test_a_form_begins_with_what_its_rules_read(site: Site, ids: dict[str, str]) -> None:
    rules = rules_in(site.browser("clerk").get(f"/o/order/{ids['order']}/edit").text)
    assert rules["record"]["customer"] == ids["acme"]
    assert rules["record"]["due"] == {"amount": "18.00", "currency": "CNY"}
    assert rules["reached"]["customer"] == {ids["acme"]: {"tier": "gold", "credit": {"amount": "1000.00", "currency": "CNY"}}}
    [row] = rules["rows"]["lines"].values()
    assert row["amount"] == {"amount": "20.00", "currency": "CNY"}
    assert rules["isNew"] is False
    assert not any("read_only" in each for said in rules["conditions"].values() for each in said)


def test_a_form_without_rules_carries_none(site: Site, ids: dict[str, str]) -> None:
    assert "data-live" not in site.browser("admin", name="boss").get("/o/product/new").text


def test_what_lies_behind_a_lookup_is_told_as_far_as_one_may_read_it(site: Site, ids: dict[str, str]) -> None:
    clerk = site.browser("clerk")
    answer = clerk.get(
        f"/o/customer/reached?id={ids['beta']}&id=0190aaaa-0000-7000-8000-00000000dead&path=tier&path={SECRET}&path=nothing"
    )
    assert answer.json == {ids["beta"]: {"tier": "plain"}}
    assert site.browser(name="nobody").get(f"/o/customer/reached?id={ids['beta']}&path=tier").status_code in (403, 404)


def test_the_server_computes_what_the_page_can_not(site: Site, ids: dict[str, str]) -> None:
    said = preview(
        site.browser("clerk"),
        name="New",
        customer=ids["beta"],
        **{"lines": "", "lines.0.quantity": "3", "lines.0.price.amount": "2"},
    )
    assert said["texts"]["guarded"] == "6.00"
    assert said["texts"]["total"] == "CN¥6.00"
    assert said["texts"]["left"] == "CN¥44.00"
    assert said["cells"]["lines"] == [{"amount": "CN¥6.00"}]
    assert said["options"]["size"] == {"pallet": True, "yearly": False}


def test_the_server_judges_conditions_by_what_formulas_would_be(site: Site, ids: dict[str, str]) -> None:
    """`warned` shows where a gold customer's order is worth more than their credit, which follows from the lines typed now."""
    typed = {":record": ids["order"], "customer": ids["acme"], "lines": "", "lines.0.quantity": "100"}
    clerk = site.browser("clerk")
    assert preview(clerk, **typed, **{"lines.0.price.amount": "1"})["states"]["warned"][0] is False
    assert preview(clerk, **typed, **{"lines.0.price.amount": "20"})["states"]["warned"][0] is True


def test_rules_end_no_script(site: Site, ids: dict[str, str]) -> None:
    """A value that looks like the end of the block stays within it."""
    api = site.api("admin", name="boss")
    order = api.create("order", name="</script><b>x", kind="gift", note="</script><!--")["id"]
    page = site.browser("admin", name="boss").get(f"/o/order/{order}/edit").text
    assert rules_in(page)["record"]["note"] == "</script><!--"
