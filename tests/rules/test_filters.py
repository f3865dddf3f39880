"""Filter rows and expressions are two faces of one thing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newel.metadata import words
from newel.rules.filters import BadRow, Row, operators_of, to_parts, to_text
from newel.rules.operators import OPERATORS, Operator
from newel.rules.python import evaluate
from newel.rules.types import BOOLEAN
from tests.rules.world import FACTS, OTHER, attempt, compiled, model

FIELDS = {
    "text": "name",
    "choice": "stage",
    "number": "price",
    "money": "cost",
    "boolean": "active",
    "date": "due",
    "datetime": "seen",
    "time": "at",
    "duration": "effort",
    "reference": "owner",
    "list": "colours",
}
VALUES: dict[str, list[Any]] = {
    "text": ["a", "it's 100%", "back\\slash", "中柱"],
    "choice": ["won", "lost"],
    "number": ["12.5", 3, "-0.01"],
    "money": ["12.5", 3],
    "date": ["2026-11-21", "2024-02-29"],
    "datetime": ["2026-11-21"],
    "time": ["08:30:00"],
    "duration": [0, 5400],
    "reference": [OTHER],
    "list": ["red", "blue"],
}
PAIRS = [(kind, operator) for kind, found in OPERATORS.items() for operator in found]


def values_for(kind: str, operator: Operator) -> list[Any]:
    if operator.takes == "none":
        return [None]
    if operator.takes == "count":
        return [0, 7]
    values = VALUES[kind]
    if operator.takes == "one":
        return values
    return [[values[0], values[-1]]] if operator.takes == "two" else [values, values[:1]]


def rows_of(text: str) -> list[Row] | None:
    """The rows that say what an expression says; None where a part of it must stay an expression."""
    parts = to_parts(text, model(), "thing")
    rows = [part for part in parts or () if isinstance(part, Row)]
    return rows if parts is not None and len(rows) == len(parts) else None


@pytest.mark.parametrize(("kind", "operator"), PAIRS, ids=[f"{kind}-{operator.name}" for kind, operator in PAIRS])
def test_every_operator_goes_to_an_expression_that_compiles_and_back(kind: str, operator: Operator) -> None:
    for value in values_for(kind, operator):
        row = Row(FIELDS[kind], operator.name, value)
        text = to_text([row], model(), "thing")
        compiled(text, BOOLEAN, "filter")
        assert rows_of(text) == [Row(row.field, row.operator, value if value is None else _json(kind, value))]


def _json(kind: str, value: Any) -> Any:
    """Numbers come back as they are written."""
    return value if kind != "number" or not isinstance(value, str) or "." in value else int(value)


@pytest.mark.parametrize(("kind", "operator"), PAIRS, ids=[f"{kind}-{operator.name}" for kind, operator in PAIRS])
def test_every_other_way_to_say_it_is_read_as_the_operator(kind: str, operator: Operator) -> None:
    for template in operator.also:
        value = values_for(kind, operator)[0]
        text = template.replace("FIELD", FIELDS[kind])
        text = text.replace("VALUES", str(value)).replace(
            "VALUE", repr(value) if isinstance(value, str) and kind != "number" else str(value)
        )
        assert rows_of(text) == [Row(FIELDS[kind], operator.name, _json(kind, value))]


def test_several_rows_are_joined_by_and() -> None:
    rows = [Row("stage", "in", ["new", "won"]), Row("owner", "me"), Row("place.name", "contains", "x")]
    text = to_text(rows, model(), "thing")
    assert text == "stage in ['new', 'won'] and owner == me() and icontains(place.name, 'x')"
    assert rows_of(text) == rows


def test_conditions_that_are_no_rows_stand_beside_those_that_are() -> None:
    text = "stage == 'new' and (active or price > 3) and owner == me()"
    parts = to_parts(text, model(), "thing")
    assert parts == [Row("stage", "is", "new"), "(active or price > 3)", Row("owner", "me")]
    assert to_text(parts, model(), "thing") == text
    assert to_parts("active or price > 3", model(), "thing") == ["active or price > 3"]
    assert to_parts("active or", model(), "thing") is None


@pytest.mark.parametrize(
    ("condition", "beside"),
    [
        ("active or price > 3", "(active or price > 3)"),
        ("(active or price > 3)", "(active or price > 3)"),
        ("(active) or (price > 3)", "((active) or (price > 3))"),
        ("active if price > 3 else count > 2", "(active if price > 3 else count > 2)"),
        ("not (active or price > 3)", "not (active or price > 3)"),
        ("(active and price > 3)", "(active and price > 3)"),
        ("1 < count < 3 < price", "1 < count < 3 < price"),
    ],
)
def test_a_condition_is_enclosed_only_where_it_would_fall_apart(condition: str, beside: str) -> None:
    text = to_text([condition, Row("stage", "is", "new")], model(), "thing")
    assert text == f"{beside} and stage == 'new'"
    assert to_parts(text, model(), "thing") == [beside, Row("stage", "is", "new")]


def test_no_row_is_no_filter() -> None:
    assert to_text([], model(), "thing") == ""
    assert rows_of(" ") == []


@pytest.mark.parametrize(
    "text",
    [
        "stage == 'new' or active",
        "price > count",
        "active and (stage == 'new' or active)",
        "add_days(due, 3) > today()",
        "1 < count < 3 < price",
        "stage ==",
        "nothing == 'x'",
        "stage == level",
    ],
)
def test_what_is_no_list_of_simple_conditions_stays_an_expression(text: str) -> None:
    assert rows_of(text) is None


@pytest.mark.parametrize(
    "row",
    [
        Row("nothing", "is", "x"),
        Row("name", "greater", "x"),
        Row("price", "is", "12; drop table"),
        Row("price", "is", "NaN"),
        Row("price", "is", "1e999"),
        Row("price", "is", True),
        Row("due", "is", "yesterday"),
        Row("due", "last_days", -1),
        Row("due", "between", ["2026-01-01"]),
        Row("stage", "in", []),
        Row("name", "is", " "),
        Row("name", "is", None),
        Row("lines", "is_blank"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(row: Row) -> None:
    with pytest.raises(BadRow):
        to_text([row], model(), "thing")


@settings(deadline=None)
@given(st.text(min_size=1).filter(lambda text: bool(text.strip()) and "\0" not in text))
def test_a_text_never_breaks_out_of_its_quotes(text: str) -> None:
    """Whatever is typed into a chip is one text, or the expression is refused."""
    said = to_text([Row("name", "is", text)], model(), "thing")
    expression, problems = attempt(said, BOOLEAN, "filter")
    if expression is None:
        assert {problem.code for problem in problems} <= {"NW-X101", "NW-X113"}
    else:
        assert expression.paths == (("name",),)


@pytest.mark.parametrize(
    ("operator", "days"),
    [
        (Row("due", "last_days", 7), (-7, 0)),
        (Row("due", "next_days", 7), (0, 7)),
        (Row("due", "this_month"), (-21, 8)),
        (Row("due", "this_week"), (-6, 0)),
        (Row("due", "today"), (0, 0)),
        (Row("due", "past"), (-400, -1)),
        (Row("due", "this_quarter"), (-52, 39)),
    ],
)
def test_relative_dates_mean_what_they_say(operator: Row, days: tuple[int, int]) -> None:
    """Today is Sunday, November 22, 2026."""
    expression = compiled(to_text([operator], model(), "thing"), BOOLEAN, "filter")
    day = date(2026, 11, 22)
    found = [offset for offset in range(-400, 400) if evaluate(expression, {"due": day + timedelta(days=offset)}, FACTS)]
    assert (found[0], found[-1]) == days


def test_fields_through_lookups_have_operators_and_lists_of_records_have_none() -> None:
    assert [each.name for each in operators_of(model(), "thing", "place.kind")][:2] == ["in", "not_in"]
    assert operators_of(model(), "thing", "lines") == ()
    assert operators_of(model(), "thing", "about.name") == ()


def test_every_operator_has_its_chinese_label() -> None:
    known = words.catalogue("zh-CN")
    assert {operator.label for _, operator in PAIRS} <= set(known)
