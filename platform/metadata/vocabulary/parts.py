"""The parts that schemas are made of: texts, names, flags, rules, mappings, and what many elements have in common.

`expects` is our own annotation: how a sentence names what belongs there. Editors pass over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.metadata.naming import NAME_LENGTH, NAME_PATTERN
from newel.metadata.words import word

Schema = dict[str, Any]

COLORS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan", "gray")
NOT_BOOLEANS = [each for word in ("yes", "no", "on", "off", "y", "n") for each in (word, word.capitalize(), word.upper())]
LABEL_LENGTH = 255
EXPRESSION_LENGTH = 4_000


def text(description: str, limit: int = LABEL_LENGTH, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": limit, "description": description, "expects": word("a text"), **more}


def name(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, "expects": word("a name")}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description, "expects": word("true or false")}


def choice(description: str, *values: str) -> Schema:
    return {"enum": list(values), "description": description}


def rule(description: str, example: str = "stage == 'won'") -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": EXPRESSION_LENGTH,
        "description": description,
        "examples": [example],
        "expects": word("an expression, such as {example}"),
    }


def condition(description: str) -> Schema:
    expects = word("true, false, or an expression such as stage == 'lost'")
    limits = {"minLength": 1, "maxLength": EXPRESSION_LENGTH}
    return {
        "type": ["boolean", "string"],
        "not": {"enum": NOT_BOOLEANS},
        "description": description,
        "expects": expects,
        **limits,
    }


def names(description: str, limit: int = 100) -> Schema:
    return {
        "type": "array",
        "items": name("A name."),
        "uniqueItems": True,
        "maxItems": limit,
        "description": description,
        "expects": word("a list, such as [name, city]"),
    }


def mapping(values: Schema, description: str, pattern: str = NAME_PATTERN, **more: Any) -> Schema:
    names = {"pattern": pattern, "maxLength": NAME_LENGTH}
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
        "description": description,
        "expects": word("a mapping"),
        **more,
    }


def closed(properties: Mapping[str, Schema], description: str, *required: str, **more: Any) -> Schema:
    shape = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "description": description,
        "expects": word("a mapping"),
    }
    return {**shape, **({"required": list(required)} if required else {}), **more}


def short(schema: Schema, *others: str, expects: str) -> Schema:
    """A mapping that also has a short form of another type (an option that is only its label)."""
    return {**schema, "type": [*others, "object"], "expects": expects}


def named_entries(values: Schema, description: str) -> Schema:
    """A keyed mapping whose short form is a list of the names."""
    return {
        **mapping(values, description, pattern="^[a-z]"),
        "type": ["array", "object"],
        "items": name("A name."),
        "expects": word("a list of names, or a mapping by name"),
    }


VISIBLE = {"pattern": "\\S", "expects": word("a text that can be seen")}
LABEL = text("What people read. In the solution's language; translations/ say it in others.") | VISIBLE
HELP = text("One or two sentences that help people who wonder what to enter.", 2_000)
ICON = {
    **text("The name of a Tabler icon, such as building.", 60),
    "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    "expects": word("the name of a Tabler icon, such as building"),
}
COLOR = choice("A colour of the palette.", *COLORS)
ANCHORS = {
    "after": name("The neighbour behind which this is placed."),
    "before": name("The neighbour in front of which this is placed."),
}


def open_shape(schema: Schema) -> Schema:
    """The same shape with nothing required: what is not said stays as it was."""
    return {key: value for key, value in schema.items() if key != "required"}
