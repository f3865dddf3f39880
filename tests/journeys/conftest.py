"""A served Newel with the standard CRM and its demo data, and a real browser: in English on SQLite, in Chinese on PostgreSQL.

Each journey works on records of its own, so that journeys run in any order on one installation. While writing journeys,
NEWEL_JOURNEYS_KEEP=/some/folder keeps the installations between runs (run `newel init` anew by removing the folder).
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from newel.metadata.words import say
from tests.support.site_process import Site, serving

PASSWORD = "welcome-to-newel"
DEMO = {
    "rep": {"en": "rep@example.com", "zh-CN": "li.na@example.com"},
    "manager": {"en": "grace.hall@example.com", "zh-CN": "manager@example.com"},
    "business_admin": {"en": "henry.wood@example.com", "zh-CN": "wang.fang@example.com"},
}
LANGUAGES = ("en", "zh-CN")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 20_000  # milliseconds; the machines that prove this have two slow cores
expect.set_options(timeout=PATIENCE)
# Refused requests, and those that a page takes back because more was typed; one that can't be sent is a "htmx:sendError", too.
NO_FAULTS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
OPENED = pytest.StashKey[list["Person"]]()  # whose screens a test has open
_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
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


@pytest.fixture(scope="session", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(language: str, request: pytest.FixtureRequest) -> Callable[[Path], Any]:
    """database_url(home) is a context that gives a new database of the language's kind, and drops it."""

    @contextmanager
    def made(home: Path) -> Iterator[str]:
        if language == "en":
            yield f"sqlite:///{home / 'newel.sqlite'}"
            return
        with _postgres_database(request.getfixturevalue("postgres_url"), f"nw_journey_{uuid4().hex[:12]}") as url:
            yield url

    return made


