"""Whatever is done to records by themselves, the rules of those that hold them still hold: those over collections and rollups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from newel.runtime.records import Work, saving, writing
from newel.runtime.records.errors import Collided, Invalid
from tests.runtime.records.conftest import Firm

ACCOUNT = """
object: account
label: Account
title: name
fields:
  name: {type: text, required: true}
  credit_limit: {type: integer}
  credit_used: {type: integer, rollup: sum(orders.total)}
  credit_left: {type: integer, formula: credit_limit - credit_used}
validations:
  in_credit:
    when: not_blank(credit_limit)
    require: credit_left >= 0
    message: The credit does not reach.
"""
ORDER = """
object: order
label: Order
title: name
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: orders, on_delete: cascade}
  needs: {type: integer, default: 0}
  most: {type: integer}
  settled: {type: boolean}
  lines: {type: child_table, of: order_line}
  total: {type: integer, rollup: sum(lines.quantity)}
  twice: {type: integer, formula: total * 2}
validations:
  enough: {require: count(lines) >= needs, message: Too few lines.}
  not_too_much: {require: twice <= most * 2 or is_blank(most), message: Too much in all.}
  done: {require: not (prior(settled) and changed(total)), message: A settled order stays as it is.}
"""
LINE = """
object: order_line
label: Line
ownership: parent
parent: order
title: what
fields:
  order: {type: lookup, to: order, required: true, on_delete: cascade}
  product: {type: lookup, to: product, on_delete: cascade}
  number: {type: auto_number, format: "L{000}"}
  what: {type: text, required: true}
  quantity: {type: integer, default: 1}
"""
PRODUCT = """
object: product
label: Product
title: name
fields:
  name: {type: text, required: true}
"""
FILES = {
    "objects/account.yaml": ACCOUNT,
    "objects/order.yaml": ORDER,
    "objects/order_line.yaml": LINE,
    "objects/product.yaml": PRODUCT,
    "roles/boss.yaml": 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n',
    "roles/clerk.yaml": """
role: clerk
label: Clerk
objects:
  order: {read: all, create: true, update: all, delete: all}
  order_line: {read: all, create: true, update: all, delete: all}
