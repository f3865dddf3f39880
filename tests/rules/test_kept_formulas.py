"""What is computed anew wherever it is read can't be in an index; what is kept can."""

from __future__ import annotations

import pytest

from newel.metadata.model import Model
from newel.rules.rulebook import compile_rules
from tests.metadata.building import compiled, layer

ACCOUNT = "object: account\nfields:\n  name: {type: text}\n  city: {type: text}\n  due: {type: date}\n"


def rules(more: str, **files: str) -> tuple[Model, list[str]]:
    book, problems = compile_rules(compiled(layer(account=f"{ACCOUNT}{more}", **files)))
    return book.model, [each.code for each in problems]


@pytest.mark.parametrize("said", ["index: true", "search: true"])
def test_a_formula_over_the_own_record_may_be_indexed_and_searched(said: str) -> None:
    model, problems = rules(f"  shout: {{type: text, formula: upper(name), {said}}}\n")
    assert problems == []
    assert model.objects["account"].fields["shout"].computed == "stored"


@pytest.mark.parametrize("said", ["index: true", "search: true"])
def test_a_formula_over_anything_else_may_not(said: str) -> None:
    model, problems = rules(f"  shout: {{type: text, formula: 'upper(name) if due < today() else name', {said}}}\n")
    assert problems == ["NW-X505"]
    assert model.objects["account"].fields["shout"].computed == "query"


def test_nor_may_it_be_searched_from_elsewhere() -> None:
    contact = "object: contact\nsearch: [account.late]\nfields:\n  name: {type: text}\n  account: {type: lookup, to: account}\n"
    assert rules("  late: {type: text, formula: \"'late' if due < today() else name\"}\n", contact=contact)[1] == ["NW-X505"]
