"""What an expression may read beside its record's own fields, where it may, and what it then asks to be loaded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from newel.metadata.model import Source
from newel.metadata.problems import Problem
from newel.rules.checking import ALLOWED
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.python import NotLoaded, evaluate
from newel.rules.reference import Reference
from newel.rules.tree import Aggregate, LookUp, OptionProperty, Prior
from tests.rules.test_records_agree import KNOWN, MODEL

LINES = (
    {"id": "2", "text": "b", "count": 2, "done": True, "due": date(2026, 1, 2), "effort": None},
    {"id": "1", "text": "a", "count": 3, "done": False, "due": None, "effort": None},
)


def tried(text: str, kind: str = "validate", object_name: str = "order", **more: Any) -> tuple[Expression | None, list[Problem]]:
    return compile_expression(Source(text), MODEL, Context(kind, object_name, None, **more))


def compiled(text: str, kind: str = "validate", object_name: str = "order", **more: Any) -> Expression:
    expression, problems = tried(text, kind, object_name, **more)
    assert expression is not None, problems
    return expression


def codes(text: str, kind: str = "validate", **more: Any) -> list[str]:
    return [each.code for each in tried(text, kind, **more)[1]]


def test_it_says_which_collections_it_gathers_and_what_it_reads_there() -> None:
    found = compiled("sum(lines.price, where=order.buyer.rank > 3 and due < today()) + count(lines) > limit")
    assert found.collections == {"lines": (("price",), ("order", "buyer", "rank"), ("due",))}
    assert found.paths == (("limit",),)
    assert found.volatile
    assert "object:order/field:lines" in found.mentions
    assert "object:line/field:price" in found.mentions


def test_what_depends_on_an_order_asks_for_ids() -> None:
    assert ("id",) in compiled("first(lines.text)").collections["lines"]
    assert ("id",) not in compiled("sum(lines.count)").collections["lines"]


def test_the_tree_says_what_is_meant() -> None:
    gathered = compiled("first(lines.text, by=-due)").tree
    assert isinstance(gathered, Aggregate)
    assert (gathered.object, gathered.by, gathered.downwards) == ("line", "order", True)
    said = compiled("option(stage).chance").tree
    assert isinstance(said, OptionProperty)
    assert said.values == (("new", 10), ("won", 100))
    looked_up = compiled("lookup(buyer, 'Ada', rank, by=name)").tree
    assert isinstance(looked_up, LookUp)
    assert (looked_up.object, looked_up.key, looked_up.field) == ("buyer", "name", "rank")
    assert isinstance(compiled("prior(stage)").tree, Prior)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("limit * 2", True),
        ("option(stage).chance", True),
        ("buyer.rank", False),
        ("today()", False),
        ("user", False),
        ("org.currency", False),
        ("count(lines)", False),
        ("lookup(buyer, 'Ada', rank, by=name)", False),
        ("prior(stage)", False),
        ("is_new()", False),
    ],
)
def test_it_knows_whether_it_reads_fields_of_its_own_record_alone(text: str, own: bool) -> None:
    assert compiled(text).is_own is own


@pytest.mark.parametrize("kind", ALLOWED)
def test_each_context_says_what_is_known_in_it(kind: str) -> None:
    allowed = ALLOWED[kind]
    assert codes("count(lines)", kind) == ([] if allowed.children else ["NW-X208"])
    assert codes("changed(name)", kind) == ([] if allowed.prior else ["NW-X208"])
    assert codes("is_new()", kind) == ([] if allowed.prior else ["NW-X208"])
    assert codes("record.name", kind, record="order") == ([] if allowed.record else ["NW-X208"])
    assert codes("option(stage).chance", kind) == []
    assert codes("lookup(buyer, name, rank, by=name)", kind) == []
    assert codes("org.name", kind) == []


def test_min_and_max_gather_where_a_collection_is_their_only_value() -> None:
    assert isinstance(compiled("max(lines.count)").tree, Aggregate)
    assert not isinstance(compiled("max(limit, 3)").tree, Aggregate)
    assert codes("max(lines.count, 3)") == ["NW-X302"]


def test_gathering_does_not_nest() -> None:
    assert codes("sum(lines.count, where=count(lines) > 3)") == ["NW-X208"]
    assert codes("count(lines, where=changed(text))") == ["NW-X208"]


def test_a_collection_that_is_not_loaded_is_told() -> None:
    with pytest.raises(NotLoaded, match="lines"):
        evaluate(compiled("count(lines)"), {}, KNOWN)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count(lines)", 2),
        ("count(lines.due)", 1),
        ("sum(lines.count)", 5),
        ("sum(lines.effort) == duration(0)", True),
        ("is_blank(avg(lines.effort))", True),
        ("first(lines.text)", "a"),
        ("first(lines.text, by=due)", "b"),
        ("first(lines.text, by=-due)", "b"),
        ("first(lines.text, by=-count)", "a"),
        ("concat_list(lines.text)", "a, b"),
        ("any(lines.done)", True),
        ("all(lines.done)", False),
        ("all(lines.done, where=count > 9)", True),
        ("any(lines, where=count > 9)", False),
    ],
)
def test_it_gives_what_the_records_give_together(text: str, value: Any) -> None:
    found = compiled(text)
    assert evaluate(found, {"lines": LINES}, KNOWN) == value
    assert Reference(found).evaluate({"lines": LINES}, KNOWN) == value


@pytest.mark.parametrize(
    ("text", "before", "value"),
    [
        ("changed(stage)", None, True),
        ("changed(name)", None, False),
        ("prior(stage)", None, None),
        ("prior(limit) == none", None, True),
        ("is_new()", None, True),
        ("is_new()", {}, False),
        ("changed(stage)", {"stage": "won"}, False),
        ("changed(stage)", {"stage": "new"}, True),
        ("changed_to(stage, 'won')", {"stage": "new"}, True),
        ("changed_to(stage, 'new')", {"stage": "new"}, False),
        ("prior(stage) == 'new' and stage == 'won'", {"stage": "new"}, True),
    ],
)
def test_a_change_is_judged_against_the_record_as_it_was(text: str, before: Any, value: Any) -> None:
    """A new record had nothing before: what is filled has changed."""
    from dataclasses import replace

    facts, found = replace(KNOWN, prior=before), compiled(text)
    assert evaluate(found, {"stage": "won", "name": None}, facts) == value
    assert Reference(found).evaluate({"stage": "won", "name": None}, facts) == value


def test_an_edited_record_is_read_where_records_are_offered() -> None:
    from dataclasses import replace

    found = compiled("rank > record.limit and name == record.name", "offered", "buyer", record="order")
    assert found.given == ("record.limit", "record.name")
    assert evaluate(found, {"rank": 3, "name": "x"}, replace(KNOWN, record={"limit": 2, "name": "x"})) is True
    assert evaluate(found, {"rank": 3, "name": "x"}, replace(KNOWN, record={"limit": None, "name": "x"})) is False


def test_so_many_faults_are_told_and_no_more() -> None:
    assert len(codes(" or ".join(f"nosuch{at} > 1" for at in range(100)))) == 10
