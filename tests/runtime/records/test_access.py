"""Rows and fields: what one role shows of a record, what several show together, and who may change what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newel.runtime.records import Actor, access, finding, reading
from newel.runtime.records.errors import Forbidden, Invalid, NotFound
from tests.runtime.records.conftest import Firm


def test_nothing_is_allowed_by_default(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    firm.actor("nobody")
    with pytest.raises(NotFound):
        firm.get("nobody", account)
    with pytest.raises(NotFound):
        firm.find("nobody", "account")
    with pytest.raises(NotFound):
        firm.create("nobody", "account", name="B")
    verdict = access.verdict(firm.installation, firm.actor("nobody"), "account")
    assert not verdict
    assert not verdict.readable


def test_unknown_forbidden_and_foreign_are_one_answer(firm: Firm) -> None:
    deal = _deal(firm, "boss")
    for record_id in (deal.id, "01a20001-8fcd-7100-9c21-a870e091c961", "x", "", "' or 1=1"):
        with firm.reading("rep") as work, pytest.raises(NotFound) as caught:
            finding.get(work, "deal", record_id)
        assert caught.value.message == "There is no such record."
    with firm.reading("rep") as work, pytest.raises(NotFound):
        finding.get(work, "no_such_object", deal.id)


def test_own_rows_are_those_that_the_actor_owns(firm: Firm) -> None:
    mine, _ = _deal(firm, "rep", name="mine"), _deal(firm, "boss", name="theirs")
    assert firm.names("rep", "deal") == ["mine"]
    assert set(firm.names("boss", "deal")) == {"mine", "theirs"}
    assert firm.get("rep", mine).may == (True, True)
    assert firm.get("clerk", mine).may == (False, False)


def test_a_hidden_field_can_not_be_mentioned_anywhere(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A", secret="s3cret", region="east")
    firm.actor("rep")
    for asked in (
        {"fields": ["secret"]},
        {"sort": ["secret"]},
        {"sort": ["-secret"]},
        {"filter": "secret == 's3cret'"},
        {"filter": "secret > 5"},
        {"filter": "name == 'A' or is_blank(secret)"},
        {"where": {"secret": "s3cret"}},
        {"filter": "parent_account.secret == 'x'"},
        {"fields": ["parent_account.secret"]},
    ):
        with pytest.raises(Invalid) as hidden:
            firm.find("rep", "account", **asked)  # type: ignore[arg-type]
        with pytest.raises(Invalid) as unknown:
            firm.find("rep", "account", **_renamed(asked))  # type: ignore[arg-type]
        assert _told(hidden.value) == _told(unknown.value)
        assert hidden.value.problems[0].code == "unknown_field"
    with firm.reading("rep") as work:
        for measure in ("sum(secret)", "max(secret)", "count(secret)"):
            with pytest.raises(Invalid):
                finding.aggregate(work, "account", measures=[measure])
        with pytest.raises(Invalid):
            finding.aggregate(work, "account", group=["secret"])
    assert "secret" not in firm.get("rep", account).values


def test_a_role_shows_its_fields_only_in_its_own_rows(firm: Firm) -> None:
    """Two roles never show a cell together that neither shows alone: rep shows amounts of own deals, clerk all names."""
    eastern = firm.create("boss", "account", name="E", region="east")
    theirs = _deal(firm, "boss", name="theirs", account=eastern.id, amount="5", lines=[{"what": "x"}])
    mine = _deal(firm, "rep", name="mine", account=eastern.id, amount="7")
    both = Actor(firm.actor("rep").user_id, ("rep", "eastern"))
    with reading(firm.installation, both) as work:
        assert finding.get(work, "deal", mine.id)["amount"].amount == 7
        assert finding.get(work, "deal", theirs.id)["amount"] is None
        assert [each["name"] for each in finding.find(work, "deal", filter="amount > 1")] == ["mine"]
        assert [each["name"] for each in finding.find(work, "deal", sort=["-amount"])] == ["mine", "theirs"]
        (total,) = finding.aggregate(work, "deal", measures=["sum(amount)", "count()"])
        assert total.measures["sum(amount)"].amount == 7
        assert total.measures["count()"] == 2
        assert [line["what"] for line in finding.get(work, "deal", theirs.id)["lines"]] == ["x"]


def test_what_lies_behind_a_lookup_follows_the_rights_on_the_other_record(firm: Firm) -> None:
    western = firm.create("boss", "account", name="W", region="west", city="Ulm")
    child = firm.create("boss", "account", name="C", region="east", parent_account=western.id)
    found = firm.get("eastern", child, ["parent_account", "parent_account.city", "parent_account.name"])
    assert found["parent_account"] == western.id
    assert found["parent_account.city"] is None
    assert "parent_account" not in found.titles
    assert firm.names("eastern", "account", filter="parent_account.city == 'Ulm'") == []
    assert firm.names("eastern", "account", filter="is_blank(parent_account.city)") == ["C"]
    with firm.reading("eastern") as work:
        assert finding.titles(work, "account", [western.id, child.id]) == {child.id: "C"}


def test_lines_follow_their_master(firm: Firm) -> None:
    deal = _deal(firm, "rep", lines=[{"what": "x"}])
    line = deal["lines"][0]
    assert firm.get("rep", line)["what"] == "x"
    assert firm.update("rep", line, what="y")["what"] == "y"
    firm.people["other"] = replace(firm.actor("boss"), roles=("rep",))
    with pytest.raises(NotFound):
        firm.get("other", line)
    assert "lines" not in firm.get("clerk", deal).values
    with pytest.raises(NotFound):
        firm.get("clerk", line)


def test_an_expression_decides_rows_on_old_and_on_new_values(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A", region="east")
    assert firm.update("eastern", account, city="Ulm")["city"] == "Ulm"
    with pytest.raises(Forbidden):
        firm.update("eastern", account, region="west")
    western = firm.create("boss", "account", name="W", region="west")
    with pytest.raises(NotFound):
        firm.update("eastern", western, region="east")
    with pytest.raises(Forbidden):
        firm.create("eastern", "account", name="B", region="west")
    firm.create("eastern", "account", name="B", region="east")


def test_a_rule_may_look_through_lookups(firm: Firm) -> None:
    east, west = (firm.create("boss", "account", name=name, region=name) for name in ("east", "west"))
    inside, outside = _deal(firm, "boss", account=east.id, name="in"), _deal(firm, "boss", account=west.id, name="out")
    assert firm.names("eastern", "deal") == ["in"]
    with pytest.raises(NotFound):
        firm.get("eastern", outside)
    with pytest.raises(Invalid):
        firm.update("eastern", inside, account=west.id)


def test_a_record_can_be_given_away_by_who_may_change_it(firm: Firm) -> None:
    deal = _deal(firm, "rep")
    boss = firm.actor("boss").user_id
    given = firm.update("rep", deal, owner=boss)
    assert given.values == {}
    with pytest.raises(NotFound):
        firm.get("rep", deal)
    account = firm.create("rep", "account", name="A", owner=boss)
    assert account["owner"] == boss
    with pytest.raises(Forbidden):
        firm.update("rep", account, owner=firm.actor("rep").user_id)


def test_reading_does_not_mean_changing(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    for who in ("rep", "clerk"):
        with pytest.raises(Forbidden):
            firm.update(who, account, name="B")
        with pytest.raises(Forbidden):
            firm.delete(who, account)
    with pytest.raises(Forbidden):
        firm.create("clerk", "account", name="B")


def test_whoever_has_a_role_knows_the_names_of_people_and_nothing_more(firm: Firm) -> None:
    deal = _deal(firm, "rep")
    assert firm.get("rep", deal).titles["owner"] == "Rep"
    with firm.reading("rep") as work:
        verdict = access.verdict(firm.installation, work.actor, "nw_user")
        assert set(verdict.readable) == {"id", "name"}
        with pytest.raises(Invalid):
            finding.find(work, "nw_user", filter="email == 'x'")


def test_export_counts_the_rows_and_fields_of_roles_that_may_export(firm: Firm) -> None:
    both = Actor(firm.actor("rep").user_id, ("rep", "eastern"))
    verdict = access.verdict(firm.installation, both, "account")
    assert verdict.export
    assert {part.role for part in verdict.of_exports.parts} == {"eastern"}
    assert not access.verdict(firm.installation, firm.actor("rep"), "account").export


def _deal(firm: Firm, who: str, **values: object) -> object:
    account = values.pop("account", None) or firm.create("boss", "account", name="A").id
    return firm.create(who, "deal", **{"name": "D", "account": account, **values})


def _renamed(asked: dict[str, object]) -> dict[str, object]:
    return eval(repr(asked).replace("secret", "nosuch").replace("s3cret", "secret"))  # type: ignore[no-any-return]


def _told(error: Invalid) -> list[tuple[object, str]]:
    return [((each.field or "").replace("secret", "nosuch"), each.message) for each in error.problems]
