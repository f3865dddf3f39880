"""What rules gather from children, look up and read of options is the same in Python and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from newel.metadata.field_types import type_of
from newel.metadata.field_types.values import Money
from newel.metadata.field_types.values import Reference as RecordReference
from newel.metadata.model import Source
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import emit, emit_value, parameters
from newel.runtime.records.reach import RawColumns, Spot
from tests.rules.test_engines_agree import FAST
from tests.rules.world import FACTS, ME, NOW, SOLUTION, model_of

ORDER = """
object: order
label: Order
fields:
  name: {type: text}
  stage:
    type: choice
    options:
      new: {label: New, chance: 10, weight: 0.5, word: fresh}
      won: {label: Won, chance: 100, closed: true, color: green}
      lost: {label: Lost, closed: true, since: 2026-01-31}
  limit: {type: decimal, precision: 18, scale: 2}
  buyer: {type: lookup, to: buyer, on_delete: clear}
  lines: {type: child_table, of: line}
  helpers: {type: many_to_many, to: buyer}
"""
LINE = """
object: line
label: Line
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, on_delete: cascade}
  text: {type: text}
  count: {type: integer}
  price: {type: decimal, precision: 18, scale: 2}
  ratio: {type: decimal, precision: 12, scale: 4}
  cost: {type: money}
  fee: {type: money, currency: CNY, fixed_currency: true}
  done: {type: boolean}
  due: {type: date}
  seen: {type: datetime}
  effort: {type: duration}
  level: {type: choice, options: {low: Low, high: High}}
"""
BUYER = """
object: buyer
label: Buyer
fields:
  name: {type: text, unique: true}
  rank: {type: integer, unique: true}
  rating: {type: choice, options: {a: {label: A, weight: 3}, b: {label: B}}}
  worth: {type: money}
  active: {type: boolean}
"""
NOTE = """
object: note
label: Note
fields:
  text: {type: text}
  about: {type: polymorphic, to: [order, buyer], inverse: notes}
