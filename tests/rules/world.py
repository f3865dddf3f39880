"""An object with a field of every type that expressions know, another one that it points at, and ways to compile over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model, Source
from newel.metadata.problems import Place, Problem
from newel.metadata.solutions import Layer
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.facts import Facts
from newel.rules.types import BOOLEAN, Type

SOLUTION = "solution: world\nversion: 1.0.0\nlabel: World\nlanguage: en\nprefix: w\ncurrency: CNY\n"

PLACE = """
object: place
label: Place
fields:
  name: {type: text}
  size: {type: integer}
  rank: {type: decimal, precision: 18, scale: 6}
  open: {type: boolean}
  opened: {type: date}
  kind: {type: choice, options: {shop: Shop, office: Office}}
  manager: {type: user}
  region: {type: lookup, to: place, on_delete: clear}
"""

THING = """
object: thing
label: Thing
title: name
fields:
  name: {type: text}
  note: {type: long_text}
  class: {type: text}
  from: {type: date}
  home: {type: address}
  count: {type: integer}
  price: {type: decimal, precision: 18, scale: 2}
  ratio: {type: decimal, precision: 12, scale: 4}
  share: {type: percent}
  cost: {type: money}
  fee: {type: money, currency: CNY, fixed_currency: true}
  active: {type: boolean}
  due: {type: date}
  start: {type: date}
  seen: {type: datetime}
  at: {type: time}
  effort: {type: duration}
  stage: {type: choice, options: {new: New, open: Open, won: Won, lost: Lost}}
  level: {type: choice, options: {low: {label: Low, mark: 1}, high: {label: High, mark: much}}}
  tags: {type: tags}
  colours: {type: multi_choice, options: {red: Red, green: Green, blue: Blue}}
  place: {type: lookup, to: place, on_delete: clear}
  about: {type: polymorphic, to: [place, thing]}
  lines: {type: child_table, of: line}
"""

LINE = """
object: line
label: Line
ownership: parent
parent: thing
fields:
  thing: {type: lookup, to: thing, on_delete: cascade}
  text: {type: text}
"""

ROLES = {
    "roles/seller.yaml": "role: seller\nlabel: Seller\nobjects: {thing: {read: all}}\n",
    "roles/boss.yaml": "role: boss\nlabel: Boss\nobjects: {thing: {read: all}}\n",
}
FILES = {
    "solution.yaml": SOLUTION,
    "objects/place.yaml": PLACE,
    "objects/thing.yaml": THING,
    "objects/line.yaml": LINE,
    **ROLES,
}
ME = "0190aaaa-0000-7000-8000-000000000001"
OTHER = "0190aaaa-0000-7000-8000-000000000002"
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
FACTS = Facts.at(NOW, "Asia/Shanghai", user=ME, roles=("seller",), user_fields={"email": "ada@example.com", "name": "Ada"})


def model_of(files: Mapping[str, str]) -> Model:
    model, problems = compile_model([Layer("world", files)])
    assert model is not None, problems.as_text()
    return model


@cache
def model() -> Model:
    return model_of(FILES)


def compiled(text: str, expects: Type | None = None, kind: str = "formula", **more: Any) -> Expression:
    """The expression over `thing`; its Problems fail the test."""
    expression, problems = attempt(text, expects, kind, **more)
    assert expression is not None, "\n".join(map(str, problems))
    return expression


def attempt(
    text: str, expects: Type | None = BOOLEAN, kind: str = "validate", object_name: str | None = "thing", **more: Any
) -> tuple[Expression | None, list[Problem]]:
    source = Source(text, Place("thing.yaml", 7, 21))
    return compile_expression(source, model(), Context(kind, object_name, expects, **more))


def fault(text: str, **more: Any) -> Problem:
    """The one problem of an expression that is refused."""
    expression, problems = attempt(text, **more)
    assert expression is None
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]
