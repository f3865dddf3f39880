"""A served Newel with the standard CRM and its demo data, and a real browser: in English on SQLite, in Chinese on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tests.support.site_process import Site, serving

PASSWORD = "welcome-to-newel"
DEMO = {
    "rep": {"en": "rep@example.com", "zh-CN": "li.na@example.com"},
}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys of one language stay on one worker, so that its server is started once; without a browser all are skipped."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.journey)
        language = getattr(getattr(item, "callspec", None), "params", {}).get("language", "en")
        item.add_marker(pytest.mark.xdist_group(f"journeys-{language}"))
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium on PATH; on Debian: apt-get install chromium"))


@pytest.fixture(scope="session", params=["en", "zh-CN"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def site(language: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    """One served installation for all journeys of a language; each journey works on records of its own."""
    home = tmp_path_factory.mktemp(f"site-{language}")
    if language == "en":
        with serving(home, f"sqlite:///{home / 'newel.sqlite'}") as served:
            yield served
        return
    server, name = request.getfixturevalue("postgres_url"), f"nw_journey_{uuid4().hex[:12]}"
    administrator = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        with serving(home, make_url(server).set(database=name).render_as_string(hide_password=False)) as served:
            yield served
    finally:
        with administrator.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        )
        yield running
        running.close()


@dataclass
class Person:
    """Somebody at the screen: a page, the site, and whether they read Chinese."""

    page: Page
    site: Site
    language: str
    faults: list[str] = field(default_factory=list)

    def words(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh-CN" else english

    def open(self, path: str) -> None:
        answer = self.page.goto(self.site.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"

    def sign_in(self, role: str, password: str = PASSWORD) -> None:
        """Comes in as the demo person of a role who reads this language, or as an e-mail address."""
        email = role if "@" in role else DEMO[role][self.language]
        self.open("/sign-in")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        expect(self.page.locator("[name=password]")).to_have_count(0)


@pytest.fixture
def visitor(browser: Browser, site: Site, language: str) -> Iterator[Callable[..., Person]]:
    """visitor() opens a browser of its own that asks for `language`; faults in its console fail the test."""
    opened: list[tuple[BrowserContext, Person]] = []

    def arrive(width: int = 1440, height: int = 900, colors: str = "light") -> Person:
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": height}, color_scheme=colors, timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(15_000)
        person = Person(context.new_page(), site, language)
        listen(person)
        opened.append((context, person))
        return person

    yield arrive
    faults = [fault for _, person in opened for fault in person.faults]
    for context, _ in opened:
        context.close()
    assert not faults, "\n".join(faults)


def listen(person: Person) -> None:
    """Scripts that fail and anything that the Content-Security-Policy stops are faults; refused requests (4xx) are answers."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            person.faults.append(f"{person.page.url}: {message.text}")

    person.page.on("console", heard)
    person.page.on("pageerror", lambda error: person.faults.append(f"{person.page.url}: {error}"))
    person.page.on("response", lambda answer: person.faults.append(f"500: {answer.url}") if answer.status >= 500 else None)
