"""The other documents: roles, apps, translations, samples, and the solution itself."""

from __future__ import annotations

from newel.metadata.sample_recipes import BODY
from newel.metadata.vocabulary import parts
from newel.metadata.vocabulary.parts import Schema
from newel.metadata.words import word


def role_schema() -> Schema:
    scope = parts.rule("none, own, all, or a rule about the record.") | {
        "not": {"enum": parts.NOT_BOOLEANS},
        "expects": word("none, own, all, or a rule such as region == 'east'"),
    }
    rights = parts.choice("What may be done with the field.", "none", "read", "edit")
    yes_or_no = parts.flag("Whether it is allowed.")
    grant = parts.closed(
        {
            "read": scope,
            "create": yes_or_no,
            "update": scope,
            "delete": scope,
            "export": yes_or_no,
            "fields": parts.mapping(rights, 'By field; "*" for the others.', pattern="^([a-z]|\\*$)"),
        },
        "What the role may do with one object.",
    )
    objects = parts.mapping(grant, 'By object; "*" for the objects not named.', pattern="^([a-z]|\\*$)")
    properties = {
        "role": parts.name("The role's name."),
        "label": parts.LABEL,
        "help": parts.HELP,
        "setup": parts.flag("May enter Setup."),
        "objects": objects,
    }
    return parts.closed(properties, "What people in this role may do.", "role")


def app_schema() -> Schema:
    about = {
        "label": parts.LABEL,
        "icon": parts.ICON,
        "object": parts.name("The object that it opens."),
        "view": parts.name("The view, by the name behind the dot."),
    }
    entry = parts.closed({**about, "items": {"$ref": "#/definitions/menu"}}, "An entry of the menu.")
    menu = parts.mapping(entry, "The entries, in order.")
    properties = {
        "app": parts.name("The app's name."),
        "label": parts.LABEL,
        "help": parts.HELP,
        "icon": parts.ICON,
        "color": parts.COLOR,
        "roles": parts.names("Who sees it; empty: all who may read one of its objects."),
        "menu": {"$ref": "#/definitions/menu"},
    }
    return parts.closed(properties, "An app: a menu for one kind of work.", "app", "menu", definitions={"menu": menu})


def translation_schema() -> Schema:
    text = parts.text("The translated text.", 2_000)

    def words(*names: str, **more: Schema) -> Schema:
        schema = parts.closed({**dict.fromkeys(names, text), **more}, "The translated texts of one element.")
        return parts.short(schema, "string", expects=word("the translated label, or a mapping such as {label: ...}"))

    def many(values: Schema, pattern: str = "^[A-Za-z0-9]") -> Schema:
        return parts.mapping(values, "By the name of the element.", pattern) | {"propertyNames": {"pattern": pattern}}

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
        **parts.name("The language, such as zh-CN."),
        "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        "expects": word("a language tag, such as zh-CN"),
    }
    return parts.closed(
        {"translation": tag, **things}, "What labels are called in another language; mirrors the elements.", "translation"
    )


def sample_schema() -> Schema:
    properties = {
        "sample": parts.name("The sample's name."),
        "object": parts.name(word("The object of the records.")),
        "mode": parts.choice("reference: loaded always. demo: on request.", "reference", "demo"),
        **BODY,
    }
    return parts.closed(properties, "Records that the solution brings.", "sample", "object")


def solution_schema() -> Schema:
    properties = {
        "solution": parts.name("The solution's name."),
        "version": parts.text(
            word("Its version, such as 1.0.0."), 40, expects=word("a version in quotes or with three numbers, such as 1.0.0")
        ),
        "label": parts.LABEL,
        "description": parts.text("What it is for.", 4_000),
        "language": {
            **parts.name("The language of its labels."),
            "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            "expects": word("a language tag, such as en"),
        },
        "prefix": {
            **parts.name("What begins the names of its additions to other solutions."),
            "pattern": "^[a-z][a-z0-9]{0,9}$",
            "not": {"enum": ["nw", "x"]},
            "expects": word(
                "one to ten small letters and digits, but not nw and x, which are the platform's and the organisation's"
            ),
        },
        "requires": parts.mapping(parts.text("A range of versions, such as >=1.0 <2.", 200), "The solutions that it builds on."),
        "currency": {
            **parts.name("The currency of money fields that name none."),
            "pattern": "^[A-Z]{3}$",
            "expects": word("a currency's code, such as CNY"),
        },
        "publisher": parts.text("Who makes it."),
    }
    return parts.closed(properties, "What the solution is.", "solution", "version")
