"""Choices that follow from one another, in a real browser: each answers the other at once, and what no longer fits is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.runtime.web.screens.test_cascading import FILES
from tests.runtime.web.screens.test_in_a_browser import PATIENCE, signed_in
from tests.support.site import Site

pytestmark = pytest.mark.journey


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """What a browser sees does not depend on the database."""
    return str(request.param)


@pytest.fixture
def address(make_installation: Callable[..., Any]) -> Iterator[str]:
    """A shop that is served, with two accounts and a contact at each."""
    site = Site(make_installation(FILES))
    site.person("clerk", name="manager-en")
    api = site.api("clerk", name="manager-en")
    for account, contact in (("Here", "Ada"), ("There", "Ann")):
        api.create("contact", name=contact, account=api.create("account", name=account)["id"])
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def choose(page: Any, label: str, text: str) -> None:
    page.get_by_role("combobox", name=label).fill(text)
    page.get_by_role("option", name=text, exact=True).click(timeout=PATIENCE)


def offers(page: Any, label: str, titles: list[str]) -> None:
    page.get_by_role("combobox", name=label).click()
    expect(page.locator(".combo-sheet:popover-open [role=option] .combo-title")).to_have_text(titles, timeout=PATIENCE)
    page.keyboard.press("Escape")


def test_what_is_chosen_decides_what_else_is_offered_and_what_no_longer_fits_is_said(address: str, chromium: Any) -> None:
    faults: list[str] = []
    page = signed_in(chromium, address, "en", 1280, faults)
    page.goto(f"{address}/o/ticket/new")
    page.get_by_role("textbox", name="Name").fill("Broken")
    page.get_by_label("Category").select_option("software")
    part = page.locator("select[name=part] option:not([hidden])")
    expect(part).to_have_text(["", "Login"], timeout=PATIENCE)
    page.get_by_label("Category").select_option("hardware")
    expect(part).to_have_text(["", "Screen"], timeout=PATIENCE)
    page.get_by_label("Part").select_option("screen")
    choose(page, "Account", "There")
    offers(page, "Contact", ["Ann", "New Contact"])
    choose(page, "Contact", "Ann")
    choose(page, "Account", "Here")
    offers(page, "Contact", ["Ada", "New Contact"])
    page.get_by_role("button", name="Save", exact=True).click()
    problem = page.get_by_text("does not go with the rest of this record").first
    expect(problem).to_be_visible(timeout=PATIENCE)
    choose(page, "Contact", "Ada")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Broken")).to_be_visible(timeout=PATIENCE)
    assert faults == []
