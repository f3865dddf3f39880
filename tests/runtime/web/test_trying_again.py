"""A request that the database has undone for another's sake is carried out once more, and nobody hears of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from newel.runtime.records import Work
from newel.runtime.records.errors import Collided
from newel.runtime.storage.database import sqlite_module
from tests.support import world
from tests.support.site import Site


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(world.FILES))


@pytest.fixture
def colliding(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Lets the next transactions of people collide as they end; gives a list of those that did."""

    def collide(times: int) -> list[str]:
        undone: list[str] = []
        settle = Work.settle

        def settling(work: Work) -> None:
            if len(undone) < times and work.actor.system is None:
                undone.append(work.actor.name)
                raise Collided
            settle(work)

        monkeypatch.setattr(Work, "settle", settling)
        return undone

    return collide


def test_a_collision_is_tried_again_and_happens_once(site: Site, colliding: Callable[[int], list[str]]) -> None:
    api = site.api("manager")
    undone = colliding(2)
    answer = api.post("/records/account", {"name": "Acme"}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.text
    assert len(undone) == 2
    found = api.get("/records/account?count=exact").json
    assert found is not None
    assert found["count"]["value"] == 1


def test_one_that_never_ends_is_told_to_come_back(site: Site, colliding: Callable[[int], list[str]]) -> None:
    api = site.api("manager")
    colliding(100)
    answer = api.post("/records/account", {"name": "Acme"})
    assert answer.status_code == 503
    assert (answer.json or {})["code"] == "busy"
    assert "Others were changing the same records" in (answer.json or {})["title"]


def test_an_upload_is_never_read_twice(site: Site, colliding: Callable[[int], list[str]]) -> None:
    browser = site.browser("manager")
    account = site.api("manager").create("account", name="Acme")
    undone = colliding(1)
    sent = {"file": (io.BytesIO(b"words"), "a.txt")}
    answer = browser.post(f"/o/account/{account['id']}/files", sent, content_type="multipart/form-data")
    assert answer.status_code == 503
    assert len(undone) == 1


def test_a_database_that_another_process_has_locked_is_busy_not_broken(site: Site) -> None:
    database = site.installation.database
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL locks rows, not databases")
    api = site.api("manager")
    impatient = sqlite_module().connect(str(database.url.database), isolation_level=None)
    event.listen(database.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout = 20"))
    impatient.execute("BEGIN IMMEDIATE")
    answer = api.post("/records/account", {"name": "Acme"})
    impatient.close()
    assert answer.status_code == 503, answer.text
    assert (answer.json or {})["code"] == "busy"
    assert answer.headers["Retry-After"] == "5"
    assert api.post("/records/account", {"name": "Acme"}).status_code == 201
