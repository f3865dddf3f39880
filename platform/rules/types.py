"""The types of expressions: what a field, a function or a whole rule gives."""

from __future__ import annotations

from dataclasses import dataclass

from newel.metadata.field_types import type_of
from newel.metadata.model import USER_OBJECT, Field
from newel.metadata.words import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Type:
    """What a part of an expression gives: one of KINDS, and what is known beyond that."""

    kind: str
    objects: tuple[str, ...] = ()  # reference: the objects that it may point at
    options: tuple[str, ...] | None = None  # choice, and list of choices: the known keys
    currency: str | None = None  # money: where it is the same for every record
    field: str | None = None  # the address of the field that it came from

    def __str__(self) -> Phrase:
        return _NAMES[self.kind]


_NAMES = {
    "text": phrase("a text"),
    "number": phrase("a number"),
    "money": phrase("an amount of money"),
    "boolean": phrase("yes or no"),
    "date": phrase("a date"),
    "datetime": phrase("a date with time"),
    "time": phrase("a time"),
    "duration": phrase("a duration"),
    "choice": phrase("a choice"),
    "list": phrase("a list"),
    "reference": phrase("a reference to a record"),
    "blank": phrase("blank"),
    "unknown": phrase("something unknown"),
}
KINDS = tuple(kind for kind in _NAMES if kind not in ("blank", "unknown"))
ORDERED = ("number", "money", "date", "datetime", "time", "duration")
ADDED = ("number", "money", "duration")  # what can be added up

TEXT = Type("text")
NUMBER = Type("number")
MONEY = Type("money")
BOOLEAN = Type("boolean")
DATE = Type("date")
DATETIME = Type("datetime")
TIME = Type("time")
DURATION = Type("duration")
LIST = Type("list")
BLANK = Type("blank")
UNKNOWN = Type("unknown")  # of a part that already has its Problem: it fits everywhere, so that one fault is told once
_TARGETS = {"user": (USER_OBJECT,), "team": ("nw_team",)}
USER = Type("reference", objects=(USER_OBJECT,))


def type_of_field(field: Field, object_name: str) -> Type | None:
    """What a field gives to expressions; None where it can't be read in one."""
    if field.name == "id":
        return Type("reference", objects=(object_name,), field=field.address)
    kind = type_of(field).expression_type
    if kind not in KINDS or field.is_many:
        return None
    if kind == "reference":
        return Type(kind, objects=field.to or _TARGETS.get(field.type, ()), field=field.address)
    options = tuple(field.choices) if field.choices and kind in ("choice", "list") else None
    currency = field.options.get("currency") if kind == "money" and field.options.get("fixed_currency") else None
    return Type(kind, options=options, currency=currency, field=field.address)


def common_type(types: list[Type]) -> Type | None:
    """The one type that all of `types` have, blanks aside; None where they differ."""
    known = [each for each in types if each.kind not in ("blank", "unknown")]
    if not known:
        return types[0] if types else BLANK
    first = known[0]
    if any(each.kind != first.kind for each in known):
        return None
    return _joined(known) if len(known) > 1 else first


def _joined(types: list[Type]) -> Type:
    first = types[0]
    if all(each == first for each in types):
        return first
    objects = tuple(dict.fromkeys(name for each in types for name in each.objects))
    known = all(each.options is not None for each in types)
    options = tuple(dict.fromkeys(key for each in types for key in each.options or ())) if known else None
    currency = first.currency if all(each.currency == first.currency for each in types) else None
    return Type(first.kind, objects, options, currency)
