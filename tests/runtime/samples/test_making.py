"""Recipes, one by one: what they make, and that chance never leads them out of their bounds."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model
from newel.metadata.samples import stock_of
from newel.metadata.solutions import Layer
from newel.runtime.samples.drafts import Draft, Ref
from newel.runtime.samples.generating import make_drafts
from newel.runtime.samples.making import Day, Maker, Studio

SATURDAY = date(2026, 11, 21)
SOLUTION = "solution: shop\nversion: 1.0.0\nlanguage: en\n"
CUSTOMER = """
object: customer
fields:
  name:   {type: text}
  since:  {type: date}
  amount: {type: money}
  friend: {type: lookup, to: customer, on_delete: clear}
  lines:  {type: child_table, of: line}
"""
LINE = """
object: line
ownership: parent
parent: customer
title: note
fields:
  customer: {type: lookup, to: customer, required: true, on_delete: cascade}
  note:     {type: text}
  price:    {type: money}
"""
LISTS = """
sample: words
object: customer
lists:
  towns: [Bath, York]
  people: {columns: [hanzi, latin], rows: [[王, wang], [李, li]]}
"""


def _model(*samples: str) -> Model:
    files = {"solution.yaml": SOLUTION, "objects/customer.yaml": CUSTOMER, "objects/line.yaml": LINE, "data/words.yaml": LISTS}
    files |= {f"data/sample_{number}.yaml": text for number, text in enumerate(samples)}
    model, problems = compile_model([Layer("shop", files)])
    assert model, problems.as_text()
    return model


@pytest.fixture(scope="module")
def model() -> Model:
    return _model()


def _maker(model: Model, seed: int = 1) -> Maker:
    studio = Studio(model, stock_of(model.samples), Day(SATURDAY, ZoneInfo("Asia/Shanghai")))
    return Maker(studio, "shop", Random(seed))


def _made(model: Model, recipe: Any, field: str = "name", seed: int = 1, **values: Any) -> Any:
    draft = Draft("customer", "one", values=values, number=7)
    return _maker(model, seed).value(recipe, draft, model.objects["customer"].fields[field])


@given(seed=st.integers(), low=st.integers(-1000, 1000), width=st.integers(0, 5000), step=st.integers(1, 300), wide=st.booleans())
def test_a_number_stays_within_its_bounds(model: Model, seed: int, low: int, width: int, step: int, wide: bool) -> None:
    recipe = {"number": [low, low + width], "step": step, "spread": "wide" if wide else "even"}
    assert low <= _made(model, recipe, seed=seed) <= low + width


@given(seed=st.integers(), first=st.integers(-400, 400), width=st.integers(0, 60))
def test_a_workday_is_no_weekend_and_stays_on_its_side_of_today(model: Model, seed: int, first: int, width: int) -> None:
    made = date.fromisoformat(_made(model, {"days": [first, first + width], "workdays": True}, "since", seed))
    assert made.isoweekday() <= 5
    if first >= 0:
        assert made >= SATURDAY
    if first + width < 0:
        assert made < SATURDAY


@given(seed=st.integers())
def test_a_time_within_office_hours_is_so_where_the_people_are(model: Model, seed: int) -> None:
    made = datetime.fromisoformat(_made(model, {"days": [-9, 9], "hours": [9, 18]}, "since", seed))
    assert 9 <= made.astimezone(ZoneInfo("Asia/Shanghai")).hour < 18


def test_a_text_takes_fields_parts_lists_and_numbers(model: Model) -> None:
    draft = Draft("customer", "one", values={"name": "Ada"}, parts={"person": {"hanzi": "王", "latin": "wang"}}, number=7)
    text = _maker(model).value({"text": "{name} {person.hanzi} {person.latin|title} {n:03} {towns|upper}"}, draft, None)
    assert text in ("Ada 王 Wang 007 BATH", "Ada 王 Wang 007 YORK")


def test_a_value_that_must_be_unique_gets_a_number_when_chance_runs_out(model: Model) -> None:
    maker = _maker(model)
    field = model.objects["customer"].fields["name"]
    made = [maker.value({"pick": "towns", "unique": True}, Draft("customer", str(n), number=n), field) for n in range(5)]
    assert len(set(made)) == 5
    assert set(made) >= {"Bath", "York"}


def test_blank_leaves_out_as_many_as_it_says(model: Model) -> None:
    assert _made(model, {"pick": ["x"], "blank": 100}) is None
    assert _made(model, {"pick": ["x"], "blank": 0}) == "x"


def test_a_date_may_count_from_another_one_and_have_a_latest(model: Model) -> None:
    assert _made(model, {"days": 3, "from": "since"}, "since", since="2026-01-30") == "2026-02-02"
    assert _made(model, {"days": 9, "from": "since", "latest": -1}, "since", since="2026-11-20") == "2026-11-20"
    assert _made(model, {"days": 3, "from": "since"}, "since", since=None) is None


def test_products_and_sums_are_exact(model: Model) -> None:
    assert _made(model, {"multiply": ["a", "b"], "less": "c"}, "amount", a="19.99", b=3, c="10") == "53.97"
    assert _made(model, {"sum": "lines.price"}, "amount", lines=[{"price": "0.10"}, {"price": "0.20"}]) == "0.30"


def test_rows_see_the_record_that_they_belong_to(model: Model) -> None:
    rows = _made(model, {"rows": 2, "fields": {"note": {"text": "{above.name} {n}"}}}, "lines", name="Ada")
    assert rows == [{"note": "Ada 1"}, {"note": "Ada 2"}]


def test_records_are_made_for_each_of_others_and_take_after_them() -> None:
    model = _model(
        "sample: elders\nobject: customer\nrecords: {ada: {name: Ada}, bob: {name: Bob}}\n",
        "sample: youth\nobject: customer\ngenerate:\n  count: 2\n  each: friend\n  where: {name: Bob}\n"
        '  fields: {name: {text: "young {friend.name}"}}\n',
    )
    batches = {each.sample: each for each in make_drafts(model, Day(SATURDAY, ZoneInfo("UTC")))}
    assert [each.values for each in batches["youth"].drafts] == [{"friend": Ref("customer", "bob"), "name": "young Bob"}] * 2


def test_a_variant_is_chosen_by_weight_or_by_a_path() -> None:
    model = _model(
        "sample: made\nobject: customer\ngenerate:\n  count: 200\n  fields: {amount: 1}\n"
        "  variants: {a: {weight: 3, fields: {name: A}}, b: {weight: 1, fields: {name: B}}}\n"
    )
    batches = {each.sample: each for each in make_drafts(model, Day(SATURDAY, ZoneInfo("UTC")))}
    names = [each.values["name"] for each in batches["made"].drafts]
    assert 120 < names.count("A") < 180
