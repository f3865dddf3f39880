"""What a rule came to on a record, part by part."""

from __future__ import annotations

from newel.rules.explaining import explained
from tests.rules.world import FACTS, compiled


def test_every_part_tells_what_it_came_to_the_whole_first() -> None:
    expression = compiled("stage == 'won' and price * 2 > 10")
    parts = explained(expression, {"stage": "won", "price": 4}, FACTS)
    assert [(each.depth, each.text, each.value) for each in parts] == [
        (0, "stage == 'won' and price * 2 > 10", False),
        (1, "stage == 'won'", True),
        (2, "stage", "won"),
        (1, "price * 2 > 10", False),
        (2, "price * 2", 8),
        (3, "price", 4),
    ]


def test_a_part_that_is_said_twice_is_told_once() -> None:
    expression = compiled("price > 1 and price < 9")
    assert [each.text for each in explained(expression, {"price": 4}, FACTS)].count("price") == 1
