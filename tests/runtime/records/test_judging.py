"""Rules that look at what was, and at lines as they will be, hold at every door; one that fails says so and names itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from newel.runtime.records import saving
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm

ORDER = """
object: order
label: Order
fields:
  name: {type: text, required: true}
  status: {type: choice, default: draft, options: {draft: Draft, sent: Sent, paid: Paid}}
  limit: {type: integer}
  reason: {type: text, required: "not is_new() and changed(limit)"}
  code: {type: text, read_only: not is_new()}
  hint: {type: text, visible: is_new() or prior(status) == 'draft'}
  lines: {type: child_table, of: order_line}
validations:
  forward:
    require: not (prior(status) == 'paid' and changed(status))
    message: A paid order stays paid.
    field: status
  one_step:
    when: not is_new() and changed_to(status, 'paid')
    require: prior(status) == 'sent'
    message: Send the order first.
    field: status
  within_limit:
    when: not_blank(limit)
    require: sum(lines.quantity) <= limit
    message: The lines go beyond the limit.
    field: limit
  no_free_lines:
    require: not any(lines, where=price == 0)
    message: A line needs a price.
"""
LINE = """
object: order_line
label: Line
ownership: parent
parent: order
title: what
fields:
  order: {type: lookup, to: order, required: true, on_delete: cascade}
  what: {type: text, required: true}
  quantity: {type: integer, default: 1}
  price: {type: integer, default: 1}
validations:
  not_down: {require: is_new() or quantity >= prior(quantity), message: Lines only grow., field: quantity}
