"""Filters as people build them: rows of field, operator and value, and the same as an expression, both ways.

Rows become text by filling the templates of their operators; text becomes rows where each of its conditions has the shape of a
template. A condition of another shape stays as it is written, beside the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from newel.metadata.model import Field, Model
from newel.rules.faults import Fault
from newel.rules.operators import OPERATORS, Operator
from newel.rules.parsing import parse
from newel.rules.tree import Call, Comparison, Items, Literal, Logic, Name, Negative, Node
from newel.rules.types import Type, type_of_field

HOLES = ("FIELD", "VALUE", "FIRST", "LAST", "VALUES", "COUNT")
MOST_COUNT = 36_500
_HOLE = re.compile(rf"\b(?:{'|'.join(HOLES)})\b")


@dataclass(frozen=True, slots=True)
class Row:
    """One condition. `value` is in its JSON form: a text, a number (also as text), a key, an id, a day; a list for several;
    None where the operator takes none."""

    field: str
    operator: str
    value: Any = None


class BadRow(ValueError):  # noqa: N818 - it says what is wrong with a row
    """A row that can't be an expression: its field, operator or value does not fit."""

    def __init__(self, row: Row, message: str) -> None:
        super().__init__(message)
        self.row = row


def operators(kind: str) -> tuple[Operator, ...]:
    """The operators for fields of an expression type, the most usual first."""
    return OPERATORS.get(kind, ())


def operators_of(model: Model, object_name: str, path: str) -> tuple[Operator, ...]:
    """The operators for a field, or for one reached through lookups; none where it can't be filtered."""
    found = _typed(model, object_name, tuple(path.split(".")))
    return operators(found.kind) if found else ()


def to_text(parts: Iterable[Row | str], model: Model, object_name: str) -> str:
    """The expression that says what the rows, and conditions as they are written, say together; '' for none. Raises BadRow."""
    conditions = [each if isinstance(each, str) else _condition(each, model, object_name) for each in parts]
    if len(conditions) == 1:
        return conditions[0]
    return " and ".join(_enclosed(each) for each in conditions)


def to_parts(text: str, model: Model, object_name: str) -> list[Row | str] | None:
    """What an expression asks for, condition by condition: as a row, else as it is written. None where it can't be read."""
    if not text.strip():
        return []
    try:
        tree = parse(text)
    except Fault:
        return None
    parts = tree.operands if isinstance(tree, Logic) and tree.op == "and" else (tree,)
    if len(parts) == 1:
        return [_row(tree, model, object_name) or text.strip()]
    return [_row(part, model, object_name) or text[part.start : part.end] for part in parts]


# Rows to text


def _enclosed(condition: str) -> str:
    """A condition as it may stand beside others: between brackets where it would fall apart without them."""
    whole = _fits(parse(f"({condition}) and true"), parse(f"{condition} and true"), {})
    return condition if whole else f"({condition})"


def _condition(row: Row, model: Model, object_name: str) -> str:
    kind = _typed(model, object_name, tuple(row.field.split(".")))
    operator = next((each for each in operators(kind.kind) if each.name == row.operator), None) if kind else None
    if kind is None or operator is None:
        raise BadRow(row, f"{row.field} has no operator {row.operator}.")
    try:
        return _filled(operator, row, kind.kind)
    except (ValueError, TypeError, ArithmeticError):
        raise BadRow(row, f"{row.value!r} is no value for {row.field} {operator.name}.") from None


def _filled(operator: Operator, row: Row, kind: str) -> str:
    parts = {"FIELD": row.field}
    if operator.takes == "one":
        parts["VALUE"] = _written(row.value, kind)
    elif operator.takes == "two":
        first, last = row.value
        parts |= {"FIRST": _written(first, kind), "LAST": _written(last, kind)}
    elif operator.takes == "many":
        if not row.value or isinstance(row.value, str):
            raise ValueError("no values")
        parts["VALUES"] = "[" + ", ".join(_written(each, kind) for each in row.value) + "]"
    elif operator.takes == "count":
        parts["COUNT"] = str(_count(row.value))
    return _HOLE.sub(lambda found: parts[found[0]], operator.template)


def _count(value: Any) -> int:
    count = int(value)
    if not 0 <= count <= MOST_COUNT:
        raise ValueError("count out of bounds")
    return count


def _written(value: Any, kind: str) -> str:
    """A value as an expression writes it. Raises where it is none of its kind."""
    if kind in ("number", "money"):
        return _written_number(value)
    if kind in ("date", "datetime"):
        return f"date('{date.fromisoformat(value).isoformat()}')"
    if kind == "time":
        return f"time('{time.fromisoformat(value).isoformat()}')"
    if kind == "duration":
        return f"duration(0, 0, {int(value)})"
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a text")
    return quoted(value)


