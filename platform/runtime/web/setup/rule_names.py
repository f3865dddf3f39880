"""What the rule editor offers while one types: fields and collections of an object, functions, and what the place knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from newel.metadata.model import USER_OBJECT, Field, Object
from newel.metadata.words import word
from newel.rules.checking.contexts import Allowed
from newel.rules.functions import FORM_GROUPS, GROUPS
from newel.rules.functions.forms import Form
from newel.rules.functions.registry import Function
from newel.rules.standing import Standing
from newel.rules.types import type_of_field
from newel.runtime.web.screens.viewer import Viewer

Json = dict[str, Any]
# What the types of values are called.
TYPES = {
    "text": word("a text"),
    "number": word("a number"),
    "money": word("an amount of money"),
    "boolean": word("yes or no"),
    "date": word("a date"),
    "datetime": word("a date with time"),
    "time": word("a time"),
    "duration": word("a duration"),
    "choice": word("a choice"),
    "list": word("a list"),
    "reference": word("a reference to a record"),
    "blank": word("blank"),
}
KEYWORDS = (
    ("and", word("both hold")),
    ("or", word("one of them holds")),
    ("not", word("does not hold")),
    ("in", word("is one of a list")),
    ("if", word("this if that, else the other")),
    ("else", word("this if that, else the other")),
    ("true", word("yes")),
    ("false", word("no")),
    ("none", word("blank")),
)
_ORGANISATION = (
    ("name", word("the organisation's name")),
    ("currency", word("the organisation's currency")),
    ("fiscal_start", word("the first month of the fiscal year")),
)
_OF_CHANGE = ("is_new", "prior", "changed", "changed_to")


def of_place(seen: Viewer, place: Standing) -> Json:
    """Everything that an expression there may begin with."""
    allowed, own = place.context.allowed, place.context.object or place.object
    return {
        "object": own,
        "objects": {own: of_object(seen, own)},
        "functions": list(_functions(seen, allowed)),
        "given": _given(seen, place),
        "keywords": [{"name": name, "label": seen.t(said)} for name, said in KEYWORDS],
    }


def of_object(seen: Viewer, name: str) -> Json:
    """The fields of an object that expressions can read, and its collections."""
    target, language = seen.model.objects[name], seen.language
    fields = [_field(seen, target, each) for each in target.fields.values() if type_of_field(each, name) is not None]
    many = [(each.name, each.label) for each in target.fields.values() if each.is_many]
    many += [(each, inverse.label) for each, inverse in target.inverses.items() if each not in target.fields]
    children = [(name, label.say(language), target.children(name)) for name, label in many]
    return {"fields": fields, "many": [{"name": each, "label": said, "to": child[0]} for each, said, child in children if child]}


def _field(seen: Viewer, target: Object, field: Field) -> Json:
    kind = type_of_field(field, target.name)
    found: Json = {"name": field.name, "label": field.label.say(seen.language), "type": seen.t(TYPES[kind.kind]) if kind else ""}
    if kind is not None and kind.kind == "reference" and len(kind.objects) == 1 and field.name != "id":
        found["to"] = kind.objects[0]
    if field.choices:
        found["options"] = [{"name": key, "label": each.label.say(seen.language)} for key, each in field.choices.items()]
        found["properties"] = list(dict.fromkeys(name for each in field.choices.values() for name in each.properties))
    return found


def _functions(seen: Viewer, allowed: Allowed) -> Iterator[Json]:
    entries: list[Function | Form] = [*chain(*FORM_GROUPS), *chain(*GROUPS)]
    gathering = {each.name for each in FORM_GROUPS[1]}
    for each in entries:
        is_form = isinstance(each, Form)
        if is_form and ((each.name in _OF_CHANGE and not allowed.prior) or (each.name in gathering and not allowed.children)):
            continue
        about = {"name": each.name, "signature": each.signature, "help": seen.t(each.help)}
        yield {**about, "gathers": is_form and each.name in gathering, "plain": each.signature.endswith("()")}


def _given(seen: Viewer, place: Standing) -> Json:
    """What stands before a dot beside the record's own fields: who asks, the organisation, the edited record, earlier steps."""
    users = of_object(seen, USER_OBJECT)["fields"] if USER_OBJECT in seen.model.objects else []
    found: Json = {
        "user": {"label": seen.t("the signed-in user"), "fields": users},
        "org": {
            "label": seen.t("the organisation"),
            "fields": [{"name": name, "label": seen.t(said)} for name, said in _ORGANISATION],
        },
    }
    if place.context.record is not None:
        found["record"] = {
            "label": seen.t("the record that is edited"),
            "fields": of_object(seen, place.context.record)["fields"],
        }
    if place.context.steps:
        steps = [
            {"name": name, "label": seen.model.objects[to].label.say(seen.language)} for name, to in place.context.steps.items()
        ]
        found["steps"] = {"label": seen.t("records of earlier steps"), "fields": steps}
    return found
