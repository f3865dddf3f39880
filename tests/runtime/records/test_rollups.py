"""Rollups are right at the end of every transaction, whatever has been done to the records that they gather."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from newel.metadata.field_types.values import Money, Reference
from newel.runtime.installation import Installation
from newel.runtime.records import Work, finding, history, saving
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm
from tests.runtime.records.rollup_world import FILES, drifted

CNY = "CNY"


@pytest.fixture
def shop(make_installation: Callable[..., Installation]) -> Firm:
    return Firm(make_installation(FILES))


def order_of(shop: Firm, account: Any = None, **values: Any) -> Any:
    return shop.create("boss", "order", name="O", **({"account": account.id} if account else {}), **values)


def line_of(shop: Firm, order: Any, quantity: Any = 1, price: Any = 10, **values: Any) -> Any:
    return shop.create("boss", "line", order=order.id, what="x", quantity=quantity, price=price, **values)


def seen(shop: Firm, record: Any, *names: str) -> list[Any]:
    found = shop.get("boss", record, names)
    return [found[name] for name in names]


def test_a_record_without_children_sums_nothing_and_counts_none(shop: Firm) -> None:
    order = order_of(shop)
    assert seen(shop, order, "net", "line_count", "average", "least", "gross") == [
        Money(Decimal("0.00"), CNY),
        0,
        None,
        None,
        Money(Decimal("0.00"), CNY),
    ]
    assert drifted(shop.installation) == {}


def test_a_line_that_comes_changes_moves_and_goes_is_counted_where_it_is(shop: Firm) -> None:
    one, two = order_of(shop), order_of(shop)
    line = line_of(shop, one, 2, 10)
    assert seen(shop, one, "net", "line_count") == [Money(Decimal("20.00"), CNY), 1]
    line = shop.update("boss", line, quantity=3)
    assert seen(shop, one, "net")[0].amount == 30
    shop.update("boss", line, order=two.id)
    assert [seen(shop, each, "net")[0].amount for each in (one, two)] == [0, 30]
    shop.delete("boss", line)
    assert seen(shop, two, "net", "line_count") == [Money(Decimal("0.00"), CNY), 0]
    with shop.writing("boss") as work:
        saving.restore(work, "line", line.id)
    assert seen(shop, two, "net", "line_count") == [Money(Decimal("30.00"), CNY), 1]
    shop.delete("boss", line)
    with shop.writing("boss") as work:
        saving.purge(work, "line", line.id)
    assert seen(shop, two, "line_count") == [0]
    assert drifted(shop.installation) == {}


def test_a_condition_lets_only_some_records_count(shop: Firm) -> None:
    order = order_of(shop)
    line_of(shop, order, -1, 10)
    line = line_of(shop, order, 2, 10)
    assert seen(shop, order, "net", "line_count") == [Money(Decimal("20.00"), CNY), 2]
    shop.update("boss", line, quantity=-2)
    assert seen(shop, order, "net")[0].amount == 0


def test_a_change_runs_up_three_levels(shop: Firm) -> None:
    account = shop.create("boss", "account", name="A", credit=1000)
    order = order_of(shop, account, discount=50, day="2026-11-21")
    line_of(shop, order, 2, 100)
    assert seen(shop, order, "net", "gross") == [Money(Decimal("200.00"), CNY), Money(Decimal("113.00"), CNY)]
    assert seen(shop, account, "orders_total", "credit_left", "last_order", "open_orders") == [
        Money(Decimal("113.00"), CNY),
        Money(Decimal("887.00"), CNY),
        date(2026, 11, 21),
        1,
    ]
    shop.update("boss", order, discount=0, stage="won")
    assert seen(shop, account, "orders_total", "open_orders") == [Money(Decimal("226.00"), CNY), 0]
    assert drifted(shop.installation) == {}


def test_lines_saved_with_their_master_are_in_the_answer(shop: Firm) -> None:
    order = shop.create("boss", "order", name="O", lines=[{"what": "a", "quantity": 2, "price": 5}])
    assert order["net"] == Money(Decimal("10.00"), CNY)
    assert order["gross"] == Money(Decimal("11.30"), CNY)
    lines = [{"id": order["lines"][0].id, "quantity": 4}, {"what": "b", "quantity": 1, "price": 1}]
    assert shop.update("boss", order, lines=lines)["net"].amount == 21
    assert shop.update("boss", order, lines=[])["net"].amount == 0
    assert drifted(shop.installation) == {}


def test_whoever_edits_the_master_is_not_disturbed_by_its_lines(shop: Firm) -> None:
    order = order_of(shop)
    before = shop.get("boss", order)
    line_of(shop, order)
    after = shop.get("boss", order)
    assert (before["net"].amount, after["net"].amount) == (0, 10)
    assert (after.version, after["updated_at"]) == (before.version, before["updated_at"])
    with shop.reading("boss") as work:
        assert [each["event"] for each in history.of(work, "order", order.id)] == ["created"]
    assert shop.update("boss", order, version=before.version, name="P")["net"].amount == 10


def test_amounts_in_several_currencies_have_no_sum(shop: Firm) -> None:
    order = order_of(shop)
    line_of(shop, order, fee={"amount": "5.00", "currency": "USD"})
    assert seen(shop, order, "mixed") == [Money(Decimal("5.00"), "USD")]
    other = line_of(shop, order, fee=7)
    assert seen(shop, order, "mixed") == [None]
    shop.delete("boss", other)
    assert seen(shop, order, "mixed") == [Money(Decimal("5.00"), "USD")]
    assert drifted(shop.installation) == {}


def test_tasks_about_anything_are_counted_by_what_they_are_about(shop: Firm) -> None:
    account = shop.create("boss", "account", name="A")
    order = order_of(shop, account)
    task = shop.create("boss", "task", subject="T", regarding={"object": "account", "id": account.id})
    assert (seen(shop, account, "tasks_open"), seen(shop, order, "tasks_open")) == ([1], [0])
    task = shop.update("boss", task, regarding={"object": "order", "id": order.id})
    assert (seen(shop, account, "tasks_open"), seen(shop, order, "tasks_open")) == ([0], [1])
    shop.update("boss", task, done=True)
    assert seen(shop, order, "tasks_open") == [0]
    assert drifted(shop.installation) == {}


def test_links_are_counted_from_both_sides(shop: Firm) -> None:
    one, two = shop.create("boss", "account", name="A"), shop.create("boss", "account", name="B")
    campaign = shop.create("boss", "campaign", name="C", members=[one.id, two.id])
    assert campaign["member_count"] == 2
    assert seen(shop, one, "campaigns_count") == [1]
    assert shop.update("boss", campaign, members=[two.id])["member_count"] == 1
    assert [seen(shop, each, "campaigns_count")[0] for each in (one, two)] == [0, 1]
    assert drifted(shop.installation) == {}


def test_a_tree_counts_its_branches_and_knows_the_widest(shop: Firm) -> None:
    top = shop.create("boss", "account", name="top")
    middle = shop.create("boss", "account", name="middle", above=top.id)
    leaves = [shop.create("boss", "account", name=f"{n}", above=middle.id) for n in range(3)]
    assert seen(shop, top, "branches", "deepest") == [1, 3]
    shop.update("boss", leaves[0], above=top.id)
    assert seen(shop, top, "branches", "deepest") == [2, 2]
    assert drifted(shop.installation) == {}


def test_deleting_with_all_that_hangs_on_it_and_bringing_it_back_keeps_every_sum(shop: Firm) -> None:
    account = shop.create("boss", "account", name="A")
    orders = [order_of(shop, account) for _ in range(2)]
    for order in orders:
        line_of(shop, order)
    task = shop.create("boss", "task", subject="T", regarding={"object": "account", "id": account.id})
    shop.delete("boss", orders[0])
    assert seen(shop, account, "orders_total")[0].amount == Decimal("11.30")
    shop.delete("boss", account)
    assert drifted(shop.installation) == {}
    assert seen(shop, task, "regarding") == [None]
    with shop.writing("boss") as work:
        saving.restore(work, "account", account.id)
    assert drifted(shop.installation) == {}
    assert seen(shop, account, "orders_total")[0].amount == Decimal("11.30")
    assert (seen(shop, task, "regarding")[0], seen(shop, account, "tasks_open")) == (Reference("account", account.id), [1])
    shop.delete("boss", account)
    with shop.writing("boss") as work:
        saving.purge(work, "account", account.id)
    assert drifted(shop.installation) == {}


def test_merging_accounts_moves_their_sums(shop: Firm) -> None:
    kept, gone = shop.create("boss", "account", name="A"), shop.create("boss", "account", name="B")
    orders = [order_of(shop, each) for each in (kept, gone, gone)]
    for order in orders:
        line_of(shop, order)
    with shop.writing("boss") as work:
        saving.bulk_update(work, "order", [each.id for each in orders[1:]], {"account": kept.id})
        saving.delete(work, "account", gone.id)
    assert seen(shop, kept, "orders_total", "open_orders") == [Money(Decimal("33.90"), CNY), 3]
    assert drifted(shop.installation) == {}


def test_what_is_undone_within_a_transaction_counts_for_nothing(shop: Firm) -> None:
    order = order_of(shop)
    rows = [{"order": order.id, "what": "a", "quantity": 1, "price": 1}, {"order": order.id, "quantity": 1}]
    with shop.writing("boss") as work:
        outcomes = saving.bulk_create(work, "line", rows, partial=True)
        assert [bool(each.problems) for each in outcomes] == [False, True]

        def undone() -> None:
            with work.savepoint():
                saving.create(work, "line", {"order": order.id, "what": "b", "quantity": 1, "price": 9}, ("id",))
                assert finding.get(work, "order", order.id, ("line_count",))["line_count"] == 2
                saving.create(work, "line", {"order": order.id})

        with pytest.raises(Invalid):
            undone()
    assert seen(shop, order, "net", "line_count") == [Money(Decimal("1.00"), CNY), 1]
    assert drifted(shop.installation) == {}


def test_what_is_read_in_the_same_transaction_is_right_already(shop: Firm) -> None:
    order = order_of(shop)
    with shop.writing("boss") as work:
        saving.create(work, "line", {"order": order.id, "what": "a", "quantity": 2, "price": 3}, ("id",))
        assert finding.get(work, "order", order.id, ("net",))["net"].amount == 6
        saving.bulk_create(work, "line", [{"order": order.id, "what": "b", "quantity": 1, "price": 1}] * 4)
        assert finding.find(work, "order", filter="net == 10", fields=("id",)).records


def test_a_sum_that_no_column_holds_is_blank(shop: Firm) -> None:
    order = order_of(shop)
    for _ in range(3):
        line_of(shop, order, quantity="90000000", price="10000000")
    assert seen(shop, order, "net")[0].amount == Decimal("2700000000000000.00")
    for _ in range(10):
        line_of(shop, order, quantity="99999999", price="90000000")
    assert seen(shop, order, "net", "line_count") == [None, 13]
    assert drifted(shop.installation) == {}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that the kernel runs."""
    texts: list[str] = []

    def listen(name: str) -> None:
        run = getattr(Work, name)

        def listening(self: Work, text: str, *given: Any) -> Any:
            texts.append(" ".join(text.split()))
            return run(self, text, *given)

        monkeypatch.setattr(Work, name, listening)

    listen("execute")
    listen("execute_many")
    return texts


def test_one_line_costs_few_statements_and_thousands_no_more(shop: Firm, said: list[str]) -> None:
    order = order_of(shop, shop.create("boss", "account", name="A"))
    line_of(shop, order)
    said.clear()
    line_of(shop, order)
    one = [text for text in said if text.startswith("WITH")]
    assert len(one) == 4, one  # the order's sums, what it makes of them, the account's sums, what that makes of them
    said.clear()
    rows = [{"order": order.id, "what": "x", "quantity": 1, "price": 1}] * 5_000
    with shop.writing("boss") as work:
        saving.bulk_create(work, "line", rows)
    assert [text for text in said if text.startswith("WITH")] == one
    assert len(said) < 12, said
    assert seen(shop, order, "line_count") == [5_002]
    assert drifted(shop.installation) == {}


def test_a_change_that_no_rollup_reads_costs_nothing(shop: Firm, said: list[str]) -> None:
    line = line_of(shop, order_of(shop))
    said.clear()
    shop.update("boss", line, note="n")
    assert [text for text in said if text.startswith("WITH")] == []
