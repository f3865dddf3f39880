"""A request that is sent twice happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newel.runtime.records import idempotency, saving, writing
from newel.runtime.records.errors import Conflict, Invalid
from tests.runtime.records.conftest import Firm


def send(firm: Firm, who: str, key: str, body: str) -> object:
    with firm.writing(who) as work:
        return idempotency.once(work, key, body, lambda: {"id": saving.create(work, "account", {"name": body or None}).id})


def test_the_same_key_and_body_give_the_first_answer_again(firm: Firm) -> None:
    assert send(firm, "rep", "k", "A") == send(firm, "rep", "k", "A")
    assert firm.names("rep", "account") == ["A"]


def test_the_same_key_with_another_body_is_a_conflict(firm: Firm) -> None:
    send(firm, "rep", "k", "A")
    with pytest.raises(Conflict):
        send(firm, "rep", "k", "B")


def test_keys_are_each_actors_own(firm: Firm) -> None:
    assert send(firm, "rep", "k", "A") != send(firm, "boss", "k", "A")


def test_a_failure_is_not_remembered(firm: Firm) -> None:
    with pytest.raises(Invalid):
        send(firm, "rep", "k", "")
    send(firm, "rep", "k", "A")


def test_a_key_is_forgotten_after_a_day(firm: Firm) -> None:
    first = send(firm, "rep", "k", "A")
    with firm.writing("rep") as work:
        tomorrow = work.now + timedelta(days=1, minutes=1)
    with writing(firm.installation, firm.actor("rep"), tomorrow) as work:
        again = idempotency.once(work, "k", "A", lambda: {"id": "fresh"})
    assert again == {"id": "fresh"} != first
    with writing(firm.installation, firm.actor("rep"), tomorrow + timedelta(days=2)) as work:
        assert idempotency.clean_up(work) == 1
