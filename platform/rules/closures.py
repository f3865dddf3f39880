"""The fast Python engine: a checked tree becomes nested functions of (record, facts), each made for the types that it meets.

The shapes that rules have most (a field against a written-out value) get a function of their own, so that a typical rule
runs in a few hundred nanoseconds. What it computes is defined by `reference`, which tests hold it against.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from newel.rules.arithmetic import NEGATIVES
from newel.rules.facts import Facts
from newel.rules.functions import REGISTRY
from newel.rules.functions.money import as_amount
from newel.rules.functions.registry import Function
from newel.rules.gathering import gathered
from newel.rules.reckoning import one, reckoned, rounding, two
from newel.rules.records import NotLoaded
from newel.rules.seeing import Run, given, prior, read, seen
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
    LookUp,
    Negative,
    Node,
    Not,
    OptionProperty,
    Prior,
    Read,
)

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(node: Node) -> Run:
    """The function that computes a checked tree."""
    match node:
        case Literal():
            return _constant(node.value)
        case Items():
            return _constant(written_out(node))
        case Read():
            return read(node)
        case Given():
            return given(node)
        case Negative():
            return one(NEGATIVES.get(node.type.kind, _blank), node.operand, compiled)
        case Not():
            return _not(compiled(node.operand))
        case Arithmetic():
            return reckoned(node, compiled)
        case Comparison():
            return _comparison(node)
        case Logic():
            return _logic(node)
        case Choose():
            return _choose(node)
        case Call():
            return _call(node)
        case Prior():
            return prior(node)
        case OptionProperty():
            return _option_property(node)
        case LookUp():
            return _look_up(node)
        case Aggregate():
            return gathered(node, compiled)
    raise AssertionError(node)


def written_out(node: Items) -> Any:
    """The texts of a list that is a value of its own."""
    return tuple(each.value for each in node.items if isinstance(each, Literal) and each.value is not None)


def _blank(_value: Any) -> None:
    return None


def _constant(value: Any) -> Run:
    return lambda record, facts: value


def _option_property(node: OptionProperty) -> Run:
    said = dict(node.values)
    if node.type.kind != "boolean":
        return one(said.get, node.operand, compiled)
    operand = compiled(node.operand)
    return lambda record, facts: said.get(operand(record, facts), False)


def _look_up(node: LookUp) -> Run:
    """Asks the tables that the Facts know; a blank key finds nothing."""
    wanted, found = compiled(node.wanted), seen(node.type.kind)
    blank = False if node.type.kind == "boolean" else None

    def look_up(record: Mapping[str, Any], facts: Facts) -> Any:
        key = wanted(record, facts)
        if key is None:
            return blank
        if facts.tables is None:
            raise NotLoaded(f"lookup({node.object})")
        return found(facts.tables.find(node.object, node.key, key, node.field))

    return look_up


def _not(operand: Run) -> Run:
    return lambda record, facts: not operand(record, facts)


def _choose(node: Choose) -> Run:
    test = compiled(node.test)
    if isinstance(node.then, Literal) and isinstance(node.other, Literal):
        one_value, other_value = node.then.value, node.other.value
        return lambda record, facts: one_value if test(record, facts) else other_value
    then, other = compiled(node.then), compiled(node.other)
    return lambda record, facts: then(record, facts) if test(record, facts) else other(record, facts)


def _logic(node: Logic) -> Run:
    runs = [compiled(each) for each in node.operands]
    joined = runs[-1]
    for run in reversed(runs[:-1]):
        joined = _and(run, joined) if node.op == "and" else _or(run, joined)
    return joined


def _and(left: Run, right: Run) -> Run:
    return lambda record, facts: left(record, facts) and right(record, facts)


def _or(left: Run, right: Run) -> Run:
    return lambda record, facts: left(record, facts) or right(record, facts)


def _comparison(node: Comparison) -> Run:
    runs = [_compared(left, op, right) for left, op, right in node.pairs]
    joined = runs[-1]
    for run in reversed(runs[:-1]):
        joined = _and(run, joined)
    return joined


def _compared(left: Node, op: str, right: Node) -> Run:
    if op in ("in", "not in"):
        return _membership(left, op, right)
    amounts = {left.type.kind, right.type.kind} == {"money", "number"}
    if not amounts and "money" not in (left.type.kind, right.type.kind):
        quick = _field_against_value(left, op, right)
        if quick is not None:
            return quick
    if op in ("==", "!="):
        same = _same_amount if amounts else operator.eq
        return two(same if op == "==" else _different(same), left, right, compiled)
    first, second = compiled(left), compiled(right)
    if "money" in (left.type.kind, right.type.kind):
        return _ordered_money(_ORDER[op], first, second)
    if isinstance(left, Read) and len(left.path) == 1:
        return _ordered_field(_ORDER[op], left.path[0], second)
    return _ordered(_ORDER[op], first, second)


def _field_against_value(left: Node, op: str, right: Node) -> Run | None:
    """`stage == 'won'`, `size > 10`: a field of the record's own against a value that is written out."""
    if not (isinstance(left, Read) and len(left.path) == 1 and isinstance(right, Literal)):
        return None
    name, value, kind = left.path[0], right.value, left.type.kind
    if kind in ("boolean", "text", "reference", "list"):
        return None
    if op == "==":
        return lambda record, facts: record.get(name) == value
    if op == "!=":
        return lambda record, facts: record.get(name) != value
    if value is None:
        return _constant(False)
    return _against_value(op, name, value)


