"""The recipes that make up a sample's values: one entry a recipe, with its shape as JSON Schema (draft 7) and a sentence of help.

A recipe is a mapping whose first key names it: {pick: [red, green]}, {days: [-30, 60]}. Every other value stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.metadata.words import word

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 4_000, "expects": word("a text")}
_WHOLE: Schema = {"type": "integer", "expects": word("a whole number")}
_PERCENT: Schema = {"type": "integer", "minimum": 0, "maximum": 100, "expects": word("a whole number from 0 to 100")}
_FLAG: Schema = {"type": "boolean", "expects": word("true or false")}
_VALUES: Schema = {"type": "object", "expects": word("a mapping of fields")}


def _span(low: int | None = None) -> Schema:
    """A whole number, or two of them: [from, to]."""
    whole = {**_WHOLE, **({} if low is None else {"minimum": low})}
    return {
        "type": ["integer", "array"],
        "items": whole,
        "minItems": 2,
        "maxItems": 2,
        "expects": word("a whole number, or two: [from, to]"),
    }


COUNT = _span(0)
_STEP: Schema = {**_WHOLE, "minimum": 1, "description": "Only multiples of this."}
_PARTS: Schema = {**_VALUES, "description": "Values that fields are made of, and that are not kept."}
_FIELDS: Schema = {
    **_VALUES,
    "description": word("The fields in order, each a value or a recipe that may look at those above it."),
}


def _recipe(sentence: str, name: str, argument: Schema, *required: str, **modifiers: Schema) -> Schema:
    common = {"blank": {**_PERCENT, "description": "In how many of 100 records the value is left blank."}}
    properties = {name: argument, **modifiers, **common}
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [name, *required],
        "description": sentence,
        "expects": word("a mapping"),
    }


_FROM = {**_TEXT, "description": "The date or time that it counts from, such as start_at; without it today."}
_LIST: Schema = {"type": ["array", "string"], "minItems": 1, "minLength": 1, "expects": word("a list, or the name of one")}
_UNIQUE: dict[str, Schema] = {
    "unique": {**_FLAG, "description": "No two records of the object get the same value."},
    "within": {
        "type": "array",
        "items": _TEXT,
        "minItems": 1,
        "description": "Unique among the records that are equal in these fields.",
        "expects": word("a list of fields"),
    },
}

_CASES: dict[str, Schema] = {
    "is": {
        "type": "object",
        "minProperties": 1,
        "expects": word("recipes by value"),
        "description": "The recipe for each value of the field.",
    },
    "else": {"description": "The recipe for every other value."},
}

RECIPES: Mapping[str, Schema] = {
    "pick": _recipe("One of a list, each as likely as the others.", "pick", _LIST, **_UNIQUE),
    "some": _recipe(
        "Several different ones of a list, as a list.", "some", _LIST, "count", count={**COUNT, "description": "How many."}
    ),
    "weights": _recipe(
        "One of several values, each as likely as its number is large.",
        "weights",
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "number", "minimum": 0, "expects": word("a number")},
            "expects": word("values with their weights"),
        },
    ),
    "text": _recipe(
        "A text with {placeholders}: parts, fields, lists, {n} for the running number; {name|lower}.",
        "text",
        _TEXT,
        **_UNIQUE,
    ),
    "number": _recipe(
        "A whole number of a range. `spread: wide` makes small ones as likely as large ones, as amounts are.",
        "number",
        {"type": "array", "items": _WHOLE, "minItems": 2, "maxItems": 2, "expects": word("two whole numbers: [from, to]")},
        step=_STEP,
        spread={"enum": ["even", "wide"], "description": "Whether all numbers are equally likely, or small ones likelier."},
        scale={**_WHOLE, "minimum": 0, "maximum": 6, "description": "How many of its digits stand behind the point."},
    ),
    "chance": _recipe("true in so many of 100 records, else false.", "chance", _PERCENT),
    "days": _recipe(
        "A date so many days from today (or from another date); with `hours` a time within these hours of that day.",
        "days",
        _span(),
        **{"from": _FROM},
        hours={
            "type": "array",
            "items": {**_WHOLE, "minimum": 0, "maximum": 24},
            "minItems": 2,
            "maxItems": 2,
            "expects": word("two hours: [9, 18]"),
            "description": "Makes a time of that day, between these hours.",
        },
        workdays={**_FLAG, "description": "Saturdays and Sundays are moved away from today."},
        latest={**_WHOLE, "description": "Never later than so many days from today."},
    ),
    "minutes": _recipe("A time so many minutes after another one.", "minutes", _span(), "from", **{"from": _FROM}, step=_STEP),
    "seconds": _recipe("A duration.", "seconds", _span(0), step=_STEP),
    "reference": _recipe(
        "A record of an object that the samples have made; with `count` a list of different ones.",
        "reference",
        {**_TEXT, "expects": word("the name of an object")},
        where={
            **_VALUES,
            "description": "Only records with these values; {text: ...} and {copy: ...} take them from this record.",
        },
        count={**COUNT, "description": "Makes a list of so many different ones."},
        **_UNIQUE,
    ),
    "copy": _recipe("The value of another field, also of a record pointed at: account.region.", "copy", _TEXT),
    "by": _recipe(
        "The recipe that stands for the value of another field (or for `variant`).",
        "by",
        _TEXT,
        "is",
        **_CASES,
    ),
    "multiply": _recipe(
        "The product of number fields, less a percentage.",
        "multiply",
        {"type": "array", "items": _TEXT, "minItems": 1, "expects": word("a list of fields")},
        less={**_TEXT, "description": "The field with the percentage."},
    ),
    "sum": _recipe(
        "The sum of a field over the rows of a child table: lines.quantity; of the table alone, that of a product of fields.",
        "sum",
        _TEXT,
        multiply={"type": "array", "items": _TEXT, "minItems": 1, "expects": word("a list of fields")},
        less={**_TEXT, "description": "The field of the rows with a percentage that goes off."},
    ),
    "rows": _recipe("So many rows of a child table.", "rows", COUNT, "fields", parts=_PARTS, fields=_FIELDS),
}

_VARIANT: Schema = {
    "type": "object",
    "properties": {
        "weight": {
            "type": "number",
            "minimum": 0,
            "expects": word("a number"),
            "description": "How likely it is beside the others.",
        },
        "parts": _PARTS,
        "fields": _FIELDS,
    },
    "additionalProperties": False,
    "expects": word("a mapping"),
}

GENERATE: Schema = {
    "type": "object",
    "description": "How records are made up: the same for the same day.",
    "properties": {
        "count": {**COUNT, "description": word("How many records; with `each`, how many for each of them.")},
        "each": {**_TEXT, "description": "A lookup: the records are made for every record that it may point at."},
        "where": {**_VALUES, "description": "Only for those records of `each` that have these values."},
        "by": {**_TEXT, "description": "The path whose value names the variant; without it the weights decide."},
        "variants": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": _VARIANT,
            "expects": word("variants by name"),
            "description": "Kinds of such records, which add to the fields or replace them.",
        },
        "parts": _PARTS,
        "fields": _FIELDS,
    },
    "additionalProperties": False,
    "required": ["count", "fields"],
    "expects": word("a mapping"),
}

_TABLE: Schema = {
    "type": "object",
    "properties": {
        "columns": {
            "type": "array",
            "items": _TEXT,
            "minItems": 1,
            "expects": word("a list of names"),
            "description": word("What the values of a row are called."),
        },
        "rows": {
            "type": "array",
            "items": {"type": "array", "expects": word("a list of values")},
            "minItems": 1,
            "expects": word("a list of rows"),
            "description": word("The rows, each a list of values."),
        },
    },
    "additionalProperties": False,
    "required": ["columns", "rows"],
}

# The body of a sample document, beside `sample`, `object` and `mode`.
BODY: Mapping[str, Schema] = {
    "lists": {
        "type": "object",
        "description": "Named lists to pick from, in any sample: values, or rows with named columns.",
        "additionalProperties": {
            **_TABLE,
            "type": ["array", "object"],
            "minItems": 1,
            "expects": word("a list of values, or {columns, rows}"),
        },
        "expects": word("lists by name"),
    },
    "key": {**_TEXT, "description": "The field that holds the record's key."},
    "set": {**_VALUES, "description": "What all records have in common."},
    "columns": {
        "type": "array",
        "items": _TEXT,
        "uniqueItems": True,
        "minItems": 1,
        "description": "The fields of records that are written as lists.",
        "expects": word("a list of fields"),
    },
    "records": {
        "type": "object",
        "description": 'The records by key; "@key" points at another one.',
        "additionalProperties": {
            "type": ["object", "array"],
            "expects": word("a mapping of fields, or a list of values in the order of `columns`"),
        },
        "expects": word("records by key"),
    },
    "generate": GENERATE,
}


def recipe_of(value: Any) -> str | None:
    """The recipe that a value is, or None where it stands for itself."""
    if not isinstance(value, Mapping):
        return None
    first = next(iter(value), None)
    return first if first in RECIPES else None
