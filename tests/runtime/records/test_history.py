"""What happened to a record, told to each reader as far as that reader may look."""

from __future__ import annotations

from typing import Any

import pytest

from newel.runtime.records import history
from newel.runtime.records.errors import NotFound
from newel.runtime.records.history import Entry
from newel.runtime.records.record import Record
from tests.runtime.records.conftest import Firm


def told(firm: Firm, who: str, record: Record) -> list[Entry]:
    with firm.reading(who) as work:
        return history.of(work, record.object, record.id)


def changes(entry: Entry) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["old"], change["new"]) for change in entry["changes"]}


def test_every_save_tells_who_changed_what_from_what_to_what(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A", city="Ulm")
    firm.update("rep", account, city="Bonn", region="east")
    latest, first = told(firm, "rep", account)
    assert changes(latest) == {"city": ("Ulm", "Bonn"), "region": (None, "east")}
    assert (latest["who_name"], latest["door"], latest["version"], latest["event"]) == ("Rep", "web", 2, "updated")
    assert first["event"] == "created"
    assert changes(first)["name"] == (None, "A")


def test_references_are_told_by_their_titles(firm: Firm) -> None:
    one, two = firm.create("rep", "account", name="A"), firm.create("rep", "account", name="B")
    deal = firm.create("rep", "deal", name="D", account=one.id)
    firm.update("rep", deal, account=two.id)
    (change,) = told(firm, "rep", deal)[0]["changes"]
    assert (change["old_title"], change["new_title"]) == ("A", "B")
    firm.update("rep", one, partners=[two.id])
    (change,) = told(firm, "rep", one)[0]["changes"]
    assert (change["old"], change["new"], change["new_title"]) == ((), (two.id,), ("B",))


def test_a_hidden_field_has_no_history_and_a_save_of_nothing_else_is_not_told(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A", secret="x")
    firm.update("boss", account, secret="y")
    assert len(told(firm, "boss", account)) == 2
    (only,) = told(firm, "rep", account)
    assert "secret" not in changes(only)


def test_history_is_for_who_may_read_the_record(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    deal = firm.create("boss", "deal", name="D", account=account.id)
    firm.actor("rep")
    with pytest.raises(NotFound):
        told(firm, "rep", deal)


def test_deleting_and_restoring_are_events(firm: Firm) -> None:
    from newel.runtime.records import saving

    account = firm.create("rep", "account", name="A")
    firm.delete("rep", account)
    with firm.writing("rep") as work:
        saving.restore(work, "account", account.id)
    assert [entry["event"] for entry in told(firm, "rep", account)] == ["restored", "deleted", "created"]
