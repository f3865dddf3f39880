"""Many at once: exactly one wins, and nobody gets half of anything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from newel.runtime.records import idempotency, saving, writing
from newel.runtime.records.errors import Invalid, KernelError, Restricted, Stale
from tests.runtime.records.conftest import Firm

CROWD = 6


def test_of_many_updates_of_one_version_exactly_one_wins(firm: Firm) -> None:
    account, actor = firm.create("boss", "account", name="A"), firm.actor("boss")
    start = Barrier(CROWD)

    def change(n: int) -> str:
        start.wait()
        try:
            with writing(firm.installation, actor) as work:
                saving.update(work, "account", account.id, {"city": f"city {n}"}, 1)
        except Stale as error:
            return str(error.current["city"])
        return "won"

    with ThreadPoolExecutor(CROWD) as pool:
        results = list(pool.map(change, range(CROWD)))
    assert results.count("won") == 1
    winner = f"city {results.index('won')}"
    assert [each for each in results if each != "won"] == [winner] * (CROWD - 1)
    assert firm.get("boss", account)["city"] == winner


def test_of_many_that_want_one_key_exactly_one_gets_it(firm: Firm) -> None:
    actor, start = firm.actor("boss"), Barrier(CROWD)

    def make(n: int) -> object:
        start.wait()
        try:
            with writing(firm.installation, actor) as work:
                return saving.create(work, "account", {"name": f"A{n}", "code": "same"})
        except Invalid as error:
            return [(each.field, each.code) for each in error.problems]

    with ThreadPoolExecutor(CROWD) as pool:
        results = list(pool.map(make, range(CROWD)))
    assert sum(not isinstance(each, list) for each in results) == 1
    assert all(each == [("code", "taken")] for each in results if isinstance(each, list))


def test_a_record_is_not_deleted_while_another_begins_to_refer_to_it(firm: Firm) -> None:
    actor = firm.actor("boss")
    for _ in range(5):
        account, start = firm.create("boss", "account", name="A"), Barrier(2)

        def refer(account_id: str = account.id, start: Barrier = start) -> KernelError | None:
            start.wait()
            try:
                with writing(firm.installation, actor) as work:
                    saving.create(work, "deal", {"name": "D", "account": account_id})
            except Invalid as error:
                return error
            return None

        def delete(account_id: str = account.id, start: Barrier = start) -> KernelError | None:
            start.wait()
            try:
                with writing(firm.installation, actor) as work:
                    saving.delete(work, "account", account_id)
            except Restricted as error:
                return error
            return None

        with ThreadPoolExecutor(2) as pool:
            one, two = pool.submit(refer), pool.submit(delete)
        assert (one.result() is None) != (two.result() is None)


def test_two_moves_at_once_never_close_a_circle(firm: Firm) -> None:
    actor = firm.actor("boss")
    one, two = firm.create("boss", "place", name="1"), firm.create("boss", "place", name="2")
    start = Barrier(2)

    def move(what: str, below: str) -> bool:
        start.wait()
        try:
            with writing(firm.installation, actor) as work:
                saving.update(work, "place", what, {"above": below})
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        moves = [pool.submit(move, one.id, two.id), pool.submit(move, two.id, one.id)]
    assert sorted(each.result() for each in moves) == [False, True]


def test_the_same_request_sent_at_once_happens_once(firm: Firm) -> None:
    actor, start = firm.actor("boss"), Barrier(CROWD)

    def send(_: int) -> object:
        start.wait()
        with writing(firm.installation, actor) as work:
            return idempotency.once(work, "key", "print", lambda: {"id": saving.create(work, "account", {"name": "A"}).id})

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(send, range(CROWD)))
    assert all(each == answers[0] for each in answers)
    assert firm.names("boss", "account") == ["A"]
