"""Every kind of screen, with the standard CRM and its demo data, on both databases: few statements, and nothing inline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from newel.runtime import samples
from newel.runtime.storage.database import Database
from tests.support import databases
from tests.support.site import Browser, Person, Site

STANDARD = Path(__file__).parents[3] / "solutions" / "standard"
MOST = 12  # statements a page may need
FRAMES = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|PRAGMA|--)", re.I)
INSIDE = re.compile(r"'main'\.'")  # what SQLite's full-text index asks of its own tables
INLINE = re.compile(
    r"""<[^>]*\son[a-z]+\s*=\s*["']|<script(?![^>]*\b(?:src=|nonce=|type="application/json"))|<[^>]*\sstyle\s*=\s*["']|"""
    r"""<style(?![^>]*\bnonce=)|=\s*["']javascript:|\shx-(?:on|vals=["']js:)|\seval\(""",
    re.I,
)

SCREENS = (
    "/",
    "/app/sales",
    "/app/service",
    "/o/account",
    "/o/account?view=my",
    "/o/account?view=board",
    "/o/account?q=a",
    "/o/account?sort=-grade,name&columns=name,region.name,owner,annual_revenue,tags,address",
    "/o/account/filter?field=status",
    "/o/account/filter?as=expression",
    "/o/account/filter?as=conditions",
    "/o/account/total?view=my",
    "/o/account?filter=status == 'customer' and (grade == 'a' or count(opportunities) > 1)",
    "/o/account/filter?field=owner",
    "/o/account/editor?field=industry",
    "/o/account/new",
    "/o/account/new?quick=1",
    "/o/account/suggest?q=co",
    "/o/account/suggest",
    "/o/{account}",
    "/o/{account}?tab=people",
    "/o/{account}?tab=business",
    "/o/{account}/activity",
    "/o/{account}/files",
    "/o/{account}/history",
    "/o/{account}/timeline",
    "/o/{account}/card",
    "/o/{account}/edit",
    "/o/{account}/edit?only=phone",
    "/o/{account}/delete",
    "/o/{account}/related/contacts",
    "/o/{account}/related/opportunities?short=1",
    "/o/opportunity",
    "/o/opportunity?filter=stage in ['propose', 'won'] and account.grade == 'a'",
    "/o/opportunity?view=pipeline",
    "/o/opportunity?view=calendar",
    "/o/opportunity/new",
    "/o/{opportunity}",
    "/o/{opportunity}?tab=people",
    "/o/{opportunity}?tab=papers",
    "/o/{opportunity}/edit",
    "/o/{opportunity}/move?field=stage",
    "/o/{opportunity}/timeline",
    "/o/{opportunity}/history",
    "/o/{contact}",
    "/o/{contact}/edit",
    "/o/{lead}",
    "/o/{lead}/actions/convert",
    "/o/{product}",
    "/o/{product}/edit",
    "/o/{campaign}",
    "/o/{campaign}?tab=members",
    "/o/{case}",
    "/o/{meeting}",
    "/o/{meeting}/edit",
    "/o/{meeting}/links/guests",
    "/o/{task}",
    "/o/meeting?view=calendar",
    "/o/meeting/events?view=calendar&from=2026-11-01&to=2026-12-13",
    "/o/task",
    "/o/region",
    "/search?q=co",
    "/search?q=zh",
    "/palette",
    "/palette/records?q=co",
    "/suggest?of=task.regarding&q=co",
    "/bin",
    "/bin?object=account",
    "/profile",
    "/setup/",
    "/api/docs",
    "/no/such/page",
)


@dataclass
class Served:
    """The demo company in this process: a browser of its administrator, and the statements that are run meanwhile."""

    site: Site
    browser: Browser
    records: dict[str, str]
    statements: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        self.statements.clear()
        return self.browser.get(path.format_map(self.records))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo company on each database, once for all tests here: none of them changes it."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    folder = tmp_path_factory.mktemp("every-screen")
    database = databases.create(request.param, folder, server)
    installation = databases.install(STANDARD, database, databases.settings_for(database, folder))
    for mode in ("reference", "demo"):
        samples.load(installation, mode)
    site = Site(installation)
    browser = site.stranger()
    signed_in = browser.sign_in(Person("", "henry.wood@example.com", ("business_admin",)), "welcome-to-newel")
    assert signed_in.status_code == 303
    made = Served(site, browser, busiest(browser))
    with listening(database, made.statements):
        made.get("/")
        yield made
    databases.drop(database)


def busiest(browser: Browser) -> dict[str, str]:
    """Of every object that the screens name, the record that has most to show."""
    found = {}
    for name in ("contact", "lead", "product", "campaign", "case", "meeting", "task"):
        wanted = "status == 'new'" if name == "lead" else ""
        rows = browser.get(f"/api/v1/records/{name}", query_string={"limit": 1, "filter": wanted}).json["data"]
        found[name] = f"{name}/{rows[0]['id']}"
    for name, of, by in (("account", "opportunity", "account"), ("opportunity", "opportunity_line", "opportunity")):
        groups = browser.get(f"/api/v1/records/{of}/aggregate?group={by}&measure=count()").json["data"]
        most = max(groups, key=lambda each: each["count()"])
        found[name] = f"{name}/{most[by]}"
    return found


@contextmanager
def listening(database: Database, statements: list[str]) -> Iterator[None]:
    """Notes down what the driver is asked to run, whoever asks it."""

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **more: Any) -> Any:
            statements.append(str(query))
            return super().execute(query, *rest, **more)

        def executemany(self, query: Any, *rest: Any, **more: Any) -> Any:
            statements.append(str(query))
            return super().executemany(query, *rest, **more)

    def taken(connection: Any, *_: Any) -> None:
        if database.dialect == "sqlite":
            connection.set_trace_callback(statements.append)
        else:
            connection.cursor_factory = Noting

    event.listen(database.engine, "checkout", taken)
    yield
    event.remove(database.engine, "checkout", taken)


def asked(statements: list[str]) -> list[str]:
    """The statements, without those that only frame a transaction."""
    return [each for each in statements if not FRAMES.match(each) and not INSIDE.search(each)]


@pytest.mark.parametrize("path", SCREENS)
def test_a_page_needs_few_statements_and_holds_nothing_inline(served: Served, path: str) -> None:
    answer = served.get(path)
    assert answer.status_code == (404 if path.startswith("/no/") else 200), answer.text[:2000]
    ran = asked(served.statements)
    assert 1 <= len(ran) <= MOST, f"{len(ran)} statements:\n" + "\n".join(each[:300] for each in ran)
    if answer.mimetype == "text/html":
        found = INLINE.search(answer.text)
        assert found is None, answer.text[max(0, found.start() - 100) : found.end() + 200]
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_a_refused_form_needs_few_statements(served: Served) -> None:
    token = served.browser.token()
    for path, data in (
        ("/o/opportunity/new", {"amount.amount": "many"}),
        ("/o/{opportunity}/move", {"field": "stage", "value": "lost"}),
        ("/o/account/preview", {"kind": "person"}),
    ):
        served.statements.clear()
        answer = served.browser.client.post(path.format_map(served.records), data={**data, "csrf_token": token})
        assert answer.status_code in (200, 422), answer.text[:1000]
        ran = asked(served.statements)
        assert len(ran) <= MOST, f"{path}: {len(ran)} statements:\n" + "\n".join(each[:300] for each in ran)
        assert INLINE.search(answer.text) is None
