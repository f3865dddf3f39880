"""The way out of a fault: what to write instead."""

from __future__ import annotations

from newel.rules.functions.registry import Param
from newel.rules.tree import Literal, Node, Read
from newel.rules.types import Type

OTHER_WORDS = dict.fromkeys(("null", "nil", "blank", "empty"), "Write none for a blank.")
# What spreadsheets have as functions, and we as operators.
NO_FUNCTIONS = {
    "and": "Write it between the values: a and b.",
    "or": "Write it between the values: a or b.",
    "not": "Write it without brackets: not a.",
    "if": "Write: x if condition else y.",
    "iif": "Write: x if condition else y.",
}


def calculation(op: str, left: Type, right: Type) -> str | None:
    """For arithmetic that two types do not have."""
    kinds = {left.kind, right.kind}
    if op == "+" and kinds == {"date", "number"}:
        return "Write add_days(date, count)."
    if op == "-" and kinds == {"date", "number"}:
        return "Write add_days(date, -count)."
    if op == "-" and left.kind == right.kind == "date":
        return "Write days_between(start, end)."
    if kinds == {"text", "number"}:
        return "Write number(...) around the text."
    if kinds == {"money", "number"}:
        return "Write amount(...) around the money."
    return None


def as_number(text: Node) -> str:
    """For a text where a number should be."""
    if isinstance(text, Literal):
        plain = str(text.value).strip()
        known = plain.removeprefix("-").replace(".", "", 1).isdecimal()
        return f"Write {plain} without quotes, or number('{plain}')." if known else "Write a number."
    return f"Write number({'.'.join(text.path)})." if isinstance(text, Read) else "Write number(...) around the text."


def comparison(left: Node, right: Node) -> str | None:
    """For a comparison of two types."""
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"text", "number"}:
        return as_number(left if left.type.kind == "text" else right)
    if kinds == {"date", "datetime"}:
        return "Write date(...) around the date with time."
    if "text" in kinds and kinds & {"date", "datetime", "time"}:
        name = next(iter(kinds - {"text"}))
        return f"Write {name}('...') around the text."
    if kinds == {"number", "duration"}:
        return "Write duration(hours, minutes)."
    if kinds == {"text", "choice"}:
        return "A choice is compared with the key of an option, written out."
    if kinds == {"boolean", "text"}:
        return "Write true or false, without quotes."
    if "list" in kinds:
        return "Write has(list, value), is_blank(list) or size(list)."
    return None


def argument(node: Node, param: Param) -> str | None:
    """For a value that a function does not take."""
    kind = node.type.kind
    if kind == "datetime" and "date" in param.kinds:
        return "Write date(...) around it."
    if kind == "text" and "number" in param.kinds:
        return "Write number(...) around it."
    if kind == "text" and "date" in param.kinds:
        return "Write date('2026-11-21') for a day."
    if kind == "boolean" and len(param.kinds) > 7:
        return "Yes or no is never blank."
    if kind == "money" and "number" in param.kinds:
        return "Write amount(...) around it."
    return None


def kinds_of(param: Param) -> str:
    """What a function takes, in words."""
    shown = [str(Type(kind)) for kind in param.kinds]
    return "any value" if len(shown) > 7 else " or ".join(shown)


def excerpt(node: Literal) -> str:
    """A value as it is written."""
    return repr(node.value)


def first_upper(text: str) -> str:
    """The words as a sentence begins with them."""
    return text[:1].upper() + text[1:]
