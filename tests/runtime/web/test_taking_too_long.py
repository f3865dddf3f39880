"""What a person asks of the database ends when it takes too long, and is answered; the platform's own work is not ended so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.records import as_system, reading
from newel.runtime.records.actors import Actor
from newel.runtime.storage import database
from tests.support.site import API, Site

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) SELECT count(*) FROM n"
SMALL = "object: visit\nfields:\n  name: {type: text}\n"


@pytest.fixture
def site(make_installation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(database, "LONGEST", 0.1)
    return Site(make_installation({"objects/visit.yaml": SMALL}))


def counted(site: Site, actor: Actor, most: int) -> int:
    with reading(site.installation, actor) as work:
        if work.dialect == "postgresql":
            work.connection.exec_driver_sql("SET LOCAL statement_timeout = 100")
        return int(work.fetch(ENDLESS.format(most=most), ())[0][0])


def test_who_asks_for_too_much_is_told(site: Site) -> None:
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    person = site.api("admin")
    actor = Actor(person.person.id, ("admin",))
    site.app.add_url_rule(f"{API}/endless", "endless", lambda: {"n": counted(site, actor, 10**12)})
    answer = person.get("/endless")
    assert (answer.status_code, answer.json["code"]) == (400, "took_too_long"), answer.text  # type: ignore[index]
    assert "Ask for less" in answer.text
    assert counted(site, actor, 100) == 100  # on the same connection


def test_the_platform_s_own_work_on_sqlite_takes_as_long_as_it_takes(
    make_installation: Callable[..., Any], new_database: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LONGEST", 0)
    site = Site(make_installation({"objects/visit.yaml": SMALL}, new_database("sqlite")))
    assert counted(site, as_system(site.installation, "a test"), 1_000_000) == 1_000_000
