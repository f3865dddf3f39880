"""The comparison of engines can fail: faults planted into one of them are found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func

from newel.rules import arithmetic
from newel.rules.functions.dates import date_in
from newel.rules.sql import conditions, sqlite_functions
from newel.rules.sql.emitting import Emitter
from newel.rules.sql.sqlite import SqliteEmitter
from tests.rules import expressions_made_up as made_up
from tests.rules.test_engines_agree import agree, staged

SEARCH = settings(
    max_examples=1500,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _always_plain(self: Any, left: Any, right: Any, equal: bool, certain: bool) -> Any:
    return left.sql == right.sql if equal else left.sql != right.sql


def _without_blanks(self: Any, node: Any) -> Any:
    return self.holds(node)


def _cut(number: Any, places: int = 0) -> Any:
    return None if number is None else Decimal(number).quantize(Decimal(1).scaleb(-places), "ROUND_DOWN")


def _other_side(op: str, number: Any, scale: int) -> tuple[str, int]:
    return op, int(Decimal(number).scaleb(scale))


def _joined(self: Any, texts: Any) -> Any:
    from functools import reduce

    return reduce(lambda left, right: left.concat(right), [each.sql for each in texts if each.kind != "blank"])


def _one_scale(self: Any, value: Any, scale: int) -> Any:
    return value


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "equality that forgets blanks": (Emitter, "alike", _always_plain),
    "not over NULL": (Emitter, "truth", _without_blanks),
    "a bound cut instead of moved": (conditions, "bound_for", _other_side),
    "blank texts that swallow the rest": (Emitter, "joined", _joined),
    "currencies that do not matter": (Emitter, "_one_currency", lambda self, left, right: conditions.true()),
    "scales mixed up": (SqliteEmitter, "at_scale", _one_scale),
    "letters folded by SQLite": (SqliteEmitter, "lowered", lambda self, element: func.lower(element)),
    "rounding towards zero": (arithmetic, "rounded", _cut),
    "days in UTC": (sqlite_functions, "date_in", lambda moment, zone: moment.date()),
}


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch, make_installation: Any, database: Any) -> None:
    target, attribute, faulty = FAULTS[name]
    with staged(make_installation, database) as stage:
        if name != "rounding towards zero":
            monkeypatch.setattr(target, attribute, faulty)
        else:
            monkeypatch.setattr(sqlite_functions, "arithmetic", _Faulty())

        @SEARCH
        @given(st.one_of(made_up.booleans(3), made_up.numbers(2), made_up.texts(2)))
        def holds(text: str) -> None:
            agree(stage, text)

        with pytest.raises((AssertionError, BaseExceptionGroup)):
            holds()


class _Faulty:
    """Arithmetic as SQLite's functions would use it, rounding wrongly."""

    rounded = staticmethod(_cut)

    def __getattr__(self, name: str) -> Any:
        return getattr(arithmetic, name)


def test_a_day_is_another_one_elsewhere() -> None:
    """The records hold moments for which this matters."""
    from tests.rules.test_engines_agree import THINGS
    from tests.rules.world import FACTS

    moments = [each["seen"] for each in THINGS if each["seen"]]
    assert any(date_in(each, FACTS.time_zone) != each.date() for each in moments)