"""
FILES = {
    "objects/order.yaml": ORDER,
    "objects/order_line.yaml": LINE,
    "roles/boss.yaml": 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n',
}


@pytest.fixture
def firm(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def refused(act: Callable[[], Any]) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        act()
    return [(problem.field, str(problem.params.get("rule", problem.code))) for problem in caught.value.problems]


def test_a_validation_knows_the_record_as_it_was(firm: Firm) -> None:
    order = firm.create("boss", "order", name="A")
    assert refused(lambda: firm.update("boss", order, status="paid")) == [("status", "one_step")]
    firm.update("boss", order, status="sent")
    firm.update("boss", order, status="paid")
    assert refused(lambda: firm.update("boss", order, status="draft")) == [("status", "forward")]
    assert firm.update("boss", order, name="B", status="paid")["name"] == "B"


def test_a_new_record_has_no_before(firm: Firm) -> None:
    assert firm.create("boss", "order", name="A", status="paid", limit=5, code="X", hint="h")["code"] == "X"


def test_conditions_know_the_record_as_it_was(firm: Firm) -> None:
    order = firm.create("boss", "order", name="A", limit=5, code="X")
    assert refused(lambda: firm.update("boss", order, limit=6)) == [("reason", "required")]
    assert firm.update("boss", order, limit=6, reason="more")["limit"] == 6
    assert refused(lambda: firm.update("boss", order, code="Y")) == [("code", "read_only")]
    firm.update("boss", order, status="sent", hint="goes along")
    assert refused(lambda: firm.update("boss", order, hint="too late")) == [("hint", "hidden")]


def test_many_at_once_are_judged_by_what_each_was(firm: Firm) -> None:
    fresh, sent = firm.create("boss", "order", name="A"), firm.create("boss", "order", name="B", status="sent")
    with firm.writing("boss") as work:
        outcomes = saving.bulk_update(work, "order", [fresh.id, sent.id], {"status": "paid"}, partial=True)
    assert [[each.params["rule"] for each in one.problems] for one in outcomes] == [["one_step"], []]


def test_lines_are_judged_as_they_will_be(firm: Firm) -> None:
    """Those that stay, those that change, those that come, without those that go."""
    lines = [{"what": "a", "quantity": 3}, {"what": "b", "quantity": 2}]
    assert refused(lambda: firm.create("boss", "order", name="A", limit=4, lines=lines)) == [("limit", "within_limit")]
    order = firm.create("boss", "order", name="A", limit=5, lines=lines)
    first, second = ({"id": line.id} for line in order["lines"])
    more = [{**first, "quantity": 4}, second]
    assert refused(lambda: firm.update("boss", order, lines=more)) == [("limit", "within_limit")]
    assert refused(lambda: firm.update("boss", order, lines=[first, second, {"what": "c"}])) == [("limit", "within_limit")]
    assert refused(lambda: firm.update("boss", order, limit=4, reason="less")) == [("limit", "within_limit")]
    assert len(firm.update("boss", order, lines=[{**first, "quantity": 4}, {"what": "c"}])["lines"]) == 2
    assert refused(lambda: firm.update("boss", order, lines=[{**first, "price": 0}])) == [(None, "no_free_lines")]


def test_a_line_knows_what_it_was(firm: Firm) -> None:
    order = firm.create("boss", "order", name="A", lines=[{"what": "a", "quantity": 3}])
    (line,) = order["lines"]
    less = [{"id": line.id, "quantity": 2}]
    assert refused(lambda: firm.update("boss", order, lines=less)) == [("lines.0.quantity", "not_down")]
    with firm.writing("boss") as work:
        assert refused(lambda: saving.update(work, "order_line", line.id, {"quantity": 1})) == [("quantity", "not_down")]


def test_what_is_faulty_already_is_not_judged_by_rules_that_read_it(firm: Firm) -> None:
    bad = [{"what": "a", "quantity": "many"}]
    assert refused(lambda: firm.create("boss", "order", name="A", limit=0, lines=bad)) == [("lines.0.quantity", "not_a_number")]


def test_a_line_that_is_saved_alone_is_judged_with_its_order(firm: Firm) -> None:
    order = firm.create("boss", "order", name="A", limit=3, lines=[{"what": "a", "quantity": 2}])
    (line,) = order["lines"]
    with firm.writing("boss") as work:
        assert refused(lambda: saving.create(work, "order_line", {"order": order.id, "what": "b", "quantity": 2})) == [
            (None, "within_limit")
        ]
    with firm.writing("boss") as work:
        assert refused(lambda: saving.update(work, "order_line", line.id, {"quantity": 4})) == [(None, "within_limit")]
    with firm.writing("boss") as work:
        several = [{"order": order.id, "what": "b"}, {"order": order.id, "what": "c"}]
        outcomes = saving.bulk_create(work, "order_line", several, partial=True)
        assert [bool(each.problems) for each in outcomes] == [False, True]  # as many as fit
        saving.update(work, "order_line", line.id, {"what": "aa"})


def test_lines_that_move_are_judged_with_the_order_that_they_come_to(firm: Firm) -> None:
    small, large = (firm.create("boss", "order", name=name, limit=3, lines=[{"what": "a", "quantity": 2}]) for name in "AB")
    (line,) = large["lines"]
    with firm.writing("boss") as work:
        assert refused(lambda: saving.update(work, "order_line", line.id, {"order": small.id})) == [(None, "within_limit")]


def test_a_rule_that_cannot_be_worked_out_fails_the_save_and_names_itself(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rules = firm.installation.rulebook.object("order").validations
    forward = next(each for each in rules if each.validation.name == "forward")

    def broken(record: Any, facts: Any) -> bool:
        raise ArithmeticError("out of numbers")

    monkeypatch.setitem(forward.require.__dict__, "run", broken)
    with caplog.at_level(logging.ERROR), pytest.raises(Invalid) as caught:
        firm.create("boss", "order", name="A")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.params["rule"]) == ("status", "validation", "forward")
    assert problem.say("en") == "The rule “forward” can't be worked out for this record. Ask an administrator."
    assert "object:order/validation:forward" in caplog.text


def test_what_decides_on_a_field_and_fails_hides_locks_and_demands_it(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    conditions = firm.installation.rulebook.object("order").conditions

    def broken(record: Any, facts: Any) -> bool:
        raise ArithmeticError("out of numbers")

    for rule in (conditions["hint"].visible, conditions["reason"].required, conditions["code"].read_only):
        monkeypatch.setitem(rule.__dict__, "run", broken)
    found = refused(lambda: firm.create("boss", "order", name="A", hint="h", code="X"))
    assert sorted(found, key=str) == [("code", "read_only"), ("hint", "hidden"), ("reason", "required")]
    for address in ("hint/visible", "reason/required", "code/read_only"):
        assert f"object:order/field:{address}" in caplog.text
