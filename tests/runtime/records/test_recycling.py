"""The bin: what goes together comes back together; others' references decide; history outlives everything."""

from __future__ import annotations

import pytest

from newel.runtime.records import finding, history, saving
from newel.runtime.records.errors import Forbidden, Invalid, NotFound, Referring, Restricted
from tests.runtime.records.conftest import Firm


def test_what_is_deleted_lies_in_the_bin_and_nowhere_else(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    firm.delete("rep", account)
    assert firm.names("rep", "account") == []
    assert firm.names("rep", "account", deleted=True) == ["A"]
    with pytest.raises(NotFound):
        firm.get("rep", account)
    with pytest.raises(NotFound):
        firm.update("rep", account, name="B")
    with pytest.raises(NotFound):
        firm.delete("rep", account)
    with firm.reading("rep") as work:
        assert finding.get(work, "account", account.id, deleted=True)["name"] == "A"


def test_a_restricting_reference_refuses_and_says_who_refers(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    firm.create("rep", "deal", name="mine", account=account.id)
    firm.create("boss", "deal", name="theirs", account=account.id)
    with pytest.raises(Restricted) as caught:
        firm.delete("rep", account)
    assert caught.value.referring == (Referring("deal", "account", 1), Referring(None, None, 1))


def test_clearing_and_cascading_references_do_as_they_say_and_restore_brings_all_back(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    other = firm.create("rep", "account", name="B")
    contact = firm.create("rep", "contact", name={"family": "李"}, account=account.id)
    deal = firm.create("rep", "deal", name="D", account=other.id, contact=contact.id)
    firm.delete("rep", account)
    assert firm.get("rep", deal)["contact"] is None
    with pytest.raises(NotFound):
        firm.get("rep", contact)
    assert firm.names("rep", "contact", deleted=True) == []
    with firm.writing("rep") as work:
        assert saving.restore(work, "account", account.id)["name"] == "A"
    assert firm.get("rep", contact)["account"] == account.id
    assert firm.get("rep", deal)["contact"] == contact.id
    assert firm.names("rep", "account", deleted=True) == []


def test_lines_go_and_come_with_their_master(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    deal = firm.create("rep", "deal", name="D", account=account.id, lines=[{"what": "a"}, {"what": "b"}])
    deal = firm.update("rep", deal, lines=[{"id": deal["lines"][1].id}])
    firm.delete("rep", deal)
    with firm.writing("rep") as work:
        restored = saving.restore(work, "deal", deal.id)
    assert [line["what"] for line in restored["lines"]] == ["b"]


def test_a_key_that_was_taken_meanwhile_stands_against_restoring(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A", code="1")
    firm.delete("rep", account)
    firm.create("rep", "account", name="B", code="1")
    with pytest.raises(Invalid) as caught, firm.writing("rep") as work:
        saving.restore(work, "account", account.id)
    assert [(each.field, each.code) for each in caught.value.problems] == [("code", "taken")]


def test_a_record_whose_master_is_still_deleted_can_not_come_back_alone(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    deal = firm.create("rep", "deal", name="D", account=account.id)
    firm.delete("rep", deal)
    firm.delete("rep", account)
    with pytest.raises(Invalid) as caught, firm.writing("rep") as work:
        saving.restore(work, "deal", deal.id)
    assert caught.value.problems[0].code == "deleted_reference"
    with firm.writing("rep") as work:
        saving.restore(work, "account", account.id)
        saving.restore(work, "deal", deal.id)


def test_purging_removes_the_rows_and_leaves_a_tombstone(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    contact = firm.create("rep", "contact", name={"family": "李"}, account=account.id)
    deal = firm.create("rep", "deal", name="D", account=account.id, contact=contact.id, lines=[{"what": "a"}])
    with pytest.raises(NotFound), firm.writing("rep") as work:
        saving.purge(work, "account", account.id)
    firm.delete("rep", deal)
    firm.delete("rep", account)
    with pytest.raises(Restricted), firm.writing("rep") as work:
        saving.purge(work, "account", account.id)
    with firm.writing("rep") as work:
        saving.purge(work, "deal", deal.id)
        saving.purge(work, "account", account.id)
    with firm.reading("system") as work:
        for name in ("account", "contact", "deal", "deal_line"):
            assert finding.count_of(work, name).value == 0
            assert finding.count_of(work, name, deleted=True).value == 0
        events = [entry["event"] for entry in history.of_purged(work, account.id)]
    assert events == ["purged", "deleted", "created"]


def test_only_who_may_delete_may_restore_or_purge(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    firm.delete("boss", account)
    firm.actor("rep")
    for act in (saving.restore, saving.purge):
        with pytest.raises(Forbidden), firm.writing("rep") as work:
            act(work, "account", account.id)


def test_a_tree_is_deleted_only_leaf_by_leaf_and_purged_in_any_order(firm: Firm) -> None:
    top = firm.create("boss", "place", name="top")
    low = firm.create("boss", "place", name="low", above=top.id)
    with pytest.raises(Restricted):
        firm.delete("boss", top)
    firm.delete("boss", low)
    firm.delete("boss", top)
    with firm.writing("boss") as work:
        saving.purge(work, "place", low.id)
        saving.purge(work, "place", top.id)
