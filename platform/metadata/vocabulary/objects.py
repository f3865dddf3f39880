"""Objects, and what one solution adds to another solution's object."""

from __future__ import annotations

from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.pages import ABOUT_FORM, ABOUT_VIEW
from newel.metadata.vocabulary.parts import Schema
from newel.metadata.words import word

_FIELD: Schema = {"type": "object", "description": "A field.", "expects": word("a mapping such as {type: text, label: Name}")}

_VALIDATION = parts.closed(
    {
        "when": parts.rule("Only records for which this holds are checked; without it all are."),
        "require": parts.rule(word("What must hold.")),
        "message": parts.text(word("What people read when it doesn't hold."), 1_000),
        "field": parts.name("The field at which the message is shown."),
    },
    "A rule that a record must meet to be saved.",
    "require",
    "message",
)
_STEP = parts.closed(
    {
        "create": parts.name("The object of which a record is made."),
        "update": parts.name("`self`, or the name of an earlier step whose record is changed."),
        "set": parts.mapping(
            {"type": ["string", "number", "boolean"], "expects": word("an expression"), "maxLength": parts.EXPRESSION_LENGTH},
            "Fields and the expressions that give their values.",
        ),
        "when": parts.rule("The step is done only where this holds."),
        "match": parts.names("Existing records equal in one of these fields are offered instead of a new one."),
        "optional": parts.flag("The person may leave the step out."),
        "label": parts.LABEL,
    },
    "A record to make or to change.",
)
_ACTION = parts.closed(
    {
        "label": parts.LABEL,
        "icon": parts.ICON,
        "when": parts.rule("When the action is offered."),
        "steps": parts.mapping(_STEP, word("What is done, in order, in one transaction.")),
    },
    "A named thing to do with a record.",
    "steps",
)
_ACTIVITY = parts.closed(
    {
        "kind": parts.choice(word("What sort of activity."), "task", "call", "meeting", "note"),
        "regarding": parts.name(word("The lookup that says with whom or about what.")),
        "when": parts.name("The date or datetime field that places it in time."),
        "until": parts.name("The field with its end."),
        "done": parts.rule("When it is done with."),
    },
    "Records of this object are things done with others; timelines and calendars show them.",
    "kind",
    "regarding",
)

_ABOUT_OBJECT: dict[str, Schema] = {
    "label": parts.LABEL,
    "plural": parts.text("The label for many records."),
    "icon": parts.ICON,
    "color": parts.COLOR,
    "help": parts.HELP,
    "title": parts.name("The field that names a record; by default `name`, else the first text field."),
    "search": parts.names(
        "Fields that full-text search knows records by: own ones, or one step through a lookup (account.name)."
    ),
    "keys": parts.mapping(parts.names("The fields that are unique together.") | {"minItems": 1}, "Compound unique keys."),
    "facts": parts.names("The few fields that are shown under the title and in lookups.", 12),
    "path": parts.name("The choice field shown as the record's stage path."),
    "activity": _ACTIVITY,
    "validations": parts.mapping(_VALIDATION, "Rules that a record must meet to be saved."),
    "actions": parts.mapping(_ACTION, "What can be done with a record, beside editing it."),
}


def object_schema(field: Schema = _FIELD) -> Schema:
    properties = {
        "object": parts.name("The object's name, singular."),
        **_ABOUT_OBJECT,
        "ownership": parts.choice("Whose the records are: a user's, nobody's, or their master's.", "user", "none", "parent"),
        "parent": parts.name("ownership parent: the lookup that names the master."),
        "history": parts.flag("Changes of every field are kept."),
        "files": parts.flag("Files can be attached."),
        "fields": parts.mapping(field, "The fields, in order.", maxProperties=500),
    }
    return parts.closed(properties, "An object: what the organisation keeps records of.", "object")


def extend_schema(field: Schema | None = None) -> Schema:
    loose = field or {"type": "object", "description": "A new field, or changes to one.", "expects": word("a mapping")}
    form = {name: schema for name, schema in ABOUT_FORM.items() if name != "kind"}
    properties = {
        "extend": parts.name("The object that this adds to."),
        **_ABOUT_OBJECT,
        "validations": parts.mapping(parts.open_shape(_VALIDATION), "Rules that a record must meet to be saved."),
        "actions": parts.mapping(parts.open_shape(_ACTION), "What can be done with a record, beside editing it."),
        "activity": parts.open_shape(_ACTIVITY),
        "fields": parts.mapping(loose, "New fields (with the own prefix), and changes to fields."),
        "forms": parts.mapping(parts.closed(form, "Additions to a form."), "Additions to forms, by the name behind the dot."),
        "views": parts.mapping(parts.closed(ABOUT_VIEW, "Changes to a view."), "Changes to views, by the name behind the dot."),
    }
    return parts.closed(properties, "What one solution adds to another solution's object.", "extend")
