"""Forms and views: how one record is shown and edited, and how many are."""

from __future__ import annotations

from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.parts import Schema
from newel.metadata.words import word

_FORM_FIELD = parts.short(
    parts.closed(
        {
            "span": {
                "type": "integer",
                "minimum": 1,
                "maximum": 4,
                "description": "How many columns wide.",
                "expects": word("a whole number"),
            },
            "visible": parts.condition("Whether or when it is shown on this form."),
            "required": parts.condition("Whether or when it must be filled in on this form."),
            "read_only": parts.condition("Whether or when it can't be changed on this form."),
            **parts.ANCHORS,
        },
        "A field's place on the form.",
    ),
    "null",
    expects=word("a mapping such as {span: 2}"),
)
_SECTION = parts.closed(
    {
        "label": parts.LABEL,
        "columns": {
            "type": "integer",
            "minimum": 1,
            "maximum": 4,
            "description": "How many columns.",
            "expects": word("a whole number"),
        },
        "visible": parts.condition("Whether or when the section is shown."),
        "fields": parts.named_entries(_FORM_FIELD, "The fields, in order."),
        **parts.ANCHORS,
    },
    "A group of fields.",
)
_RELATED = parts.short(
    parts.closed(
        {"label": parts.LABEL, "columns": parts.names("The columns of the list."), **parts.ANCHORS},
        "A list of records that point here.",
    ),
    "null",
    expects=word("a mapping such as {columns: [name]}"),
)
_LAYOUT = {
    "sections": parts.mapping(_SECTION, "Groups of fields."),
    "related": parts.named_entries(_RELATED, "Lists of related records: inverses, child tables, many-to-many fields."),
}
_TAB = parts.closed({"label": parts.LABEL, **_LAYOUT, **parts.ANCHORS}, "A tab.")
ABOUT_FORM = {
    "label": parts.LABEL,
    "kind": parts.choice("main: the record's page. quick: the short form for making one on the way.", "main", "quick"),
    "tabs": parts.mapping(_TAB, "The form's tabs, in order."),
    **_LAYOUT,
}
ABOUT_VIEW = {
    "label": parts.LABEL,
    "columns": parts.names("The columns (for kanban and calendar the card's facts): fields, or paths such as account.city."),
    "sort": {
        "type": ["string", "array"],
        "items": parts.name("A field; -amount sorts downwards."),
        "description": "By what it is sorted; -amount downwards.",
        "expects": word("a field, or a list such as [-amount, name]"),
    },
    "filter": parts.rule("Which records are shown."),
    "group_by": parts.name("kanban: the choice field whose options are the columns."),
    "sum": parts.name("kanban: the number that is summed up a column."),
    "start": parts.name("calendar: where an entry begins."),
    "end": parts.name("calendar: where it ends."),
    "color_by": parts.name("The choice field whose colours are used."),
    "default": parts.flag("The view that opens first."),
}


def form_schema() -> Schema:
    return parts.closed(
        {"form": parts.name("object.name, such as opportunity.main."), **ABOUT_FORM},
        "How one record is shown and edited.",
        "form",
    )


def view_schema() -> Schema:
    types = parts.choice("How the records are laid out.", "list", "kanban", "calendar")
    return parts.closed(
        {"view": parts.name("object.name, such as opportunity.pipeline."), "type": types, **ABOUT_VIEW},
        "How many records are shown.",
        "view",
    )
