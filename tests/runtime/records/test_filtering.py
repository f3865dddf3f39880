"""Filters as people write them: over formulas and collections, as far as who asks may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from newel.runtime.records import filtering
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm

FILES = {
    "objects/account.yaml": """
object: account
label: Account
fields:
  name: {type: text, required: true}
  level: {type: choice, options: {gold: {label: Gold, weight: 3}, tin: {label: Tin, weight: 1}}}
  first: {type: integer}
  second: {type: integer}
  both: {type: integer, formula: zero(first) + zero(second)}
  code: {type: text}
""",
    "objects/deal.yaml": """
object: deal
label: Deal
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: deals}
  amount: {type: integer}
  secret: {type: integer}
""",
    "objects/rate.yaml": """
object: rate
label: Rate
ownership: none
fields:
  name: {type: text, required: true}
  code: {type: text, unique: true, required: true}
  discount: {type: integer}
""",
    "roles/boss.yaml": 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n',
    "roles/rep.yaml": "role: rep\nlabel: Rep\nobjects:\n  account: {read: all}\n  deal: {read: own, create: true, "
    "fields: {secret: none, '*': edit}}\n",
    "roles/blind.yaml": "role: blind\nlabel: Blind\nobjects:\n  account: {read: all}\n"
    "  deal: {read: all, fields: {account: none, '*': read}}\n",
}


@pytest.fixture
def firm(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    made = make_firm(FILES)
    one = made.create("boss", "account", name="One", level="gold", first=2, second=3, code="a")
    two = made.create("boss", "account", name="Two", level="tin", first=2)
    for name, account, amount, owner in (("x", one, 5, "rep"), ("y", one, 7, "boss"), ("z", two, 9, "boss")):
        made.create("boss", "deal", name=name, account=account.id, amount=amount, owner=made.actor(owner).user_id)
    made.create("boss", "rate", name="A", code="a", discount=30)
    return made


def found(firm: Firm, who: str, text: str) -> list[Any]:
    return sorted(firm.names(who, "account", filter=text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("both > 2", ["One"]),
        ("option(level).weight == 1", ["Two"]),
        ("count(deals) > 1", ["One"]),
        ("sum(deals.amount, where=amount > 5) == 7", ["One"]),
        ("any(deals, where=name == 'z')", ["Two"]),
        ("lookup(rate, code, discount) == 30", ["One"]),
        ("is_blank(lookup(rate, code, discount, by=code))", ["Two"]),
        ("org.currency == 'CNY' and both == 2", ["Two"]),
    ],
)
def test_filters_reach_formulas_options_collections_and_tables(firm: Firm, text: str, names: list[str]) -> None:
    assert found(firm, "boss", text) == names


def test_what_is_gathered_is_only_what_one_may_read(firm: Firm) -> None:
    assert found(firm, "rep", "count(deals) == 1") == ["One"]
    assert found(firm, "rep", "sum(deals.amount) == 5") == ["One"]
    assert found(firm, "rep", "count(deals) == 0") == ["Two"]


@pytest.mark.parametrize(
    ("who", "hidden", "unknown"),
    [
        ("rep", "sum(deals.secret) > 1", "sum(deals.nosuch) > 1"),
        ("rep", "any(deals, where=secret > 1)", "any(deals, where=nosuch > 1)"),
        ("rep", "lookup(rate, code, discount) > 1", "lookup(nosuch, code, discount) > 1"),
        ("blind", "count(deals) > 1", "count(nosuch) > 1"),
    ],
)
def test_what_one_may_not_read_answers_like_what_is_not_there(firm: Firm, who: str, hidden: str, unknown: str) -> None:
    said = []
    for text in (hidden, unknown):
        with pytest.raises(Invalid) as caught:
            found(firm, who, text)
        said.append([(each.code, each.say("en").replace(str(each.field), "?")) for each in caught.value.problems])
    assert said[0] == said[1]
    assert said[0][0][0] == "unknown_field"
    assert not filtering.is_open(firm.installation, firm.actor(who).role_set, "account", hidden)


def test_a_fault_is_underlined(firm: Firm) -> None:
    (fault,) = filtering.faults_of(firm.installation, firm.actor("boss").role_set, "account", "name == 'x' and first > 'y'")
    assert fault.params["excerpt"].splitlines() == ["name == 'x' and first > 'y'", " " * 16 + "^" * 11]
    (unknown,) = filtering.faults_of(firm.installation, firm.actor("boss").role_set, "account", "nosuch > 1")
    assert unknown.params["excerpt"].splitlines()[1] == "^^^^^^"
