"""Declared actions: shown before they are done, done whole or not at all, with the rights of who does them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from newel.runtime.records import acting, finding, history
from newel.runtime.records.errors import Forbidden, Invalid, NotFound
from newel.runtime.records.record import Record
from tests.runtime.records.conftest import FILES, Firm


def deal(firm: Firm, who: str = "rep", **values: object) -> Record:
    account = firm.create("boss", "account", name="A")
    return firm.create(who, "deal", name="D", account=account.id, **{"amount": "5", **values})


def test_an_action_is_shown_with_its_values_and_the_records_that_could_be_used(firm: Firm) -> None:
    record = deal(firm)
    known = firm.create("rep", "task", subject="Thank D")
    with firm.reading("rep") as work:
        assert [each.name for each in acting.offered(work, "deal", record.id)] == ["win"]
        prepared = acting.prepare(work, "deal", record.id, "win")
    follow, finish = prepared["steps"]
    assert follow["values"] == {"subject": "Thank D", "regarding": {"object": "account", "id": record["account"]}}
    assert [each["id"] for each in follow["duplicates"]] == [known.id]
    assert follow["optional"]
    assert finish["values"]["stage"] == "won"


def test_values_of_several_parts_match_where_all_parts_are_the_same(make_firm: Callable[[Mapping[str, str]], Firm]) -> None:
    fields = "{title: {type: text}, who: {type: person_name}, worth: {type: money}, about: {type: polymorphic, to: [lead]}}"
    steps = "{made: {create: case, match: [who, worth, about], set: {who: who, worth: worth, about: about}}}"
    take = f"actions: {{take: {{label: Take, steps: {steps}}}}}"
    firm = make_firm(
        {
            "objects/lead.yaml": f"object: lead\nfields: {fields}\ntitle: title\n{take}\n",
            "objects/case.yaml": f"object: case\nfields: {fields}\ntitle: title\n",
            "roles/boss.yaml": FILES["roles/boss.yaml"],
        }
    )
    firm.actor("boss")
    aim = firm.create("boss", "lead", title="aim")
    about = {"object": "lead", "id": aim.id}
    lead = firm.create("boss", "lead", who={"family": "Li", "given": "A"}, worth="5 CNY", about=about)
    alike = [{"who": {"family": "Li", "given": "A"}}, {"worth": "5 CNY"}, {"about": about}]
    known = {firm.create("boss", "case", **values).id for values in alike}
    for values in ({"who": {"family": "Li"}}, {"worth": "5 USD"}, {"about": {"object": "lead", "id": lead.id}}):
        firm.create("boss", "case", **values)
    with firm.reading("boss") as work:
        (step,) = acting.prepare(work, "lead", lead.id, "take")["steps"]
    assert {each["id"] for each in step["duplicates"]} == known


def test_all_steps_are_done_and_can_be_chosen(firm: Firm) -> None:
    record = deal(firm)
    with firm.writing("rep") as work:
        done = acting.perform(work, "deal", record.id, "win")
    assert firm.get("rep", record)["stage"] == "won"
    assert firm.names("rep", "task", field="subject") == ["Thank D"]
    assert done["steps"]["follow"]["object"] == "task"
    with firm.reading("rep") as work:
        assert history.of(work, "deal", record.id)[0]["event"] == "updated"


def test_an_optional_step_is_left_out_and_an_existing_record_used(firm: Firm) -> None:
    one, two = deal(firm), deal(firm)
    known = firm.create("rep", "task", subject="known")
    with firm.writing("rep") as work:
        assert acting.perform(work, "deal", one.id, "win", {"follow": {"skip": True}})["steps"]["follow"] is None
        assert acting.perform(work, "deal", two.id, "win", {"follow": {"use": known.id}})["steps"]["follow"]["id"] == known.id
    assert firm.names("rep", "task", field="subject") == ["known"]


def test_a_step_that_fails_undoes_the_others(firm: Firm) -> None:
    record = deal(firm, amount=None)
    with pytest.raises(Invalid) as caught, firm.writing("rep") as work:
        acting.perform(work, "deal", record.id, "win")
    assert caught.value.problems[0].field == "finish.amount"
    assert firm.names("rep", "task", field="subject") == []


def test_an_action_needs_its_condition_and_rights(firm: Firm) -> None:
    record = deal(firm)
    theirs = deal(firm, "boss")
    with firm.writing("rep") as work:
        acting.perform(work, "deal", record.id, "win")
    with pytest.raises(Forbidden), firm.writing("rep") as work:
        acting.perform(work, "deal", record.id, "win")
    with firm.reading("rep") as work:
        assert acting.offered(work, "deal", record.id) == []
        with pytest.raises(NotFound):
            acting.prepare(work, "deal", theirs.id, "win")
        with pytest.raises(NotFound):
            acting.prepare(work, "deal", record.id, "no_such")
    with pytest.raises(Forbidden), firm.writing("clerk") as work:
        acting.perform(work, "deal", theirs.id, "win", {"follow": {"skip": True}})


@pytest.mark.parametrize(
    "choices",
    [
        {"no_such": {}},
        {"finish": {"skip": True}},
        {"follow": {"use": "x"}},
        {"follow": 1},
        {"follow": {"set": 1}},
        {"follow": {"x": 1}},
    ],
)
def test_choices_are_checked(firm: Firm, choices: dict[str, object]) -> None:
    record = deal(firm)
    with pytest.raises(Invalid), firm.writing("rep") as work:
        acting.perform(work, "deal", record.id, "win", choices)


def test_an_action_reads_no_more_than_its_actor(firm: Firm) -> None:
    """The eastern role does not see amounts: the action that copies one copies a blank for it."""
    account = firm.create("boss", "account", name="A", region="east")
    record = firm.create("boss", "deal", name="D", account=account.id, amount="5")
    with firm.reading("eastern") as work:
        finish = acting.prepare(work, "deal", record.id, "win")["steps"][-1]
        assert "amount" not in finish["values"]
        assert "amount" not in finding.get(work, "deal", record.id).values
