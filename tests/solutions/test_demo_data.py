"""The demo data in a database: loaded through the kernel in time, once, and whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newel.runtime import samples
from newel.runtime.installation import Installation
from newel.runtime.records import finding, reading
from newel.runtime.records.actors import as_system
from newel.runtime.records.identity import users

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SLOWEST = 30.0  # seconds of our own: a machine that is busy with other things does not fail the test

Make = Callable[..., Installation]


@pytest.fixture
def installation(make_installation: Make) -> Installation:
    return make_installation(STANDARD)


def test_the_demo_data_is_loaded_in_time_and_only_once(installation: Installation) -> None:
    began, worked = time.perf_counter(), time.process_time()
    steps: list[tuple[int, int]] = []
    loaded = samples.load(installation, "demo", lambda done, total, what: steps.append((done, total)), NOW)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(
        f"\n{installation.database.dialect}: {loaded.total:,} records in {took:.1f} s ({worked:.1f} s of our own): {loaded.made}"
    )
    assert worked < SLOWEST
    assert loaded.total > 4_500
    assert steps[-1] == (loaded.total, loaded.total)
    _is_whole(installation, loaded)
    assert samples.load(installation, "demo", None, NOW).total == 0
    assert [each.email for each in samples.sign_ins(installation)][:2] == ["admin@example.com", "wang.fang@example.com"]


def _is_whole(installation: Installation, loaded: samples.Loaded) -> None:
    """What was said to be loaded is there, owned, with its references and lines."""
    with reading(installation, as_system(installation, "a test")) as work:
        for name, count in loaded.made.items():
            found = finding.find(work, name, count="exact", limit=1).count
            assert found is not None
            assert found.value == count, name
        deal = finding.find(work, "opportunity", filter="stage == 'won'", limit=1).records[0]
        whole: Any = finding.get(work, "opportunity", deal.id)
        assert whole["lines"]
        assert whole.titles["account"]
        assert whole.titles["owner"]
        city = finding.find(work, "region", filter="code == '440300'").records[0]
        assert city.titles["parent_region"] == "广东省"
        manager = finding.find(work, "nw_user", filter="email == 'manager@example.com'").records[0]
    assert users.roles_of(installation, [manager.id])[manager.id] == ("sales_manager",)


def test_reference_data_comes_without_the_demo(installation: Installation) -> None:
    loaded = samples.load(installation, "reference", None, NOW)
    assert set(loaded.made) == {"region"}
    assert samples.sign_ins(installation) == []
    assert samples.load(installation, "reference", None, NOW).total == 0


def test_what_a_person_deleted_does_not_come_back(installation: Installation) -> None:
    from newel.runtime.records import saving, writing

    samples.load(installation, "reference", None, NOW)
    with writing(installation, as_system(installation, "a test")) as work:
        island = finding.find(work, "region", filter="code == '460300'").records[0]
        saving.delete(work, "region", island.id)
    assert samples.load(installation, "reference", None, NOW).total == 0