def _against_value(op: str, name: str, value: Any) -> Run:
    if op == "<":
        return lambda record, facts: (found := record.get(name)) is not None and found < value
    if op == "<=":
        return lambda record, facts: (found := record.get(name)) is not None and found <= value
    if op == ">":
        return lambda record, facts: (found := record.get(name)) is not None and found > value
    return lambda record, facts: (found := record.get(name)) is not None and found >= value


def _ordered(order: Callable[[Any, Any], bool], first: Run, second: Run) -> Run:
    def ordered(record: Mapping[str, Any], facts: Facts) -> bool:
        left = first(record, facts)
        if left is None:
            return False
        right = second(record, facts)
        return right is not None and order(left, right)

    return ordered


def _ordered_field(order: Callable[[Any, Any], bool], name: str, second: Run) -> Run:
    """`due < today()`: a field of the record's own against anything."""

    def ordered(record: Mapping[str, Any], facts: Facts) -> bool:
        left = record.get(name)
        if left is None:
            return False
        right = second(record, facts)
        return right is not None and order(left, right)

    return ordered


def _ordered_money(order: Callable[[Any, Any], bool], first: Run, second: Run) -> Run:
    """Amounts of different currencies have no order; beside a plain number the amount counts."""

    def ordered(record: Mapping[str, Any], facts: Facts) -> bool:
        left, right = first(record, facts), second(record, facts)
        if left is None or right is None:
            return False
        both = hasattr(left, "currency") and hasattr(right, "currency")
        return not (both and left.currency != right.currency) and order(as_amount(left), as_amount(right))

    return ordered


def _same_amount(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    return bool(as_amount(left) == as_amount(right))


def _different(same: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return operator.ne if same is operator.eq else lambda left, right: not same(left, right)


def _membership(left: Node, op: str, right: Node) -> Run:
    if not isinstance(right, Items):
        return _in_field(compiled(left), compiled(right), op == "in")
    simple = all(isinstance(each, Literal) for each in right.items) and left.type.kind not in ("money", "blank")
    if simple and not any(each.type.kind == "money" for each in right.items):
        return _in_set(left, frozenset(getattr(each, "value", None) for each in right.items), op == "in")
    equals = [_compared(left, "==", each) for each in right.items]
    wanted = op == "in"
    return lambda record, facts: any(equal(record, facts) for equal in equals) is wanted


def _in_set(left: Node, values: frozenset[Any], wanted: bool) -> Run:
    if isinstance(left, Read) and len(left.path) == 1 and left.type.kind == "choice":
        name = left.path[0]
        if wanted:
            return lambda record, facts: record.get(name) in values
        return lambda record, facts: record.get(name) not in values
    run = compiled(left)
    return lambda record, facts: (run(record, facts) in values) is wanted


def _in_field(value: Run, values: Run, wanted: bool) -> Run:
    """A blank is in no list."""

    def held(record: Mapping[str, Any], facts: Facts) -> bool:
        return (value(record, facts) in (values(record, facts) or ())) is wanted

    return held


def _call(node: Call) -> Run:
    function = REGISTRY[node.name]
    if node.name in ("is_blank", "not_blank") and isinstance(node.args[0], Read) and len(node.args[0].path) == 1:
        return _filled(node.args[0], node.name == "not_blank")
    rounded = rounding(node, compiled)
    if rounded is not None:
        return rounded
    args = [compiled(each) for each in node.args]
    blank = False if node.type.kind == "boolean" else None
    if function.facts:
        return _with_facts(function, args, blank)
    python = function.python
    if len(args) == 1:
        return _call_of_one(function, args[0], blank)
    if len(args) == 2 and function.propagates:
        return _call_of_two(python, args[0], args[1], blank)

    def several(record: Mapping[str, Any], facts: Facts) -> Any:
        values = [arg(record, facts) for arg in args]
        return blank if function.propagates and None in values else python(*values)

    return several


def _filled(node: Read, wanted: bool) -> Run:
    """Whether a field of the record's own holds something; an empty text and an empty list are nothing."""
    name = node.path[0]
    if node.type.kind in ("text", "list"):
        if wanted:
            return lambda record, facts: bool(record.get(name))
        return lambda record, facts: not record.get(name)
    if wanted:
        return lambda record, facts: record.get(name) is not None
    return lambda record, facts: record.get(name) is None


def _call_of_one(function: Function, arg: Run, blank: Any) -> Run:
    python = function.python
    if not function.propagates:
        return lambda record, facts: python(arg(record, facts))

    def one(record: Mapping[str, Any], facts: Facts) -> Any:
        value = arg(record, facts)
        return blank if value is None else python(value)

    return one


def _call_of_two(python: Callable[..., Any], first: Run, second: Run, blank: Any) -> Run:
    def both(record: Mapping[str, Any], facts: Facts) -> Any:
        left = first(record, facts)
        if left is None:
            return blank
        right = second(record, facts)
        return blank if right is None else python(left, right)

    return both


def _with_facts(function: Function, args: list[Run], blank: Any) -> Run:
    python = function.python
    if not args:
        return lambda record, facts: python(facts)

    def with_facts(record: Mapping[str, Any], facts: Facts) -> Any:
        values = [arg(record, facts) for arg in args]
        return blank if None in values else python(facts, *values)

    return with_facts
