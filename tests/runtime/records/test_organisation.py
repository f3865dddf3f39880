"""What rules know of the organisation, its teams and its people: read late, kept, and known anew once it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from newel.metadata.field_types.values import Money
from newel.rules.facts import Organisation
from newel.runtime.installation import Installation
from newel.runtime.records import Work, reading, saving
from newel.runtime.records.errors import Invalid
from newel.runtime.records.organisation import organisation_of
from newel.runtime.records.record import Record
from tests.runtime.records.conftest import Firm

JOB = """
object: job
label: Job
fields:
  name: {type: text, required: true}
  start: {type: date}
  end: {type: date}
  price: {type: money, currency: CNY}
  worker: {type: user, on_delete: clear}
  group: {type: team, on_delete: clear}
  grade: {type: text}
  size: {type: decimal, precision: 8, scale: 2}
  days: {type: integer, formula: "workdays_between(start, end)"}
  due: {type: date, formula: "add_workdays(start, 3)"}
  fiscal: {type: integer, formula: fiscal_year(start)}
  dollars: {type: money, currency: USD, formula: "convert(price, 'USD', start)"}
  ours: {type: boolean, formula: in_team(group)}
  beneath: {type: boolean, formula: in_unit_tree(group)}
  led: {type: boolean, formula: is_manager_of(worker)}
  in_east: {type: boolean, formula: in_team('East')}
  rebate: {type: percent, formula: "lookup(rate_card, grade, rebate)"}
validations:
  not_on_a_holiday:
    when: not_blank(start) and name == 'checked'
    require: workdays_between(add_days(start, -1), start) == 1
    message: Jobs begin on working days.
    field: start
  known_size: {when: not_blank(size), require: "not_blank(lookup(size_card, size, name))", message: No such size., field: size}
  cheap: {require: "is_blank(lookup(rate_card, grade, rebate)) or lookup(rate_card, grade, rebate) < 50", message: Too much.}
"""
CARD = """
object: rate_card
label: Rate card
ownership: none
fields:
  name: {type: text, required: true, unique: true}
  rebate: {type: percent}
"""
SIZES = """
object: size_card
label: Size card
ownership: none
fields:
  name: {type: text, required: true}
  size: {type: decimal, precision: 8, scale: 2}
