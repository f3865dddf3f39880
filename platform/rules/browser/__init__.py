"""What the browser gets of an expression: its checked tree as JSON, which static/js/expressions/engine.js evaluates.

A tree names its nodes under `is` and says the kinds that values have where the record holds plain JSON. What has no twin in the
browser is asked from the server; `obstacle` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newel.rules.browser.values import as_json
from newel.rules.closures import written_out
from newel.rules.expressions import Expression
from newel.rules.functions import REGISTRY
from newel.rules.functions.patterns import program
from newel.rules.reckoning import kinds_of
from newel.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Comparison,
    Given,
    Items,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    OptionProperty,
    Prior,
    Read,
    walk,
)

Json = dict[str, Any]


def tree_of(expression: Expression) -> Json:
    """The expression for the browser: `gives`, the kind of its value, and its `tree`. It must be browser-able."""
    return {"gives": expression.type.kind, "tree": _node(expression.tree)}


def is_browser_able(expression: Expression) -> bool:
    """Whether the browser can evaluate the expression, given all that it reads."""
    return obstacle(expression) is None


def obstacle(expression: Expression) -> str | None:
    """Why the browser can't evaluate the expression; None where it can."""
    if expression.whole and expression.type.kind != "money":
        return f"{expression.text} is a value of several parts"
    return next(filter(None, map(_obstacle, walk(expression.tree))), None)


def _obstacle(node: Node) -> str | None:
    if isinstance(node, Call):
        return None if REGISTRY[node.name].browser else f"{node.name}() is computed by the server"
    if isinstance(node, Given) and node.name.startswith("steps."):
        return "the steps of an action are taken by the server"
    return None if type(node) in _NODES else f"{type(node).__name__} is computed by the server"


def _node(node: Node) -> Json:
    return _NODES[type(node)](node)


def _literal(node: Literal) -> Json:
    return {"is": "value", "kind": node.type.kind, "value": as_json(node.value)}


def _list(node: Items) -> Json:
    return {"is": "value", "kind": "list", "value": as_json(written_out(node))}


def _read(node: Read) -> Json:
    return {"is": "field", "path": ".".join(node.path), "kind": node.type.kind}


def _prior(node: Prior) -> Json:
    return {"is": "prior", "path": ".".join(node.path), "kind": node.type.kind}


def _given(node: Given) -> Json:
    return {"is": "given", "name": node.name, "kind": node.type.kind}


def _negative(node: Negative) -> Json:
    return {"is": "negative", "of": _node(node.operand)}


def _not(node: Not) -> Json:
    return {"is": "not", "of": _node(node.operand)}


def _arithmetic(node: Arithmetic) -> Json:
    kinds = kinds_of(node)
    if kinds == ("blank", "blank"):
        return {"is": "value", "kind": "blank", "value": None}
    return {"is": "arithmetic", "op": node.op, "kinds": kinds, "left": _node(node.left), "right": _node(node.right)}


def _comparison(node: Comparison) -> Json:
    operands = [_node(node.operands[0]), *(_compared(each) for each in node.operands[1:])]
    return {"is": "comparison", "ops": node.ops, "operands": operands}


def _compared(node: Node) -> Json:
    """What stands after an operator: a list may hold any values."""
    return {"is": "items", "items": [_node(each) for each in node.items]} if isinstance(node, Items) else _node(node)


def _logic(node: Logic) -> Json:
    return {"is": "logic", "op": node.op, "operands": [_node(each) for each in node.operands]}


def _choose(node: Choose) -> Json:
    return {"is": "choose", "test": _node(node.test), "then": _node(node.then), "other": _node(node.other)}


def _call(node: Call) -> Json:
    function = REGISTRY[node.name]
    name = "date" if node.name == "to_date" and node.args[0].type.kind == "datetime" else function.browser
    return {
        "is": "call",
        "name": name,
        "gives": node.type.kind,
        "passes": function.propagates,
        "facts": function.facts,
        "args": _arguments(node),
    }


def _arguments(node: Call) -> list[Json]:
    """The values of a call; a pattern goes as the program of a machine that is never slow."""
    if node.name != "matches" or not isinstance(node.args[1], Literal) or node.args[1].value is None:
        return [_node(each) for each in node.args]
    return [_node(node.args[0]), {"is": "value", "kind": "program", "value": program(node.args[1].value)}]


def _option_property(node: OptionProperty) -> Json:
    values = [(key, as_json(value)) for key, value in node.values]
    return {"is": "option", "of": _node(node.operand), "kind": node.type.kind, "values": values}


def _aggregate(node: Aggregate) -> Json:
    parts = {"value": node.value, "where": node.where, "by": node.order}
    return {
        "is": "aggregate",
        "function": node.function,
        "collection": node.collection,
        "gives": node.type.kind,
        "currency": node.currency,
        "downwards": node.downwards,
        "separator": node.separator,
        **{name: _node(each) for name, each in parts.items() if each is not None},
    }


_NODES: Mapping[type[Node], Callable[[Any], Json]] = {
    Literal: _literal,
    Items: _list,
    Read: _read,
    Prior: _prior,
    Given: _given,
    Negative: _negative,
    Not: _not,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Logic: _logic,
    Choose: _choose,
    Call: _call,
    OptionProperty: _option_property,
    Aggregate: _aggregate,
}
