"""Operations made for what they operate on give what the reference gives, to the kind of number and its digits."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from newel.metadata.field_types.values import Money
from newel.rules.arithmetic import divide, divider, rounded, rounder
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from tests.rules.world import FACTS, compiled

NUMBERS = [None, 0, 7, -3, 10**30, *map(Decimal, ("0", "-0", "0.005", "-2.5", "99999999999999999999.995", "1E+3", "-1E-12"))]
AMOUNTS = [None, *(Money(Decimal(each), "CNY") for each in ("0.00", "-12.35", "99999999999999.99"))]
TEXTS = [
    "(20 if count > 2 else 0) + (30 if stage == 'won' else -1 + 1) + 5",
    "(20 if count >= 7 else 1) + ((3 if count < 0 else 4) + (0 if count <= 0 else 10))",
    "(1 if count > 2 else none) + (2 if count > 3 else 3)",
    "(1.5 if count > 2 else 2) + (1 if count > 3 else 3)",
    "cost * count / 100",
    "count * cost / 3",
    "100 * (count * cost) / 7 * ratio",
    "cost / count / ratio",
    "cost / 0 * 2",
    "cost * 2 / none",
    "count / 100",
    "ratio / 1",
    "ratio / 100.0",
    "count / 0",
    "round(ratio, 2)",
    "round(count)",
    "round(ratio * count, 3) - round(count / 1000, 2)",
    "1 - ratio",
    "ratio - 1",
    "count * ratio",
    "ratio % count",
    "-ratio",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_fast_engine_reckons_as_the_reference_does(text: str) -> None:
    expression = compiled(text)
    reference = Reference(expression).evaluate
    for count, ratio, cost in product(NUMBERS, NUMBERS, AMOUNTS):
        record = {"count": count, "ratio": ratio, "cost": cost, "stage": "won"}
        assert exactly(evaluate(expression, record, FACTS)) == exactly(reference(record, FACTS)), record


@pytest.mark.parametrize("by", [1, 10, 100, Decimal("100"), Decimal("100.00"), 3, Decimal("0.1"), 10**20])
def test_a_divisor_that_is_known_gives_the_same_quotients(by: Any) -> None:
    assert [exactly(divider(by)(each)) for each in NUMBERS] == [exactly(divide(each, by)) for each in NUMBERS]


@pytest.mark.parametrize("places", [0, 2, -2, 40])
def test_places_that_are_known_give_the_same_rounding(places: int) -> None:
    assert [exactly(rounder(places)(each)) for each in NUMBERS] == [exactly(rounded(each, places)) for each in NUMBERS]


def exactly(value: Any) -> tuple[type, str]:
    return type(value), str(value)