def _written_number(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError("not a number")
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError("not a number")
    return f"{number:f}"


def quoted(text: str) -> str:
    """A text as an expression writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"


# Text to rows


def _row(node: Node, model: Model, object_name: str) -> Row | None:
    for path in _paths(node):
        kind = _typed(model, object_name, path)
        for operator in operators(kind.kind) if kind else ():
            found = _matched(operator, node, path)
            if found is not None:
                return Row(".".join(path), operator.name, _value(operator, found))
    return None


def _paths(node: Node) -> Iterator[tuple[str, ...]]:
    if isinstance(node, Name):
        yield node.path
    for part in node.parts:
        yield from _paths(part)


def _matched(operator: Operator, node: Node, path: tuple[str, ...]) -> dict[str, Any] | None:
    for template in (operator.template, *operator.also):
        found: dict[str, Any] = {}
        if _fits(_pattern(template), node, found) and found.get("FIELD") == path:
            return found
    return None


def _value(operator: Operator, found: Mapping[str, Any]) -> Any:
    if operator.takes == "two":
        return [found["FIRST"], found["LAST"]]
    return {"one": found.get("VALUE"), "many": found.get("VALUES"), "count": found.get("COUNT")}.get(operator.takes)


@cache
def _pattern(template: str) -> Node:
    return parse(template)


def _fits(pattern: Node, node: Node, found: dict[str, Any]) -> bool:
    """Whether a node has the shape of a template; what stands in its holes is found."""
    if isinstance(pattern, Name) and pattern.path[0] in HOLES:
        return _fills(pattern.path[0], node, found)
    if isinstance(pattern, Negative) and isinstance(node, Literal) and isinstance(node.value, int) and node.value <= 0:
        return _fits(pattern.operand, Literal(type=node.type, value=-node.value), found)
    if type(pattern) is not type(node) or len(pattern.parts) != len(node.parts) or _said(pattern) != _said(node):
        return False
    return all(_fits(part, other, found) for part, other in zip(pattern.parts, node.parts, strict=True))


def _fills(hole: str, node: Node, found: dict[str, Any]) -> bool:
    if hole == "FIELD":
        return isinstance(node, Name) and found.setdefault(hole, node.path) == node.path
    found[hole] = _filling(hole, node)
    return found[hole] is not None


def _filling(hole: str, node: Node) -> Any:
    """The JSON form of what stands in a hole; None where it does not fit."""
    if hole == "COUNT":
        return node.value if isinstance(node, Literal) and type(node.value) is int else None
    if hole != "VALUES":
        return _plain(node)
    values = [_plain(each) for each in node.items] if isinstance(node, Items) else []
    return None if None in values else values or None


def _said(node: Node) -> Any:
    """What a node says by itself, without its place and its parts."""
    match node:
        case Literal():
            return type(node.value), node.value
        case Name():
            return node.path
        case Comparison():
            return node.ops
        case Call():
            return node.name, tuple(name for name, _ in node.keywords)
        case _:
            return getattr(node, "op", None)


def _plain(node: Node) -> Any:
    """The JSON form of a value that is written out; None where it is something else."""
    if isinstance(node, Literal) and node.value is not None and not isinstance(node.value, bool):
        return f"{node.value:f}" if isinstance(node.value, Decimal) else node.value
    if not isinstance(node, Call) or not all(isinstance(each, Literal) for each in node.args):
        return None
    values = [getattr(each, "value", None) for each in node.args]
    return _plain_call(node.name, values)


def _plain_call(name: str, values: list[Any]) -> Any:
    try:
        if name == "date" and len(values) == 1:
            return date.fromisoformat(values[0]).isoformat()
        if name == "time" and len(values) == 1:
            return time.fromisoformat(values[0]).isoformat()
        if name == "datetime" and len(values) == 1:
            return datetime.fromisoformat(values[0]).isoformat()
        if name == "duration" and 1 <= len(values) <= 3:
            hours, minutes, seconds = (*values, 0, 0)[:3]
            return int(hours * 3600 + minutes * 60 + seconds)
    except (TypeError, ValueError):
        return None
    return None


def _typed(model: Model, object_name: str, path: tuple[str, ...]) -> Type | None:
    """The type at the end of a path; None where it leads nowhere."""
    found: Field | None = None
    name = object_name
    for at, step in enumerate(path):
        if at:
            targets = found.to if found is not None and found.is_reference else ()
            if len(targets) != 1:
                return None
            name = targets[0]
        target = model.objects.get(name)
        found = target.fields.get(step) if target else None
        if found is None:
            return None
    return type_of_field(found, name) if found else None
