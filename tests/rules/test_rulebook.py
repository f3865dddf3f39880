"""All rules of a Model, compiled and asked: what is visible, required, read-only; which validations a record breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from newel.metadata.field_types.values import Address
from newel.metadata.model import Model
from newel.rules.conditions import State
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.python import NotLoaded, evaluate
from newel.rules.rulebook import Rulebook, compile_rules
from tests.rules.world import FACTS, ME, NOW, OTHER, SOLUTION, compiled, model_of

DEAL = """
object: deal
activity: {kind: task, regarding: account, done: stage == 'won'}
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account}
  stage: {type: choice, default: open, options: {open: Open, won: {label: Won, closed: true}, lost: Lost}}
  amount: {type: money, required: stage == 'won', read_only: stage == 'lost'}
  reason: {type: text, visible: stage == 'lost', required: true}
  close: {type: date, default: "add_days(today(), 30)"}
  boss: {type: user, default: "user"}
  address: {type: address}
validations:
  won_needs_amount: {when: stage == 'won', require: amount > 0, message: A won deal needs an amount., field: amount}
  known_account: {require: not_blank(account.city), message: The account needs a city.}
actions:
  win:
    label: Win
    when: stage != 'won'
    steps:
      found: {create: account, set: {name: "name", address: address, city: "coalesce(account.city, 'x')"}}
      finish: {update: self, when: active_enough == true, set: {account: steps.found, stage: "'won'"}}
"""
ACCOUNT = "object: account\nfields: {name: {type: text}, city: {type: text}, address: {type: address}}\n"
FORM = """
form: deal.main
sections:
  head: {fields: {name: {}, stage: {}}}
  more: {visible: stage != 'open', fields: {amount: {required: not_blank(reason)}, reason: {visible: not_blank(account)}}}
"""
VIEW = "view: deal.mine\ntype: list\nlabel: Mine\nfilter: owner == user.id and stage in ['open']\n"
ROLE = """
role: rep
label: Rep
objects:
  deal: {read: own, update: "owner == user.id and stage != 'won'", delete: none}
  "*": {read: "city == 'Paris'"}