keys: {one: [size]}
"""
BOSS = 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all, export: true}}\n'
TEAMWORK = "role: mate\nlabel: Mate\nobjects: {job: {read: in_unit_tree(group) or is_manager_of(worker)}}\n"
FILES = {
    "objects/job.yaml": JOB,
    "objects/rate_card.yaml": CARD,
    "objects/size_card.yaml": SIZES,
    "roles/boss.yaml": BOSS,
    "roles/mate.yaml": TEAMWORK,
}


@pytest.fixture
def office(make_installation: Callable[..., Installation]) -> Firm:
    return Firm(make_installation(FILES))


def settle(firm: Firm, object_name: str, /, **values: Any) -> Record:
    return firm.create("system", object_name, **values)


def known(firm: Firm) -> Organisation:
    with firm.reading("boss") as work:
        return organisation_of(work)


@contextmanager
def counted(firm: Firm, work: Work) -> Iterator[list[str]]:
    """The statements that a work runs meanwhile."""
    ran: list[str] = []
    execute = work.execute

    def noted(text: str, *rest: Any) -> Any:
        ran.append(text)
        return execute(text, *rest)

    work.execute = noted  # type: ignore[method-assign]
    yield ran


def test_who_has_settled_nothing_works_from_monday_to_friday_in_the_currency_of_the_solution(office: Firm) -> None:
    assert known(office) == Organisation(currency=office.installation.model.currency)


def test_there_is_one_organisation_and_a_change_is_known_at_once(office: Firm) -> None:
    first = settle(office, "nw_organisation", name="Newel", currency="USD", fiscal_start="4", workdays=["1", "2", "6"])
    with pytest.raises(Invalid, match="There is an organisation already"):
        settle(office, "nw_organisation", name="Other", currency="EUR")
    found = known(office)
    assert (found.name, found.currency, found.fiscal_start, found.workdays) == ("Newel", "USD", 4, (1, 2, 6))
    office.update("system", first, fiscal_start="7")
    assert known(office).fiscal_start == 7
    office.delete("system", first)
    settle(office, "nw_organisation", name="Other", currency="EUR")
    assert known(office).name == "Other"


def test_another_process_knows_what_one_has_settled(office: Firm) -> None:
    there = Installation(**{**office.installation.__dict__, "cache": {}})
    assert known(office).holidays == known(Firm(there, office.people)).holidays == frozenset()
    settle(office, "nw_holiday", name="Day off", day="2026-11-23")
    assert known(Firm(there, office.people)).holidays == {date(2026, 11, 23)}


def test_what_has_not_changed_is_read_once(office: Firm) -> None:
    settle(office, "nw_holiday", name="Day off", day="2026-11-23")
    before = known(office)
    with office.reading("boss") as work, counted(office, work) as ran:
        assert work.facts.organisation.holidays == before.holidays
        assert work.facts.organisation.fiscal_start == 1
        assert work.facts.organisation.calendar is before.calendar
    assert len(ran) == 1


def test_nobody_pays_for_what_no_rule_asks(office: Firm) -> None:
    office.create("boss", "rate_card", name="gold", rebate="10")
    with office.reading("boss") as work, counted(office, work) as ran:
        from newel.runtime.records import finding

        finding.find(work, "rate_card")
    assert not [text for text in ran if "organisation" in text or "holiday" in text or "team" in text]


def test_formulas_reckon_with_holidays_rates_and_the_fiscal_year_however_they_are_computed(office: Firm) -> None:
    settle(office, "nw_organisation", name="Newel", currency="CNY", fiscal_start="10")
    settle(office, "nw_holiday", name="National Day", day="2026-10-01")
    settle(office, "nw_holiday", name="National Day", day="2026-10-02")
    settle(office, "nw_holiday", name="Make-up", day="2026-10-10", working=True)
    settle(office, "nw_exchange_rate", currency="USD", valid_from="2026-01-01", rate="7")
    settle(office, "nw_exchange_rate", currency="USD", valid_from="2026-10-02", rate="8")
    made = office.create("boss", "job", name="A", start="2026-10-01", end="2026-10-12", price="56")
    later = office.create("boss", "job", name="B", start="2026-10-02", end="2026-10-09", price="56")
    fields = ["days", "due", "fiscal", "dollars"]
    for record in (made, office.get("boss", made, fields)):
        assert (record["days"], record["due"]) == (7, date(2026, 10, 7))
        assert (record["fiscal"], record["dollars"]) == (2027, Money(Decimal("8.00"), "USD"))
    assert office.get("boss", later, fields)["dollars"] == Money(Decimal("7.00"), "USD")
    assert office.names("boss", "job", where={"days": 7}) == ["A"]
    assert office.names("boss", "job", sort=("-dollars",)) == ["A", "B"]


def test_a_validation_knows_the_holidays(office: Firm) -> None:
    settle(office, "nw_holiday", name="Day off", day="2026-11-23")
    with pytest.raises(Invalid):
        office.create("boss", "job", name="checked", start="2026-11-23")
    assert office.create("boss", "job", name="checked", start="2026-11-24")["name"] == "checked"


def test_teams_units_and_reports_are_those_of_who_asks(office: Firm) -> None:
    lead, mate, other = (office.actor(who, "mate").user_id for who in ("lead", "matey", "other"))
    with office.writing("system") as work:
        saving.update(work, "nw_user", str(mate), {"manager": lead})
        saving.update(work, "nw_user", str(other), {"manager": mate})
    top = settle(office, "nw_team", name="East", members=[lead])
    part = settle(office, "nw_team", name="East, north", parent=top.id)
    far = settle(office, "nw_team", name="West", members=[other])
    jobs = {
        "in part": {"group": part.id},
        "in far": {"group": far.id, "worker": lead},
        "of other": {"worker": other},
        "of top": {"group": top.id, "worker": lead},
    }
    for name, values in jobs.items():
        office.create("boss", "job", name=name, **values)
    assert sorted(office.names("lead", "job")) == ["in part", "of other", "of top"]
    assert office.names("matey", "job") == ["of other"]
    assert office.names("other", "job") == ["in far"]
    seen = {record["name"]: record for record in office.find("lead", "job", fields=["name", "ours", "beneath", "led", "in_east"])}
    assert {name: (each["ours"], each["beneath"], each["led"], each["in_east"]) for name, each in seen.items()} == {
        "in part": (False, True, False, True),
        "of other": (False, False, True, True),
        "of top": (True, True, False, True),
    }
    with office.reading("lead") as work:
        assert list(work.facts.reports) == sorted([str(mate), str(other)])
        assert "West" not in work.facts.team_names


def test_managers_that_stand_above_one_another_in_a_ring_end(office: Firm) -> None:
    one, two = (office.actor(who, "mate").user_id for who in ("lead", "matey"))
    with office.writing("system") as work:
        saving.update(work, "nw_user", str(one), {"manager": two})
        saving.update(work, "nw_user", str(two), {"manager": one})
    with office.reading("lead") as work:
        assert sorted(work.facts.reports) == sorted([str(one), str(two)])


def test_the_system_is_in_no_team(office: Firm) -> None:
    with reading(office.installation, office.actor("system")) as work:
        assert (len(work.facts.teams), len(work.facts.units), len(work.facts.reports)) == (0, 0, 0)


def test_a_lookup_reads_the_record_that_the_key_names(office: Firm) -> None:
    gold = office.create("boss", "rate_card", name="gold", rebate="12.5")
    office.create("boss", "rate_card", name="all", rebate="60")
    office.create("boss", "size_card", name="large", size="2.50")
    made = office.create("boss", "job", name="A", grade="gold", size="2.5")
    assert office.get("boss", made, ["rebate"])["rebate"] == Decimal("12.50")
    with pytest.raises(Invalid):
        office.create("boss", "job", name="B", size="2.51")
    with pytest.raises(Invalid):
        office.create("boss", "job", name="B", grade="all")
    office.delete("boss", gold)
    assert office.get("boss", made, ["rebate"])["rebate"] is None


def test_a_currency_is_three_capital_letters(office: Firm) -> None:
    with pytest.raises(Invalid):
        settle(office, "nw_exchange_rate", currency="usd", valid_from="2026-01-01", rate="7")
    with pytest.raises(Invalid):
        settle(office, "nw_organisation", name="Newel", currency="12")


def test_a_day_is_named_once_and_a_rate_once_a_day(office: Firm) -> None:
    settle(office, "nw_holiday", name="Day off", day="2026-11-23")
    settle(office, "nw_exchange_rate", currency="USD", valid_from="2026-01-01", rate="7")
    with pytest.raises(Invalid):
        settle(office, "nw_holiday", name="Again", day="2026-11-23")
    with pytest.raises(Invalid):
        settle(office, "nw_exchange_rate", currency="USD", valid_from="2026-01-01", rate="8")
