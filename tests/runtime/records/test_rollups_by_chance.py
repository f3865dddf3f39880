"""Whatever is done in whatever order, alone or many at once: each rollup equals a recomputation after every transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings as laws
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from newel.runtime.installation import Installation
from newel.runtime.records import Work, as_system, saving, writing
from newel.runtime.records.errors import KernelError
from tests.runtime.records.rollup_world import FILES, drifted

WHOLE = st.integers(-3, 6)
MONEY = st.one_of(st.none(), st.integers(-5, 20), st.fixed_dictionaries({"amount": WHOLE, "currency": st.just("USD")}))
CHANGES = st.fixed_dictionaries({}, optional={"quantity": WHOLE, "fee": MONEY})


class Walk(RuleBasedStateMachine):
    """A walk through the shop. `shop` is given by the test; records of earlier walks may stay, they are part of the world."""

    shop: Installation
    accounts = Bundle("accounts")
    orders = Bundle("orders")
    lines = Bundle("lines")
    tasks = Bundle("tasks")
    campaigns = Bundle("campaigns")

    def do(self, act: Callable[[Work], Any]) -> Any:
        """One transaction; what the kernel refuses changes nothing."""
        try:
            with writing(self.shop, as_system(self.shop, "a walk")) as work:
                return act(work)
        except KernelError:
            return None

    def made(self, name: str, values: dict[str, Any]) -> str:
        found = self.do(lambda work: saving.create(work, name, values, ("id",)).id)
        return str(found)

    @rule(target=accounts, above=st.none() | accounts)
    def an_account(self, above: str | None) -> str:
        return self.made("account", {"name": "A", "above": above, "credit": 100})

    @rule(target=orders, account=st.none() | accounts, quantities=st.lists(WHOLE, max_size=3), discount=st.sampled_from([0, 10]))
    def an_order(self, account: str | None, quantities: list[int], discount: int) -> str:
        lines = [{"what": "x", "quantity": each, "price": 2, "fee": 1} for each in quantities]
        return self.made("order", {"name": "O", "account": account, "lines": lines, "discount": discount})

    @rule(target=lines, order=orders, quantity=st.none() | WHOLE, price=st.none() | WHOLE, fee=MONEY)
    def a_line(self, order: str, quantity: int | None, price: int | None, fee: Any) -> str:
        return self.made("line", {"order": order, "what": "y", "quantity": quantity, "price": price, "fee": fee})

    @rule(some=st.lists(orders, min_size=1, max_size=4), count=st.integers(1, 12))
    def many_lines(self, some: list[str], count: int) -> None:
        rows = [{"order": some[n % len(some)], "what": "z", "quantity": n, "price": 1} for n in range(count)]
        self.do(lambda work: saving.bulk_create(work, "line", rows, partial=True))

    @rule(target=tasks, about=st.one_of(st.none(), accounts.map(lambda i: ("account", i)), orders.map(lambda i: ("order", i))))
    def a_task(self, about: tuple[str, str] | None) -> str:
        return self.made("task", {"subject": "T", "regarding": {"object": about[0], "id": about[1]} if about else None})

    @rule(target=campaigns, members=st.lists(accounts, max_size=3, unique=True))
    def a_campaign(self, members: list[str]) -> str:
        return self.made("campaign", {"name": "C", "members": members})

    @rule(campaign=campaigns, members=st.lists(accounts, max_size=3, unique=True))
    def other_members(self, campaign: str, members: list[str]) -> None:
        self.do(lambda work: saving.update(work, "campaign", campaign, {"members": members}))

    @rule(line=lines, order=orders, quantity=WHOLE)
    def a_line_moves(self, line: str, order: str, quantity: int) -> None:
        self.do(lambda work: saving.update(work, "line", line, {"order": order, "quantity": quantity}))

    @rule(
        some=st.lists(lines, max_size=4, unique=True),
        values=st.fixed_dictionaries({}, optional={"quantity": WHOLE, "fee": MONEY}),
    )
    def many_lines_change(self, some: list[str], values: dict[str, Any]) -> None:
        self.do(lambda work: saving.bulk_update(work, "line", some, values, partial=True))

    @rule(order=orders, account=st.none() | accounts, stage=st.sampled_from(["open", "won"]), day=st.dates())
    def an_order_moves(self, order: str, account: str | None, stage: str, day: Any) -> None:
        self.do(lambda work: saving.update(work, "order", order, {"account": account, "stage": stage, "day": day.isoformat()}))

    @rule(account=accounts, above=st.none() | accounts)
    def an_account_moves(self, account: str, above: str | None) -> None:
        self.do(lambda work: saving.update(work, "account", account, {"above": above}))

    @rule(task=tasks, order=orders, done=st.booleans())
    def a_task_moves(self, task: str, order: str, done: bool) -> None:
        values = {"regarding": {"object": "order", "id": order}, "done": done}
        self.do(lambda work: saving.update(work, "task", task, values))

    @rule(kept=accounts, gone=accounts, orders=st.lists(orders, max_size=3, unique=True))
    def accounts_merge(self, kept: str, gone: str, orders: list[str]) -> None:
        def merge(work: Work) -> None:
            saving.bulk_update(work, "order", orders, {"account": kept}, partial=True)
            saving.delete(work, "account", gone)

        self.do(merge)

    @rule(what=st.sampled_from([saving.delete, saving.restore, saving.purge]), line=lines)
    def a_line_goes(self, what: Any, line: str) -> None:
        self.do(lambda work: what(work, "line", line))

    @rule(what=st.sampled_from([saving.delete, saving.restore, saving.purge]), order=orders)
    def an_order_goes(self, what: Any, order: str) -> None:
        self.do(lambda work: what(work, "order", order))

    @rule(what=st.sampled_from([saving.delete, saving.restore, saving.purge]), account=accounts)
    def an_account_goes(self, what: Any, account: str) -> None:
        self.do(lambda work: what(work, "account", account))

    @rule(some=st.lists(tasks, max_size=3, unique=True))
    def tasks_go(self, some: list[str]) -> None:
        self.do(lambda work: saving.bulk_delete(work, "task", some, partial=True))

    @invariant()
    def every_rollup_is_right(self) -> None:
        assert drifted(self.shop) == {}


@pytest.mark.parametrize("examples", [pytest.param(12, id="everyday"), pytest.param(400, id="long", marks=pytest.mark.soak)])
def test_a_walk_leaves_every_rollup_right(make_installation: Callable[..., Installation], examples: int) -> None:
    class Here(Walk):
        shop = make_installation(FILES)

    run_state_machine_as_test(Here, settings=laws(max_examples=examples, stateful_step_count=25))
