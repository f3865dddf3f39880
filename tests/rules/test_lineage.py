"""What follows from what: in which order kept fields are computed, and when what is kept no longer holds."""

from __future__ import annotations

import pytest

from newel.metadata.model import Model
from newel.rules.lineage import Lineage, lineage_of
from tests.rules.world import model_of

ORDER = """
object: order
title: name
fields:
  name: {type: text}
  account: {type: lookup, to: account, inverse: orders}
  stage: {type: choice, options: {open: {label: Open, chance: 10}, won: {label: Won, chance: 100}}}
  lines: {type: child_table, of: line}
  net: {type: money, rollup: "sum(lines.amount, where=quantity > 0)"}
  gross: {type: money, formula: net * 1.13}
  expected: {type: money, formula: gross * option(stage).chance / 100}
"""
LINE = """
object: line
title: what
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, required: true, on_delete: cascade}
  what: {type: text}
  quantity: {type: integer}
  price: {type: money}
  amount: {type: money, formula: quantity * price}
  late: {type: boolean, formula: today() > date('2026-01-01')}
"""
ACCOUNT = """
object: account
title: name
fields:
  name: {type: text}
  total: {type: money, rollup: sum(orders.expected)}
  named: {type: text, formula: upper(name)}
"""
FILES = {"objects/order.yaml": ORDER, "objects/line.yaml": LINE, "objects/account.yaml": ACCOUNT}


def world(**changed: str) -> Model:
    return model_of({**FILES, **{f"objects/{name}.yaml": text for name, text in changed.items()}})


def lineage(**changed: str) -> Lineage:
    from newel.rules.rulebook import compile_rules

    rulebook, problems = compile_rules(world(**changed))
    assert not problems.errors, problems.as_text()
    return lineage_of(rulebook.model, rulebook)


def test_each_kept_field_comes_after_what_it_is_made_of() -> None:
    order = [f"{each.object}.{each.field}" for each in lineage().fields]
    chain = ["line.amount", "order.net", "order.gross", "order.expected", "account.total"]
    assert [each for each in order if each in chain] == chain
    assert "line.late" not in order  # it is computed whenever it is read


def test_records_are_changed_from_below_upwards() -> None:
    places = lineage().places
    assert places["line"] < places["order"] < places["account"]


def test_a_change_is_followed_in_order() -> None:
    found = lineage()
    assert [each.field for each in found.after("order", ["net"])] == ["gross", "expected"]
    assert [each.field for each in found.after("order", ["stage"])] == ["expected"]
    assert [(each.object, sorted(each.reads)) for each in found.over("line")] == [("order", ["amount", "quantity"])]


@pytest.mark.parametrize(
    ("name", "before", "after", "outdated"),
    [
        ("line", "quantity * price}", "quantity * price * 2}", {"amount", "net", "gross", "expected", "total"}),
        ("order", "where=quantity > 0", "where=quantity > 1", {"net", "gross", "expected", "total"}),
        ("order", "chance: 10", "chance: 20", {"expected", "total"}),
        ("order", "net * 1.13", "net*1.13", set()),
        ("order", "label: Won", "label: Gained", set()),
        ("account", "upper(name)", "lower(name)", {"named"}),
    ],
)
def test_a_fingerprint_changes_with_all_that_the_value_is_made_of(name: str, before: str, after: str, outdated: set[str]) -> None:
    text = FILES[f"objects/{name}.yaml"]
    assert before in text
    old, new = lineage().fingerprints, lineage(**{name: text.replace(before, after)}).fingerprints
    assert {key[1] for key in new if old[key] != new[key]} == outdated
