"""What lines give together, what options say and what was before: the browser's engine gives what Python gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from newel.metadata.field_types.values import Money
from newel.metadata.model import Model, Source
from newel.metadata.problems import Place
from newel.rules.browser.node import Failed, Node
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.python import evaluate
from tests.rules.world import FACTS, SOLUTION, model_of

QUOTE = """
object: quote
label: Quote
title: name
fields:
  name: {type: text}
  limit: {type: decimal, precision: 18, scale: 2}
  stage:
    type: choice
    options:
      new: {label: New, probability: 10, open: true}
      half: {label: Half, probability: 12.5, open: true}
      lost: {label: Lost, open: false}
  lines: {type: child_table, of: line}
"""
LINE = """
object: line
label: Line
ownership: parent
parent: quote
fields:
  quote: {type: lookup, to: quote, on_delete: cascade}
  text: {type: text}
  quantity: {type: decimal, precision: 18, scale: 2}
  price: {type: money}
  fee: {type: money, currency: CNY, fixed_currency: true}
  due: {type: date}
  effort: {type: duration}
  done: {type: boolean}
  kind: {type: choice, options: {goods: Goods, work: Work}}
"""
FILES = {"solution.yaml": SOLUTION, "objects/quote.yaml": QUOTE, "objects/line.yaml": LINE}

AGGREGATES = [
    *(f"{name}(lines.{field})" for name in ("sum", "avg", "min", "max") for field in ("quantity", "price", "fee", "effort")),
    *(f"{name}(lines.due)" for name in ("min", "max", "first", "count")),
    "count(lines)",
    "count(lines.price, where=quantity > 1 and not done)",
    "sum(lines.fee, where=quantity > 100)",
    "sum(lines.quantity, where=kind == 'goods') * 2 > limit",
    "any(lines)",
    "any(lines, where=done)",
    "any(lines.done)",
    "all(lines.done)",
    "all(lines.done, where=quantity > 0)",
    "first(lines.text)",
    "first(lines.price, by=due)",
    "first(lines.price, by=-due)",
    "first(lines.done, by=price)",
    "concat_list(lines.text)",
    "concat_list(lines.kind, '、')",
    "concat_list(lines.text, ' / ', by=-quantity)",
    "concat_list(lines.text, by=price, where=due < today())",
    "option(stage).probability",
    "option(stage).open",
    "limit * option(stage).probability / 100",
    "option(stage).closed",
]
CHANGES = [
    "is_new()",
    "changed(stage)",
    "changed_to(stage, 'lost')",
    "prior(limit) > limit",
    "prior(stage) == 'new' and not is_new()",
    "option(prior(stage)).probability > 11",
    "changed(limit) or changed(name)",
]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as found:
        yield found


@cache
def quotes() -> Model:
    return model_of(FILES)


def compiled(text: str, kind: str) -> Expression:
    context = Context(kind, "quote", None)
    expression, problems = compile_expression(Source(text, Place("quote.yaml", 7, 21)), quotes(), context)
    assert expression is not None, "\n".join(map(str, problems))
    return expression


def records(count: int) -> list[dict[str, Any]]:
    chance = Random(11)
    return [_quote(chance) for _ in range(count)]


def _quote(chance: Random) -> dict[str, Any]:
    return {
        "name": chance.choice((None, "a", "中柱")),
        "limit": chance.choice((None, Decimal("10.00"), Decimal("-3.33"))),
        "stage": chance.choice((None, "new", "half", "lost")),
        "lines": tuple(_line(chance, at) for at in range(chance.choice((0, 1, 2, 5)))),
    }


def _line(chance: Random, at: int) -> dict[str, Any]:
    def maybe(*values: Any) -> Any:
        return None if chance.random() < 0.25 else chance.choice(values)

    made = chance.random() < 0.7
    return {
        "id": f"0190cccc-0000-7000-8000-{chance.randrange(10**6):06}{at:06}" if made else None,
        "text": maybe("a", "中", "x y"),
        "quantity": maybe(Decimal("1.00"), Decimal("2.55"), Decimal("-7.01"), Decimal("0.00")),
        "price": maybe(Money(Decimal("9.99"), "CNY"), Money(Decimal("100.00"), chance.choice(("CNY", "USD")))),
        "fee": maybe(Money(Decimal("0.01"), "CNY"), Money(Decimal("12.50"), "CNY")),
        "due": maybe(date(2026, 11, 21), date(2024, 2, 29), date(2027, 1, 1)),
        "effort": maybe(60, 3601, 7),
        "done": chance.random() < 0.5,
        "kind": maybe("goods", "work"),
    }


@pytest.mark.parametrize("text", AGGREGATES)
def test_lines_give_together_in_the_browser_what_they_give_here(node: Node, text: str) -> None:
    expression = compiled(text, "formula")
    every = records(60)
    assert node.evaluate(expression, every, FACTS) == [evaluate(expression, each, FACTS) for each in every]


@pytest.mark.parametrize("text", CHANGES)
def test_the_browser_knows_what_was_before(node: Node, text: str) -> None:
    expression = compiled(text, "validate")
    for prior in (None, *records(6)):
        facts = replace(FACTS, prior=prior)
        every = records(20)
        assert node.evaluate(expression, every, facts) == [evaluate(expression, each, facts) for each in every]


def test_lines_that_were_not_loaded_fail(node: Node) -> None:
    assert node.evaluate(compiled("count(lines)", "formula"), [{}], FACTS) == [Failed("lines is not loaded")]


def test_too_many_lines_end_the_rule(node: Node) -> None:
    """Six aggregates over fifty thousand lines would be three hundred thousand steps."""
    text = " + ".join(["count(lines)"] * 6)
    found = node.evaluate(compiled(text, "formula"), [{"lines": ({},) * 50_000}], FACTS)
    assert found == [Failed("the rule takes too long")]
