"""The way out of a fault: what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from newel.metadata.words import Phrase, phrase
from newel.rules.functions.registry import Param
from newel.rules.tree import Literal, Node, Read
from newel.rules.types import Type

OTHER_WORDS = dict.fromkeys(("null", "nil", "blank", "empty"), phrase("Write none for a blank."))
WITHIN = phrase("Write {text}.", text="contains(text, part)")
# What spreadsheets have as functions, and we as operators.
NO_FUNCTIONS = {
    "and": phrase("Write it between the values: a and b."),
    "or": phrase("Write it between the values: a or b."),
    "not": phrase("Write it without brackets: not a."),
    "if": phrase("Write: x if condition else y."),
    "iif": phrase("Write: x if condition else y."),
    "between": phrase("Write it in a chain: low <= x <= high."),
}


def calculation(op: str, left: Type, right: Type) -> str | None:
    """For arithmetic that two types do not have."""
    kinds = {left.kind, right.kind}
    if op == "+" and kinds == {"date", "number"}:
        return phrase("Write {text}.", text="add_days(date, count)")
    if op == "-" and kinds == {"date", "number"}:
        return phrase("Write {text}.", text="add_days(date, -count)")
    if op == "-" and left.kind == right.kind == "date":
        return phrase("Write {text}.", text="days_between(start, end)")
    if kinds == {"text", "number"}:
        return phrase("Write {text} around the text.", text="number(...)")
    if kinds == {"money", "number"}:
        return phrase("Write {text} around the money.", text="amount(...)")
    return None


def as_number(text: Node) -> str:
    """For a text where a number should be."""
    if isinstance(text, Literal):
        plain = str(text.value).strip()
        known = plain.removeprefix("-").replace(".", "", 1).isdecimal()
        if not known:
            return phrase("Write a number.")
        return phrase("Write {text} without quotes, or {call}.", text=plain, call=f"number('{plain}')")
    if isinstance(text, Read):
        return phrase("Write {text}.", text=f"number({'.'.join(text.path)})")
    return phrase("Write {text} around the text.", text="number(...)")


def comparison(left: Node, right: Node) -> str | None:
    """For a comparison of two types."""
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"text", "number"}:
        return as_number(left if left.type.kind == "text" else right)
    if kinds == {"date", "datetime"}:
        return phrase("Write {text} around the date with time.", text="date(...)")
    if "text" in kinds and kinds & {"date", "datetime", "time"}:
        name = next(iter(kinds - {"text"}))
        return phrase("Write {text} around the text.", text=f"{name}('...')")
    if kinds == {"number", "duration"}:
        return phrase("Write {text}.", text="duration(hours, minutes)")
    if kinds == {"text", "choice"}:
        return phrase("A choice is compared with the key of an option, written out.")
    if kinds == {"boolean", "text"}:
        return phrase("Write true or false, without quotes.")
    if kinds == {"reference", "text"}:
        return by_name(left if left.type.kind == "reference" else right)
    if "list" in kinds:
        return phrase("Write has(list, value), is_blank(list) or size(list).")
    return None


def argument(node: Node, param: Param) -> str | None:
    """For a value that a function does not take."""
    kind = node.type.kind
    if kind == "datetime" and "date" in param.kinds:
        return phrase("Write {text} around it.", text="date(...)")
    if kind == "text" and "number" in param.kinds:
        return phrase("Write {text} around it.", text="number(...)")
    if kind == "text" and "date" in param.kinds:
        return phrase("Write {text} for a day.", text="date('2026-11-21')")
    if kind == "boolean" and len(param.kinds) > 7:
        return phrase("Yes or no is never blank.")
    if kind == "money" and "number" in param.kinds:
        return phrase("Write {text} around it.", text="amount(...)")
    if kind == "text" and "list" in param.kinds:
        return WITHIN
    return None


def by_name(node: Node) -> str | None:
    """For a record that is compared with a text."""
    if not isinstance(node, Read):
        return None
    return phrase("Compare a field of the record, such as {text}.", text=f"{'.'.join(node.path)}.name")


def kinds_of(param: Param) -> str:
    """What a function takes, in words."""
    shown = [str(Type(kind)) for kind in param.kinds]
    return phrase("any value") if len(shown) > 7 else either(shown)


def either(parts: Sequence[str]) -> str:
    """One of several things."""
    return reduce(lambda head, last: phrase("{head} or {last}", head=head, last=last), parts)


def both(parts: Sequence[str]) -> str:
    """All of several things, in the order of the alphabet."""
    return reduce(lambda head, last: phrase("{head} and {last}", head=head, last=last), sorted(parts))


def object_named(name: str) -> Phrase:
    """An object as the subject of a sentence."""
    return phrase('Object "{name}"', name=name)


def as_condition(path: Sequence[str]) -> Phrase:
    """For a field where yes or no is needed."""
    return phrase("Write {text}, or compare it with a value.", text=f"not_blank({'.'.join(path)})")


def excerpt(node: Literal) -> str:
    """A value as it is written."""
    return repr(node.value)


def first_upper(text: str) -> str:
    """The words as a sentence begins with them."""
    return text.as_beginning if isinstance(text, Phrase) else text[:1].upper() + text[1:]
