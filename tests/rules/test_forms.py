"""Functions on records and children do on every engine what their examples say, about the sample that the page shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from newel.metadata.field_types import type_of
from newel.metadata.model import Source
from newel.rules.checking.gathering import GATHERS
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.functions import FORMS, REGISTRY, sample
from newel.rules.functions.forms import Form
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import emit_value, parameters
from newel.runtime.records.reach import RawColumns, Spot
from tests.rules.world import FACTS, ME, NOW, SOLUTION, model_of

FILES = {"solution.yaml": SOLUTION, **{f"objects/{name}.yaml": text for name, text in sample.OBJECTS.items()}}
MODEL = model_of(FILES)
EXAMPLES = [(each.expression, each.gives) for form in FORMS.values() for each in form.examples]
ID = "0190cccc-0000-7000-8000-000000000001"


class Rates:
    def find(self, object_name: str, key: str, value: Any, field: str) -> Any:
        return next((each[field] for each in sample.RATES if each[key] == value), None)


KNOWN = replace(FACTS, prior=sample.BEFORE, tables=Rates())


def compiled(text: str) -> Expression:
    expression, problems = compile_expression(Source(text), MODEL, Context("validate", "order", None))
    assert expression is not None, problems
    return expression


@pytest.mark.parametrize(("expression", "gives"), EXAMPLES)
def test_python_gives_what_the_example_says(expression: str, gives: str) -> None:
    wanted = evaluate(compiled(gives), {}, KNOWN)
    assert evaluate(compiled(expression), sample.ORDER, KNOWN) == wanted
    assert Reference(compiled(expression)).evaluate(sample.ORDER, KNOWN) == wanted


def test_sql_gives_what_the_examples_say(make_installation: Any, database: Any) -> None:
    installation = make_installation(FILES)
    with database.writing() as connection:
        for name, rows in (
            ("nw_user", [{"id": ME, "name": "me", "email": "a@b.c", "active": True}]),
            ("order", [{"id": ID, "name": sample.ORDER["name"], "stage": sample.ORDER["stage"]}]),
            ("line", [{**each, "order": ID} for each in sample.LINES]),
            ("rate", [{"id": ID, **each} for each in sample.RATES]),
        ):
            for row in rows:
                connection.execute(installation.tables[name].table.insert(), _stored(installation, name, row))
        spot = Spot(installation, installation.model.objects["order"], installation.tables["order"].table.alias("t"))
        for expression, gives in EXAMPLES:
            checked = compiled(expression)
            if checked.reads_prior:
                continue
            statement = select(*emit_value(checked, RawColumns(spot))).select_from(spot.table)
            found = connection.execute(statement, parameters(KNOWN)).one()
            assert found[0] == evaluate(compiled(gives), {}, KNOWN), expression


def _stored(installation: Any, name: str, row: dict[str, Any]) -> dict[str, Any]:
    found = {"version": 1, "created_at": NOW, "updated_at": NOW, "created_by": ME, "updated_by": ME, "id": row["id"]}
    for key, value in row.items():
        if key != "id":
            field = installation.model.objects[name].fields[key]
            found[installation.tables[name].column(key).name] = type_of(field).to_columns(field, value)[0]
    return found


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_form_is_described(form: Form) -> None:
    assert form.help.endswith(".")
    assert form.examples
    assert form.signature.startswith(form.name + "(")


def test_every_aggregate_has_an_entry_and_only_min_and_max_are_plain_functions_as_well() -> None:
    assert {each.name for each in FORMS.values() if each.group == "Children"} == set(GATHERS)
    assert set(FORMS) & set(REGISTRY) == {"min", "max"}
