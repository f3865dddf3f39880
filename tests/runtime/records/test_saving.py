"""Records are read, judged whole, and written with what belongs to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from newel.metadata.field_types.values import Money, PersonName, Reference
from newel.runtime.records import finding, reading, saving, writing
from newel.runtime.records.errors import Invalid, NoActor, NotFound, Stale
from tests.runtime.records.conftest import Firm


def codes(error: Invalid) -> dict[str | None, str]:
    return {problem.field: problem.code for problem in error.problems}


def test_what_is_created_can_be_read_again(firm: Firm) -> None:
    account = firm.create("rep", "account", name=" 华为 ", phone="138 0013 8000", region="east")
    contact = firm.create("rep", "contact", name={"family": "李", "given": "雷"}, account=account.id)
    found = firm.get("rep", contact)
    assert account["name"] == "华为"
    assert found["name"] == PersonName("李", "雷")
    assert found.titles["account"] == "华为"
    assert found["owner"] == firm.actor("rep").user_id
    assert found.version == 1
    assert found["created_at"].tzinfo is not None


def test_nobody_is_refused_and_never_taken_for_the_system(firm: Firm) -> None:
    with pytest.raises(NoActor), reading(firm.installation, None):
        pass
    with pytest.raises(NoActor), writing(firm.installation, None):
        pass


def test_defaults_fill_what_was_not_named_but_not_what_was_left_blank_on_purpose(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    deal = firm.create("boss", "deal", name="D", account=account.id, close_date=None)
    other = firm.create("boss", "deal", name="D", account=account.id)
    assert deal["stage"] == "open"
    assert deal["close_date"] is None
    with firm.reading("boss") as work:
        assert other["close_date"] == work.today + timedelta(days=30)
    assert account["active"] is True


def test_all_problems_are_told_at_once(firm: Firm) -> None:
    with pytest.raises(Invalid) as caught:
        firm.create("boss", "deal", account="nonsense", amount="-5", stage="no_such", unknown=1, score="many")
    assert codes(caught.value) == {
        "name": "required",
        "account": "not_an_id",
        "amount": codes(caught.value)["amount"],
        "stage": codes(caught.value)["stage"],
        "unknown": "unknown_field",
        "score": codes(caught.value)["score"],
    }


def test_a_field_that_may_not_be_written_answers_like_one_that_does_not_exist(firm: Firm) -> None:
    with pytest.raises(Invalid) as caught:
        firm.create("rep", "account", name="A", credit="5", secret="x", nothing="y", id="z", created_at="2026-01-01")
    assert set(codes(caught.value).values()) == {"unknown_field"}
    assert set(codes(caught.value)) == {"credit", "secret", "nothing", "id", "created_at"}
    said = {problem.say("en").replace(str(problem.field), "?") for problem in caught.value.problems}
    assert len(said) == 1


def test_a_validation_names_its_rule_and_its_field(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    with pytest.raises(Invalid) as caught:
        firm.create("boss", "deal", name="D", account=account.id, stage="won")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.params["rule"]) == ("amount", "validation", "won_needs_amount")
    assert problem.say("en") == "A won deal needs an amount."


def test_visible_required_and_read_only_hold_at_every_door(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    with pytest.raises(Invalid) as caught:
        firm.create("boss", "deal", name="D", account=account.id, stage="lost")
    assert codes(caught.value) == {"reason": "required"}
    with pytest.raises(Invalid) as caught:
        firm.create("boss", "deal", name="D", account=account.id, reason="because")
    assert codes(caught.value) == {"reason": "hidden"}
    deal = firm.create("boss", "deal", name="D", account=account.id)
    deal = firm.update("boss", deal, stage="won", amount="10")
    with pytest.raises(Invalid) as caught:
        firm.update("boss", deal, amount="11", stage="open")
    assert codes(caught.value) == {"amount": "read_only"}
    assert firm.update("boss", deal, amount="10.00")["amount"] == Money(Decimal("10.00"), "CNY")


def test_a_stale_version_is_refused_with_both_versions(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A", city="Ulm")
    firm.update("rep", account, version=1, city="Bonn")
    with pytest.raises(Stale) as caught:
        firm.update("rep", account, version=1, city="Köln")
    assert caught.value.current["city"] == "Bonn"
    assert caught.value.current.version == 2
    assert caught.value.yours == {"city": "Köln"}


def test_a_save_that_changes_nothing_leaves_the_version_as_it_was(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A", city="Ulm")
    assert firm.update("rep", account, version=1, city=" Ulm ").version == 1


def test_keys_are_unique_among_living_records(firm: Firm) -> None:
    first = firm.create("rep", "account", name="A", city="Ulm", code="1")
    with pytest.raises(Invalid) as caught:
        firm.create("rep", "account", name="A", city="Ulm", code="1")
    assert codes(caught.value) == {"name": "taken", "city": "taken", "code": "taken"}
    firm.create("rep", "account", name="A", city=None)
    firm.create("rep", "account", name="A", city=None)
    firm.delete("rep", first)
    firm.create("rep", "account", name="A", city="Ulm", code="1")


def test_a_reference_must_name_a_record_that_the_actor_may_read(firm: Firm) -> None:
    western = firm.create("boss", "account", name="W", region="west")
    firm.actor("eastern")
    with pytest.raises(Invalid) as hidden:
        firm.create("eastern", "account", name="E", region="east", parent_account=western.id)
    with pytest.raises(Invalid) as unknown:
        firm.create("eastern", "account", name="E", region="east", parent_account="01a20001-8fcd-7100-9c21-a870e091c961")
    assert hidden.value.problems == unknown.value.problems
    assert codes(hidden.value) == {"parent_account": "unknown_reference"}


def test_a_polymorphic_reference_knows_its_object(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    task = firm.create("rep", "task", subject="Call", regarding={"object": "account", "id": account.id})
    assert task["regarding"] == Reference("account", account.id)
    assert task.titles["regarding"] == "A"
    with pytest.raises(Invalid) as caught:
        firm.create("rep", "task", subject="Call", regarding={"object": "deal", "id": account.id})
    assert codes(caught.value) == {"regarding": "unknown_reference"}


def test_a_tree_has_no_circle(firm: Firm) -> None:
    top = firm.create("boss", "place", name="top")
    middle = firm.create("boss", "place", name="middle", above=top.id)
    low = firm.create("boss", "place", name="low", above=middle.id)
    for wrong in (low, middle, top):
        with pytest.raises(Invalid) as caught:
            firm.update("boss", top, above=wrong.id)
        assert codes(caught.value) == {"above": "circle"}
    firm.update("boss", low, above=top.id)


def test_lines_come_change_and_go_with_their_master(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    deal = firm.create("rep", "deal", name="D", account=account.id, lines=[{"what": "a"}, {"what": "b", "quantity": "2.5"}])
    assert [(line["what"], line["quantity"]) for line in deal["lines"]] == [("a", Decimal("1.00")), ("b", Decimal("2.50"))]
    first, second = deal["lines"]
    changed = firm.update("rep", deal, lines=[{"id": second.id, "quantity": 3}, {"what": "c"}])
    assert [(line["what"], line["quantity"]) for line in changed["lines"]] == [("b", Decimal("3.00")), ("c", Decimal("1.00"))]
    assert changed["lines"][0].version == 2
    assert changed.version == 2
    with pytest.raises(NotFound):
        firm.get("rep", first)


def test_the_faults_of_lines_are_told_at_their_place(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    with pytest.raises(Invalid) as caught:
        firm.create(
            "rep", "deal", account=account.id, lines=[{"what": "a"}, {"quantity": "-1", "colour": "red"}, {"id": account.id}]
        )
    found = codes(caught.value)
    assert found["name"] == "required"
    assert found["lines.1.what"] == "required"
    assert found["lines.1.colour"] == "unknown_field"
    assert found["lines.2.id"] == "unknown_line"
    assert "lines.1.quantity" in found


def test_links_are_a_list_of_ids(firm: Firm) -> None:
    one, two, three = (firm.create("rep", "account", name=name) for name in "ABC")
    saved = firm.update("rep", one, partners=[three.id, two.id])
    assert saved["partners"] == (three.id, two.id)
    assert saved.titles["partners"] == ("C", "B")
    saved = firm.update("rep", one, partners=[two.id])
    assert saved["partners"] == (two.id,)
    saved = firm.update("rep", one, partners=[two.id, three.id])
    assert saved["partners"] == (two.id, three.id)
    with pytest.raises(Invalid) as caught:
        firm.update("rep", one, partners=["01a20001-8fcd-7100-9c21-a870e091c961"])
    assert codes(caught.value) == {"partners": "unknown_reference"}


def test_many_records_are_made_at_once_or_not_at_all(firm: Firm) -> None:
    with firm.writing("boss") as work:
        made = saving.bulk_create(work, "account", [{"name": f"A{n}", "code": str(n)} for n in range(300)])
        assert finding.count_of(work, "account").value == 300
    assert len({record.id for record in made}) == 300
    with pytest.raises(Invalid) as caught, firm.writing("boss") as work:
        saving.bulk_create(work, "account", [{"name": "x", "code": "x"}, {"code": "x"}, {"name": "y", "code": "7"}])
    assert codes(caught.value) == {"1.name": "required", "1.code": "taken", "2.code": "taken"}
    with firm.writing("boss") as work:
        outcomes = saving.bulk_create(work, "account", [{"name": "x"}, {}], partial=True)
    assert [outcome.done for outcome in outcomes] == [True, False]
    assert firm.find("boss", "account", count="exact").count.value == 301  # type: ignore[union-attr]


def test_many_records_are_changed_and_deleted_with_a_result_each(firm: Firm) -> None:
    mine = firm.create("rep", "account", name="mine")
    theirs = firm.create("boss", "account", name="theirs")
    with firm.writing("rep") as work:
        outcomes = saving.bulk_update(work, "account", [mine.id, theirs.id, "nonsense"], {"city": "Ulm"}, partial=True)
    assert [(each.done, each.error and each.error.code) for each in outcomes] == [
        (True, None),
        (False, "forbidden"),
        (False, "not_found"),
    ]
    assert firm.get("rep", mine)["city"] == "Ulm"
    with firm.writing("rep") as work:
        outcomes = saving.bulk_delete(work, "account", [theirs.id, mine.id], partial=True)
    assert [each.done for each in outcomes] == [False, True]


def test_blank_text_is_blank(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A", city="   ")
    assert account["city"] is None
    assert firm.names("rep", "account", filter="is_blank(city)") == ["A"]
