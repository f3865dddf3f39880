"""The reference Python engine: simpleeval hosts the checked tree with our operators and functions, and nothing of its own.

Slower than `closures`, but plain: one operator class a kind of operation, one function a call. The tests hold the fast engine,
and through it SQL, against what comes out here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from simpleeval import SimpleEval

from newel.rules.arithmetic import NEGATIVES
from newel.rules.closures import written_out
from newel.rules.expressions import Expression
from newel.rules.facts import NOBODY, Facts
from newel.rules.functions import REGISTRY
from newel.rules.functions.registry import Function
from newel.rules.gathering import gathered
from newel.rules.reckoning import operation_of
from newel.rules.records import Asked, NotLoaded, RecordReader, followed
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

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Reference:
    """One expression, hosted by simpleeval; parsed once, its evaluator kept. For one thread at a time."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._operators: dict[type, Callable[..., Any]] = {ast.Not: lambda value: not value}
        self._functions: dict[str, Callable[..., Any]] = {}
        self._reads: dict[str, Callable[[Mapping[str, Any], Facts], Any]] = {}
        self._tree = ast.fix_missing_locations(ast.Expr(self._hosted(expression.tree)))
        self._evaluator = SimpleEval(operators=self._operators, functions=self._functions, names={})

    def evaluate(self, record: Mapping[str, Any] | RecordReader, facts: Facts) -> Any:
        """The same as `python.evaluate`."""
        values = record if isinstance(record, Mapping) else Asked(record)
        self._evaluator.names = _Names(self._reads, values, facts)
        found = self._evaluator.eval(self._expression.text, previously_parsed=self._tree)
        return None if self._expression.may_be_nobody and found == NOBODY else found

    def _hosted(self, node: Node) -> ast.expr:
        match node:
            case Literal():
                return ast.Constant(node.value)
            case Items():
                return ast.Constant(written_out(node))
            case Read() | Given() | Prior():
                return self._name(node)
            case Negative():
                operate = NEGATIVES.get(node.type.kind, lambda value: None)
                return ast.UnaryOp(self._operator(ast.unaryop, operate), self._hosted(node.operand))
            case Not():
                return ast.UnaryOp(ast.Not(), self._hosted(node.operand))
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic():
                return ast.BoolOp(ast.And() if node.op == "and" else ast.Or(), [self._hosted(each) for each in node.operands])
            case Choose():
                return ast.IfExp(self._hosted(node.test), self._hosted(node.then), self._hosted(node.other))
            case Call():
                return self._call(node)
            case OptionProperty():
                return self._option_property(node)
            case LookUp():
                return self._look_up(node)
            case Aggregate():
                return self._aggregate(node)
        raise AssertionError(node)

    def _name(self, node: Read | Given | Prior) -> ast.expr:
        name = f"@{node.name}" if isinstance(node, Given) else ".".join(node.path)
        name = f"@prior.{name}" if isinstance(node, Prior) else name
        self._reads[name] = _seen_as(node)
        return ast.Name(name, ast.Load())

    def _operator(self, base: type, operate: Callable[..., Any]) -> Any:
        """An operator class of our own, so that simpleeval calls exactly this operation."""
        kind = type(f"Operator{len(self._operators)}", (base,), {"_fields": ()})
        self._operators[kind] = operate
        return kind()

    def _arithmetic(self, node: Arithmetic) -> ast.expr:
        blank = node.left.type.kind == node.right.type.kind == "blank"
        operate = (lambda left, right: None) if blank else operation_of(node)
        return ast.BinOp(self._hosted(node.left), self._operator(ast.operator, operate), self._hosted(node.right))

    def _comparison(self, node: Comparison) -> ast.expr:
        ops = [self._operator(ast.cmpop, _holds(op)) for op in node.ops]
        return ast.Compare(self._hosted(node.operands[0]), ops, [self._compared(each) for each in node.operands[1:]])

    def _compared(self, node: Node) -> ast.expr:
        """What stands after an operator: a list of any values is gathered by a function."""
        if not isinstance(node, Items):
            return self._hosted(node)
        self._functions["@list"] = lambda *values: values
        return ast.Call(ast.Name("@list", ast.Load()), [self._hosted(each) for each in node.items], [])

    def _call(self, node: Call) -> ast.expr:
        function = REGISTRY[node.name]
        boolean = node.type.kind == "boolean"
        name = f"{node.name}:{boolean}"
        self._functions[name] = _called(function, False if boolean else None)
        self._reads["@facts"] = lambda record, facts: facts
        args: list[ast.expr] = [ast.Name("@facts", ast.Load())] if function.facts else []
        return ast.Call(ast.Name(name, ast.Load()), [*args, *(self._hosted(each) for each in node.args)], [])

    def _option_property(self, node: OptionProperty) -> ast.expr:
        values, blank = dict(node.values), False if node.type.kind == "boolean" else None
        return self._helper("option", lambda key: values.get(key, blank), self._hosted(node.operand))

    def _look_up(self, node: LookUp) -> ast.expr:
        def found(facts: Facts, wanted: Any) -> Any:
            if wanted is None:
                return _plain(None, node.type.kind)
            if facts.tables is None:
                raise NotLoaded(node.object)
            return _plain(facts.tables.find(node.object, node.key, wanted, node.field), node.type.kind)

        self._reads["@facts"] = lambda record, facts: facts
        return self._helper("lookup", found, ast.Name("@facts", ast.Load()), self._hosted(node.wanted))

    def _aggregate(self, node: Aggregate) -> ast.expr:
        """The records of the collection, each asked with a Reference of its own."""
        run = gathered(node, _asked)
        name = f"@{len(self._reads)} {node.function}"
        self._reads[name] = run
        return ast.Name(name, ast.Load())

    def _helper(self, word: str, function: Callable[..., Any], *args: ast.expr) -> ast.expr:
        name = f"@{word} {len(self._functions)}"
        self._functions[name] = function
        return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _asked(node: Node) -> Callable[[Mapping[str, Any], Facts], Any]:
    return Reference(Expression("", node.type, node)).evaluate


