"""Everybody reads Newel in their own language, in light or dark."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import expect

from tests.journeys.conftest import Person

OTHER = {"en": ("zh-CN", "个人设置"), "zh-CN": ("en", "Profile and preferences")}
GROUND = "getComputedStyle(document.body).backgroundColor"


def newcomer(person: Person) -> None:
    """Signs in as somebody of their own, so that nobody else's language changes."""
    email, password = f"{uuid4().hex[:10]}@example.com", "a quiet walk by the river"
    rest = ("--role", "sales_rep", "--language", person.language, "--password-stdin")
    person.site.newel("user", "create", email, *rest, typed=password + "\n")
    person.sign_in(email, password)


def test_the_profile_changes_language_and_theme(visitor: Callable[..., Person]) -> None:
    person = visitor()
    newcomer(person)
    page = person.page
    person.open("/profile")
    other, _ = OTHER[person.language]
    light = page.evaluate(GROUND)
    page.locator("select[name=language]").select_option(other)
    page.locator("select[name=theme]").select_option("dark")
    page.locator("form[action='/profile'] button").click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(GROUND) != light
    person.open("/o/account")
    expect(page.get_by_role("heading", level=1)).to_have_text({"en": "Accounts", "zh-CN": "客户"}[other])


def test_the_menu_changes_them_where_one_stands(visitor: Callable[..., Person]) -> None:
    person = visitor()
    newcomer(person)
    page = person.page
    person.open("/o/account?sort=name")
    other, _ = OTHER[person.language]
    account = page.locator("summary").filter(has_text=person.t("Your account"))
    account.click()
    page.locator("button[name=language]").and_(page.locator(f"[value='{other}']")).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.wait_for_url("**/o/account?sort=name")
    page.locator("summary:has(.avatar-large)").click()
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_sign_in_page_speaks_what_the_browser_asks_for(visitor: Callable[..., Person]) -> None:
    guest = visitor()
    guest.open("/sign-in")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text(guest.words("Sign in", "登录"))
    other, _ = OTHER[guest.language]
    guest.page.locator(f"a[lang='{other}']").click()
    expect(guest.page.get_by_role("heading", level=1)).to_have_text({"en": "Sign in", "zh-CN": "登录"}[other])
