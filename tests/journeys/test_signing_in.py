"""Who comes in, how, and what they see first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import everything
from tests.journeys.conftest import Person
from tests.support.site_process import Site, serving


def test_a_rep_signs_in_and_sees_the_day(visitor: Callable[..., Person]) -> None:
    rep = visitor()
    rep.sign_in("rep")
    expect(rep.page.get_by_role("heading", name=rep.t("My day"))).to_be_visible()


def test_a_wrong_password_keeps_the_address_and_says_so(visitor: Callable[..., Person]) -> None:
    guest = visitor()
    guest.open("/sign-in")
    guest.page.fill("[name=email]", "guest@example.com")
    guest.page.fill("[name=password]", "not the password")
    guest.page.press("[name=password]", "Enter")
    expect(guest.page.get_by_role("alert").first).to_be_visible()
    expect(guest.page.locator("[name=email]")).to_have_value("guest@example.com")


def test_every_page_asks_who_you_are_and_brings_you_back(visitor: Callable[..., Person]) -> None:
    guest = visitor()
    guest.open("/o/account?sort=name")
    expect(guest.page.locator("[name=password]")).to_be_visible()
    guest.fill_in_sign_in("rep")
    guest.page.wait_for_url("**/o/account?sort=name")


def test_who_signs_out_is_out(visitor: Callable[..., Person]) -> None:
    rep = visitor()
    rep.sign_in("rep")
    rep.page.locator("summary", has_text=rep.t("Your account")).click()
    rep.button(rep.t("Sign out")).click()
    expect(rep.page.locator("[name=password]")).to_be_visible()
    rep.page.go_back()
    rep.page.goto(rep.site.address + "/o/account")
    expect(rep.page.locator("[name=password]")).to_be_visible()


@pytest.fixture
def fresh_site(database_url: Callable[[Path], Any], tmp_path: Path) -> Iterator[Site]:
    """A new installation as `newel init` leaves it: the standard CRM, and nobody in it."""
    with database_url(tmp_path) as url, serving(tmp_path, url, init=()) as served:
        yield served


def test_the_first_administrator_comes_in_by_the_link_that_works_once(
    visitor: Callable[..., Person], fresh_site: Site, language: str
) -> None:
    printed = (fresh_site.home / "serve.log").read_text()
    found = re.search(r"/setup-token/[\w-]+", printed)
    assert found, printed
    first = visitor()
    first.site = fresh_site
    first.open(f"{found[0]}?lang={language}")
    first.page.fill("[name=name]", first.words("Ada", "陈静"))
    first.page.fill("[name=email]", "first@example.com")
    first.page.fill("[name=password]", "short")
    first.button(first.t("Create the administrator")).click()
    expect(first.page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    expect(first.page.locator("[name=email]")).to_have_value("first@example.com")

    assert not (violations := everything(first)), "\n".join(violations)

    first.page.fill("[name=password]", "a walk along the river")
    first.button(first.t("Create the administrator")).click()
    expect(first.page.get_by_role("heading", name=first.t("My day"))).to_be_visible()
    first.page.locator(".rail-apps > summary").click()
    expect(first.page.get_by_role("link", name=first.t("Setup"))).to_be_visible()

    late = visitor()
    answer = late.page.goto(fresh_site.address + found[0])
    assert answer is not None
    assert answer.status == 404
    late.site = fresh_site
    late.sign_in("first@example.com", "a walk along the river")
    expect(late.page.get_by_role("heading", name=late.t("My day"))).to_be_visible()
