"""Who may enter Setup, what its pages cost, and that Flask-Admin brings nothing of its own along."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import event

from newel.runtime.records.work import Work
from newel.runtime.web.setup import ROUTES
from tests.support.site import Browser, Site

MOST_STATEMENTS = 12
# What Flask-Admin's views offer and Setup doesn't: no address leads there.
CLOSED = {"action_view", "ajax_lookup", "ajax_update", "delete_view", "details_view", "edit_view", "export", "create_view"}


def pages(site: Site) -> list[str]:
    """Every page of Setup."""
    person = site.person("admin").id
    found = [rule.replace("<role_name>", "rep") for _, rule, methods in ROUTES if "GET" in methods]
    about = {
        "/setup/users/edit/": f"?id={person}",
        "/setup/metadata/element/": "?address=object:account/field:name",
        "/setup/rules/new/": "?object=account",
        "/setup/rules/rule/": "?address=object:account/field:name/required",
        "/setup/rules/names/": "?object=account",
    }
    return [f"{path}{about.get(path, '')}" for path in found]


def test_a_role_that_may_set_up_opens_every_page(site: Site) -> None:
    keeper = site.browser("keeper")
    for path in pages(site):
        assert keeper.get(path).status_code == 200, path


def test_for_everybody_else_there_is_nothing(site: Site) -> None:
    """Not a page, not a change, not even the place: as for an address that was never there."""
    rep = site.browser("rep")
    nothing = rep.get("/no/such/place").status_code
    for path in ("/setup", *pages(site)):
        assert rep.get(path).status_code == nothing == 404, path
    for _, rule, methods in ROUTES:
        if "POST" in methods:
            assert rep.post(rule, {"id": site.person("admin").id}).status_code == 404, rule


def test_a_view_is_closed_whatever_leads_to_it(site: Site) -> None:
    """Behind the guard of the app, every view asks once more."""
    site.app.before_request_funcs[None] = [each for each in site.app.before_request_funcs[None] if each.__name__ != "admit"]
    assert site.browser("rep").get("/setup/users/").status_code == 404


def test_a_change_without_the_token_is_refused(site: Site) -> None:
    admin = site.browser("admin")
    for _, rule, methods in ROUTES:
        if "POST" in methods:
            assert admin.client.post(rule, data={"id": site.person("rep").id}).status_code == 403, rule


def test_no_page_needs_more_than_twelve_statements(site: Site) -> None:
    admin = site.browser("admin")
    for path in pages(site):
        admin.get(path)  # what is kept for an installation is made once
        said = statements(site, admin, path)
        assert len(said) <= MOST_STATEMENTS, (path, said)


def statements(site: Site, browser: Browser, path: str) -> list[str]:
    said: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    def execute(work: Work, text: str, parameters: Any) -> Any:  # prepared statements go to the driver's own cursor
        said.append(text)
        return own(work, text, parameters)

    engine = site.installation.database.engine
    own, Work.execute = Work.execute, execute  # type: ignore[method-assign]
    event.listen(engine, "before_cursor_execute", listen)
    try:
        browser.get(path)
    finally:
        Work.execute = own  # type: ignore[method-assign]
        event.remove(engine, "before_cursor_execute", listen)
    return [each for each in said if not each.startswith(("BEGIN", "PRAGMA table"))]


def test_pages_carry_nothing_of_flask_admins_own(site: Site) -> None:
    admin = site.browser("admin")
    for path in pages(site):
        page = admin.get(path).data.decode("utf-8", "replace")  # one is a file
        assert "bootstrap" not in page.casefold().replace("--tblr", ""), path
        assert "/setup/static" not in page, path
        assert not re.search(r"\son[a-z]+=|style=|javascript:", page), path
    assert admin.get("/setup/static/admin/css/bootstrap4/admin.css").status_code == 404


def test_every_route_leads_to_what_a_view_exposes(site: Site) -> None:
    from newel.runtime.web.setup.console import console

    exposed = {
        (f"{view.endpoint}.{method}", f"{view.url}{url}", " ".join(methods))
        for view in console(site.app).views.values()
        for url, method, methods in view._urls
    }
    assert set(ROUTES) <= exposed
    assert {endpoint.partition(".")[2] for endpoint, *_ in exposed - set(ROUTES)} <= CLOSED


def test_flask_admin_is_not_loaded_before_somebody_goes_to_setup() -> None:
    program = "import sys, newel.runtime.web.app; print('flask_admin' in sys.modules, 'wtforms' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_its_sql_part_is_never_loaded(site: Site) -> None:
    site.browser("admin").get("/setup/")
    assert "flask_admin.contrib.sqla" not in sys.modules


@pytest.mark.parametrize(
    ("words", "expected"), [("somebody off", "/setup/users/"), ("停用", "/setup/users/"), ("index", "/setup/search-index/")]
)
def test_tasks_are_found_by_words_in_both_languages(site: Site, words: str, expected: str) -> None:
    page = site.browser("admin").get("/setup/", query_string={"q": words}).text
    assert f'class="card tile-card" href="{expected}"' in page
    assert 'href="/setup/metadata/?task=field"' not in page


def test_elements_are_found_from_the_front_page(site: Site) -> None:
    page = site.browser("admin").get("/setup/?q=credit_limit").text
    assert "object:account/field:credit_limit" in page
