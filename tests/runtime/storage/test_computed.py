"""Computed fields in plans: columns come, stay and are left alone; what people wrote is never overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect

from newel.metadata.model import Model
from newel.rules.rulebook import compile_rules
from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage.database import Database
from newel.runtime.storage.layout import lay_out
from newel.runtime.storage.operations import Plan
from newel.runtime.storage.tables import Tables
from tests.metadata.building import compiled, layer
from tests.runtime.storage.test_plan import add, an_id

STORED = "{type: decimal, formula: size * 2}"
QUERY = "{type: decimal, formula: 'size * 2 if due < today() else 0'}"
PLAIN = "{type: decimal}"


def model_of(score: str | None, more: str = "") -> Model:
    fields = "  name: {type: text}\n  size: {type: integer}\n  due: {type: date}\n"
    said = f"  score: {score}\n" if score else ""
    book, problems = compile_rules(compiled(layer(thing=f"object: thing\nfields:\n{fields}{said}{more}")))
    assert not problems.errors, problems.as_text()
    return book.model


def planned(database: Database, model: Model, old: Model | None) -> Plan:
    return plan.make(database, model, old=old)


def applied(database: Database, model: Model, old: Model | None = None) -> Tables:
    made = planned(database, model, old)
    assert not made.problems, made.problems.as_text()
    applying.apply(database, made)
    with database.reading() as connection:
        return Tables(model, catalog.layout(connection), database.dialect)


def kinds(made: Plan, address: str = "object:thing/field:score") -> list[str]:
    return [each.kind for each in made.operations if each.address == address]


def columns(database: Database) -> set[str]:
    return {each["name"] for each in inspect(database.engine).get_columns("thing")}


def fill(database: Database, tables: Tables, **values: Any) -> None:
    add(database, tables, "thing", {"name": "a", **values}, {"id": an_id(9), "name": "b"})


def test_a_stored_formula_has_a_column_and_one_that_is_read_anew_has_none(database: Database) -> None:
    tables = applied(database, model_of(STORED, f"  other: {QUERY}\n"))
    assert "score" in tables["thing"].columns
    assert "other" not in tables["thing"].columns
    assert "other" not in columns(database)


def test_a_stored_formula_may_be_indexed(database: Database) -> None:
    layout = lay_out(model_of("{type: decimal, formula: size * 2, index: true}"))["thing"]
    assert "score,id live" in layout.indexes


def test_a_view_that_is_sorted_by_what_has_no_column_asks_for_no_index(database: Database) -> None:
    fields = f"fields:\n  name: {{type: text}}\n  size: {{type: integer}}\n  due: {{type: date}}\n  score: {QUERY}\n"
    view = "view: thing.late\nsort: [-score, name]\n"
    model = compile_rules(compiled(layer(thing=f"object: thing\n{fields}", late=view)))[0].model
    assert not any("score" in signature for signature in lay_out(model)["thing"].indexes)


@pytest.mark.parametrize("score", [STORED, QUERY])
def test_a_new_formula_is_added_to_records_that_are_there(database: Database, score: str) -> None:
    old = model_of(None)
    fill(database, applied(database, old))
    made = planned(database, model_of(score), old)
    assert not made.problems
    assert kinds(made) == (["add_column", "recompute"] if score == STORED else ["metadata"])


def test_a_formula_that_is_no_longer_kept_leaves_its_column_in_place(database: Database) -> None:
    old, new = model_of(STORED), model_of(QUERY)
    fill(database, applied(database, old))
    made = planned(database, new, old)
    assert not made.problems
    assert "leave" in kinds(made)
    assert "its column stays" in made.as_text()
    applied(database, new, old)
    assert "score" in columns(database)
    assert planned(database, new, new).empty


def test_a_formula_that_is_kept_again_takes_its_column_back(database: Database) -> None:
    stored, query = model_of(STORED), model_of(QUERY)
    fill(database, applied(database, stored))
    applied(database, query, stored)
    made = planned(database, stored, query)
    assert "add_column" not in kinds(made)
    assert "recompute" in kinds(made)
    applied(database, stored, query)
    assert planned(database, stored, stored).empty


def test_a_formula_that_was_only_read_gets_a_column_when_it_is_kept(database: Database) -> None:
    query = model_of(QUERY)
    fill(database, applied(database, query))
    made = planned(database, model_of(STORED), query)
    assert kinds(made)[:2] == ["add_column", "recompute"]


def test_a_changed_formula_is_computed_anew(database: Database) -> None:
    old = model_of(STORED)
    fill(database, applied(database, old))
    assert "recompute" in kinds(planned(database, model_of("{type: decimal, formula: size * 3}"), old))
    assert "recompute" not in kinds(planned(database, model_of("{type: decimal, label: Points, formula: size * 2}"), old))


def test_what_people_wrote_is_not_overwritten_by_a_formula(database: Database) -> None:
    old = model_of(PLAIN)
    fill(database, applied(database, old), score=3)
    made = planned(database, model_of(STORED), old)
    assert [each.code for each in made.problems] == ["NW-P114"]


def test_a_field_that_nobody_filled_in_may_become_a_formula(database: Database) -> None:
    old = model_of(PLAIN)
    fill(database, applied(database, old))
    assert not planned(database, model_of(STORED), old).problems


@pytest.mark.parametrize("score", [STORED, QUERY])
def test_a_formula_may_become_a_field_that_people_fill_in(database: Database, score: str) -> None:
    old = model_of(score)
    fill(database, applied(database, old))
    assert not planned(database, model_of(PLAIN), old).problems
