"""One rule, every engine: SQL selects exactly the rows for which Python says yes, and gives the values that Python gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, select

from newel.metadata.field_types import type_of
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import emit, emit_value, parameters
from tests.rules import expressions_made_up as made_up
from tests.rules.world import FACTS, FILES, ME, NOW, OTHER, compiled

PLACES: list[dict[str, Any]] = [
    {
        "name": "Ärea",
        "size": 3,
        "rank": Decimal("2.500000"),
        "open": True,
        "opened": date(2026, 1, 31),
        "kind": "shop",
        "manager": ME,
    },
    {
        "name": "中柱",
        "size": None,
        "rank": Decimal("-0.000001"),
        "open": False,
        "opened": None,
        "kind": "office",
        "manager": None,
    },
    {"name": None, "size": -7, "rank": None, "open": True, "opened": date(2024, 2, 29), "kind": None, "manager": ME},
]
PEOPLE = [{"id": each, "name": each, "email": f"{each}@example.com", "active": True} for each in (ME, OTHER)]
IDS = [f"0190bbbb-0000-7000-8000-00000000000{at}" for at in range(3)]
for _at, _place in enumerate(PLACES):
    _place.update(id=IDS[_at], region=IDS[_at - 1] if _at else None)
THINGS = [{"id": f"0190cccc-0000-7000-8000-{at:012}", **record} for at, record in enumerate(made_up.records(70, 7, IDS))]
FAST = settings(
    max_examples=int(__import__("os").environ.get("N", "120")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
LONG = settings(FAST, max_examples=20_000)


def seen(thing: dict[str, Any]) -> dict[str, Any]:
    """A record with the paths that expressions follow."""
    place = next((each for each in PLACES if each["id"] == thing["place"]), None)
    region = next((each for each in PLACES if place and each["id"] == place["region"]), None)
    found = dict(thing)
    for prefix, row in (("place", place), ("place.region", region)):
        for name in PLACES[0]:
            found[f"{prefix}.{name}"] = row[name] if row else None
    return found


RECORDS = [seen(thing) for thing in THINGS]


@dataclass
class Stage:
    """The records in a database, and the columns that expressions read there."""

    connection: Connection
    tables: Any
    dialect: str

    def __post_init__(self) -> None:
        self.things = self.tables["thing"]
        self.aliases = {(): self.things.table}
        place = self.tables["place"].table
        self.aliases["place",] = place.alias("p")
        self.aliases["place", "region"] = place.alias("r")

    def column(self, path: tuple[str, ...], suffix: str = "") -> Any:
        table = self.aliases[path[:-1]]
        name = self.tables["thing" if len(path) == 1 else "place"].column(path[-1], suffix).name
        return table.c[name]

    @property
    def source(self) -> Any:
        place, region = self.aliases["place",], self.aliases["place", "region"]
        things = self.things.table
        joined = things.outerjoin(place, place.c.id == self.column(("place",)))
        return joined.outerjoin(region, region.c.id == self.column(("place", "region")))

    def chosen(self, expression: Expression, facts: Facts) -> list[str]:
        """The ids of the records that the filter selects."""
        statement = select(self.things.column("id")).select_from(self.source).where(emit(expression, self))
        return sorted(row[0] for row in self.connection.execute(statement, parameters(facts, [expression])))

    def values(self, expression: Expression, facts: Facts) -> dict[str, Any]:
        statement = select(self.things.column("id"), *emit_value(expression, self)).select_from(self.source)
        return {row[0]: tuple(row[1:]) for row in self.connection.execute(statement, parameters(facts, [expression]))}


@contextmanager
def staged(make: Callable[..., Any], database: Any) -> Iterator[Stage]:
    installation = make(FILES)
    with database.writing() as connection:
        for name, rows in (("nw_user", PEOPLE), ("place", PLACES), ("thing", THINGS)):
            for row in rows:
                connection.execute(installation.tables[name].table.insert(), _stored(installation, name, row))
        yield Stage(connection, installation.tables, database.dialect)


def _stored(installation: Any, name: str, row: dict[str, Any]) -> dict[str, Any]:
    target = installation.model.objects[name]
    found = {"version": 1, "created_at": NOW, "updated_at": NOW, "created_by": ME, "updated_by": ME}
    for key, value in row.items():
        field = target.fields[key]
        for column, part in zip(type_of(field).columns(field), type_of(field).to_columns(field, value), strict=True):
            found[installation.tables[name].column(key, column.suffix).name] = part
    return found


def agree(stage: Stage, text: str) -> None:
    """Fails where the engines differ on the records."""
    expression = compiled(text)
    reference = Reference(expression)
    expected = {}
    for record in RECORDS:
        value = evaluate(expression, record, FACTS)
        assert value == reference.evaluate(record, FACTS), f"fast and reference engine differ on {text}"
        expected[record["id"]] = value
    if expression.type.kind == "boolean":
        assert stage.chosen(expression, FACTS) == sorted(key for key, value in expected.items() if value)
    for key, found in stage.values(expression, FACTS).items():
        assert _plain(expected[key]) == found, f"{text} on {key}"


def _plain(value: Any) -> tuple[Any, ...]:
    if hasattr(value, "currency"):
        return value.amount, value.currency
    return (value,)


def _values(depth: int) -> Any:
    from hypothesis import strategies as st

    return st.one_of(made_up.numbers(depth), made_up.texts(depth), made_up.dates(depth))


def test_sql_filters_select_exactly_the_rows_for_which_python_says_yes(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:

        @FAST
        @given(made_up.booleans(3))
        def holds(text: str) -> None:
            agree(stage, text)

        holds()


def test_sql_gives_the_values_that_python_gives(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:

        @FAST
        @given(_values(2))
        def holds(text: str) -> None:
            agree(stage, text)

        holds()


def test_money_means_the_same_in_sql_and_python(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:

        @settings(FAST, max_examples=60)
        @given(made_up.monies(2))
        def holds(text: str) -> None:
            expression = compiled(text)
            for key, (amount, currency) in stage.values(expression, FACTS).items():
                record = next(each for each in RECORDS if each["id"] == key)
                value = evaluate(expression, record, FACTS)
                assert (amount, currency) == ((None, None) if value is None else (value.amount, value.currency))

        holds()


@pytest.mark.soak
def test_engines_agree_on_very_many_expressions(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:

        @LONG
        @given(made_up.booleans(4))
        def holds(text: str) -> None:
            agree(stage, text)

        holds()
