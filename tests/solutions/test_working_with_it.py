"""People in their roles work with the standard solution: they make records of every kind, and convert leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from newel.runtime.installation import Installation
from newel.runtime.records import Actor, acting, finding, reading, saving, writing
from newel.runtime.records.errors import Forbidden, Invalid
from newel.runtime.records.identity import users

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"

People = Callable[[str], Actor]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The standard solution on each database, once for all tests here: none of them looks at another's records."""
    from tests.support import databases

    server = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    folder = tmp_path_factory.mktemp("standard")
    database = databases.create(request.param, folder, server)
    yield databases.install(STANDARD, database, databases.settings_for(database, folder))
    databases.drop(database)


@pytest.fixture
def person(installation: Installation) -> People:
    """Makes a person with one role."""

    def make(role: str) -> Actor:
        values = {"name": role, "email": f"{role}.{uuid4().hex[:8]}@example.com"}
        user = users.create(installation, values, password=None, roles=(role,), reason="a test")
        return Actor(user, (role,), name=role)

    return make


@pytest.mark.parametrize("role", ["sales_manager", "business_admin", "admin"])
def test_a_record_of_every_kind_is_made_with_little(installation: Installation, person: People, role: str) -> None:
    with writing(installation, person(role)) as work:
        account = saving.create(work, "account", {"name": "Acme"})
        contact = saving.create(work, "contact", {"name": "Ada"})
        lead = saving.create(work, "lead", {"name": "Bob"})
        product = saving.create(work, "product", {"name": "Pump", "price": "120.00"})
        opportunity = saving.create(work, "opportunity", {"name": "Deal", "account": account.id})
        for name in ("campaign", "competitor", "document", "product_family", "price_book", "region", "resource"):
            if role != "sales_manager" or name != "campaign":
                saving.create(work, name, {"name": name})
        for name in ("task", "call", "meeting", "note", "case"):
            saving.create(work, name, {"subject": name})
        assert {each.version for each in (account, contact, lead, product, opportunity)} == {1}


def test_a_line_takes_the_list_price_and_its_amount_is_worked_out(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_manager")) as work:
        account = saving.create(work, "account", {"name": "Acme"})
        product = saving.create(work, "product", {"name": "Pump", "price": "120.00"})
        lines = [{"product": product.id, "quantity": "3", "discount": "10"}]
        made = saving.create(work, "opportunity", {"name": "Deal", "account": account.id, "lines": lines})
        line: Any = finding.get(work, "opportunity", made.id)["lines"][0]
        assert str(line["price"]) == "120.00 CNY"
        assert str(line["amount"]) == "324.00 CNY"


def test_a_deal_is_won_with_its_amount_only(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_rep")) as work:
        account = saving.create(work, "account", {"name": "Acme"})
        made = saving.create(work, "opportunity", {"name": "Deal", "account": account.id})
        with pytest.raises(Invalid) as refused:
            saving.update(work, "opportunity", made.id, {"stage": "won"}, made.version)
        assert [each.field for each in refused.value.problems] == ["amount"]
        won = saving.update(work, "opportunity", made.id, {"stage": "won", "amount": "5000"}, made.version)
        assert won["stage"] == "won"


def test_a_lost_deal_says_why(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_rep")) as work:
        account = saving.create(work, "account", {"name": "Acme"})
        with pytest.raises(Invalid) as refused:
            saving.create(work, "opportunity", {"name": "Deal", "account": account.id, "stage": "lost"})
        assert [each.field for each in refused.value.problems] == ["loss_reason"]


@pytest.mark.parametrize("role", ["sales_rep", "sales_manager"])
def test_a_lead_becomes_an_account_a_contact_and_an_opportunity(installation: Installation, person: People, role: str) -> None:
    with writing(installation, person(role)) as work:
        values = {"name": "李雷", "company": "恒泰科技", "phone": "13800001111", "email": "li.lei@example.com", "budget": "80000"}
        lead = saving.create(work, "lead", {**values, "source": "exhibition", "industry": "electronics"})
        acting.perform(work, "lead", lead.id, "convert", {})
        converted: Any = finding.get(work, "lead", lead.id)
        account: Any = finding.get(work, "account", converted["account"])
        contact: Any = finding.get(work, "contact", converted["contact"])
        deal: Any = finding.get(work, "opportunity", converted["opportunity"])
    assert (converted["status"], account["name"], account["kind"]) == ("converted", "恒泰科技", "company")
    assert (contact["name"], contact["account"], contact["mobile"]) == ("李雷", account.id, "13800001111")
    assert (deal["account"], deal["contact"], str(deal["amount"]), deal["source"]) == (
        account.id,
        contact.id,
        "80000.00 CNY",
        "exhibition",
    )


def test_a_private_lead_becomes_a_person(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_rep")) as work:
        lead = saving.create(work, "lead", {"name": "韩梅梅"})
        acting.perform(work, "lead", lead.id, "convert", {})
        converted: Any = finding.get(work, "lead", lead.id)
        account: Any = finding.get(work, "account", converted["account"])
    assert (account["name"], account["kind"]) == ("韩梅梅", "person")


def test_converting_shows_the_account_that_may_already_be_there(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_manager")) as work:
        known = saving.create(work, "account", {"name": "华信机械"})
        lead = saving.create(work, "lead", {"name": "李雷", "company": "华信机械"})
        steps = {each["step"]: each for each in acting.prepare(work, "lead", lead.id, "convert")["steps"]}
        assert [each["id"] for each in steps["account"]["duplicates"]] == [known.id]


def test_a_rep_sees_all_customers_but_only_the_own_deals(installation: Installation, person: People) -> None:
    manager, rep = person("sales_manager"), person("sales_rep")
    with writing(installation, manager) as work:
        account = saving.create(work, "account", {"name": "Seen by all", "credit_limit": "1000"})
        saving.create(work, "opportunity", {"name": "Secret", "account": account.id})
    with reading(installation, rep) as work:
        assert len(finding.find(work, "account", filter="name == 'Seen by all'")) == 1
        assert len(finding.find(work, "opportunity")) == 0
    with writing(installation, rep) as work, pytest.raises((Forbidden, Invalid)):
        saving.create(work, "account", {"name": "Mine", "credit_limit": "1"})


def test_costs_are_hidden_from_reps(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_manager")) as work:
        product = saving.create(work, "product", {"name": "Pump", "cost": "80"})
    with reading(installation, person("sales_rep")) as work:
        assert "cost" not in finding.get(work, "product", product.id)


def test_a_rep_reads_the_own_notes_and_papers_and_what_is_shared(installation: Installation, person: People) -> None:
    with writing(installation, person("sales_manager")) as work:
        saving.create(work, "note", {"subject": "Between us"})
        saving.create(work, "document", {"name": "Draft offer"})
        saving.create(work, "document", {"name": "Brochure", "shared": True})
    with writing(installation, person("sales_rep")) as work:
        saving.create(work, "document", {"name": "My offer"})
        assert {each["name"] for each in finding.find(work, "document", fields=("name",))} == {"Brochure", "My offer"}
        assert len(finding.find(work, "note")) == 0
