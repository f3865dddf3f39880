"""Roles, the metadata browser, the search index and health."""

from __future__ import annotations

import time

from sqlalchemy import delete

from newel.runtime.records import indexing, measuring, reindexing
from newel.runtime.storage.system_records import SEARCH
from tests.support.site import Site

PATIENCE = 20.0


def finished(site: Site) -> str:
    """How the rebuild ended."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = reindexing.state(site.installation.settings)
        if found is not None and not found.is_running:
            return found.state
        time.sleep(0.02)
    raise AssertionError("the rebuild did not end")


def test_a_role_shows_scopes_rules_and_hidden_fields(site: Site) -> None:
    page = site.browser("admin").get("/setup/roles/rep/").text
    assert "Own" in page
    assert "hidden" in page
    assert "roles/rep.yaml" in page
    assert site.browser("admin").get("/setup/roles/none/").status_code == 404


def test_an_element_says_where_it_is_and_what_uses_it(site: Site) -> None:
    page = site.browser("admin").get("/setup/metadata/element/?address=object:account/field:amount").text
    assert "objects/account.yaml:" in page
    assert "object:account/validation:won_needs_amount" in page


def test_every_element_has_its_page(site: Site) -> None:
    admin = site.browser("admin")
    for address in site.installation.model.places:
        answer = admin.get("/setup/metadata/element/", query_string={"address": address})
        assert answer.status_code == 200, address
    assert admin.get("/setup/metadata/element/?address=object:nothing").status_code == 404


def test_the_model_names_rules_among_the_uses(site: Site) -> None:
    """Whoever asks the Model what uses an element hears of rules, too: the screen, the shell, the API alike."""
    uses = site.installation.model.uses["object:account/field:amount"]
    assert any("validation:won_needs_amount/require" in each for each in uses)


def test_the_index_is_written_anew(site: Site) -> None:
    api = site.api("admin")
    for number in range(3):
        api.create("account", name=f"Acme {number}")
    with site.installation.database.writing() as connection:
        connection.execute(delete(SEARCH))
    admin = site.browser("admin")
    assert "Not whole" in admin.get("/setup/search-index/").text
    assert admin.post("/setup/search-index/rebuild/").status_code == 303
    assert finished(site) == "done"
    assert all(each.is_whole for each in measuring.indexed(site.installation))
    assert "Not whole" not in admin.get("/setup/search-index/").text


def test_a_rebuild_that_is_stopped_leaves_the_index_as_it_was(site: Site) -> None:
    """The listener hears the wish at its next step, and the transaction is rolled back."""
    site.api("admin").create("account", name="Acme")
    begun = reindexing.Progress("running")
    reindexing.stop(site.installation.settings)
    reindexing._run(site.installation, begun)
    assert finished(site) == "stopped"
    assert all(each.is_whole for each in measuring.indexed(site.installation))


def test_only_one_rebuild_runs_and_a_lost_one_is_known(site: Site) -> None:
    settings = site.installation.settings
    reindexing._tell(settings, reindexing.Progress("running", began=time.time()))
    assert not reindexing.start(site.installation)
    lost = reindexing._state_file(settings)
    lost.write_text('{"state": "running", "told": 1.0}', "utf-8")
    found = reindexing.state(settings)
    assert found is not None
    assert found.state == "broken"


def test_health_tells_the_facts_and_the_doctor_is_the_same_everywhere(site: Site) -> None:
    site.installation.settings.home.mkdir(exist_ok=True)
    admin = site.browser("admin")
    page = admin.get("/setup/health/").text
    assert site.installation.model.hash[:16] in page
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[site.installation.database.dialect] in page
    assert "All is well." in admin.get("/setup/health/findings/").text
    searched = [name for name, each in site.installation.model.objects.items() if indexing.searched(each)]
    assert {each.object for each in measuring.indexed(site.installation)} == set(searched)


def test_setup_speaks_chinese(site: Site) -> None:
    person = site.person("admin", name="zh", language="zh-CN")
    browser = site.stranger()
    browser.sign_in(person)
    assert "系统设置" in browser.get("/setup/").text
    assert "数据库完好" in browser.get("/setup/health/findings/").text
