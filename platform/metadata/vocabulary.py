"""The words that documents may hold, as JSON Schema (draft 7): one schema a kind. The checker and editors use the same.

`expects` is our own annotation: how a sentence names what belongs there. Editors pass over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.metadata.field_types import REGISTRY
from newel.metadata.naming import NAME_LENGTH, NAME_PATTERN, OPTION_PATTERN, nearest
from newel.metadata.sample_recipes import BODY

Schema = dict[str, Any]

COLORS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan", "gray")
NOT_BOOLEANS = [each for word in ("yes", "no", "on", "off", "y", "n") for each in (word, word.capitalize(), word.upper())]
LABEL_LENGTH = 255
EXPRESSION_LENGTH = 4_000


def _text(description: str, limit: int = LABEL_LENGTH, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": limit, "description": description, "expects": "a text", **more}


def _name(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, "expects": "a name"}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description, "expects": "true or false"}


def _choice(description: str, *values: str) -> Schema:
    return {"enum": list(values), "description": description}


def _rule(description: str) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": EXPRESSION_LENGTH,
        "description": description,
        "expects": "an expression, such as stage == 'won'",
    }


def _condition(description: str) -> Schema:
    expects = "true, false, or an expression such as stage == 'lost'"
    limits = {"minLength": 1, "maxLength": EXPRESSION_LENGTH}
    return {
        "type": ["boolean", "string"],
        "not": {"enum": NOT_BOOLEANS},
        "description": description,
        "expects": expects,
        **limits,
    }


def _names(description: str, limit: int = 100) -> Schema:
    return {
        "type": "array",
        "items": _name("A name."),
        "uniqueItems": True,
        "maxItems": limit,
        "description": description,
        "expects": "a list, such as [name, city]",
    }


def _map(values: Schema, description: str, pattern: str = NAME_PATTERN, **more: Any) -> Schema:
    names = {"pattern": pattern, "maxLength": NAME_LENGTH}
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
        "description": description,
        "expects": "a mapping",
        **more,
    }


def _object(properties: Mapping[str, Schema], description: str, *required: str, **more: Any) -> Schema:
    shape = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "description": description,
        "expects": "a mapping",
    }
    return {**shape, **({"required": list(required)} if required else {}), **more}


def _short(schema: Schema, *others: str, expects: str) -> Schema:
    """A mapping that also has a short form of another type (an option that is only its label)."""
    return {**schema, "type": [*others, "object"], "expects": expects}


def _named_entries(values: Schema, description: str) -> Schema:
    """A keyed mapping whose short form is a list of the names."""
    return {
        **_map(values, description, pattern="^[a-z]"),
        "type": ["array", "object"],
        "items": _name("A name."),
        "expects": "a list of names, or a mapping by name",
    }


_VISIBLE = {"pattern": "\\S", "expects": "a text that can be seen"}
_LABEL = _text("What people read. In the solution's language; translations/ say it in others.") | _VISIBLE
_HELP = _text("One or two sentences that help people who wonder what to enter.", 2_000)
_ICON = {
    **_text("The name of a Tabler icon, such as building.", 60),
    "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    "expects": "the name of a Tabler icon, such as building",
}
_COLOR = _choice("A colour of the palette.", *COLORS)
_ANCHORS = {
    "after": _name("The neighbour behind which this is placed."),
    "before": _name("The neighbour in front of which this is placed."),
}
_DEFAULT: Schema = {
    "type": ["string", "number", "boolean", "array", "object"],
    "description": "What a new record starts with: a value, or an expression ({expr: ...}) such as add_days(today(), 30).",
    "expects": "a value, or {expr: an expression}",
}

COMMON: dict[str, Schema] = {
    "label": _LABEL,
    "help": _HELP,
    "required": _condition("Whether a record can't be saved without it; or when."),
    "visible": _condition("Whether people see the field; or when."),
    "read_only": _condition("Whether people can't change it; or when."),
    "unique": _flag("No two records hold the same value."),
    "default": _DEFAULT,
    "index": _flag("Filters and sorts on the field are to be quick in large tables."),
    "search": _flag("Full-text search finds records by this field."),
    **_ANCHORS,
}

_OPTION = _short(
    _object(
        {"label": _LABEL, "color": _COLOR, "closed": _flag("Records at this option are done with."), **_ANCHORS}, "One choice."
    )
    | {"additionalProperties": {"type": ["string", "number", "boolean"], "expects": "a text, a number, true or false"}},
    "string",
    expects="a label, or a mapping such as {label: Won, color: green}",
)
_OPTIONS = _map(_OPTION, "The choices, in order, by key.", OPTION_PATTERN, maxProperties=2_000)
_INVERSE = _name("The name under which the other object lists the records that point at it.")
_ON_DELETE = _choice("What happens here when the record pointed at is purged.", "restrict", "clear", "cascade")
_TO = _name("The object that it points at.")

# What the linker reads of a type, besides the type's own `properties`.
STRUCTURE: dict[str, dict[str, Schema]] = {
    "choice": {"options": _OPTIONS},
    "multi_choice": {"options": _OPTIONS},
    "lookup": {"to": _TO, "inverse": _INVERSE, "on_delete": _ON_DELETE},
    "user": {"inverse": _INVERSE, "on_delete": _ON_DELETE},
    "team": {"inverse": _INVERSE, "on_delete": _ON_DELETE},
    "tree_parent": {"inverse": _INVERSE, "on_delete": _ON_DELETE},
    "polymorphic": {
        "to": _names("The objects that it may point at.") | {"minItems": 1},
        "inverse": _INVERSE,
        "on_delete": _ON_DELETE,
    },
    "many_to_many": {
        "to": _TO,
        "inverse": _INVERSE,
        "through": _name("An object of the solution that keeps the links, with a lookup to each side."),
        "fields": _map({"type": "object", "expects": "a mapping such as {type: text}"}, "What is known of each link."),
    },
    "child_table": {"of": _name("The object of the lines."), "by": _name("The lookup of the lines that points back here.")},
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
    return _object(properties, REGISTRY[type_name].help, "type", *NEEDED.get(type_name, []))


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


_FIELD: Schema = {"type": "object", "description": "A field.", "expects": "a mapping such as {type: text, label: Name}"}

_VALIDATION = _object(
    {
        "when": _rule("Only records for which this holds are checked; without it all are."),
        "require": _rule("What must hold."),
        "message": _text("What people read when it doesn't hold.", 1_000),
        "field": _name("The field at which the message is shown."),
    },
    "A rule that a record must meet to be saved.",
    "require",
    "message",
)
_STEP = _object(
    {
        "create": _name("The object of which a record is made."),
        "update": _name("`self`, or the name of an earlier step whose record is changed."),
        "set": _map(
            {"type": ["string", "number", "boolean"], "expects": "an expression", "maxLength": EXPRESSION_LENGTH},
            "Fields and the expressions that give their values.",
        ),
        "when": _rule("The step is done only where this holds."),
        "match": _names("Existing records equal in one of these fields are offered instead of a new one."),
        "optional": _flag("The person may leave the step out."),
        "label": _LABEL,
    },
    "A record to make or to change.",
)
_ACTION = _object(
    {
        "label": _LABEL,
        "icon": _ICON,
        "when": _rule("When the action is offered."),
        "steps": _map(_STEP, "What is done, in order, in one transaction."),
    },
    "A named thing to do with a record.",
    "steps",
)
_ACTIVITY = _object(
    {
        "kind": _choice("What sort of activity.", "task", "call", "meeting", "note"),
        "regarding": _name("The lookup that says with whom or about what."),
        "when": _name("The date or datetime field that places it in time."),
        "until": _name("The field with its end."),
        "done": _rule("When it is done with."),
    },
    "Records of this object are things done with others; timelines and calendars show them.",
    "kind",
    "regarding",
)

_ABOUT_OBJECT: dict[str, Schema] = {
    "label": _LABEL,
    "plural": _text("The label for many records."),
    "icon": _ICON,
    "color": _COLOR,
    "help": _HELP,
    "title": _name("The field that names a record; by default `name`, else the first text field."),
    "search": _names("Fields that full-text search knows records by: own ones, or one step through a lookup (account.name)."),
    "keys": _map(_names("The fields that are unique together.") | {"minItems": 1}, "Compound unique keys."),
    "facts": _names("The few fields that are shown under the title and in lookups.", 12),
    "path": _name("The choice field shown as the record's stage path."),
    "activity": _ACTIVITY,
    "validations": _map(_VALIDATION, "Rules that a record must meet to be saved."),
    "actions": _map(_ACTION, "What can be done with a record, beside editing it."),
}


def object_schema(field: Schema = _FIELD) -> Schema:
    properties = {
        "object": _name("The object's name, singular."),
        **_ABOUT_OBJECT,
        "ownership": _choice("Whose the records are: a user's, nobody's, or their master's.", "user", "none", "parent"),
        "parent": _name("ownership parent: the lookup that names the master."),
        "history": _flag("Changes of every field are kept."),
        "files": _flag("Files can be attached."),
        "fields": _map(field, "The fields, in order.", maxProperties=500),
    }
    return _object(properties, "An object: what the organisation keeps records of.", "object")


_FORM_FIELD = _short(
    _object(
        {
            "span": {
                "type": "integer",
                "minimum": 1,
                "maximum": 4,
                "description": "How many columns wide.",
                "expects": "a whole number",
            },
            "visible": _condition("Whether or when it is shown on this form."),
            "required": _condition("Whether or when it must be filled in on this form."),
            "read_only": _condition("Whether or when it can't be changed on this form."),
            **_ANCHORS,
        },
        "A field's place on the form.",
    ),
    "null",
    expects="a mapping such as {span: 2}",
)
_SECTION = _object(
    {
        "label": _LABEL,
        "columns": {
            "type": "integer",
            "minimum": 1,
            "maximum": 4,
            "description": "How many columns.",
            "expects": "a whole number",
        },
        "visible": _condition("Whether or when the section is shown."),
        "fields": _named_entries(_FORM_FIELD, "The fields, in order."),
        **_ANCHORS,
    },
    "A group of fields.",
)
_RELATED = _short(
    _object({"label": _LABEL, "columns": _names("The columns of the list."), **_ANCHORS}, "A list of records that point here."),
    "null",
    expects="a mapping such as {columns: [name]}",
)
_LAYOUT = {
    "sections": _map(_SECTION, "Groups of fields."),
    "related": _named_entries(_RELATED, "Lists of related records: inverses, child tables, many-to-many fields."),
}
_TAB = _object({"label": _LABEL, **_LAYOUT, **_ANCHORS}, "A tab.")
_ABOUT_FORM = {
    "label": _LABEL,
    "kind": _choice("main: the record's page. quick: the short form for making one on the way.", "main", "quick"),
    "tabs": _map(_TAB, "The form's tabs, in order."),
    **_LAYOUT,
}
_ABOUT_VIEW = {
    "label": _LABEL,
    "columns": _names("The columns (for kanban and calendar the card's facts): fields, or paths such as account.city."),
    "sort": {
        "type": ["string", "array"],
        "items": _name("A field; -amount sorts downwards."),
        "description": "By what it is sorted; -amount downwards.",
        "expects": "a field, or a list such as [-amount, name]",
    },
    "filter": _rule("Which records are shown."),
    "group_by": _name("kanban: the choice field whose options are the columns."),
    "sum": _name("kanban: the number that is summed up a column."),
    "start": _name("calendar: where an entry begins."),
    "end": _name("calendar: where it ends."),
    "color_by": _name("The choice field whose colours are used."),
    "default": _flag("The view that opens first."),
}


def extend_schema(field: Schema | None = None) -> Schema:
    loose = field or {"type": "object", "description": "A new field, or changes to one.", "expects": "a mapping"}
    form = {name: schema for name, schema in _ABOUT_FORM.items() if name != "kind"}
    properties = {
        "extend": _name("The object that this adds to."),
        **_ABOUT_OBJECT,
        "validations": _map(_open(_VALIDATION), "Rules that a record must meet to be saved."),
        "actions": _map(_open(_ACTION), "What can be done with a record, beside editing it."),
        "activity": _open(_ACTIVITY),
        "fields": _map(loose, "New fields (with the own prefix), and changes to fields."),
        "forms": _map(_object(form, "Additions to a form."), "Additions to forms, by the name behind the dot."),
        "views": _map(_object(_ABOUT_VIEW, "Changes to a view."), "Changes to views, by the name behind the dot."),
    }
    return _object(properties, "What one solution adds to another solution's object.", "extend")


def _open(schema: Schema) -> Schema:
    """The same shape with nothing required: what is not said stays as it was."""
    return {key: value for key, value in schema.items() if key != "required"}


def form_schema() -> Schema:
    return _object(
        {"form": _name("object.name, such as opportunity.main."), **_ABOUT_FORM}, "How one record is shown and edited.", "form"
    )


def view_schema() -> Schema:
    types = _choice("How the records are laid out.", "list", "kanban", "calendar")
    return _object(
        {"view": _name("object.name, such as opportunity.pipeline."), "type": types, **_ABOUT_VIEW},
        "How many records are shown.",
        "view",
    )


def role_schema() -> Schema:
    scope = _rule("none, own, all, or a rule about the record.") | {
        "not": {"enum": NOT_BOOLEANS},
        "expects": "none, own, all, or a rule such as region == 'east'",
    }
    rights = _choice("What may be done with the field.", "none", "read", "edit")
    yes_or_no = _flag("Whether it is allowed.")
    grant = _object(
        {
            "read": scope,
            "create": yes_or_no,
            "update": scope,
            "delete": scope,
            "export": yes_or_no,
            "fields": _map(rights, 'By field; "*" for the others.', pattern="^([a-z]|\\*$)"),
        },
        "What the role may do with one object.",
    )
    objects = _map(grant, 'By object; "*" for the objects not named.', pattern="^([a-z]|\\*$)")
    properties = {
        "role": _name("The role's name."),
        "label": _LABEL,
        "help": _HELP,
        "setup": _flag("May enter Setup."),
        "objects": objects,
    }
    return _object(properties, "What people in this role may do.", "role")


def app_schema() -> Schema:
    about = {
        "label": _LABEL,
        "icon": _ICON,
        "object": _name("The object that it opens."),
        "view": _name("The view, by the name behind the dot."),
    }
    entry = _object({**about, "items": {"$ref": "#/definitions/menu"}}, "An entry of the menu.")
    menu = _map(entry, "The entries, in order.")
    properties = {
        "app": _name("The app's name."),
        "label": _LABEL,
        "help": _HELP,
        "icon": _ICON,
        "color": _COLOR,
        "roles": _names("Who sees it; empty: all who may read one of its objects."),
        "menu": {"$ref": "#/definitions/menu"},
    }
    return _object(properties, "An app: a menu for one kind of work.", "app", "menu", definitions={"menu": menu})


def translation_schema() -> Schema:
    text = _text("The translated text.", 2_000)

    def words(*names: str, **more: Schema) -> Schema:
        schema = _object({**dict.fromkeys(names, text), **more}, "The translated texts of one element.")
        return _short(schema, "string", expects="the translated label, or a mapping such as {label: ...}")

    def many(values: Schema, pattern: str = "^[A-Za-z0-9]") -> Schema:
        return _map(values, "By the name of the element.", pattern) | {"propertyNames": {"pattern": pattern}}

    action = words("label", steps=many(words("label")))
    plain = words("label", "help", options=many(words("label")))
    field = words("label", "help", options=many(words("label")), fields=many(plain))
    things = {
        "solution": words("label", "description"),
        "objects": many(
            words("label", "plural", "help", fields=many(field), validations=many(words("message")), actions=many(action))
        ),
        "forms": many(words("label", tabs=many(words("label")), sections=many(words("label")), related=many(words("label")))),
        "views": many(words("label")),
        "apps": many(words("label", "help", menu=many(words("label")))),
        "roles": many(words("label", "help")),
    }
    tag = {
        **_name("The language, such as zh-CN."),
        "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        "expects": "a language tag, such as zh-CN",
    }
    return _object(
        {"translation": tag, **things}, "What labels are called in another language; mirrors the elements.", "translation"
    )


def sample_schema() -> Schema:
    properties = {
        "sample": _name("The sample's name."),
        "object": _name("The object of the records."),
        "mode": _choice("reference: loaded always. demo: on request.", "reference", "demo"),
        **BODY,
    }
    return _object(properties, "Records that the solution brings.", "sample", "object")


def solution_schema() -> Schema:
    properties = {
        "solution": _name("The solution's name."),
        "version": _text("Its version, such as 1.0.0.", 40, expects="a version in quotes or with three numbers, such as 1.0.0"),
        "label": _LABEL,
        "description": _text("What it is for.", 4_000),
        "language": {
            **_name("The language of its labels."),
            "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            "expects": "a language tag, such as en",
        },
        "prefix": {
            **_name("What begins the names of its additions to other solutions."),
            "pattern": "^[a-z][a-z0-9]{0,9}$",
            "not": {"enum": ["nw", "x"]},
            "expects": "one to ten small letters and digits, but not nw and x, which are the platform's and the organisation's",
        },
        "requires": _map(_text("A range of versions, such as >=1.0 <2.", 200), "The solutions that it builds on."),
        "currency": {
            **_name("The currency of money fields that name none."),
            "pattern": "^[A-Z]{3}$",
            "expects": "a currency's code, such as CNY",
        },
        "publisher": _text("Who makes it."),
    }
    return _object(properties, "What the solution is.", "solution", "version")


KINDS = {
    "solution": solution_schema,
    "object": object_schema,
    "extend": extend_schema,
    "form": form_schema,
    "view": view_schema,
    "role": role_schema,
    "app": app_schema,
    "translation": translation_schema,
    "sample": sample_schema,
}


def published() -> dict[str, Schema]:
    """The schemas as editors get them, by kind; fields are spelled out by type."""
    definitions = {f"field_{name}": field_schema(name) for name in type_names()} | {"field": any_field_schema()}
    nested = definitions["field_many_to_many"]["properties"]
    nested["fields"] = _map({"$ref": "#/definitions/field"}, "What is known of each link.")
    found = {}
    for kind, make in KINDS.items():
        schema: Schema = make()
        if kind in ("object", "extend"):
            whole = {"$ref": "#/definitions/field"}
            schema = (
                object_schema(whole)
                if kind == "object"
                else extend_schema({"anyOf": [whole, {"type": "object", "not": {"required": ["type"]}}]})
            )
            schema["definitions"] = definitions
        found[kind] = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"Newel {kind}", **schema}
    return found
