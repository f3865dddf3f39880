"""“Why?” tells of a record's rules, beside a field of those about it, and nobody of what they may not see."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.records import as_system, saving, writing
from tests.runtime.records.formula_world import FILES
from tests.runtime.web.setup.test_entering import statements
from tests.support.site import Browser, Site

CANARY = 7_310_001
ABSENT = "00000000-0000-7000-8000-000000000000"
GUEST = """
role: guest
objects:
  customer: {read: own, fields: {"*": none, name: read, city: read, shout: read, hidden_but_shown: read}}
"""


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation({**FILES, "roles/guest.yaml": GUEST}))


def create(site: Site, object_name: str, **values: Any) -> str:
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        return saving.create(work, object_name, values).id


def told(browser: Browser, object_name: str, record: str, field: str = "") -> str:
    answer = browser.get(
        f"/o/{object_name}/{record}/why" + (f"?field={field}" if field else ""), headers={"Newel-Part": "dialog"}
    )
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_beside_a_field_stand_the_rules_about_it_and_the_checks_that_look_at_it(site: Site) -> None:
    record = create(site, "order", name="A", amount={"amount": "200", "currency": "CNY"}, stage="open")
    boss = site.browser("boss")
    expected = told(boss, "order", record, "expected")
    assert "100.00" in expected
    assert "A won order is worth something." in expected
    assert "title_line" not in expected
    assert "All rules of this record" in expected
    assert "No rule speaks about this field." in told(boss, "order", record, "factor")
    assert 'why?field=expected"' in boss.get(f"/o/order/{record}").text


def test_nobody_is_told_of_what_they_may_not_see(site: Site) -> None:
    """A hidden field and one that is not there give the same answer; what is made of it says that it is, and no more."""
    owner = site.person("guest").id
    record = create(site, "customer", name="Ann", secret=CANARY, owner=owner)
    guest = site.browser("guest")
    whole = told(guest, "customer", record)
    assert "ANN" in whole
    assert "your role does not show" in whole
    for each in (whole, told(guest, "customer", record, "hidden_but_shown")):
        assert "secret" not in each
        assert str(CANARY) not in each.replace(",", "")
    hidden, absent = (told(guest, "customer", record, name).replace(name, "x") for name in ("hidden_twice", "no_such_field"))
    assert hidden == absent
    assert "/setup/" not in whole
    other = create(site, "customer", name="Bob", owner=site.person("boss").id)
    assert (
        guest.get(f"/o/customer/{other}/why").status_code
        == guest.get(f"/o/customer/{'0' * 8}-{'0' * 4}-7000-8000-{'0' * 12}/why").status_code
        == 404
    )


def test_an_administrator_goes_on_to_the_rule_with_the_record(site: Site) -> None:
    record = create(site, "order", name="A", stage="open")
    page = told(site.browser("admin"), "order", record, "expected")
    assert f"/setup/rules/rule/?address=object%3Aorder%2Ffield%3Aexpected%2Fformula&record={record}" in page


def test_it_needs_few_statements_however_many_rules_there_are(site: Site) -> None:
    record = create(
        site, "order", name="A", amount={"amount": "200", "currency": "CNY"}, customer=create(site, "customer", name="Ann")
    )
    boss = site.browser("boss")
    told(boss, "order", record)
    said = statements(site, boss, f"/o/order/{record}/why")
    assert len(said) <= 12, said