@pytest.fixture(scope="session")
def site(
    language: str, database_url: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """One served installation, with demo data, for all journeys of a language."""
    kept = os.environ.get("NEWEL_JOURNEYS_KEEP")
    if kept:
        home = Path(kept) / language
        url = f"sqlite:///{home / 'newel.sqlite'}"
        if language != "en":
            server = make_url(request.getfixturevalue("postgres_url"))
            url = server.set(database=_kept_database(server)).render_as_string(hide_password=False)
        with serving(home, url, init=None if (home / "serve.log").exists() else ("--demo",)) as served:
            yield served
        return
    home = tmp_path_factory.mktemp(f"site-{language}")
    with database_url(home) as url, serving(home, url) as served:
        yield served


def _kept_database(server: Any, name: str = "nw_journeys_kept") -> str:
    administrator = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        if not connection.exec_driver_sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'").first():
            connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    return name


@contextmanager
def _postgres_database(server: str, name: str) -> Iterator[str]:
    administrator = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with administrator.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass
class Person:
    """Somebody at the screen: a page, the site, and whether they read Chinese."""

    page: Page
    site: Site
    language: str
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _token: str = ""

    def words(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh-CN" else english

    def t(self, text: str, **values: Any) -> str:
        """One of the platform's sentences as this person reads it."""
        return say(self.language, text, **values)

    def name(self, kind: str) -> str:
        """A name that no other record has."""
        return f"{kind} {next(_numbers)}-{uuid4().hex[:6]}"

    def open(self, path: str) -> None:
        answer = self.page.goto(self.site.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        if path.partition("?")[0].endswith(("/new", "/edit")):
            self.wait_for_scripts()

    def wait_for_scripts(self) -> None:
        """Until the page listens to keys and clicks with everything that it fetches after it was shown."""
        expect(self.page.locator("html[data-scripts=ready]")).to_be_attached()

    def open_record(self, object_name: str, record_id: str, rest: str = "") -> None:
        self.open(f"/o/{object_name}/{record_id}{rest}")

    def sign_in(self, role: str, password: str = PASSWORD) -> None:
        """Comes in as the demo person of a role who reads this language, or as an e-mail address."""
        self.open("/sign-in")
        self.fill_in_sign_in(role, password)

    def fill_in_sign_in(self, role: str, password: str = PASSWORD) -> None:
        self.page.fill("[name=email]", self.email(role))
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        expect(self.page.locator("[name=password]")).to_have_count(0)

    def email(self, role: str) -> str:
        return role if "@" in role else DEMO[role][self.language]

    # What the API offers prepares what a journey begins with, and looks at what it left.

    def ask(self, method: str, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """Asks the API as this person, by their session."""
        sent = {"X-CSRF-Token": self._csrf(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = self.page.request.fetch(
            f"{self.site.address}/api/v1{path}", method=method, headers=sent, data=None if data is None else dict(data)
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        found: dict[str, Any] = answer.json() if answer.text() else {}
        return found

    def create(self, object_name: str, **values: Any) -> str:
        return str(self.ask("POST", f"/records/{object_name}", values)["id"])

    def read(self, object_name: str, record_id: str) -> dict[str, Any]:
        return self.ask("GET", f"/records/{object_name}/{record_id}")

    def change(self, object_name: str, record_id: str, **values: Any) -> None:
        version = self.read(object_name, record_id)["version"]
        self.ask("PATCH", f"/records/{object_name}/{record_id}", values, If_Match=f'"{version}"')

    def me(self) -> str:
        return str(self.ask("GET", "/records/nw_user?filter=id%20%3D%3D%20user.id&limit=1")["data"][0]["id"])

    def _csrf(self) -> str:
        answer = self.page.request.get(f"{self.site.address}/session")
        return str(answer.json()["csrf_token"])

    def what_is_seen(self) -> str:
        """The words of the page as it is now, and what was asked of the server last."""
        try:
            words = self.page.locator("body").inner_text(timeout=2_000)
        except PlaywrightError as error:
            words = str(error)
        return "\n".join([words[:3_000], "Asked last:", *self.asked[-12:]])

    # What is done again and again at the screen.

    def button(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=text, exact=True)

    def dialog(self) -> Locator:
        """The dialog on top."""
        return self.page.locator("dialog[open]").last

    def note(self, text: str) -> None:
        """A message at the corner says `text`."""
        expect(self.page.locator("#toasts")).to_contain_text(text)

    def look_up(self, box: Locator, typed: str, title: str) -> None:
        """Types into a lookup field and takes the record of that title."""
        box.click()
        box.press_sequentially(typed)
        row = self.page.locator("li[role=option]:visible").filter(has_text=title).first
        expect(row).to_be_visible()
        row.click()
        expect(box).to_have_value(title)

    def record_id(self) -> str:
        """The id of the record whose page is shown."""
        found = re.search(r"/o/\w+/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], Any]:
    """The cookies of those who have signed in already."""
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """A journey that fails tells what its screens showed, for nobody can look at them afterwards."""
    report = yield
    if report.failed and call.when == "call":
        for person in item.stash.get(OPENED, []):
            report.sections.append((f"screen {person.page.url}", person.what_is_seen()))
    return report


@pytest.fixture
def visitor(
    chromium: Browser, site: Site, language: str, sessions: dict[tuple[str, str], Any], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Person]]:
    """visitor() opens a browser of its own that asks for `language`; visitor("rep") is signed in. Faults fail the test."""
    opened: list[tuple[BrowserContext, Person]] = []
    people = request.node.stash.setdefault(OPENED, [])

    def arrive(role: str | None = None, width: int = 1440, height: int = 900, colors: str = "light", **more: Any) -> Person:
        known = (site.address, role or "")
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme=colors,
            timezone_id="Asia/Shanghai",
            storage_state=sessions.get(known),
            reduced_motion="reduce",
            accept_downloads=True,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        person = Person(context.new_page(), site, language)
        listen(person)
        opened.append((context, person))
        people.append(person)
        if role and known not in sessions:
            person.sign_in(role)
            sessions[known] = context.storage_state()
        return person

    yield arrive
    faults = [fault for _, person in opened for fault in person.faults]
    for context, _ in opened:
        context.close()
    assert not faults, "\n".join(faults)


def listen(person: Person) -> None:
    """Scripts that fail and anything that the Content-Security-Policy stops are faults; refused requests (4xx) are answers."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NO_FAULTS):
            person.faults.append(f"{person.page.url}: {message.text}")

    def answered(answer: Response) -> None:
        if "/static/" not in answer.url:
            person.asked.append(f"{answer.status} {answer.request.method} {answer.url}")
        if answer.status >= 500:
            person.faults.append(f"500: {answer.url}")

    person.page.on("console", heard)
    person.page.on("response", answered)
    person.page.on("pageerror", lambda error: person.faults.append(f"{person.page.url}: {error}"))
