"""The law of formulas: for every record and every computed field, what SQL gives is what Python gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newel.runtime.records import Work, finding, saving
from newel.runtime.records.computing import formulas_of
from newel.runtime.records.loading import Seen, raw
from tests.runtime.records.conftest import Firm
from tests.runtime.records.formula_world import FILES

RELAXED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # where the people of the tests are


def money(most: int) -> st.SearchStrategy[str]:
    return st.decimals(0, most, places=2).map(str)


def blank_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


LINES = st.fixed_dictionaries(
    {"what": st.just("thing"), "price": blank_or(money(99_999)), "pieces": blank_or(st.integers(-5, 900))},
)
ORDERS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "fits", "much too long", "客户一号", "🎈🎈🎈🎈🎈🎈🎈🎈"]),
        "stage": st.sampled_from(["open", None]),
        "amount": blank_or(money(9_999)),
        "count": blank_or(st.integers(-(2**45), 2**45)),
        "factor": blank_or(st.decimals(-999_999, 999_999, places=4).map(str)),
        "due": blank_or(st.integers(-400, 400).map(lambda days: str(TODAY + timedelta(days)))),
        "lines": st.lists(LINES, max_size=3),
    }
)
CUSTOMERS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["ann", "straße", "欧阳"]),
        "city": st.sampled_from([None, "Ulm"]),
        "grade": st.sampled_from([None, "gold", "plain"]),
        "secret": blank_or(st.integers(-(2**52), 2**52)),
        "orders": st.lists(ORDERS, max_size=4),
    }
)


@pytest.fixture
def shop(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def differences(work: Work, object_name: str, record_id: str) -> dict[str, tuple[Any, Any]]:
    """The computed fields of one record of which SQL and Python say different things."""
    shown = finding.get(work, object_name, record_id)
    seen = Seen(work, work.model.objects[object_name], raw(work, object_name, record_id) or {})
    known = formulas_of(work.installation, object_name)
    every = {**{each.field.name: each for each in known.stored}, **known.read, **known.rollups}
    both = {name: (shown[name], each.value(seen, work.facts)) for name, each in every.items()}
    return {name: (sql, python) for name, (sql, python) in both.items() if sql != python}


def test_sql_and_python_give_the_same_for_every_record(shop: Firm) -> None:
    shop.actor("boss")

    @RELAXED
    @given(CUSTOMERS)
    def law(given_customer: dict[str, Any]) -> None:
        values = dict(given_customer)
        orders = values.pop("orders")
        with shop.writing("boss") as work:
            customer = saving.create(work, "customer", values).id
            made = [saving.create(work, "order", {**order, "customer": customer}).id for order in orders]
        with shop.reading("boss") as work:
            assert differences(work, "customer", customer) == {}
            for order in made:
                assert differences(work, "order", order) == {}

    law()


def test_they_do_so_after_changes_too(shop: Firm) -> None:
    shop.actor("boss")
    customer = shop.create("boss", "customer", name="ann", grade="gold")
    order = shop.create("boss", "order", name="a", customer=customer.id, amount="10", lines=[{"what": "x", "price": "3"}])

    @RELAXED
    @given(ORDERS, st.booleans())
    def law(values: dict[str, Any], bound: bool) -> None:
        with shop.writing("boss") as work:
            saving.update(work, "order", order.id, {**values, "customer": customer.id if bound else None})
        with shop.reading("boss") as work:
            assert differences(work, "order", order.id) == {}
            assert differences(work, "customer", customer.id) == {}

    law()
