"""Telephone numbers."""

from __future__ import annotations

import re
from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import check_length, narrow, read_line
from newel.metadata.model import Field

LONGEST = 40
PATTERN = "^\\+?\\(?[0-9](?:[ ()./#*,-]*[0-9]){2,}[ ()./#*,-]*(?:(?:[eE][xX][tT]\\.?|[xX]|转) ?[0-9]{1,8})?$"
_NUMBER = re.compile(PATTERN[1:-1])
_NOT_DIGITS = re.compile("[^0-9]+")


class Phone(FieldType):
    """Stored as written; found by its digits, with and without the country code."""

    name = "phone"
    help = "A telephone number, written as people write it: +86 138 0013 8000, (021) 6387-4400 ext. 12."
    expression_type = "text"
    widget = "phone"
    shown_as = "phone"
    can_be_unique = True
    can_be_searched = True
    can_be_title = True
    text_default = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        text = read_line(raw)
        return None if text is None else narrow(text).replace("—", "-").replace("–", "-")

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        check_length(value, LONGEST)
        if _NUMBER.fullmatch(value) is None:
            raise ValueProblem("not_a_phone", "This must be a telephone number, such as +86 21 6387 4400.")

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST, "examples": ["+86 138 0013 8000"]}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {**self.json_schema(field), "pattern": PATTERN}

    def search_text(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        figures = digits(value)
        national = figures[2:] if value.startswith("+86") else ""
        return " ".join(dict.fromkeys(filter(None, (value, figures, national))))


def digits(number: str) -> str:
    """The digits of a telephone number alone: how numbers are compared and found."""
    return _NOT_DIGITS.sub("", number)
