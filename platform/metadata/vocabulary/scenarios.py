"""Scenario tests: what is given, what is tried, what is expected."""

from __future__ import annotations

from typing import Any

from newel.metadata.scenarios import STATES
from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.parts import Schema
from newel.metadata.words import word

_ROLES = word("a role, or a list of roles")
_STATE_HELP = {
    "visible": "Fields that the form shows.",
    "hidden": "Fields that the form does not show: they do not apply, or the person may not read them.",
    "required": "Fields that must be filled in.",
    "optional": "Fields that may be left blank.",
    "editable": "Fields that the person can change.",
    "read_only": "Fields that the person can't change: they are locked, or the role does not let them.",
}


def scenario_schema() -> Schema:
    properties = {
        "test": parts.name("What is tested: a name, such as opportunity.winning."),
        "label": parts.text("What holds, in a sentence."),
        "help": parts.HELP,
        "users": parts.mapping(_user(), "The people of the test, by a key, with their roles."),
        "given": _given(),
        "as": _person(word("Who acts: a role, several roles, or one of `users`. What is given belongs to them.")),
        "today": parts.text("The day on which it all happens: 2026-11-21.", 40, expects=word("a day, such as 2026-11-21")),
        "now": parts.text("The moment at which it all happens.", 40, expects=word("a moment, such as 2026-11-21 09:30")),
        "when": _attempt(),
        "expect": _expectations(),
        "steps": parts.mapping(
            _step(), "Several things that are tried one after the other; a step that is refused leaves nothing behind."
        ),
    }
    return parts.closed(properties, "A scenario that must come out as it says, whatever else is installed.", "test", "as")


def _person(description: str) -> Schema:
    return {
        "type": ["string", "array"],
        "items": parts.name("A role."),
        "minLength": 1,
        "minItems": 1,
        "description": description,
        "expects": word("a role, a list of roles, or one of `users`"),
    }


def _user() -> Schema:
    roles = {"type": ["string", "array"], "items": parts.name("A role."), "expects": _ROLES}
    return {
        "type": ["string", "array", "object"],
        "items": parts.name("A role."),
        "properties": {"roles": {**roles, "description": "The person's roles; none: somebody who may do nothing."}},
        "description": "A role, a list of roles, or `roles` and fields of the user.",
        "expects": word('a role, a list of roles, or a mapping such as {roles: sales_rep, manager: "@wang"}'),
    }


def _given() -> Schema:
    record = {
        "type": ["object", "string"],
        "description": "Its fields; a text is its title.",
        "expects": word("a mapping of fields, or the text of its title"),
    }
    of_object = parts.mapping(record, 'Records of the object, by a key; "@key" refers to them.')
    return parts.mapping(
        of_object,
        "The records that are there before, by object and key: the fields of each, or the text of its title.",
        maxProperties=100,
    )


def _values(description: str) -> Schema:
    return {"type": "object", "description": description, "expects": word("a mapping of fields")}


def _attempt() -> Schema:
    choices = parts.mapping(
        parts.closed(
            {
                "skip": parts.flag("The step is left out."),
                "use": parts.name("The record that is taken instead of a new one."),
                "set": _values("What the person types instead."),
            },
            "What is chosen for one step of the action.",
        ),
        "What is chosen, by step of the action.",
    )
    properties = {
        "create": parts.name("The object of which a record is made."),
        "update": parts.name("The record that is changed."),
        "set": _values("The fields that are filled in."),
        "delete": parts.name("The record that is deleted."),
        "perform": parts.name("The action that is performed."),
        "with": parts.name("The record that it is performed with."),
        "choices": choices,
        "read": parts.name("The record that is opened."),
        "list": parts.name("The object whose records are listed."),
        "filter": parts.rule("Which of them."),
    }
    return parts.closed(properties, word("What is tried: one of create, update, delete, perform, read, list."))


def _expectations() -> Schema:
    one = parts.closed(
        {
            "field": parts.name("Where it is shown."),
            "code": parts.name("Its code, such as required."),
            "rule": parts.name("The validation that says it."),
            "message": parts.text("What people read, in the language of the solution.", 1_000),
        },
        "A problem.",
    )
    problem = parts.short(one, "string", expects=word("a field, or a mapping such as {field: amount, code: required}"))
    problems = {**problem, "type": ["string", "object", "array"], "items": problem, "minItems": 1}
    states: dict[str, Any] = {
        name: {
            "type": ["string", "array"],
            "items": parts.name("A field."),
            "minItems": 1,
            "description": _STATE_HELP[name],
            "expects": word("a field, or a list such as [name, city]"),
        }
        for name in STATES
    }
    properties = {
        "problem": {**problems, "description": "What stands against it: a field, or field, code, rule and message; or several."},
        "value": _values("Fields, and paths such as account.name, with what they hold afterwards, as far as the person sees."),
        **states,
        "list": {
            "type": "array",
            "items": parts.name("A record."),
            "description": "Exactly the records that are listed, in any order.",
            "expects": word("a list of records, such as [acme, globex]"),
        },
        "count": {"type": "integer", "minimum": 0, "description": "How many are listed.", "expects": word("a whole number")},
    }
    said = parts.closed(
        properties, word("What comes of it. `done`: nothing stands against it. `denied`: the person may not do it.")
    )
    return parts.short(said, "string", expects=word("done, denied, or a mapping such as {value: {stage: won}}"))


def _step() -> Schema:
    properties = {
        "as": _person("Who tries it, where that is not who acts in the test."),
        "when": _attempt(),
        "expect": _expectations(),
    }
    return parts.closed(properties, "One thing that is tried, and what comes of it.", "when", "expect")
