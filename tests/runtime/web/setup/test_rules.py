"""Setup's rules: listed as sentences, checked as one types, tried on a record with one's own rights, published as a whole."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from newel.metadata.words import say
from newel.runtime.records import as_system, saving, writing
from newel.runtime.storage import catalog
from newel.runtime.storage.system import APPLY
from newel.runtime.web.setup.rule_list import KINDS
from tests.runtime.records.formula_world import FILES
from tests.support.site import Browser, Site

KEEPER = """
role: keeper
setup: true
objects:
  order: {read: own, fields: {"*": none, name: read, amount: read, customer: read}}
  customer: {read: all, fields: {"*": none, name: read}}
"""
SMALL = """
test: small
as: boss
steps:
  won:
    when: {create: order, set: {name: A, amount: 5, stage: won}}
    expect: {value: {name: A}}
"""
ABSENT = "00000000-0000-7000-8000-000000000000"
PROMISE = "object:order/validation:no_empty_promise/require"


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation({**FILES, "roles/keeper.yaml": KEEPER}))


def create(site: Site, object_name: str, **values: Any) -> str:
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        return saving.create(work, object_name, values).id


def check(browser: Browser, address: str, text: str, **more: str) -> str:
    answer = browser.post("/setup/rules/check/", {"address": address, "text": text, **more}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", html.unescape(answer.text))


def plan(browser: Browser, address: str, text: str, **more: str) -> tuple[int, str, str]:
    """The answer to the plan: its status, what it shows, and the steps that it asks to agree to."""
    answer = browser.post("/setup/rules/plan/", {"address": address, "text": text, **more})
    found = re.search(r'name="steps" value="(\w+)"', answer.text)
    return answer.status_code, html.unescape(answer.text), found[1] if found else ""


def save(browser: Browser, address: str, text: str, **more: str) -> tuple[int, str]:
    steps = plan(browser, address, text, **more)[2]
    answer = browser.post("/setup/rules/save/", {"address": address, "text": text, "steps": steps, **more})
    return answer.status_code, html.unescape(answer.text)


def test_every_rule_is_listed_with_its_sentence_in_the_readers_language(site: Site) -> None:
    page = html.unescape(site.browser("admin").get("/setup/rules/").text)
    model, expressions = site.installation.model, site.installation.rulebook.expressions
    assert model.objects["order"].fields["expected"].formula is not None
    for address, expression in expressions.items():
        assert quote(address, safe="") in page, address
        assert expression.text in page
    own, platform = page.index("rules-of-order"), page.index("rules-of-nw_")
    assert own < platform
    chinese = site.stranger()
    chinese.sign_in(site.person("admin", name="zh", language="zh-CN"))
    assert "校验规则" in chinese.get("/setup/rules/").text


def test_a_rule_is_found_by_its_words(site: Site) -> None:
    found = site.browser("admin").get("/setup/rules/?q=no_empty_promise").text
    assert quote(PROMISE, safe="") in found
    assert "rules-of-customer" not in found
    assert "Nothing found" in site.browser("admin").get("/setup/rules/?q=zzz").text


def test_every_kind_of_rule_has_its_words_in_chinese() -> None:
    for label, question in KINDS.values():
        assert say("zh-CN", label) != label
        assert say("zh-CN", question) != question


def test_a_fault_is_told_with_its_place_and_the_way_out(site: Site) -> None:
    said = check(site.browser("admin"), PROMISE, "amont > 0")
    assert 'has no field "amont"' in said
    assert 'Did you mean "amount"?' in said
    assert "^^^^^" in said
    assert "data-faults" in said


def test_what_is_right_is_read_out_with_what_it_reads(site: Site) -> None:
    said = check(site.browser("admin"), PROMISE, "amount > money(0, 'CNY')")
    assert "Amount is more than" in said
    assert "yes or no" in said
    assert "data-faults" not in said
    assert "extend: order" in said


def test_a_result_of_the_wrong_type_is_a_fault_where_the_rule_stands(site: Site) -> None:
    assert "NW-X405" in check(site.browser("admin"), PROMISE, "amount")
    assert "data-faults" not in check(site.browser("admin"), "object:order/field:expected/formula", "amount * 2")
    assert "NW-X501" in check(site.browser("admin"), "object:order/field:expected/formula", "expected * 2")


def test_a_rule_is_tried_on_a_record_part_by_part(site: Site) -> None:
    record = create(site, "order", name="A", amount={"amount": "5", "currency": "CNY"}, stage="open")
    admin = site.browser("admin")
    said = check(admin, "object:order/field:expected/formula", "amount * 3", record=record)
    assert "15.00" in said
    assert "5.00" in said
    assert "This record passes." in check(admin, "object:order/validation:x_new/require", "amount(amount) > 4", record=record)
    assert "does not pass" in check(admin, "object:order/validation:x_new/require", "amount(amount) > 5", record=record)


def test_nothing_is_told_of_what_the_reader_may_not_see(site: Site) -> None:
    """Not the value of a hidden field, not whether a rule over it holds, not a record of somebody else."""
    keeper = site.browser("keeper")
    record = create(site, "order", name="Mine", owner=site.person("keeper").id, stage="open")
    other = create(site, "order", name="Canary", owner=site.person("admin").id, stage="open")
    address = "object:order/validation:x_new/require"
    said = check(keeper, address, "stage == 'open'", record=record)
    assert "your role does not show" in said
    assert "passes" not in said
    assert "passes" in check(keeper, address, "name == 'Mine'", record=record)
    unseen, absent = (check(keeper, address, "name == 'Canary'", record=each) for each in (other, ABSENT))
    assert unseen == absent
    assert "Canary" not in unseen.replace("“Canary”", "").replace("'Canary'", "")
    assert check(keeper, address, "name == 'Canary'", record="no id") == check(keeper, address, "name == 'Canary'")
    page = keeper.get(f"/setup/rules/rule/?address={address}&record={other}").text
    assert ">Canary<" not in page


def test_a_rule_is_published_into_the_organisations_own_layer_and_holds_at_once(site: Site) -> None:
    admin = site.browser("admin")
    text = "amount > money(100, 'CNY')"
    status, page, steps = plan(admin, PROMISE, text)
    assert (status, bool(steps)) == (200, True), page
    assert save(admin, PROMISE, text)[0] == 303
    with site.installation.database.reading() as connection:
        layers = {each.name: each for each in catalog.layers(connection)}
    assert "amount > money(100, 'CNY')" in layers["org"].files["setup/order.yaml"]
    assert "org" in admin.get(f"/setup/metadata/element/?address={PROMISE.rpartition('/')[0]}").text
    page = html.unescape(admin.get(f"/setup/rules/rule/?address={PROMISE}").text)
    assert text in page
    key = site.api("boss")
    answer = key.post("/records/order", {"name": "B", "stage": "won", "amount": {"amount": "50", "currency": "CNY"}})
    assert answer.status_code == 422, answer.text


def test_a_new_validation_is_made_with_its_message(site: Site) -> None:
    admin = site.browser("admin")
    address = "object:order/validation:x_named/require"
    assert admin.get("/setup/rules/rule/?object=order&name=named").status_code == 200
    assert plan(admin, address, "name != 'x'")[0] == 422
    assert save(admin, address, "name != 'x'", message="Not x, please.", field="name")[0] == 303
    answer = site.api("boss").post("/records/order", {"name": "x"})
    assert answer.status_code == 422
    assert "Not x, please." in answer.text


def test_two_people_who_publish_one_after_the_other_both_keep_what_they_said(site: Site) -> None:
    admin = site.browser("admin")
    assert save(admin, "object:order/validation:x_one/require", "name != 'x'", message="One.")[0] == 303
    assert save(admin, "object:order/validation:x_two/require", "name != 'y'", message="Two.")[0] == 303
    page = html.unescape(admin.get("/setup/rules/").text)
    assert "One." in page
    assert "Two." in page


def test_a_plan_that_has_become_another_one_is_shown_again(site: Site) -> None:
    admin = site.browser("admin")
    answer = admin.post("/setup/rules/save/", {"address": PROMISE, "text": "amount > money(100, 'CNY')", "steps": "0" * 64})
    assert answer.status_code == 200
    assert "Somebody else has published" in answer.text
    with site.installation.database.reading() as connection:
        assert "org" not in {each.name for each in catalog.layers(connection)}


def test_a_scenario_test_that_fails_stops_it_unless_that_is_wanted(make_installation: Callable[..., Any]) -> None:
    """The journal tells that it was; and what fails already stops no later change."""
    site = Site(make_installation({**FILES, "tests/small.yaml": SMALL}))
    admin = site.browser("admin")
    text = "amount > money(100, 'CNY')"
    status, page = save(admin, PROMISE, text)
    assert status == 422
    assert "Nothing was changed" in page
    assert "Publish all the same" in page
    with site.installation.database.reading() as connection:
        assert "org" not in {each.name for each in catalog.layers(connection)}
    assert save(admin, PROMISE, text, untested="1")[0] == 303
    with site.installation.database.reading() as connection:
        last = connection.execute(select(APPLY.c.applied_by).order_by(APPLY.c.revision.desc())).scalars().first()
    assert last == "admin@example.com (Setup, without the scenario tests)"
    assert save(admin, "object:order/validation:x_one/require", "name != 'x'", message="One.")[0] == 303
    assert save(admin, "object:order/validation:x_one/require", "name != 'y'")[0] == 303


def test_who_may_not_read_a_field_may_not_publish_a_rule_over_it(site: Site) -> None:
    keeper = site.browser("keeper")
    address = "object:order/validation:x_new/require"
    more = {"message": "No."}
    status, page, steps = plan(keeper, address, "stage != 'won'", **more)
    assert (status, steps) == (422, "")
    assert "Only who may read it" in page
    answer = keeper.post("/setup/rules/save/", {"address": address, "text": "stage != 'won'", "steps": "x", **more})
    assert answer.status_code == 422
    assert save(keeper, address, "name != 'x'", **more)[0] == 303


@pytest.mark.parametrize("text", ["sum(orders.amount) > 5", "count(orders) == 1", "any(orders, where=name == 'x')"])
def test_who_reads_only_some_records_may_not_publish_a_rule_over_all_of_them(site: Site, text: str) -> None:
    keeper = site.browser("keeper")
    status, page, steps = plan(keeper, "object:customer/validation:x_new/require", text, message="No.")
    assert (status, steps) == (422, "")
    assert "Only who may read it" in page
    through = plan(keeper, "object:order/validation:x_new/require", "customer.name != name", message="No.")
    assert through[0] == 200


def test_rows_of_roles_are_written_into_their_own_file(site: Site) -> None:
    status, page, steps = plan(site.browser("admin"), "role:clerk/object:order/read", "name == 'a'")
    assert (status, steps) == (200, "")
    assert "role: clerk" in page
    assert "own layer can't say this" in page


def test_the_editor_learns_what_may_be_written(site: Site) -> None:
    admin = site.browser("admin")
    known = admin.get(f"/setup/rules/names/?address={PROMISE}").json or {}
    fields = {each["name"]: each for each in known["objects"]["order"]["fields"]}
    assert fields["stage"]["options"][0] == {"name": "open", "label": "Open"} or fields["stage"]["options"]
    assert fields["customer"]["to"] == "customer"
    names = {each["name"] for each in known["functions"]}
    assert {"sum", "changed", "today", "option", "lookup"} <= names
    condition = admin.get("/setup/rules/names/?address=object:order/field:amount/visible").json or {}
    assert "sum" not in {each["name"] for each in condition["functions"]}
    beyond = admin.get("/setup/rules/names/?object=customer").json or {}
    assert "name" in {each["name"] for each in beyond["fields"]}


@pytest.mark.parametrize("address", ["", "object:nothing/field:x/visible", "object:order/validation:new/require", "object:order"])
def test_where_no_rule_can_stand_there_is_no_page(site: Site, address: str) -> None:
    admin = site.browser("admin")
    assert admin.get(f"/setup/rules/rule/?address={address}").status_code == 404
    assert admin.post("/setup/rules/check/", {"address": address, "text": "true"}).status_code == 404


def test_an_element_leads_to_its_rules(site: Site) -> None:
    admin = site.browser("admin")
    page = admin.get("/setup/metadata/element/?address=object:order/field:expected").text
    found = re.search(r'href="(/setup/rules/\?q=[^"]+)"', page)
    assert found is not None
    listed = admin.get(html.unescape(found[1])).text
    assert "expected" in listed
    assert "net_rounded" not in listed


def test_faults_are_told_in_the_readers_language(site: Site) -> None:
    chinese = site.stranger()
    chinese.sign_in(site.person("admin", name="zh", language="zh-CN"))
    said = check(chinese, PROMISE, "amont > 0")
    assert "has no field" not in said
    assert "amount" in said
