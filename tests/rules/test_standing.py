"""Where a rule stands is known from its address alone, and means there what the rulebook says."""

from __future__ import annotations

from pathlib import Path

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model
from newel.metadata.solutions import read_folder
from newel.rules.rulebook import Rulebook, compile_rules
from newel.rules.standing import compiled_at, standing

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    layer, _ = read_folder(STANDARD)
    model, problems = compile_model([layer])
    assert model is not None, problems
    return compile_rules(model)[0]


@pytest.fixture(scope="module")
def model(rulebook: Rulebook) -> Model:
    return rulebook.model


def test_every_rule_of_a_solution_stands_where_its_address_says(rulebook: Rulebook, model: Model) -> None:
    for address, expression in rulebook.expressions.items():
        place = standing(model, address)
        if address.startswith("test:"):
            assert place is None
            continue
        assert place is not None, address
        found, problems = compiled_at(model, place, expression.text)
        assert found == expression, (address, problems)


def test_a_rule_that_is_not_there_yet_has_its_place_all_the_same(model: Model) -> None:
    place = standing(model, "object:opportunity/field:amount/required")
    assert place is not None
    assert (place.kind, place.object, place.keys) == ("required", "opportunity", ("fields", "amount", "required"))
    assert compiled_at(model, place, "stage == 'won'")[0] is not None
    new = standing(model, "object:opportunity/validation:x_new/require")
    assert new is not None
    assert new.validation == "x_new"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "object:nothing/field:x/visible",
        "object:opportunity",
        "object:opportunity/field:nothing/visible",
        "object:opportunity/field:amount/label",
        "object:opportunity/field:amount/filter",
        "object:opportunity/field:stage/option:nothing/when",
        "object:opportunity/action:nothing/when",
        "form:account.main/section:nothing/visible",
        "view:opportunity.nothing/filter",
        "role:nothing/object:account/read",
        "role:sales_rep/object:account/create",
    ],
)
def test_where_no_rule_can_stand_there_is_none(model: Model, address: str) -> None:
    assert standing(model, address) is None


def test_what_is_wrong_with_computed_fields_together_is_told_at_once(model: Model) -> None:
    place = standing(model, "object:opportunity/field:amount/rollup")
    assert place is not None
    expression, problems = compiled_at(model, place, "amount * 2")
    assert expression is None
    assert [each.code for each in problems]