"""
FILES = {
    "solution.yaml": SOLUTION,
    "objects/order.yaml": ORDER,
    "objects/line.yaml": LINE,
    "objects/buyer.yaml": BUYER,
    "objects/note.yaml": NOTE,
}
MODEL = model_of(FILES)
BUYERS = [
    {"name": "Ada", "rank": 1, "rating": "a", "worth": Money(Decimal("12.50"), "USD"), "active": True},
    {"name": "中柱", "rank": None, "rating": "b", "worth": None, "active": False},
    {"name": None, "rank": 3, "rating": None, "worth": Money(Decimal("-0.01"), "CNY"), "active": True},
    {"name": "Gone", "rank": 4, "rating": "a", "worth": None, "active": True, "deleted_at": NOW},
]
for _at, _buyer in enumerate(BUYERS):
    _buyer["id"] = f"0190bbbb-0000-7000-8000-00000000000{_at}"


def _line(chance: Random, at: int, order: str) -> dict[str, Any]:
    def maybe(*values: Any) -> Any:
        return None if chance.random() < 0.25 else chance.choice(values)

    cents = [Decimal(each) for each in ("0.00", "0.01", "-0.01", "2.50", "99.99", "9999999999999999.99", "-9999999999999999.99")]
    days = [date(2026, 11, 21) + timedelta(days=each) for each in (-400, -1, 0, 1, 40)]
    return {
        "id": f"0190dddd-0000-7000-8000-{at:012}",
        "order": order,
        "text": maybe("a", "ä", "中柱", "b c", "𝒜"),
        "count": maybe(0, 1, -1, 7, 9007199254740991, -9007199254740991),
        "price": maybe(*cents),
        "ratio": maybe(*(Decimal(each) for each in ("0.0000", "0.3333", "-1.5000", "99999999.9999"))),
        "cost": maybe(*(Money(each, chance.choice(("CNY", "CNY", "CNY", "USD"))) for each in cents)),
        "fee": maybe(*(Money(each, "CNY") for each in cents[:5])),
        "done": chance.random() < 0.6,
        "due": maybe(*days),
        "seen": maybe(*(datetime(2026, 11, each, 3, tzinfo=UTC) for each in (1, 20, 21))),
        "effort": maybe(0, 1800, 3601, 7205),
        "level": maybe("low", "high"),
        "deleted_at": NOW if chance.random() < 0.15 else None,
    }


def _made_up() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance, orders, lines = Random(11), [], []
    for at in range(24):
        key = f"0190cccc-0000-7000-8000-{at:012}"
        values = {
            "name": chance.choice(("Ada", "中柱", "nobody", None)),
            "limit": chance.choice((Decimal("3.00"), None, Decimal(1))),
        }
        orders.append({"id": key, "stage": chance.choice(("new", "won", "lost", None)), **values})
        orders[-1]["buyer"] = chance.choice((*(each["id"] for each in BUYERS[:3]), None))
        for _ in range(chance.choice((0, 0, 1, 2, 5, 9))):
            lines.append(_line(chance, len(lines), key))
    chance.shuffle(lines)
    return orders, lines


ORDERS, LINES = _made_up()


def _seen(order: dict[str, Any]) -> dict[str, Any]:
    """An order as Python reads it, with its lines that are not in the bin."""
    buyer = next((each for each in BUYERS if each["id"] == order["buyer"]), None)
    found = {**order, **{f"buyer.{name}": buyer[name] if buyer else None for name in ("name", "rank", "rating", "worth")}}
    above = {f"order.{name}": value for name, value in found.items()}
    found["lines"] = tuple({**each, **above} for each in LINES if each["order"] == order["id"] and not each["deleted_at"])
    return found


HELPERS = [
    {
        "id": f"0190eeee-0000-7000-8000-{at:012}",
        "order": order["id"],
        "buyer": BUYERS[at % 3]["id"],
        "deleted_at": NOW if at % 5 == 4 else None,
    }
    for at, order in enumerate(ORDERS)
]
NOTES = [
    {
        "id": f"0190ffff-0000-7000-8000-{at:012}",
        "text": f"note {at % 4}",
        "about": RecordReference("order" if at % 3 else "buyer", ORDERS[at % 7]["id"]),
    }
    for at in range(20)
]


def _around(order: dict[str, Any]) -> dict[str, Any]:
    """What else points at an order: the other ends of a polymorphic lookup, and the rows of a link."""
    ranks = {each["id"]: each["rank"] for each in BUYERS}
    helpers = [each for each in HELPERS if each["order"] == order["id"] and not each["deleted_at"]]
    notes = [each for each in NOTES if each["about"] == RecordReference("order", order["id"])]
    return {"helpers": tuple({**each, "buyer.rank": ranks[each["buyer"]]} for each in helpers), "notes": tuple(notes)}


class Buyers:
    """What lookup finds among the buyers."""

    def find(self, object_name: str, key: str, value: Any, field: str) -> Any:
        live = (each for each in BUYERS if not each.get("deleted_at"))
        return next((each[field] for each in live if each[key] == value), None)


RECORDS = [{**_seen(each), **_around(each)} for each in ORDERS]
KNOWN = replace(FACTS, tables=Buyers())


def compiled(text: str, kind: str = "formula") -> Expression:
    expression, problems = compile_expression(Source(text), MODEL, Context(kind, "order", None))
    assert expression is not None, "\n".join(map(str, problems))
    return expression


@dataclass
class Stage:
    connection: Connection
    spot: Spot

    def values(self, expression: Expression) -> dict[str, Any]:
        elements = emit_value(expression, RawColumns(self.spot))
        statement = select(self.spot.id, *elements).select_from(self.spot.table)
        return {row[0]: tuple(row[1:]) for row in self.connection.execute(statement, parameters(KNOWN, [expression]))}

    def chosen(self, expression: Expression) -> set[str]:
        statement = select(self.spot.id).select_from(self.spot.table).where(emit(expression, RawColumns(self.spot)))
        return {row[0] for row in self.connection.execute(statement, parameters(KNOWN, [expression]))}


@contextmanager
def staged(make: Any, database: Any) -> Iterator[Stage]:
    installation = make(FILES)
    with database.writing() as connection:
        for name, rows in (
            ("nw_user", [{"id": ME, "name": "me", "email": "a@b.c", "active": True}]),
            ("buyer", BUYERS),
            ("order", ORDERS),
            ("line", LINES),
            ("order_helpers", HELPERS),
            ("note", NOTES),
        ):
            for row in rows:
                connection.execute(installation.tables[name].table.insert(), _stored(installation, name, row))
        table = installation.tables["order"].table.alias("t")
        yield Stage(connection, Spot(installation, installation.model.objects["order"], table))


def _stored(installation: Any, name: str, row: dict[str, Any]) -> dict[str, Any]:
    target = installation.model.objects[name]
    found = {"version": 1, "created_at": NOW, "updated_at": NOW, "created_by": ME, "updated_by": ME}
    for key, value in row.items():
        field = target.fields[key]
        columns = [each.suffix for each in type_of(field).columns(field)] if not field.system else [""]
        parts = type_of(field).to_columns(field, value) if not field.system else (value,)
        found |= {installation.tables[name].column(key, each).name: part for each, part in zip(columns, parts, strict=True)}
    return found


def agree(stage: Stage, text: str) -> None:
    """Fails where the engines differ on an order."""
    expression = compiled(text)
    reference, found = Reference(expression), stage.values(expression)
    for record in RECORDS:
        value = evaluate(expression, record, KNOWN)
        assert value == reference.evaluate(record, KNOWN), f"fast and reference engine differ on {text}"
        expected = (value,) if expression.type.kind != "money" else (value and value.amount, value and value.currency)
        assert found[record["id"]] == expected, f"{text} on {record}"
    if expression.type.kind == "boolean":
        assert stage.chosen(expression) == {each["id"] for each in RECORDS if evaluate(expression, each, KNOWN)}


NUMBERS = ("count", "price", "ratio", "cost", "fee", "effort")
CONDITIONS = (
    "done",
    "count > 0",
    "due < today()",
    "level == 'high'",
    "text != 'a'",
    "order.limit > 2",
    "is_blank(price)",
    "cost > fee",
)
_where = st.one_of(st.just(""), st.sampled_from(CONDITIONS).map(", where={}".format))
_gathered = st.one_of(
    st.tuples(st.sampled_from(("sum", "avg", "min", "max", "count")), st.sampled_from(NUMBERS), _where),
    st.tuples(st.sampled_from(("min", "max")), st.sampled_from(("due", "seen")), _where),
    st.tuples(st.sampled_from(("any", "all", "count")), st.just("done"), _where),
    st.tuples(
        st.sampled_from(("first", "concat_list")),
        st.sampled_from(("text", "level")),
        _where,
        st.sampled_from(
            ("", *(f", by={sign}{name}" for name in ("due", "count", "price", "seen", "cost") for sign in ("", "-")))
        ),
    ),
    st.tuples(st.just("first"), st.sampled_from((*NUMBERS, "due", "seen", "done")), _where, st.sampled_from(("", ", by=-due"))),
).map(lambda found: f"{found[0]}(lines.{found[1]}{''.join(found[2:])})")

FIXED = (
    "count(lines)",
    "count(lines, where=done)",
    "any(lines)",
    "any(lines, where=count > 3)",
    "concat_list(lines.text, ' / ', where=done)",
    "option(stage).chance",
    "option(stage).weight * 2",
    "option(stage).closed",
    "not option(stage).closed",
    "option(stage).word",
    "option(stage).color",
    "option(stage).since",
    "option(buyer.rating).weight + 1",
    "limit * option(stage).chance / 100",
    "lookup(buyer, name, rank, by=name)",
    "lookup(buyer, 'Ada', worth, by=name)",
    "lookup(buyer, name, active, by=name)",
    "not lookup(buyer, 'Gone', active, by=name)",
    "lookup(buyer, limit, name, by=rank)",
    "lookup(buyer, limit / 1, name, by=rank)",
    "lookup(buyer, none, name, by=rank)",
    "lookup(buyer, 3, rating, by=rank)",
    "option(stage).chance > count(lines) and sum(lines.price) > limit",
    "sum(lines.price) / count(lines)",
    "sum(lines.count) == 0",
    "sum(lines.price) > 9999999999999999.98",
    "sum(lines.fee) + sum(lines.fee)",
    "round(avg(lines.ratio), 2)",
    "coalesce(max(lines.due), today())",
    "sum(lines.cost) > 3 or sum(lines.effort) > duration(1)",
    "first(lines.order.name, by=-due)",
    "count(notes)",
    "concat_list(notes.text, '; ')",
    "any(notes, where=text == 'note 1')",
    "sum(helpers.buyer.rank)",
    "count(helpers, where=buyer.rank > 1)",
    "org.currency == 'CNY' and org.fiscal_start == 1",
)


def test_rules_over_other_records_mean_the_same_everywhere(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:
        for text in FIXED:
            agree(stage, text)


@pytest.mark.parametrize("limit", [None, Decimal("1.50")])
def test_what_is_offered_is_the_same_everywhere(limit: Any, make_installation: Any, database: Any) -> None:
    text = "rank > record.limit or name == record.name or is_blank(record.limit) and active"
    expression, problems = compile_expression(Source(text), MODEL, Context("offered", "buyer", record="order"))
    assert expression is not None, problems
    facts = replace(KNOWN, record={"limit": limit, "name": "中柱"})
    with staged(make_installation, database) as stage:
        table = stage.spot.installation.tables["buyer"].table.alias("b")
        spot = Spot(stage.spot.installation, stage.spot.installation.model.objects["buyer"], table)
        statement = select(spot.id).select_from(table).where(emit(expression, RawColumns(spot)))
        found = {row[0] for row in stage.connection.execute(statement, parameters(facts, [expression]))}
    assert found == {each["id"] for each in BUYERS if evaluate(expression, each, facts)}


def test_whatever_is_gathered_is_the_same_everywhere(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:

        @FAST
        @given(_gathered)
        def holds(text: str) -> None:
            agree(stage, text)

        holds()