class _Names(dict[str, Any]):
    """The names that one evaluation knows."""

    def __init__(
        self, reads: Mapping[str, Callable[[Mapping[str, Any], Facts], Any]], record: Mapping[str, Any], facts: Facts
    ) -> None:
        super().__init__()
        self.reads = reads
        self.record = record
        self.facts = facts

    def __missing__(self, name: str) -> Any:
        return self.reads[name](self.record, self.facts)


def _seen_as(node: Read | Given | Prior) -> Callable[[Mapping[str, Any], Facts], Any]:
    """How a name is read: yes-or-no fields are never blank, composite values are seen as their text or id."""
    kind = node.type.kind

    def read(record: Mapping[str, Any], facts: Facts) -> Any:
        if isinstance(node, Given):
            value = facts.given(node.name)
        elif isinstance(node, Prior):
            value = (facts.prior or {}).get(node.path[0])
        else:
            value = record.get(node.path[0]) if len(node.path) == 1 else followed(record, node.path)
        return _plain(value, kind)

    return read


def _plain(value: Any, kind: str) -> Any:
    if kind == "boolean":
        return value is True
    if value is not None and kind == "text":
        return str(value) or None
    return getattr(value, "id", value) if kind == "reference" else value


def _holds(op: str) -> Callable[[Any, Any], bool]:
    """A comparison by what its values are, not by what they are declared to be."""
    if op in ("in", "not in"):
        return lambda left, right: any(_equal(left, each) for each in right or ()) is (op == "in")
    if op in ("==", "!="):
        return lambda left, right: _equal(left, right) is (op == "==")
    order = _ORDERS[op]

    def ordered(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if hasattr(left, "currency") and hasattr(right, "currency") and left.currency != right.currency:
            return False
        return order(getattr(left, "amount", left), getattr(right, "amount", right))

    return ordered


def _equal(left: Any, right: Any) -> bool:
    if hasattr(left, "amount") is hasattr(right, "amount"):
        return bool(left == right)
    if left is None or right is None:
        return left is right
    return bool(getattr(left, "amount", left) == getattr(right, "amount", right))


def _called(function: Function, blank: Any) -> Callable[..., Any]:
    if not function.propagates:
        return function.python
    return lambda *values: blank if None in values else function.python(*values)
