"""The arithmetic of the fast engine: operations made for what they operate on.

What they give is what `arithmetic` gives: fields and written-out numbers are read without a call, whole points are added as
they are, money is made once however often it is multiplied and divided, and a divisor that is written out is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from newel.metadata.field_types.values import Money
from newel.rules.arithmetic import OPERATIONS, divider, rounder
from newel.rules.facts import Facts
from newel.rules.seeing import Run
from newel.rules.tree import Arithmetic, Call, Choose, Literal, Node, Read

Compile = Callable[[Node], Run]
Step = Callable[[Any, Mapping[str, Any], Facts], Any]
_FEW_PLACES = 40
_SEEN_OTHERWISE = ("boolean", "text", "reference")


def reckoned(node: Arithmetic, compiled: Compile) -> Run:
    """The function that computes an operation."""
    if node.left.type.kind == node.right.type.kind == "blank":
        return lambda record, facts: None
    if is_whole(node):
        return _points(node, compiled)
    below = _share(node)
    if below is not None and _share(below) is not None:
        return _money(node, compiled)
    if _divides(node) and node.left.type.kind == "number":
        return one(divider(_written(node.right)), node.left, compiled)
    return two(operation_of(node), node.left, node.right, compiled)


def operation_of(node: Arithmetic) -> Callable[[Any, Any], Any]:
    """What the operator does with the kinds of its two sides."""
    left, right = kinds_of(node)
    return OPERATIONS[left, node.op, right].python


def kinds_of(node: Arithmetic) -> tuple[str, str]:
    """The kinds of an operator's two sides; a written-out blank counts as whatever fits."""
    left, right = node.left.type.kind, node.right.type.kind
    if left == "blank":
        left = "number" if right == "money" and node.op in "*/" else right
    if right == "blank":
        right = "number" if left == "money" and node.op in "*/" else left
    return left, right


def own_field(node: Node) -> str | None:
    """The name of a field of the record's own whose value is seen as it is."""
    is_own = isinstance(node, Read) and len(node.path) == 1 and node.type.kind not in _SEEN_OTHERWISE
    return node.path[0] if is_own and isinstance(node, Read) else None


def one(operate: Callable[[Any], Any], operand: Node, compiled: Compile) -> Run:
    name = own_field(operand)
    if name is not None:
        return lambda record, facts: operate(record.get(name))
    run = compiled(operand)
    return lambda record, facts: operate(run(record, facts))


def two(operate: Callable[[Any, Any], Any], left: Node, right: Node, compiled: Compile) -> Run:
    name, other = own_field(left), own_field(right)
    if name is not None and other is not None:
        return lambda record, facts: operate(record.get(name), record.get(other))
    first, second = compiled(left), compiled(right)
    if isinstance(left, Literal):
        value = left.value
        return lambda record, facts: operate(value, second(record, facts))
    if isinstance(right, Literal):
        value = right.value
        return lambda record, facts: operate(first(record, facts), value)
    if name is not None:
        return lambda record, facts: operate(record.get(name), second(record, facts))
    if other is not None:
        return lambda record, facts: operate(first(record, facts), record.get(other))
    return lambda record, facts: operate(first(record, facts), second(record, facts))


def rounding(node: Call, compiled: Compile) -> Run | None:
    """`round` of a number to few places; None of anything else."""
    if node.name != "round" or node.args[0].type.kind != "number":
        return None
    places = _written(node.args[1]) if len(node.args) > 1 else 0
    return None if abs(places) > _FEW_PLACES else one(rounder(int(places)), node.args[0], compiled)


# Points: `(20 if size > 10 else 0) + (30 if stage == 'open' else 0)`


def is_whole(node: Node) -> bool:
    """A sum of whole numbers that are written out, each as it is or to choose between."""
    if isinstance(node, Literal):
        return type(node.value) is int
    if isinstance(node, Choose):
        return isinstance(node.then, Literal) and isinstance(node.other, Literal) and is_whole(node.then) and is_whole(node.other)
    return isinstance(node, Arithmetic) and node.op == "+" and is_whole(node.left) and is_whole(node.right)


def _points(node: Node, compiled: Compile) -> Run:
    start, choices = 0, []
    for each in _summands(node):
        if isinstance(each, Choose):
            choices.append((compiled(each.test), _written(each.then), _written(each.other)))
        else:
            start += _written(each)
    chosen = tuple(choices)

    def points(record: Mapping[str, Any], facts: Facts) -> int:
        total: int = start
        for test, then, other in chosen:
            total += then if test(record, facts) else other
        return total

    return points


def _summands(node: Node) -> list[Node]:
    return [*_summands(node.left), *_summands(node.right)] if isinstance(node, Arithmetic) else [node]


def _written(node: Node) -> Any:
    if not isinstance(node, Literal):
        raise TypeError(node)
    return node.value


# Shares of money: `amount * chance / 100`


def _share(node: Node) -> Node | None:
    """The money of which the node is a multiple or a part; None where it is none."""
    if not isinstance(node, Arithmetic) or node.type.kind != "money" or node.op not in "*/":
        return None
    money, number = (node.right, node.left) if node.right.type.kind == "money" else (node.left, node.right)
    return money if (money.type.kind, number.type.kind) == ("money", "number") else None


def _money(node: Node, compiled: Compile) -> Run:
    """Several multiples and parts in a row; the amount alone goes through them."""
    steps: list[Step] = []
    base: Node = node
    while isinstance(base, Arithmetic) and (below := _share(base)) is not None:
        steps.insert(0, _step(base, base.left if below is base.right else base.right, compiled))
        base = below
    start, taken = compiled(base), tuple(steps)

    def share(record: Mapping[str, Any], facts: Facts) -> Money | None:
        money = start(record, facts)
        amount = None if money is None else money.amount
        for step in taken:
            amount = step(amount, record, facts)
        return None if amount is None else Money(amount, money.currency)

    return share


def _step(node: Arithmetic, number: Node, compiled: Compile) -> Step:
    if _divides(node):
        by = divider(_written(number))
        return lambda amount, record, facts: by(amount)
    operate, factor = OPERATIONS["number", node.op, "number"].python, compiled(number)
    return lambda amount, record, facts: operate(amount, factor(record, facts))


def _divides(node: Arithmetic) -> bool:
    """Whether it divides by a number that is written out."""
    return node.op == "/" and isinstance(node.right, Literal) and bool(node.right.value) and node.right.type.kind == "number"
