"""Changed formulas and rollups are computed anew: whole at the end, resumed after any death, one worker at a time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from newel.runtime.installation import Installation
from newel.runtime.records import as_system, finding, reading, recomputing, saving, writing
from newel.runtime.storage.database import Database
from newel.runtime.storage.system_records import RECOMPUTE
from tests.runtime.records.rollup_world import FILES, drifted
from tests.support import databases

LINES = 900
SMALL = 50


@pytest.fixture
def publish(tmp_path: Path, database: Database) -> Callable[[Mapping[str, str]], Installation]:
    """Applies the shop with some of its files changed, and gives the installation that then serves."""

    def apply(changed: Mapping[str, str]) -> Installation:
        files = {**FILES, **{f"objects/{name}.yaml": text for name, text in changed.items()}}
        return databases.install(files, database, databases.settings_for(database, tmp_path))

    return apply


@pytest.fixture
def shop(publish: Callable[[Mapping[str, str]], Installation], monkeypatch: pytest.MonkeyPatch) -> Installation:
    """The shop with an account, thirty orders and hundreds of lines; batches are small."""
    monkeypatch.setattr(recomputing, "BATCH", SMALL)
    found = publish({})
    with writing(found, as_system(found, "a test")) as work:
        account = saving.create(work, "account", {"name": "A"}, ("id",)).id
        orders = saving.bulk_create(work, "order", [{"name": f"{n}", "account": account} for n in range(30)])
        rows = [{"order": orders[n % 30].id, "what": "x", "quantity": n % 7, "price": 3} for n in range(LINES)]
        saving.bulk_create(work, "line", rows)
    return found


def line_with(formula: str) -> Mapping[str, str]:
    return {"line": FILES["objects/line.yaml"].replace("formula: quantity * price", f"formula: {formula}")}


def open_fields(shop: Installation) -> list[str]:
    return [f"{each.object}.{each.field}" for each in recomputing.open_tasks(shop)]


def test_a_fresh_installation_has_nothing_to_do(shop: Installation) -> None:
    assert open_fields(shop) == []
    assert drifted(shop) == {}


def test_a_changed_formula_is_computed_anew_with_all_that_follows_from_it(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation]
) -> None:
    changed = publish(line_with("quantity * price * 2"))
    assert open_fields(changed) == ["line.amount", "order.net", "order.gross", "account.orders_total", "account.credit_left"]
    assert set(drifted(changed)) == set()  # what is being computed anew is no drift
    told: list[tuple[int, int, str]] = []
    assert recomputing.run(changed, lambda *given: told.append(given))
    assert (0, LINES, "line.amount") in told
    assert (SMALL, LINES, "line.amount") in told
    assert open_fields(changed) == []
    assert drifted(changed) == {}


def test_what_options_say_and_conditions_of_rollups_count_as_changes(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation]
) -> None:
    order = FILES["objects/order.yaml"]
    weighted = order.replace("  least:", "  weight: {type: decimal, formula: option(stage).chance * 1}\n  least:")
    publish({"order": weighted})
    heavier = publish({"order": weighted.replace("chance: 20", "chance: 30").replace("quantity > 0", "quantity > 3")})
    assert set(open_fields(heavier)) >= {"order.weight", "order.net", "order.gross"}
    assert recomputing.run(heavier)
    assert drifted(heavier) == {}
    with reading(heavier, as_system(heavier, "a test")) as work:
        assert finding.find(work, "order", fields=("weight",), limit=1).records[0]["weight"] == 30


def test_a_label_is_no_reason_to_compute_anything(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation]
) -> None:
    assert open_fields(publish({"line": FILES["objects/line.yaml"].replace("title: what", "title: what\nlabel: Row")})) == []


def test_a_field_that_people_could_fill_in_before_is_marked_when_it_becomes_new(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation]
) -> None:
    more = publish({"order": FILES["objects/order.yaml"] + "  dearest: {type: money, rollup: max(lines.price)}\n"})
    assert open_fields(more) == ["order.dearest"]
    assert recomputing.run(more)
    assert drifted(more) == {}


def test_screens_know_how_far_it_is(shop: Installation, publish: Callable[[Mapping[str, str]], Installation]) -> None:
    changed = publish(line_with("quantity * price + price"))
    with reading(changed, as_system(changed, "a test")) as work:
        assert recomputing.pending(work, "line") == {"amount": 0.0}
    batches = iter(range(10_000))
    assert not recomputing.run(changed, stop=lambda: next(batches) > LINES // SMALL // 2)
    with reading(changed, as_system(changed, "a test")) as work:
        assert 0.2 < recomputing.pending(work, "line")["amount"] < 0.8
        assert recomputing.pending(work, "task") == {}
    assert recomputing.run(changed)
    with reading(changed, as_system(changed, "a test")) as work:
        assert recomputing.pending(work, "line") == {}


def test_killed_at_any_moment_it_goes_on_where_it_was(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = publish(line_with("quantity * price * 5"))
    changed.database.close()
    deaths = 0
    for moment in (0.15, 0.25, 0.35, 0.5):
        deaths += _killed_after(changed, moment) == signal.SIGKILL
    assert deaths
    _let_leases_end(changed)
    done_before = sum(each.done for each in recomputing.open_tasks(changed))
    told: list[tuple[int, int, str]] = []
    assert recomputing.run(changed, lambda *given: told.append(given))
    assert drifted(changed) == {}
    assert not done_before or told[0][0] == done_before


def _killed_after(shop: Installation, seconds: float) -> int:
    child = os.fork()
    if child == 0:
        try:
            _let_leases_end(shop)
            recomputing.run(shop)
            shop.database.close()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _let_leases_end(shop: Installation) -> None:
    """What half a minute does by itself."""
    with shop.database.writing() as connection:
        connection.execute(update(RECOMPUTE).values(worker=None, leased_until=None))


def test_only_one_worker_is_at_it(shop: Installation, publish: Callable[[Mapping[str, str]], Installation]) -> None:
    changed = publish(line_with("quantity * price * 7"))
    first, second = recomputing.Worker(changed, lambda *_: None, bool), recomputing.Worker(changed, lambda *_: None, bool)
    with changed.database.writing() as connection:
        order = [each.key for each in recomputing.lineage(changed).fields]
        task = recomputing.recomputations.claim(connection, order, first.name)
    assert task is not None
    assert not second.do_next()
    assert not recomputing.run(changed)
    with changed.database.writing() as connection:
        assert not recomputing.recomputations.advance(connection, task, second.name, None, 0)
    first.leave()
    assert recomputing.run(changed)


def test_people_write_while_it_is_computed_anew(shop: Installation, publish: Callable[[Mapping[str, str]], Installation]) -> None:
    changed = publish(line_with("quantity * price * 3"))
    ended = threading.Event()
    failed: list[Exception] = []

    def people() -> None:
        try:
            for n in _until(ended):
                with writing(changed, as_system(changed, "a test")) as work:
                    some = finding.find(work, "line", fields=("id",), limit=40).records[n % 40]
                    saving.update(work, "line", some.id, {"quantity": Decimal(n % 11)}, None, ("id",))
        except Exception as error:
            failed.append(error)

    writer = threading.Thread(target=people)
    writer.start()
    try:
        assert recomputing.run(changed)
    finally:
        ended.set()
        writer.join()
    assert failed == []
    assert drifted(changed) == {}


def _until(ended: threading.Event) -> Iterator[int]:
    n = 0
    while not ended.is_set():
        yield n
        n += 1
        time.sleep(0.01)


def test_a_serving_process_does_it_in_the_background(
    shop: Installation, publish: Callable[[Mapping[str, str]], Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "LOOKS_AGAIN", 0.0)
    changed = publish(line_with("quantity * price * 9"))
    deadline = time.monotonic() + 60
    while open_fields(changed) and time.monotonic() < deadline:
        recomputing.tend(changed)
        time.sleep(0.05)
    assert open_fields(changed) == []
    recomputing.tend(changed)
    assert recomputing._tending(changed).is_settled
    assert drifted(changed) == {}
