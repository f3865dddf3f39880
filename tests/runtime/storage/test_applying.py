"""Applying is whole or not at all, one at a time, and only what was looked at."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from newel.metadata.model import Model
from newel.metadata.solutions import Layer
from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage import database as storage
from newel.runtime.storage.database import Database
from newel.runtime.storage.system import APPLY
from tests.support.models import a_model, an_object

ROOT = Path(__file__).parents[3]
SOLUTION = Layer("shop", {"solution.yaml": "solution: shop\n", "objects/deal.yaml": "object: deal\n标签: 交易\n"})


def a_deal(**fields: str) -> Model:
    return a_model({"deal": an_object("deal", {"name": "text", **fields})})


def test_applying_records_layers_layout_and_journal(database: Database) -> None:
    made = plan.make(database, a_deal(), [SOLUTION])
    assert applying.apply(database, made, by="me") == 1
    with database.reading() as connection:
        found = catalog.installed(connection)
        journal = connection.execute(select(APPLY)).one()
    assert (found.revision, found.model_hash, found.layers) == (1, made.model_hash, (SOLUTION,))
    assert found.layout["deal"] == made.layout["deal"]
    assert (journal.revision, journal.plan_hash, journal.applied_by) == (1, made.hash, "me")
    assert journal.plan["operations"][0]["kind"] == "create_table"


def test_a_plan_is_refused_when_the_database_has_moved(database: Database) -> None:
    first, second = plan.make(database, a_deal(code="text")), plan.make(database, a_deal())
    applying.apply(database, first)
    with pytest.raises(applying.Refused) as refused:
        applying.apply(database, second)
    assert [each.code for each in refused.value.problems] == ["NW-P110"]


def test_the_same_steps_are_known_again_from_a_later_revision(database: Database) -> None:
    model = a_model({**a_deal().objects, "city": an_object("city", {"name": "text"})})
    first = plan.make(database, model)
    again = plan.make(database, model)
    assert first.steps_hash == again.steps_hash


def test_a_plan_that_the_database_refuses_changes_nothing(database: Database) -> None:
    made = plan.make(database, a_deal())
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE nw_ix_deal_name_id (x INTEGER)")
    with pytest.raises(applying.Refused) as refused:
        applying.apply(database, made)
    assert [each.code for each in refused.value.problems] == ["NW-P112"]
    with database.reading() as connection:
        assert catalog.installed(connection).revision == 0
    assert not plan.make(database, a_deal()).empty


def test_of_two_that_apply_at_once_one_waits_and_is_told(database: Database) -> None:
    """Both have planned from the same revision: one is applied, the other waits for it and learns that the database has moved."""
    plans = [plan.make(database, a_deal(**{name: "text"})) for name in ("one", "two")]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def attempt(made: plan.Plan) -> None:
        ready.wait()
        try:
            outcomes.append(f"revision {applying.apply(database, made)}")
        except applying.Refused as refused:
            outcomes.append(refused.problems[0].code)

    threads = [threading.Thread(target=attempt, args=(made,)) for made in plans]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["NW-P110", "revision 1"]


def test_a_database_that_stays_locked_is_said_to_be_busy(
    new_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SQLITE_SETTINGS", ("PRAGMA busy_timeout = 50", *storage.SQLITE_SETTINGS[1:]))
    target = new_database("sqlite")
    made = plan.make(target, a_deal())
    other = Database(target.url)
    with other.writing(), pytest.raises(applying.Refused) as refused:
        applying.apply(target, made)
    other.close()
    assert [each.code for each in refused.value.problems] == ["NW-P113"]


def test_a_waiting_process_that_finds_nothing_left_to_do_succeeds(database: Database) -> None:
    """`publish` plans again when the database has moved; where the same steps are left, or none, nobody is bothered."""
    outcomes: list[applying.Outcome] = []
    ready = threading.Barrier(3)

    def attempt() -> None:
        ready.wait()
        outcomes.append(applying.publish(database, lambda: plan.make(database, a_deal())))

    threads = [threading.Thread(target=attempt) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each.revision for each in outcomes] == [1, 1, 1]
    assert sorted(each.applied for each in outcomes) == [False, False, True]


def test_two_processes_that_apply_at_once_wait_for_each_other(database: Database) -> None:
    """Six processes publish the same change; each ends well, one of them has done it, and it was done once."""
    result = crash(database, "race")
    assert result == {"revisions": [2] * 6, "applied": 1}


def test_killed_at_a_statement_the_database_is_old_or_new(database: Database) -> None:
    result = crash(database, "walk", "7")
    assert result["torn"] == []
    assert result["deaths"] > 10
    assert (result["changed"], result["done"]) == (True, True)


@pytest.mark.soak
def test_killed_at_each_single_statement_the_database_is_old_or_new(database: Database) -> None:
    result = crash(database, "walk", "1")
    assert result["torn"] == []
    assert result["deaths"] > 50
    assert (result["changed"], result["done"]) == (True, True)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_any_moment_the_database_is_old_or_new(database: Database, seed: int) -> None:
    result = crash(database, "chance", str(seed))
    assert result["torn"] == []
    assert (result["changed"], result["done"]) == (True, True)


def crash(database: Database, *arguments: str) -> dict[str, object]:
    database.close()
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.crashing", url, *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))
