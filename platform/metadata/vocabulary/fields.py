"""Fields: what all of them may say, what each type adds, and what other products call the types."""

from __future__ import annotations

from newel.metadata.field_types import REGISTRY
from newel.metadata.naming import OPTION_PATTERN, nearest
from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.parts import Schema
from newel.metadata.words import word

_DEFAULT: Schema = {
    "type": ["string", "number", "boolean", "array", "object"],
    "description": "What a new record starts with: a value, or an expression ({expr: ...}) such as add_days(today(), 30).",
    "expects": word("a value, or {expr: an expression}"),
}

COMMON: dict[str, Schema] = {
    "label": parts.LABEL,
    "help": parts.HELP,
    "required": parts.condition("Whether a record can't be saved without it; or when."),
    "visible": parts.condition("Whether people see the field; or when."),
    "read_only": parts.condition("Whether people can't change it; or when."),
    "unique": parts.flag("No two records hold the same value."),
    "default": _DEFAULT,
    "formula": parts.rule(
        "The value is computed from the record by this expression; nobody fills it in.", "amount * probability / 100"
    ),
    "rollup": parts.rule("The value is gathered from the record's lines or other records that point at it.", "sum(lines.amount)"),
    "expose": parts.flag("People see the computed value even where they may not read all that it is made of."),
    "clear_when_hidden": parts.flag("The field is emptied when its `visible` hides it."),
    "index": parts.flag("Filters and sorts on the field are to be quick in large tables."),
    "search": parts.flag("Full-text search finds records by this field."),
    **parts.ANCHORS,
}

_OPTION = parts.short(
    parts.closed(
        {
            "label": parts.LABEL,
            "color": parts.COLOR,
            "closed": parts.flag("Records at this option are done with."),
            "when": parts.rule("The option is offered only to records for which this holds.", "category == 'hardware'"),
            **parts.ANCHORS,
        },
        "One choice.",
    )
    | {"additionalProperties": {"type": ["string", "number", "boolean"], "expects": word("a text, a number, true or false")}},
    "string",
    expects=word("a label, or a mapping such as {label: Won, color: green}"),
)
_OPTIONS = parts.mapping(_OPTION, word("The choices, in order, by key."), OPTION_PATTERN, maxProperties=2_000)
_INVERSE = parts.name("The name under which the other object lists the records that point at it.")
_ON_DELETE = parts.choice("What happens here when the record pointed at is purged.", "restrict", "clear", "cascade")
_TO = parts.name(word("The object that it points at."))
_FILTER = parts.rule(
    "Which records are offered: names are fields of theirs, `record.account` is a field of the record that is filled in.",
    "account == record.account",
)

# What the linker reads of a type, besides the type's own `properties`.
STRUCTURE: dict[str, dict[str, Schema]] = {
    "choice": {"options": _OPTIONS},
    "multi_choice": {"options": _OPTIONS},
    "lookup": {"to": _TO, "inverse": _INVERSE, "on_delete": _ON_DELETE, "filter": _FILTER},
    "user": {"inverse": _INVERSE, "on_delete": _ON_DELETE, "filter": _FILTER},
    "team": {"inverse": _INVERSE, "on_delete": _ON_DELETE, "filter": _FILTER},
    "tree_parent": {"inverse": _INVERSE, "on_delete": _ON_DELETE, "filter": _FILTER},
    "polymorphic": {
        "to": parts.names(word("The objects that it may point at.")) | {"minItems": 1},
        "inverse": _INVERSE,
        "on_delete": _ON_DELETE,
    },
    "many_to_many": {
        "to": _TO,
        "inverse": _INVERSE,
        "filter": _FILTER,
        "through": parts.name("An object of the solution that keeps the links, with a lookup to each side."),
        "fields": parts.mapping(
            {"type": "object", "expects": word("a mapping such as {type: text}")}, "What is known of each link."
        ),
    },
    "child_table": {
        "of": parts.name(word("The object of the lines.")),
        "by": parts.name("The lookup of the lines that points back here."),
    },
}
NEEDED = {
    "choice": ["options"],
    "multi_choice": ["options"],
    "lookup": ["to"],
    "polymorphic": ["to"],
    "many_to_many": ["to"],
    "child_table": ["of"],
}


def type_names() -> list[str]:
    """The field types that a solution may declare."""
    return [name for name, each in REGISTRY.items() if not each.internal]


_OTHER_NAMES = {
    "address": "location_address",
    "auto_number": "autonumber sequence serial counter",
    "barcode": "qr qrcode qr_code",
    "boolean": "bool checkbox yes_no flag toggle",
    "child_table": "table lines grid details",
    "choice": "picklist select dropdown enum option options radio",
    "colour": "color",
    "datetime": "timestamp date_time",
    "decimal": "number float double numeric real",
    "email": "mail e_mail",
    "file": "attachment upload",
    "geolocation": "location gps position coordinates",
    "image": "picture photo avatar",
    "integer": "int bigint long whole_number",
    "long_text": "textarea memo note longtext multiline",
    "lookup": "reference relation foreign_key link many_to_one belongs_to",
    "money": "currency amount price",
    "multi_choice": "multiselect multi_select multipicklist checkboxes",
    "percent": "percentage",
    "person_name": "full_name",
    "phone": "telephone mobile tel",
    "rating": "stars",
    "rich_text": "html richtext",
    "text": "string varchar char str",
    "tree_parent": "parent tree hierarchy",
    "url": "website link_url uri",
    "user": "owner person assignee",
}
_MEANT = {other: name for name, others in _OTHER_NAMES.items() for other in others.split()}


def type_meant(said: object) -> str | None:
    """The field type that was meant by `said`: what other products call it, or what it looks like."""
    name = str(said).lower().replace("-", "_").replace(" ", "_")
    own = nearest(name, type_names())
    return _MEANT.get(name) or own or _MEANT.get(nearest(name, _MEANT) or "")


def field_schema(type_name: str) -> Schema:
    """The whole shape of a field of one type."""
    own = {name: dict(schema) for name, schema in REGISTRY[type_name].properties.items()}
    properties = {
        "type": {"const": type_name, "description": REGISTRY[type_name].help},
        **COMMON,
        **own,
        **STRUCTURE.get(type_name, {}),
    }
    return parts.closed(properties, REGISTRY[type_name].help, "type", *NEEDED.get(type_name, []))


def any_field_schema() -> Schema:
    """For editors: a field whose further shape depends on its `type`."""
    names = type_names()
    branches = [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": {"$ref": f"#/definitions/field_{name}"}}
        for name in names
    ]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": names, "description": "The field's type."}},
        "allOf": branches,
    }
