"""The demo records before they are saved: the same for the same day, in both languages, and consistent with one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import Locale
from newel.metadata.model import Model
from newel.runtime.samples.drafts import Batch, Draft, Ref, references
from newel.runtime.samples.generating import make_drafts
from newel.runtime.samples.making import Day

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 21)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def batches(standard: Model) -> list[Batch]:
    return make_drafts(standard, Day(TODAY, ZONE))


@pytest.fixture(scope="module")
def drafts(batches: list[Batch]) -> dict[str, list[Draft]]:
    found: dict[str, list[Draft]] = {}
    for batch in batches:
        found.setdefault(batch.object, []).extend(batch.drafts)
    return found


def test_the_same_day_gives_the_same_records(standard: Model, batches: list[Batch]) -> None:
    again = make_drafts(standard, Day(TODAY, ZONE))
    assert [(each.sample, [(one.key, one.values) for one in each.drafts]) for each in again] == [
        (each.sample, [(one.key, one.values) for one in each.drafts]) for each in batches
    ]


def test_another_day_gives_the_same_people_with_other_dates(standard: Model, drafts: dict[str, list[Draft]]) -> None:
    later = {
        each.object: each.drafts
        for each in make_drafts(standard, Day(TODAY + timedelta(100), ZONE))
        if each.sample == "demo_opportunities"
    }
    ours = drafts["opportunity"]
    assert [each.values["name"] for each in later["opportunity"]] == [each.values["name"] for each in ours]
    assert all(
        one.values["close_date"] > other.values["close_date"] for one, other in zip(later["opportunity"], ours, strict=True)
    )


def test_there_are_some_five_thousand_records_over_all_objects(standard: Model, batches: list[Batch]) -> None:
    counts = Counter({batch.object: len(batch.drafts) for batch in batches if batch.mode == "demo"})
    lines = sum(len(draft.values["lines"]) for batch in batches if batch.object == "opportunity" for draft in batch.drafts)
    assert 4_500 <= counts.total() + lines <= 6_000
    declared = {each.name for each in standard.objects.values() if each.layer == "standard" and each.kind != "link"}
    assert declared - set(counts) == {"region", "opportunity_line"}


@pytest.mark.parametrize("name", ["account", "contact", "lead", "opportunity", "task", "call", "meeting", "note"])
def test_about_sixty_percent_are_chinese(drafts: dict[str, list[Draft]], name: str) -> None:
    title = "subject" if "subject" in drafts[name][0].values else "name"
    share = sum(bool(CHINESE.search(str(each.values[title]))) for each in drafts[name]) / len(drafts[name])
    assert 0.5 <= share <= 0.7


def test_every_reference_points_at_a_record(drafts: dict[str, list[Draft]]) -> None:
    known = {Ref(each.object, each.key) for made in drafts.values() for each in made}
    missing = {ref for made in drafts.values() for each in made for ref in references(each.values) if ref not in known}
    assert missing == set()


def test_a_sample_comes_after_those_that_it_points_at(batches: list[Batch]) -> None:
    seen: set[Ref] = set()
    for batch in batches:
        seen |= {Ref(each.object, each.key) for each in batch.drafts}
        assert {ref for each in batch.drafts for ref in references(each.values)} <= seen, batch.sample


def test_every_value_is_one_that_its_field_takes(standard: Model, drafts: dict[str, list[Draft]]) -> None:
    for name, made in drafts.items():
        target = standard.objects[name]
        for draft in made:
            for field_name, value in draft.values.items():
                field = target.fields.get(field_name)
                if field is None or field.is_many or field.is_reference or value is None:
                    continue
                kind = REGISTRY[field.type]
                kind.check(field, kind.parse(field, value, Locale()))


def test_unique_fields_and_keys_are_unique(standard: Model, drafts: dict[str, list[Draft]]) -> None:
    for name, made in drafts.items():
        target = standard.objects[name]
        keys = [*target.keys.values(), *((each.name,) for each in target.declared if each.unique)]
        for key in keys:
            values = [tuple(draft.values.get(part) for part in key) for draft in made]
            full = [each for each in values if None not in each]
            assert len(set(full)) == len(full), (name, key)


def test_won_and_lost_deals_lie_in_the_past_and_most_open_ones_in_the_future(drafts: dict[str, list[Draft]]) -> None:
    stages = Counter(each.values["stage"] for each in drafts["opportunity"])
    assert set(stages) == {"qualify", "analyse", "propose", "negotiate", "won", "lost"}
    overdue: Counter[bool] = Counter()
    for each in drafts["opportunity"]:
        past = each.values["close_date"] < TODAY.isoformat()
        if each.values["stage"] in ("won", "lost"):
            assert past
        else:
            overdue[past] += 1
        assert (each.values["loss_reason"] is not None) is (each.values["stage"] == "lost")
    assert 3 <= overdue[True] < overdue[False] / 5


def test_the_amount_of_a_deal_is_the_sum_of_its_lines(drafts: dict[str, list[Draft]]) -> None:
    for each in drafts["opportunity"]:
        lines = each.values["lines"]
        worth = sum(float(line["quantity"]) * float(line["price"]) * (100 - float(line["discount"])) / 100 for line in lines)
        assert abs(float(each.values["amount"]) - worth) < 0.01 * len(lines)


def test_tasks_are_due_around_today(drafts: dict[str, list[Draft]]) -> None:
    for each in drafts["task"]:
        due = _day(each.values["due_at"])
        if each.values["status"] in ("done", "cancelled"):
            assert due < TODAY
        else:
            assert abs((due - TODAY).days) <= 24
    assert any(_day(each.values["due_at"]) < TODAY for each in drafts["task"] if each.values["status"] == "open")


def test_what_is_planned_lies_ahead_and_what_was_held_behind(drafts: dict[str, list[Draft]]) -> None:
    for each in (*drafts["call"], *drafts["meeting"]):
        if each.values["status"] == "planned":
            assert _day(each.values["start_at"]) >= TODAY
        elif each.values["status"] == "held":
            assert _day(each.values["start_at"]) < TODAY


def test_a_contact_of_a_deal_works_for_its_account(drafts: dict[str, list[Draft]]) -> None:
    contacts = {each.key: each for each in drafts["contact"]}
    for each in drafts["opportunity"]:
        for ref in [each.values["contact"], *(each.values["deciders"] or ())]:
            assert ref is None or contacts[ref.key].values["account"] == each.values["account"]


def test_solved_cases_say_what_solved_them(drafts: dict[str, list[Draft]]) -> None:
    for each in drafts["case"]:
        done = each.values["status"] in ("solved", "closed")
        assert (each.values["solution"] is not None) is done
        assert (each.values["closed_at"] is not None) is done


def test_everything_is_owned_by_somebody_who_can_sign_in(standard: Model, drafts: dict[str, list[Draft]]) -> None:
    people = {each.key for each in drafts["nw_user"] if each.values["password"] and each.values["roles"]}
    for name, made in drafts.items():
        if standard.objects[name].ownership == "user" and not standard.objects[name].platform:
            assert {each.values["owner"].key for each in made} <= people, name


def test_demo_users_have_addresses_that_belong_to_nobody_and_roles_that_exist(
    standard: Model, drafts: dict[str, list[Draft]]
) -> None:
    for each in drafts["nw_user"]:
        assert each.values["email"].endswith("@example.com")
        assert set(each.values["roles"]) <= set(standard.roles)
    assert set(standard.roles) - {"admin"} <= {role for each in drafts["nw_user"] for role in each.values["roles"]}


def test_addresses_of_customers_belong_to_nobody_either(drafts: dict[str, list[Draft]]) -> None:
    for text in _strings(each.values for made in drafts.values() for each in made):
        if "@" in text and "." in text:
            assert text.endswith("example.com"), text
        if text.startswith("http"):
            assert re.match(r"https://[a-z0-9.]*example\.com", text), text


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(ZONE).date()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif not isinstance(value, Ref) and hasattr(value, "__iter__"):
        for each in value:
            yield from _strings(each)
