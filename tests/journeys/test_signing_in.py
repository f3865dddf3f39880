"""Who comes in, how, and what they see first."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person


def test_a_rep_signs_in_and_sees_the_day(visitor: Callable[..., Person]) -> None:
    rep = visitor()
    rep.sign_in("rep")
    expect(rep.page.get_by_role("heading", level=2).filter(has_text=rep.words("My day", "我的一天")).first).to_be_visible()


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
    guest.page.fill("[name=email]", "rep@example.com")
    guest.page.fill("[name=password]", "welcome-to-newel")
    guest.page.press("[name=password]", "Enter")
    guest.page.wait_for_url("**/o/account?sort=name")