""",
}


@pytest.fixture
def firm(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def refusals(firm: Firm, act: Callable[[Work], Any], who: str = "boss") -> list[str]:
    with firm.writing(who) as work:
        with pytest.raises(Invalid) as caught:
            act(work)
        assert {problem.field for problem in caught.value.problems} == {None}
        return [problem.say("en") for problem in caught.value.problems]


def order_of(firm: Firm, *quantities: int, **values: Any) -> Any:
    return firm.create(
        "boss", "order", **{"name": "O", "lines": [{"what": "x", "quantity": each} for each in quantities], **values}
    )


def test_a_line_may_not_break_what_its_order_makes_of_a_rollup(firm: Firm) -> None:
    order = order_of(firm, 3, most=5)
    (line,) = order["lines"]
    told = ["Order “O”: Too much in all."]
    assert refusals(firm, lambda work: saving.create(work, "order_line", {"order": order.id, "what": "b", "quantity": 3})) == told
    assert refusals(firm, lambda work: saving.update(work, "order_line", line.id, {"quantity": 6})) == told
    firm.update("boss", line, quantity=5)
    assert firm.get("boss", order, ("total",))["total"] == 5


def test_rules_hold_however_far_above_and_however_the_records_come(firm: Firm) -> None:
    account = firm.create("boss", "account", name="Acme", credit_limit=10)
    order = order_of(firm, 4, account=account.id)
    line = {"order": order.id, "what": "b", "quantity": 7}
    told = ["Account “Acme”: The credit does not reach."]
    assert refusals(firm, lambda work: saving.create(work, "order_line", line)) == told
    lines = [{"what": "b", "quantity": 7}]
    assert refusals(firm, lambda work: saving.create(work, "order", {"name": "P", "account": account.id, "lines": lines})) == told
    other = order_of(firm, 7, name="Q")
    assert refusals(firm, lambda work: saving.update(work, "order", other.id, {"account": account.id})) == told
    assert refusals(firm, lambda work: saving.bulk_create(work, "order_line", [line])) == told
    assert firm.get("boss", account, ("credit_left",))["credit_left"] == 6


def test_who_may_not_see_the_record_above_is_told_the_message_alone(firm: Firm) -> None:
    account = firm.create("boss", "account", name="Acme", credit_limit=10)
    line = {"order": order_of(firm, 4, account=account.id).id, "what": "b", "quantity": 7}
    assert refusals(firm, lambda work: saving.create(work, "order_line", line), "clerk") == ["The credit does not reach."]


def test_lines_that_go_or_move_away_or_come_back_are_judged_too(firm: Firm) -> None:
    order, other = order_of(firm, 1, 1, needs=2), order_of(firm, name="P")
    first, second = order["lines"]
    told = ["Order “O”: Too few lines."]
    assert refusals(firm, lambda work: saving.delete(work, "order_line", first.id)) == told
    assert refusals(firm, lambda work: saving.update(work, "order_line", first.id, {"order": other.id})) == told
    firm.update("boss", order, needs=1)
    firm.delete("boss", first)
    firm.update("boss", order, most=1)
    assert refusals(firm, lambda work: saving.restore(work, "order_line", first.id)) == ["Order “O”: Too much in all."]
    firm.delete("boss", order)
    with firm.writing("boss") as work:
        saving.restore(work, "order", order.id)
    assert [line.id for line in firm.get("boss", order)["lines"]] == [second.id]


def test_what_goes_along_with_something_else_is_judged(firm: Firm) -> None:
    product = firm.create("boss", "product", name="P")
    order_of(firm, needs=1, lines=[{"what": "x", "product": product.id}])
    assert refusals(firm, lambda work: saving.delete(work, "product", product.id)) == ["Order “O”: Too few lines."]


def test_what_is_broken_already_may_be_deleted_bit_by_bit_but_not_added_to(firm: Firm) -> None:
    order = order_of(firm, 3, 3, 3, needs=3)
    orders = firm.installation.tables["order"]
    with firm.writing("boss") as work:
        values = {orders.column("most").name: 2, orders.column("needs").name: 9}
        work.connection.execute(update(orders.table).where(orders.column("id") == order.id).values(values))
    told = ["Order “O”: Too few lines.", "Order “O”: Too much in all."]
    found = refusals(firm, lambda work: saving.create(work, "order_line", {"order": order.id, "what": "b"}))
    assert sorted(found) == told
    firm.delete("boss", order["lines"][0])
    assert firm.get("boss", order, ("total",))["total"] == 6


def test_what_is_broken_already_may_be_left_but_not_come_to(firm: Firm) -> None:
    account, other = (firm.create("boss", "account", name=name, credit_limit=100) for name in "AB")
    order = order_of(firm, 3, 3, 3, 3, needs=3, account=account.id)
    free, full = order_of(firm, name="P", account=account.id), order_of(firm, 1, name="Q", account=other.id)
    orders, accounts = firm.installation.tables["order"], firm.installation.tables["account"]
    with firm.writing("boss") as work:
        for which, needs, most in ((order, 9, 2), (full, 0, 0)):
            values = {orders.column("most").name: most, orders.column("needs").name: needs}
            work.connection.execute(update(orders.table).where(orders.column("id") == which.id).values(values))
        values = {accounts.column("credit_limit").name: 0, accounts.column("credit_left").name: -accounts.column("credit_used")}
        work.connection.execute(update(accounts.table).values(values))
    first, second, third, _ = order["lines"]
    told = ["Account “B”: The credit does not reach.", "Order “Q”: Too much in all."]
    assert sorted(refusals(firm, lambda work: saving.update(work, "order_line", first.id, {"order": full.id}))) == told
    assert len(refusals(firm, lambda work: saving.update(work, "order_line", first.id, {"quantity": 2}))) == 2
    firm.update("boss", first, order=free.id)
    with firm.writing("boss") as work:
        (outcome,) = saving.bulk_update(work, "order_line", [second.id], {"order": free.id}, partial=True)
        assert outcome.done
        saving.update(work, "order", free.id, {"account": None})
        saving.update(work, "order_line", third.id, {"order": free.id, "quantity": 4})
    assert firm.get("boss", order, ("total",))["total"] == 3


def test_a_rule_above_knows_the_record_as_it_was(firm: Firm) -> None:
    order = order_of(firm, 3, settled=True)
    (line,) = order["lines"]
    told = ["Order “O”: A settled order stays as it is."]
    assert refusals(firm, lambda work: saving.update(work, "order_line", line.id, {"quantity": 4})) == told
    firm.update("boss", line, what="y")


def test_of_many_lines_those_that_fit_are_made_and_numbered_without_a_clash(firm: Firm) -> None:
    tight, wide = order_of(firm, most=2), order_of(firm, name="W")
    rows = [{"order": each.id, "what": "b"} for each in (tight, wide, tight, tight, wide)]
    with firm.writing("boss") as work:
        outcomes = saving.bulk_create(work, "order_line", rows, partial=True)
        assert [each.done for each in outcomes] == [True, True, True, False, True]
        saving.create(work, "order_line", {"order": wide.id, "what": "c"})
    numbers = [line["number"] for order in (tight, wide) for line in firm.get("boss", order)["lines"]]
    assert len(set(numbers)) == len(numbers) == 5


def in_a_crowd(firm: Firm, acts: list[Callable[[Work], Any]]) -> list[bool]:
    """Each in a transaction of its own, all at once; whether it was let through. Who collides tries again, as the web does."""
    actor, start = firm.actor("boss"), Barrier(len(acts))

    def act(what: Callable[[Work], Any]) -> bool:
        start.wait()
        while True:
            try:
                with writing(firm.installation, actor) as work:
                    what(work)
            except Collided:
                continue
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_however_many_add_at_once_a_rule_above_holds(firm: Firm) -> None:
    """Lines of one order and of several, whose account has credit for three of them."""
    account = firm.create("boss", "account", name="Acme", credit_limit=10)
    orders = [order_of(firm, account=account.id) for _ in range(3)]

    def add(at: int) -> Callable[[Work], Any]:
        values = {"order": orders[at % 3].id, "what": "b", "quantity": 3}
        return lambda work: saving.create(work, "order_line", values)

    assert in_a_crowd(firm, [add(at) for at in range(8)]).count(True) == 3
    assert firm.get("boss", account, ("credit_left",))["credit_left"] == 1


def test_however_many_take_away_at_once_a_rule_above_holds(firm: Firm) -> None:
    """Lines are deleted and moved away; two must stay."""
    order, other = order_of(firm, 1, 1, 1, 1, 1, needs=2), order_of(firm, name="P")

    def take(at: int, line: str) -> Callable[[Work], Any]:
        if at % 2:
            return lambda work: saving.delete(work, "order_line", line)
        return lambda work: saving.update(work, "order_line", line, {"order": other.id})

    assert in_a_crowd(firm, [take(at, line.id) for at, line in enumerate(order["lines"])]).count(True) == 3
    assert len(firm.get("boss", order)["lines"]) == 2
