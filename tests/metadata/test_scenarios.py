"""Scenario tests as the Model has them: short forms spelled out, names found, and everything mentioned known to where-used."""

from __future__ import annotations

from newel.metadata.changes import compare
from newel.metadata.compiling import compile_layers
from newel.metadata.explaining import explain, users
from newel.metadata.model import Model
from newel.metadata.scenarios import Scenario
from newel.metadata.storing import dump, load
from newel.rules.rulebook import compile_rules
from tests.metadata.building import compiled, layer

DEAL = """object: deal
fields:
  name: {type: text, required: true}
  amount: {type: money, currency: CNY}
  parent_deal: {type: tree_parent}
validations:
  positive: {require: amount > 0, message: A deal is worth something., field: amount}
"""
REP = 'role: rep\nobjects: {"*": {read: all, create: true}}\n'
SHORT = """test: deal.amount
label: A deal is worth something
as: rep
given: {deal: {pumps: Pumps}}
when: {read: pumps}
expect: {required: name, value: {amount: null}}
"""
LONG = """test: deal.steps
users: {lin: {roles: [rep], job_title: Rep, manager: "@wang"}, wang: rep}
as: lin
given:
  deal: {child: {name: Child, parent_deal: "@above"}, above: {name: Above, owner: "@wang"}}
steps:
  made:
    when: {create: deal, set: {name: Valves, amount: -1}}
    expect: {problem: [{field: amount, rule: positive}, name]}
  listed:
    as: [rep]
    when: {list: deal, filter: "amount > money(1, 'CNY')"}
    expect: {list: [made, child], count: 2}
"""


def model_of(*tests: str) -> Model:
    return compiled(layer(deal=DEAL, rep=REP, **{f"test_{number}": text for number, text in enumerate(tests)}))


def only(text: str) -> Scenario:
    (found,) = model_of(text).tests.values()
    return found


def test_the_short_form_is_one_step_without_a_name() -> None:
    test = only(SHORT)
    (step,) = test.steps.values()
    assert (str(test.label), test.by, step.name, step.by) == ("A deal is worth something", "rep", "", "rep")
    assert (step.attempt.kind, step.attempt.object, step.attempt.record) == ("read", "deal", "pumps")
    assert [(each.kind, each.field, each.value) for each in step.expectations] == [
        ("required", "name", None),
        ("value", "amount", None),
    ]


def test_who_is_only_a_role_becomes_a_person_with_it() -> None:
    rep = next(each for each in only(SHORT).given if each.object == "nw_user")
    assert (rep.key, rep.roles, rep.values["name"], rep.values["email"]) == ("rep", ("rep",), "Rep", "rep@test.example")


def test_a_record_given_by_a_text_has_it_as_its_title() -> None:
    assert only(SHORT).given[-1].values == {"name": "Pumps"}


def test_what_is_given_stands_behind_what_it_refers_to_and_people_first() -> None:
    assert [each.key for each in only(LONG).given] == ["wang", "rep", "lin", "above", "child"]


def test_every_expectation_knows_its_line() -> None:
    steps = only(LONG).steps
    assert [each.place.line for each in steps["made"].expectations] == [9, 9]
    assert [(each.kind, each.place.line) for each in steps["listed"].expectations] == [("list", 13), ("count", 13)]


def test_a_test_is_an_element_with_an_address() -> None:
    model = model_of(LONG)
    assert {"test:case.deal.steps", "test:case.deal.steps/step:made"} <= model.places.keys()
    assert str(model.places["test:case.deal.steps/step:made"]) == "case/test_0.yaml:7:3"


def test_where_used_finds_the_tests_that_mention_an_element() -> None:
    model = model_of(SHORT, LONG)
    rulebook = compile_rules(model)[0]
    assert "test:case.deal.steps/step:made" in users(model, "object:deal/validation:positive")
    assert "test:case.deal.steps" in users(model, "role:rep")
    assert "test:case.deal.steps/step:listed/filter" in rulebook.uses["object:deal/field:amount"]
    assert {"test:case.deal.amount"} <= set(users(model, "object:deal/field:name"))


def test_explain_says_where_a_step_is_written() -> None:
    compilation = compile_layers([layer(deal=DEAL, rep=REP, test=LONG)])
    found = explain(compilation, "test:case.deal.steps")
    assert found is not None
    assert str(found.properties["as"][0].place) == "case/test.yaml:3:5"
    assert explain(compilation, "test:case.deal.steps/step:made") is not None


def test_two_solutions_may_name_a_test_alike() -> None:
    mine = layer("mine", "requires: {case: '>=1.0'}\nprefix: m\n", test=SHORT)
    model = compiled(layer(deal=DEAL, rep=REP, test=SHORT), mine)
    assert list(model.tests) == ["case.deal.amount", "mine.deal.amount"]


def test_a_changed_test_is_a_changed_model() -> None:
    before, after = model_of(SHORT), model_of(SHORT.replace("null", "5"))
    assert before.hash != after.hash
    assert [str(each) for each in compare(before, after)] == ["~ test:case.deal.amount (steps)"]


def test_tests_are_kept_with_the_model() -> None:
    model = model_of(SHORT, LONG)
    assert load(dump(model)) == model


def test_the_filter_of_a_list_is_checked_as_every_expression() -> None:
    problems = compile_rules(model_of(LONG.replace('filter: "amount', 'filter: "amont')))[1]
    assert [(each.code, each.place.line, str(each.path)) for each in problems] == [("NW-X201", 12, "steps.listed.when.filter")]


def test_a_value_that_is_to_be_refused_may_be_anything() -> None:
    steps = only(LONG.replace("amount: -1", "amount: lots")).steps
    assert steps["made"].attempt.values["amount"] == "lots"
