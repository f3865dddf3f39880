"""Expressions by chance, of every node and every function, over records by chance: all five engines say the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newel.rules.functions import REGISTRY
from newel.rules.tree import Node as Part
from newel.rules.tree import walk
from newel.runtime.storage.database import Database
from tests.rules.arena import Arena, arena
from tests.rules.by_chance import Writer

SHARES = 6  # the expressions of a run are dealt out, so that processes share them
EACH = 400
A_MILLION = int(os.environ.get("NEWEL_SOAK_EXPRESSIONS", "1000000"))
EVERYDAY = settings(
    max_examples=EACH,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def bases(new_database: Callable[[str], Database]) -> list[Database]:
    return [new_database("sqlite"), new_database("postgresql")]


@pytest.mark.parametrize("share", range(SHARES))
def test_all_engines_agree(share: int, bases: list[Database]) -> None:
    with arena(bases, 24, share) as place:

        @EVERYDAY
        @given(st.randoms(use_true_random=False), st.integers(1, 4))
        def holds(chance: Random, depth: int) -> None:
            place.agree(Writer(chance).expression(depth), share % 3)

        holds()
        assert place.tried > 2 * place.refused


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_all_engines_agree_on_a_million_expressions(share: int, bases: list[Database]) -> None:
    """Fresh records for every two thousand expressions."""
    chance = Random()
    tried = 0
    while tried < A_MILLION // SHARES:
        with arena(bases, 24, chance.randrange(10**9)) as place:
            for _ in range(2_000):
                place.agree(Writer(chance).expression(chance.choice((2, 3, 3, 4))), chance.randrange(3))
            tried += place.tried


def test_chance_writes_every_node_and_every_function() -> None:
    """What is never written is never compared."""
    chance, place = Random(1), Arena([])
    found: set[str] = set()
    for _ in range(4_000):
        expression = place.compiled(Writer(chance).expression(3))
        if expression is not None:
            found |= {getattr(each, "name", "") for each in walk(expression.tree)} | {
                type(each).__name__ for each in walk(expression.tree)
            }
    assert not {name for name in REGISTRY if name not in found and name not in ("datetime", "time", "date")}
    assert not {each.__name__ for each in Part.__subclasses__()} - found - {"Name"}


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Arena]:
    with arena([Database(f"sqlite:///{tmp_path}/arena.sqlite")], 12, 1, with_node=False) as place:
        yield place


def test_the_comparison_can_fail(alone: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault planted into one engine is found."""
    from newel.rules.sql.emitting import Emitter

    def forgetful(self: Any, left: Any, right: Any, equal: bool, certain: bool) -> Any:
        return left.sql == right.sql if equal else left.sql != right.sql

    monkeypatch.setattr(Emitter, "alike", forgetful)
    chance = Random(3)
    texts = [Writer(chance).expression(2) for _ in range(400)]
    with pytest.raises(AssertionError, match=r"the reference gives|selects other rows"):
        list(map(alone.agree, texts))
