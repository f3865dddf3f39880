"""Why a record looks as it does: every rule about it with what it came to, told to those who may read what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from newel.metadata.field_types.values import Money
from newel.runtime.records.errors import NotFound
from newel.runtime.records.reasoning import Reason, reasons
from newel.runtime.records.record import Record
from tests.runtime.records.conftest import Firm
from tests.runtime.records.formula_world import FILES


@pytest.fixture
def shop(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def why(shop: Firm, who: str, record: Record) -> dict[str, Reason]:
    with shop.reading(who) as work:
        return {each.address: each for each in reasons(work, record.object, record.id)}


def test_every_rule_tells_what_it_came_to_and_of_what(shop: Firm) -> None:
    made = shop.create("boss", "order", name="a", amount="200", stage="open")
    told = why(shop, "boss", made)
    expected = told["object:order/field:expected/formula"]
    assert [(each.text, each.value) for each in expected.parts] == [
        ("amount * option(stage).chance / 100", Money(Decimal("100.0000000000"), "CNY")),
        ("amount * option(stage).chance", Money(Decimal(10000), "CNY")),
        ("amount", Money(Decimal("200.00"), "CNY")),
        ("option(stage).chance", 50),
        ("stage", "open"),
    ]
    assert told["object:order/validation:no_empty_promise/when"].parts[0].value is False
    assert told["object:order/field:pieces/rollup"].kind == "rollup"


def test_a_rule_over_what_the_reader_may_not_see_is_named_but_not_explained(shop: Firm) -> None:
    made = shop.create("boss", "customer", name="Ann", secret=21)
    told = why(shop, "clerk", made)
    assert "object:customer/field:hidden_twice/formula" not in told
    shown = told["object:customer/field:hidden_but_shown/formula"]
    assert not shown.is_open
    assert why(shop, "boss", made)["object:customer/field:hidden_but_shown/formula"].is_open


def test_a_record_that_is_not_there_for_the_reader_has_no_reasons(shop: Firm) -> None:
    made = shop.create("boss", "customer", name="Ann")
    shop.delete("boss", made)
    with pytest.raises(NotFound):
        why(shop, "boss", made)
