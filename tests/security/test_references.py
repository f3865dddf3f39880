"""Nobody learns anything of a record that they can't read by pointing at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.records import finding, previewing, saving
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm

FILES = {
    "objects/client.yaml": """
object: client
fields:
  name: {type: text, required: true}
  limit: {type: integer}
""",
    "objects/offer.yaml": """
object: offer
fields:
  name: {type: text, required: true}
  client: {type: lookup, to: client}
  sum: {type: integer}
  ceiling: {type: integer, default: client.limit}
  reason: {type: text, required: "client.limit > 50"}
  lines: {type: child_table, of: offer_line}
  room: {type: integer, formula: client.limit - sum}
  weight: {type: integer, formula: sum(lines.load)}
validations:
  within: {require: "sum <= client.limit", when: "not is_blank(client)", message: That is too much.}
""",
    "objects/offer_line.yaml": """
object: offer_line
ownership: parent
parent: offer
title: what
fields:
  offer: {type: lookup, to: offer, required: true, on_delete: cascade}
  what: {type: text, required: true}
  client: {type: lookup, to: client}
  ceiling: {type: integer, default: client.limit}
  load: {type: integer, formula: zero(client.limit) + zero(ceiling)}
validations:
  small: {require: "offer.client.limit < 50", message: Too large.}
""",
    "roles/seller.yaml": "role: seller\nobjects:\n  client: {read: own, create: true, update: own}\n"
    "  offer: {read: own, create: true, update: own}\n",
}


@pytest.fixture
def firm(make_firm: Callable[..., Firm]) -> Firm:
    return make_firm(FILES)


def codes(error: Invalid) -> set[tuple[Any, str]]:
    return {(each.field, each.code) for each in error.problems}


@pytest.mark.parametrize("sum_", [1, 99, 1000])
def test_rules_say_nothing_of_a_record_that_can_not_be_read(firm: Firm, sum_: int) -> None:
    hidden = firm.create("system", "client", name="Hidden", limit=99)
    with firm.writing("seller") as work, pytest.raises(Invalid) as made:
        saving.create(work, "offer", {"name": "A", "client": hidden.id, "sum": sum_, "lines": [{"what": "pens"}]})
    assert codes(made.value) == {("client", "unknown_reference")}
    own = firm.create("seller", "offer", name="B", sum=sum_)
    with firm.writing("seller") as work, pytest.raises(Invalid) as changed:
        saving.update(work, "offer", own.id, {"client": hidden.id}, None)
    assert codes(changed.value) == {("client", "unknown_reference")}


def test_what_is_missing_anyway_is_told_along_with_it(firm: Firm) -> None:
    hidden = firm.create("system", "client", name="Hidden", limit=99)
    with firm.writing("seller") as work, pytest.raises(Invalid) as made:
        saving.create(work, "offer", {"client": hidden.id})
    assert codes(made.value) == {("client", "unknown_reference"), ("name", "required")}


def test_a_form_shows_no_default_out_of_a_record_that_can_not_be_read(firm: Firm) -> None:
    hidden = firm.create("system", "client", name="Hidden", limit=99)
    own = firm.create("seller", "client", name="Own", limit=7)
    with firm.writing("seller") as work:
        assert previewing.of_new(work, "offer", {"client": hidden.id}).values["ceiling"] is None
        assert previewing.of_line(work, "offer_line", {"client": hidden.id})["ceiling"] is None
        assert previewing.of_new(work, "offer", {"client": own.id}).values["ceiling"] == 7
        assert previewing.of_line(work, "offer_line", {"client": own.id})["ceiling"] == 7


def test_what_is_typed_into_a_stored_record_computes_nothing_out_of_records_that_can_not_be_read(firm: Firm) -> None:
    hidden = firm.create("system", "client", name="Hidden", limit=99)
    own = firm.create("seller", "client", name="Own", limit=7)
    offer = firm.create("seller", "offer", name="A", sum=1, client=own.id)
    theirs = firm.create("system", "offer", name="B", sum=1, client=own.id, lines=[{"what": "pens", "ceiling": 1000}])
    foreign = firm.get("system", theirs, ("lines",))["lines"][0].id
    with firm.writing("seller") as work:
        record = finding.get(work, "offer", offer.id, ["name", "sum", "client", "room", "weight"])

        def computed(**given: Any) -> dict[str, Any]:
            found = previewing.of_changed(work, record, given).values
            return {name: found[name] for name in ("room", "weight")}

        assert computed(client=own.id) == {"room": 6, "weight": 0}
        assert computed(client=hidden.id) == {"room": None, "weight": 0}
        assert computed(lines=[{"what": "pens", "client": own.id}])["weight"] == 14
        for row in ({"what": "pens", "client": hidden.id}, {"what": "pens", "id": foreign}, {"id": "no id"}):
            assert computed(lines=[row])["weight"] == 0, row
        found = previewing.of_new(work, "offer", {"lines": [{"what": "pens", "id": foreign}]})
        assert found.values["weight"] == 0


def test_a_filter_asks_nothing_of_the_own_record_that_is_hidden(make_firm: Callable[..., Firm]) -> None:
    firm = make_firm(FILES)
    firm.create("seller", "client", name="Own")
    assert firm.names("seller", "client", filter="user.name == 'Seller'") == ["Own"]
    for name in ("job_title", "nothing_at_all"):
        with pytest.raises(Invalid) as refused:
            firm.find("seller", "client", filter=f"user.{name} == 'x'")
        assert codes(refused.value) == {(f"user.{name}", "unknown_field")}
