"""One of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.labels import key_of, label
from newel.metadata.field_types.texts import read_line
from newel.metadata.model import Field

LONGEST_KEY = 60
OPTIONS = {
    "type": "object",
    "description": "The options in their order: a key each, with its label or a map of label, color, closed and own properties.",
}


class Choice(FieldType):
    """Stored as the option's key; people see its label in their language."""

    name = "choice"
    help = "One of a list of options."
    expression_type = "choice"
    widget = "choice"
    shown_as = "choice"
    can_be_computed = True
    text_default = True
    properties: ClassVar[Mapping[str, Any]] = {"options": OPTIONS}

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST_KEY),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        if isinstance(raw, str) and raw in field.choices:
            return raw
        word = read_line(raw)
        if word is None:
            return None
        key = key_of(field, word, locale.language)
        if key is None:
            raise ValueProblem("unknown_option", "This is not one of the options.")
        return key

    def check(self, field: Field, value: Any) -> None:
        if value is not None and value not in field.choices:
            raise ValueProblem("unknown_option", "This is not one of the options.")

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else label(field, value, locale.language)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return value or ""

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": list(field.choices)}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": names(field)}

    def search_text(self, field: Field, value: Any) -> str:
        option = field.choices.get(value)
        return " ".join((option.label.source, *option.label.translations.values())) if option else ""


def names(field: Field) -> list[str]:
    """What an option may be called in input: the keys, and the labels as the author wrote them."""
    return list(dict.fromkeys((*field.choices, *(option.label.source for option in field.choices.values()))))
