"""Many writers at once, threads and processes: every rollup is right when they are done, and nobody waits for nobody for ever."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest

from newel.runtime.installation import Installation
from newel.runtime.records import Actor, as_system, finding, reading, saving, writing
from newel.runtime.records.errors import Collided
from tests.runtime.records.rollup_world import FILES, drifted

WRITERS = 32
EACH = 6
BOUND = 60.0  # seconds that the crowd may take on a busy machine


@pytest.fixture
def shop(make_installation: Callable[..., Installation]) -> Installation:
    return make_installation(FILES)


def the_system(shop: Installation) -> Actor:
    return as_system(shop, "a test")


def make(shop: Installation, name: str, /, **values: object) -> str:
    with writing(shop, the_system(shop)) as work:
        return saving.create(work, name, values, ("id",)).id


def value(shop: Installation, name: str, record: str, field: str) -> object:
    with reading(shop, the_system(shop)) as work:
        return finding.get(work, name, record, (field,))[field]


def test_32_writers_of_lines_of_one_order_leave_the_right_sum(shop: Installation) -> None:
    account = make(shop, "account", name="A")
    order = make(shop, "order", name="O", account=account)
    began = time.monotonic()

    def write(n: int) -> None:
        for _ in range(EACH):
            make(shop, "line", order=order, what="x", quantity=1, price=n)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert time.monotonic() - began < BOUND
    assert value(shop, "order", order, "line_count") == WRITERS * EACH
    assert value(shop, "order", order, "net").amount == EACH * sum(range(WRITERS))  # type: ignore[attr-defined]
    assert drifted(shop) == {}


def test_32_writers_who_move_lines_and_orders_about_leave_every_sum_right(shop: Installation) -> None:
    accounts = [make(shop, "account", name=f"{n}") for n in range(3)]
    orders = [make(shop, "order", name=f"{n}", account=accounts[n % 3]) for n in range(8)]
    lines = [make(shop, "line", order=orders[n % 8], what="x", quantity=n, price=1) for n in range(40)]
    began = time.monotonic()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(EACH):
            _do_something(shop, chance, accounts, orders, lines)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert time.monotonic() - began < BOUND
    assert drifted(shop) == {}


def _do_something(shop: Installation, chance: random.Random, accounts: list[str], orders: list[str], lines: list[str]) -> None:
    with writing(shop, the_system(shop)) as work:
        match chance.randrange(4):
            case 0:
                saving.update(work, "line", chance.choice(lines), {"order": chance.choice(orders)}, None, ("id",))
            case 1:
                saving.update(work, "line", chance.choice(lines), {"quantity": Decimal(chance.randrange(100))}, None, ("id",))
            case 2:
                saving.update(work, "order", chance.choice(orders), {"account": chance.choice(accounts)}, None, ("id",))
            case 3:
                rows = [{"order": each, "what": "y", "quantity": 1, "price": 2} for each in chance.sample(orders, 3)]
                saving.bulk_create(work, "line", rows)


def test_writers_in_processes_of_their_own_leave_the_right_sum(shop: Installation) -> None:
    order = make(shop, "order", name="O", account=make(shop, "account", name="A"))
    shop.database.close()
    children = [_in_a_process(shop, order) for _ in range(4)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert value(shop, "order", order, "line_count") == 4 * EACH
    assert drifted(shop) == {}


def _in_a_process(shop: Installation, order: str) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for _ in range(EACH):
                make(shop, "line", order=order, what="x", quantity=1, price=1)
            shop.database.close()
            code = 0
        finally:
            os._exit(code)
    return child


def test_lines_may_come_while_somebody_edits_their_order(shop: Installation) -> None:
    """The editor holds the order until the end; the line waits, and finds what the editor has left."""
    order = make(shop, "order", name="O", account=make(shop, "account", name="A"))
    with ThreadPoolExecutor(1) as pool:
        with writing(shop, the_system(shop)) as work:
            saving.update(work, "order", order, {"discount": 50}, None, ("id",))
            coming = pool.submit(make, shop, "line", order=order, what="x", quantity=1, price=100)
            time.sleep(0.2)
        coming.result()
    assert value(shop, "order", order, "gross").amount == Decimal("56.50")  # type: ignore[attr-defined]
    assert drifted(shop) == {}


def test_of_two_who_wait_for_each_other_one_is_told_and_loses_nothing(shop: Installation) -> None:
    """PostgreSQL undoes one of them; on SQLite there is one writer at a time, and nobody ever waits so."""
    orders = [make(shop, "order", name=f"{n}") for n in range(2)]
    both_hold_one = Barrier(2)

    def rename(first: str, second: str) -> str:
        try:
            with writing(shop, the_system(shop)) as work:
                saving.update(work, "order", first, {"name": "N"}, None, ("id",))
                if shop.database.dialect == "postgresql":
                    both_hold_one.wait()
                saving.update(work, "order", second, {"name": "N"}, None, ("id",))
        except Collided:
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(rename, *orders), pool.submit(rename, *reversed(orders))]
    told = sorted(each.result() for each in found)
    assert told == (["done", "told"] if shop.database.dialect == "postgresql" else ["done", "done"])
    assert [value(shop, "order", each, "name") for each in orders] == ["N", "N"]
