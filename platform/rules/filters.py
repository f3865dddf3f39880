"""Filters as people build them: rows of field, operator and value, and the same as an expression, both ways.

Every operator is a template, an expression with holes. Rows become text by filling them; text becomes rows where each of its
conditions has the shape of a template. What has another shape is shown as an expression.
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
from newel.metadata.words import word
from newel.rules.faults import Fault
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


@dataclass(frozen=True, slots=True)
class Operator:
    """How a field is compared. `takes`: none, one, two, many or count, which says what editor the value has.

    `template` is what a row writes; `also` are other ways to say the same that are read as this operator.
    """

    name: str
    label: str
    takes: str
    template: str
    also: tuple[str, ...] = ()


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


def to_text(rows: Iterable[Row], model: Model, object_name: str) -> str:
    """The expression that says what the rows say together; '' for none. Raises BadRow."""
    return " and ".join(_condition(row, model, object_name) for row in rows)


def to_rows(text: str, model: Model, object_name: str) -> list[Row] | None:
    """The rows that say what an expression says; None where it must be shown as an expression."""
    if not text.strip():
        return []
    try:
        tree = parse(text)
    except Fault:
        return None
    parts = tree.operands if isinstance(tree, Logic) and tree.op == "and" else (tree,)
    rows = [_row(part, model, object_name) for part in parts]
    return None if None in rows else [row for row in rows if row is not None]


# Rows to text


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


# The operators


def _blank(*also: str) -> tuple[Operator, ...]:
    return (
        Operator("is_blank", word("is blank"), "none", "is_blank(FIELD)", ("FIELD == none", "not not_blank(FIELD)", *also)),
        Operator("not_blank", word("is not blank"), "none", "not_blank(FIELD)", ("FIELD != none", "not is_blank(FIELD)")),
    )


_IS = Operator("is", word("is"), "one", "FIELD == VALUE")
_IS_NOT = Operator("is_not", word("is not"), "one", "FIELD != VALUE", ("not FIELD == VALUE",))
_AMONG = Operator("in", word("is one of"), "many", "FIELD in VALUES")
_NOT_AMONG = Operator("not_in", word("is none of"), "many", "FIELD not in VALUES", ("not FIELD in VALUES",))
_ORDERED = (
    Operator("greater", word("is more than"), "one", "FIELD > VALUE"),
    Operator("at_least", word("is at least"), "one", "FIELD >= VALUE"),
    Operator("less", word("is less than"), "one", "FIELD < VALUE"),
    Operator("at_most", word("is at most"), "one", "FIELD <= VALUE"),
    Operator("between", word("is between"), "two", "FIRST <= FIELD <= LAST"),
)
_PERIODS = (
    ("this_week", word("is in this week"), "today()", "week"),
    ("last_week", word("was in last week"), "add_days(today(), -7)", "week"),
    ("next_week", word("is in next week"), "add_days(today(), 7)", "week"),
    ("this_month", word("is in this month"), "today()", "month"),
    ("last_month", word("was in last month"), "add_months(today(), -1)", "month"),
    ("next_month", word("is in next month"), "add_months(today(), 1)", "month"),
    ("this_quarter", word("is in this quarter"), "today()", "quarter"),
    ("last_quarter", word("was in last quarter"), "add_months(today(), -3)", "quarter"),
    ("next_quarter", word("is in next quarter"), "add_months(today(), 3)", "quarter"),
    ("this_year", word("is in this year"), "today()", "year"),
    ("last_year", word("was in last year"), "add_years(today(), -1)", "year"),
)


def _dates(day: str, past: str, future: str) -> tuple[Operator, ...]:
    """The operators on days; `day` is how the field is seen as a day."""
    within = "start_of({at}, '{unit}') <= DAY <= end_of({at}, '{unit}')"
    found = (
        Operator("is", word("is on"), "one", "DAY == VALUE"),
        Operator("before", word("is before"), "one", "DAY < VALUE"),
        Operator("after", word("is after"), "one", "DAY > VALUE"),
        Operator("on_or_before", word("is on or before"), "one", "DAY <= VALUE"),
        Operator("on_or_after", word("is on or after"), "one", "DAY >= VALUE"),
        Operator("between", word("is between"), "two", "FIRST <= DAY <= LAST"),
        Operator("today", word("is today"), "none", "DAY == today()"),
        Operator("yesterday", word("was yesterday"), "none", "DAY == add_days(today(), -1)"),
        Operator("tomorrow", word("is tomorrow"), "none", "DAY == add_days(today(), 1)"),
        *(Operator(name, label, "none", within.format(at=at, unit=unit)) for name, label, at, unit in _PERIODS),
        Operator("last_days", word("was in the last days"), "count", "add_days(today(), -COUNT) <= DAY <= today()"),
        Operator("next_days", word("is in the next days"), "count", "today() <= DAY <= add_days(today(), COUNT)"),
        Operator("past", word("is past"), "none", past),
        Operator("due", word("is today or past"), "none", "DAY <= today()"),
        Operator("future", word("is yet to come"), "none", future),
    )
    return tuple(Operator(each.name, each.label, each.takes, each.template.replace("DAY", day)) for each in found)


OPERATORS: Mapping[str, tuple[Operator, ...]] = {
    "text": (
        Operator("contains", word("contains"), "one", "icontains(FIELD, VALUE)"),
        Operator("not_contains", word("does not contain"), "one", "not icontains(FIELD, VALUE)"),
        _IS,
        _IS_NOT,
        Operator("starts_with", word("starts with"), "one", "starts_with(FIELD, VALUE)"),
        Operator("ends_with", word("ends with"), "one", "ends_with(FIELD, VALUE)"),
        _AMONG,
        *_blank("FIELD == ''"),
    ),
    "choice": (_AMONG, _NOT_AMONG, _IS, _IS_NOT, *_blank()),
    "number": (_IS, _IS_NOT, *_ORDERED, *_blank()),
    "money": (*_ORDERED, _IS, _IS_NOT, *_blank()),
    "boolean": (
        Operator("yes", word("is yes"), "none", "FIELD", ("FIELD == true", "FIELD != false")),
        Operator("no", word("is no"), "none", "not FIELD", ("FIELD == false", "FIELD != true")),
    ),
    "date": (*_dates("FIELD", "FIELD < today()", "FIELD > today()"), *_blank()),
    "datetime": (*_dates("date(FIELD)", "FIELD < now()", "FIELD > now()"), *_blank()),
    "time": (_IS, *_ORDERED, *_blank()),
    "duration": (*_ORDERED, _IS, *_blank()),
    "reference": (
        _IS,
        Operator("me", word("is me"), "none", "FIELD == me()", ("FIELD == user", "FIELD == user.id")),
        Operator("not_me", word("is not me"), "none", "FIELD != me()", ("FIELD != user", "FIELD != user.id")),
        _IS_NOT,
        _AMONG,
        *_blank(),
    ),
    "list": (
        Operator("has", word("has"), "one", "has(FIELD, VALUE)", ("VALUE in FIELD",)),
        Operator("has_any", word("has any of"), "many", "has_any(FIELD, VALUES)"),
        Operator("has_all", word("has all of"), "many", "has_all(FIELD, VALUES)"),
        Operator("not_has", word("does not have"), "one", "not has(FIELD, VALUE)", ("VALUE not in FIELD",)),
        *_blank(),
    ),
}