"""
FILES = {
    "solution.yaml": SOLUTION,
    "objects/deal.yaml": DEAL.replace("when: active_enough == true, ", ""),
    "objects/account.yaml": ACCOUNT,
    "forms/deal.main.yaml": FORM,
    "views/deal.mine.yaml": VIEW,
    "roles/rep.yaml": ROLE,
}


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(FILES)


@pytest.fixture(scope="module")
def book(model: Model) -> Rulebook:
    rulebook, problems = compile_rules(model)
    assert not problems, problems.as_text()
    return rulebook


def deal(**values: Any) -> Mapping[str, Any]:
    return {"stage": "open", "account": OTHER, "account.city": "Paris", **values}


def test_a_validation_that_holds_says_nothing(book: Rulebook) -> None:
    assert book.object("deal").check(deal(), FACTS) == []


def test_a_broken_validation_names_its_rule_its_field_and_its_words(book: Rulebook) -> None:
    (breach,) = book.object("deal").check(deal(stage="won"), FACTS)
    assert breach.address == "object:deal/validation:won_needs_amount"
    assert breach.field == "amount"
    assert breach.message.source == "A won deal needs an amount."
    assert not breach.failed


def test_all_broken_validations_are_told_in_their_order(book: Rulebook) -> None:
    found = book.object("deal").check(deal(stage="won", account=None, **{"account.city": None}), FACTS)
    assert [each.address.rpartition(":")[2] for each in found] == ["won_needs_amount", "known_account"]


def test_a_validation_that_cannot_be_computed_is_broken(book: Rulebook) -> None:
    """The record does not hold the path that the rule reads: the save fails and names the rule."""
    (breach,) = book.object("deal").check({"stage": "open", "account": OTHER}, FACTS)
    assert breach.failed


def test_an_object_says_what_its_rules_read(book: Rulebook) -> None:
    assert book.object("deal").reads == {("stage",), ("amount",), ("account", "city")}


def test_conditions_decide_what_is_visible_required_and_read_only(book: Rulebook) -> None:
    rules = book.object("deal")
    assert rules.states(deal(), FACTS) == {
        "name": State(required=True),
        "amount": State(),
        "reason": State(visible=False),
    }
    assert rules.states(deal(stage="won"), FACTS)["amount"] == State(required=True)
    assert rules.states(deal(stage="lost"), FACTS)["amount"] == State(read_only=True)
    assert rules.states(deal(stage="lost"), FACTS)["reason"] == State(required=True)


def test_a_form_adds_its_conditions_to_those_of_its_fields(book: Rulebook) -> None:
    rules, form = book.object("deal"), book.form("deal.main")
    hidden = rules.states(deal(), FACTS, form)
    assert not hidden["amount"].visible
    assert not hidden["amount"].required
    shown = rules.states(deal(stage="lost", reason="price"), FACTS, form)
    assert shown["amount"] == State(visible=True, required=True, read_only=True)
    assert shown["reason"] == State(required=True)
    assert not rules.states(deal(stage="lost", account=None), FACTS, form)["reason"].visible


def test_a_condition_that_cannot_be_computed_hides_requires_and_locks() -> None:
    """Visible fails closed, required and read-only fail safe."""
    broken = {"visible": "account.city == 'x'", "required": "account.city == 'x'", "read_only": "account.city == 'x'"}
    fields = "\n".join(f'  {name}: {{type: text, {name}: "{text}"}}' for name, text in broken.items())
    files = {**FILES, "objects/deal.yaml": f"object: deal\nfields:\n  account: {{type: lookup, to: account}}\n{fields}\n"}
    for name in ("forms/deal.main.yaml", "views/deal.mine.yaml", "roles/rep.yaml"):
        files.pop(name)
    rules = compile_rules(model_of(files))[0].object("deal")
    found = rules.states({"account": OTHER}, FACTS)
    assert found == {"visible": State(visible=False), "required": State(required=True), "read_only": State(read_only=True)}


def test_defaults_that_are_expressions_are_compiled(book: Rulebook) -> None:
    defaults = book.object("deal").defaults
    assert set(defaults) == {"close", "boss"}
    assert str(evaluate(defaults["close"], {}, FACTS)) == "2026-12-22"
    assert evaluate(defaults["boss"], {}, FACTS) == ME


def test_a_default_that_is_the_user_is_blank_where_the_system_acts(book: Rulebook) -> None:
    boss = book.object("deal").defaults["boss"]
    system = Facts.at(NOW)
    assert boss.run({}, system) is None
    assert evaluate(compiled("owner == user"), {"owner": None}, system) is False


def test_the_steps_of_an_action_know_the_records_of_earlier_steps(book: Rulebook) -> None:
    from dataclasses import replace

    action = book.object("deal").actions["win"]
    assert action.when is not None
    assert evaluate(action.when, deal(), FACTS) is True
    facts = replace(FACTS, steps={"found": OTHER})
    assert evaluate(action.steps["finish"].set["account"], deal(), facts) == OTHER
    assert evaluate(action.steps["finish"].set["stage"], deal(), facts) == "won"


def test_an_address_goes_over_with_all_its_parts(book: Rulebook) -> None:
    home = Address(city="Paris", street="1 Rue X")
    step = book.object("deal").actions["win"].steps["found"]
    assert evaluate(step.set["address"], deal(address=home), FACTS) is home
    assert evaluate(compiled("home"), {"home": home}, FACTS) == str(home)


def test_an_activity_knows_when_it_is_done(book: Rulebook) -> None:
    done = book.object("deal").done
    assert done is not None
    assert [evaluate(done, deal(stage=stage), FACTS) for stage in ("open", "won")] == [False, True]


def test_views_and_roles_have_their_expressions(book: Rulebook) -> None:
    shown = book.filter("deal.mine")
    assert shown is not None
    assert evaluate(shown, deal(owner=ME), FACTS) is True
    assert book.scope("rep", "deal", "read") == "own"
    assert book.scope("rep", "deal", "delete") == "none"
    assert isinstance(book.scope("rep", "deal", "update"), Expression)


def test_a_rule_for_every_object_lets_nobody_in_where_it_makes_no_sense(book: Rulebook) -> None:
    assert isinstance(book.scope("rep", "account", "read"), Expression)
    assert book.scope("rep", "nw_team", "read") == "none"


def test_a_rule_that_makes_sense_nowhere_is_a_problem() -> None:
    files = {**FILES, "roles/rep.yaml": 'role: rep\nlabel: Rep\nobjects: {"*": {read: "cty == \'x\'"}}\n'}
    _, problems = compile_rules(model_of(files))
    assert [each.code for each in problems] == ["NW-X201"]


def test_every_expression_is_known_by_its_address(book: Rulebook) -> None:
    assert set(book.expressions) >= {
        "object:deal/field:amount/required",
        "object:deal/field:close/default",
        "object:deal/validation:won_needs_amount/when",
        "object:deal/validation:won_needs_amount/require",
        "object:deal/action:win/when",
        "object:deal/action:win/step:finish/set/stage",
        "view:deal.mine/filter",
        "role:rep/object:deal/update",
    }


def test_where_a_field_is_used_by_rules_is_known(book: Rulebook) -> None:
    assert "object:deal/validation:won_needs_amount/require" in book.uses["object:deal/field:amount"]
    assert "view:deal.mine/filter" in book.uses["object:deal/field:stage/option:open"]
    assert "object:deal/validation:known_account/require" in book.uses["object:account/field:city"]


def test_the_problems_of_all_rules_are_told_at_once_at_their_places() -> None:
    files = {
        **FILES,
        "objects/deal.yaml": DEAL.replace("amount > 0", "amont > 0").replace("account.city, 'x'", "account.cty, 'x'"),
        "views/deal.mine.yaml": VIEW.replace("'open'", "'opn'"),
        "forms/deal.main.yaml": FORM.replace("not_blank(reason)", "reason"),
    }
    _, problems = compile_rules(model_of(files))
    found = [(each.place.file.rpartition("/")[2], each.code) for each in problems]
    assert sorted(found) == [
        ("deal.main.yaml", "NW-X405"),
        ("deal.mine.yaml", "NW-X206"),
        ("deal.yaml", "NW-X201"),
        ("deal.yaml", "NW-X201"),
        ("deal.yaml", "NW-X201"),
    ]
    lines = files["objects/deal.yaml"].splitlines()
    for each in problems:
        if each.place.file.endswith("deal.yaml") and each.excerpt:
            said = each.excerpt.splitlines()[1]
            wrong = lines[each.place.line - 1][each.place.column - 1 :]
            assert wrong.startswith(("amont", "cty", "active_enough")), (each, said)


def test_rules_are_compiled_when_first_asked_for(model: Model) -> None:
    book = Rulebook(model)
    assert book.object("deal") is book.object("deal")
    assert book.filter("account.all") is None
    with pytest.raises(KeyError):
        book.object("nothing")


def test_a_record_may_be_a_reader_that_is_asked(book: Rulebook) -> None:
    class Reader:
        def value(self, path: tuple[str, ...]) -> Any:
            return {("stage",): "won", ("account", "city"): "Paris"}.get(path)

    assert [each.field for each in book.object("deal").check(Reader(), FACTS)] == ["amount"]


def test_a_path_that_was_not_loaded_is_no_blank() -> None:
    expression = compiled("place.name == none")
    with pytest.raises(NotLoaded):
        evaluate(expression, {"place": OTHER}, FACTS)
    assert evaluate(expression, {"place": None}, FACTS) is True
    assert evaluate(expression, {"place": OTHER, "place.name": None}, FACTS) is True
