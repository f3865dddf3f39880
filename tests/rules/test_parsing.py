"""Texts are read as Python reads them, within bounds, and everything else is refused at its place."""

from __future__ import annotations

import ast
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newel.rules.faults import Fault
from newel.rules.parsing import DEEPEST, LONGEST, MOST_PARTS, parse
from newel.rules.tree import Arithmetic, Call, Choose, Comparison, Items, Literal, Logic, Name, Negative, Node, Not
from tests.rules.world import fault

_leaves = st.one_of(
    st.sampled_from(
        ["a", "b.c", "f(a, 1)", "[1, 'x']", "'text'", '"it\'s"', "1", "2.5", "True", "None", "not a", "-a", "- 3", "(a)"]
    )
)
_operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "==", "!=", "<", ">=", "in", "not in", "and", "or"])
_texts = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.tuples(inner, _operators, inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda found: f"{found[0]} if {found[1]} else {found[2]}"),
        inner.map("({})".format),
        inner.map("not {}".format),
        inner.map("-({})".format),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(_texts)
def test_what_is_taken_is_read_as_python_reads_it(text: str) -> None:
    try:
        mine = parse(text)
    except Fault:
        return
    assert shape(mine) == python_shape(ast.parse(text, mode="eval").body), text


def shape(node: Node) -> Any:
    match node:
        case Literal():
            return node.value
        case Name():
            return node.path
        case Items():
            return [shape(each) for each in node.items]
        case Negative():
            return ("-", shape(node.operand))
        case Not():
            return ("not", shape(node.operand))
        case Arithmetic():
            return (node.op, shape(node.left), shape(node.right))
        case Comparison():
            return ("compare", node.ops, [shape(each) for each in node.operands])
        case Logic():
            return (node.op, [shape(each) for each in node.operands])
        case Choose():
            return ("if", shape(node.test), shape(node.then), shape(node.other))
        case Call():
            return ("call", node.name, [shape(each) for each in node.args])
    raise AssertionError(node)


OPS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
}


