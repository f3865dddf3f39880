"""While kept fields are computed anew, every screen that may show an old value says so, and Setup tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newel.runtime.records import as_system, recomputing, saving, writing
from tests.runtime.records.rollup_world import FILES
from tests.support import databases
from tests.support.site import Site

SECRETIVE = 'role: clerk\nobjects: {order: {read: all, fields: {"*": none, name: read}}}\n'


@pytest.fixture
def site(make_installation: Callable[..., Any], database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A shop whose order totals are to be computed anew, by nobody until the test says so."""
    files = {**FILES, "roles/clerk.yaml": SECRETIVE}
    shop = make_installation(files)
    with writing(shop, as_system(shop, "a test")) as work:
        order = saving.create(work, "order", {"name": "O"}, ("id",)).id
        saving.bulk_create(work, "line", [{"order": order, "what": "x", "quantity": 1, "price": 3}] * 3)
    order_file = FILES["objects/order.yaml"].replace("quantity > 0", "quantity >= 0")
    changed = databases.install({**files, "objects/order.yaml": order_file}, database, databases.settings_for(database, tmp_path))
    monkeypatch.setattr(recomputing, "_serve", lambda installation: None)
    return Site(changed)


def test_lists_records_and_setup_say_what_is_being_recalculated(site: Site) -> None:
    admin = site.browser("admin")
    order = (site.api("admin").get("/records/order").json or {})["data"][0]["id"]
    for page in (f"/o/order/{order}", "/o/order"):
        text = admin.get(page).text
        assert "being recalculated, 0%" in text, page
        assert 'title="Net' in text
    assert "being recalculated" not in admin.get("/o/task").text
    setup = admin.get("/setup/computed/").text
    assert "fields are being computed anew" in setup
    assert "0 / 1" in setup
    assert "hx-trigger" in admin.get("/setup/computed/progress/").text
    assert "being computed anew" in admin.get("/setup/health/findings/").text
    assert recomputing.run(site.installation)
    recomputing._tending(site.installation).is_settled = True
    assert "being recalculated" not in admin.get(f"/o/order/{order}").text
    assert "Up to date" in admin.get("/setup/computed/").text


def test_who_may_not_read_a_field_is_not_told_of_it(site: Site) -> None:
    assert "being recalculated" not in site.browser("clerk").get("/o/order").text


def test_a_serving_process_takes_it_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(recomputing, "_serve", begun.append)
    monkeypatch.setattr(recomputing, "LOOKS_AGAIN", 0.0)
    site.browser("admin").get("/o/order")
    assert begun
