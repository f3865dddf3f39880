"""What fields say of their formula, their rollup, whom they offer and when: linked, laid over one another, told again."""

from __future__ import annotations

from newel.metadata.compiling import compile_layers
from newel.metadata.explaining import explain
from newel.metadata.field_types import REGISTRY
from tests.metadata.building import compiled, faults, layer

THING = """
object: thing
fields:
  name: {type: text}
  size: {type: integer}
  score: {type: integer, formula: size + 1, expose: true, index: true}
  kind: {type: choice, options: {a: A, b: {label: B, when: size > 3, weight: 2}}}
  other: {type: lookup, to: thing, inverse: others, filter: size == record.size}
  boss: {type: user, filter: active}
  why: {type: text, visible: size > 3, clear_when_hidden: true}
  total: {type: integer, rollup: sum(others.size)}
"""
PACK = "prefix: p\nrequires: {case: '>=1.0'}\n"


def test_what_a_field_says_stands_in_the_model() -> None:
    fields = compiled(layer(thing=THING)).objects["thing"].fields
    score, total, kind = fields["score"], fields["total"], fields["kind"]
    assert score.formula is not None
    assert (score.formula.text, score.formula.place.line, score.expose, score.indexed) == ("size + 1", 6, True, True)
    assert total.rollup is not None
    assert (total.rollup.text, total.is_computed, fields["size"].is_computed) == ("sum(others.size)", True, False)
    assert [each.when.text if each.when else None for each in kind.choices.values()] == [None, "size > 3"]
    assert kind.choices["b"].properties == {"weight": 2}
    assert [each.filter.text for each in fields.values() if each.filter] == ["size == record.size", "active"]
    assert fields["why"].clear_when_hidden


def test_how_a_field_is_had_is_for_the_rules_to_say() -> None:
    assert {each.computed for each in compiled(layer(thing=THING)).objects["thing"].fields.values()} == {None}


def test_a_pack_may_replace_a_formula_and_hide_what_was_exposed() -> None:
    above = layer("above", PACK, thing="extend: thing\nfields:\n  score: {formula: size * 2, expose: false}\n")
    score = compiled(layer(thing=THING), above).objects["thing"].fields["score"]
    assert score.formula is not None
    assert (score.formula.text, score.formula.place.file, score.expose) == ("size * 2", "above/thing.yaml", False)


def test_two_packs_that_do_not_know_each_other_may_not_both_replace_it() -> None:
    one = layer("one", PACK, thing="extend: thing\nfields:\n  score: {formula: size * 2}\n")
    two = layer("two", PACK.replace("p\n", "q\n", 1), thing="extend: thing\nfields:\n  score: {formula: size * 3}\n")
    assert [each.rpartition(" ")[2] for each in faults(layer(thing=THING), one, two)] == ["NW-E210"]


def test_explain_tells_a_formula_whole() -> None:
    long = " + ".join(["size"] * 40)
    found = explain(compile_layers([layer(thing=THING.replace("size + 1", long))]), "object:thing/field:score")
    assert found is not None
    assert f"formula: {long}  (case 1.0.0" in found.as_text()


def test_every_type_that_can_be_computed_has_one_plain_value() -> None:
    able = {name for name, each in REGISTRY.items() if each.can_be_computed}
    assert able == {
        *("text", "long_text", "markdown", "integer", "decimal", "money", "percent", "boolean"),
        *("date", "datetime", "time", "duration", "choice"),
    }