def python_shape(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=float() as value):
            return Decimal(str(value))
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=inner, attr=name):
            return (*python_shape(inner), name)
        case ast.List(elts=items):
            return [python_shape(each) for each in items]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if value is not True and value is not None:
            return -value if isinstance(value, int) else Decimal(str(-value)) if isinstance(value, float) else ("-", value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ("-", python_shape(operand))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ("not", python_shape(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return (OPS[type(op)], python_shape(left), python_shape(right))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return ("compare", tuple(OPS[type(op)] for op in ops), [python_shape(each) for each in (left, *others)])
        case ast.BoolOp(op=op, values=values):
            return (OPS[type(op)], [python_shape(each) for each in values])
        case ast.IfExp(test=test, body=then, orelse=other):
            return ("if", python_shape(test), python_shape(then), python_shape(other))
        case ast.Call(func=ast.Name(id=name), args=args):
            return ("call", name, [python_shape(each) for each in args])
    raise AssertionError(ast.dump(node))


def test_keywords_of_python_are_plain_names() -> None:
    for name in ("class", "from", "import", "lambda", "is", "as", "with", "for", "def", "global", "async", "match"):
        assert parse(f"{name} == {name}.type").parts[0] == Name(start=0, end=len(name), path=(name,))


def test_every_node_knows_where_it_stands() -> None:
    node = parse("stage == '赢' and\n  amount > 1.50")
    assert (node.start, node.end) == (0, 32)
    second = node.parts[1]
    assert (second.start, second.end) == (19, 32)
    assert (second.parts[1].start, second.parts[1].end) == (28, 32)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("2.50", Decimal("2.50")),
        (".5", Decimal("0.5")),
        ("-3", -3),
        (r"'a\'b\\c\n'", "a'b\\c\n"),
        ('"quo\'te"', "quo'te"),
        ("'e\u0301'", "é"),
        ("''", None),
        ("true", True),
        ("False", False),
        ("none", None),
        ("99999999999999999999999999999999999999", 10**38 - 1),
    ],
)
def test_values_are_read_exactly(text: str, value: Any) -> None:
    node = parse(text)
    assert isinstance(node, Literal)
    assert node.value == value
    assert type(node.value) is type(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NW-X105"),
        ("  ", "NW-X105"),
        ("a b", "NW-X110"),
        ("a +", "NW-X110"),
        ("(a", "NW-X110"),
        ("a)", "NW-X110"),
        ("f(a", "NW-X110"),
        ("[1, 2", "NW-X110"),
        ("a = 1", "NW-X110"),
        ("a is none", "NW-X110"),
        ("a <> b", "NW-X110"),
        ("a && b", "NW-X110"),
        ("a ！= b", "NW-X110"),
        ("a if b", "NW-X110"),
        ("1e10", "NW-X112"),
        ("0x10", "NW-X112"),
        ("1.2.3", "NW-X112"),
        ("１２", "NW-X112"),
        ("9" * 39, "NW-X112"),
        ("'open", "NW-X113"),
        (r"'\x41'", "NW-X113"),
        ("'\\N{BULLET}'", "NW-X113"),
        ("__class__", "NW-X111"),
        ("a.__class__", "NW-X111"),
        ("a._b", "NW-X111"),
        ("'a'.upper", "NW-X111"),
        ("a.upper()", "NW-X111"),
        ("a[0]", "NW-X111"),
        ("(a, b)", "NW-X111"),
        ("{1: 2}", "NW-X111"),
        ("lambda: 1", "NW-X111"),
        ("lambda x", "NW-X111"),
        ("f'x'", "NW-X111"),
        ("b'x'", "NW-X111"),
        ("(a := 1)", "NW-X110"),
        ("f(*a)", "NW-X111"),
        ("f(**a)", "NW-X111"),
        ("[a for b in c]", "NW-X110"),
        ("10 ** 10 ** 10", "NW-X111"),
        ("a @ b", "NW-X111"),
        ("~a", "NW-X110"),
        ("+a", "NW-X111"),
        ("a; b", "NW-X111"),
        ("f(a)(b)", "NW-X111"),
        ("import os", "NW-X110"),
        ("'\ud800'", "NW-X113"),
    ],
)
def test_everything_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(Fault) as found:
        parse(text)
    assert found.value.kind.code == code


BOMBS = {
    "long": "a" * (LONGEST + 1),
    "brackets": "(" * 1999 + "1" + ")" * 1999,
    "open brackets": "(" * LONGEST,
    "lists": "[" * 1500,
    "calls": "abs(" * 900,
    "minuses": "-" * 3999 + "1",
    "nots": "not " * 900 + "true",
    "sum": "+".join("1" * 1990),
    "list": "[" + ",".join("1" * 1990) + "]",
    "conditions": "1 if true else " * 200 + "1",
    "comparisons": "<".join("1" * 1990),
    "powers": "10**10**10",
    "repeated text": "'a'*10**9",
    "digits": "9" * 3999,
    "quotes": "'" * 3999,
    "backslashes": "'" + "\\" * 3998,
    "dots": "a" + ".a" * 1999,
    "unicode": "𝒜" * 3999,
    "products": "*".join(["9" * 38] * 100),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_text_is_refused_at_once(name: str) -> None:
    seconds = []
    for _ in range(3):  # once may meet a pause of the garbage collector
        began = time.process_time()
        assert fault(BOMBS[name], expects=None).code.startswith("NW-X")
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.05


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab1.'\"\\()[]{}+-*/%<>=!,:_ \n\tnotifelsandrx中é", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except Fault as found:
        assert 0 <= found.start <= max(len(text), 1)  # noqa: PT017 - every fault has a place


def test_the_bounds_themselves_are_allowed() -> None:
    assert parse("[" + ",".join("1" * (MOST_PARTS - 1)) + "]")
    assert parse("(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1))
    assert parse("a" * 10 + " " * (LONGEST - 10))


@pytest.mark.parametrize(("name", "code"), [("long", "NW-X101"), ("sum", "NW-X102"), ("brackets", "NW-X103")])
def test_a_bound_that_is_passed_is_named(name: str, code: str) -> None:
    assert fault(BOMBS[name], expects=None).code == code
