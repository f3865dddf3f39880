"""One line of text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import re2

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import LINE_PATTERN, check_length, read_line
from newel.metadata.model import Field
from newel.metadata.words import word

LONGEST = 4000


class Text(FieldType):
    """Stored as a string of at most `max_length` characters; a pattern must match the whole of it."""

    name = "text"
    help = "One line of text, such as a name or a subject."
    expression_type = "text"
    can_be_unique = True
    can_be_searched = True
    can_be_title = True
    can_be_computed = True
    text_default = True
    properties: ClassVar[Mapping[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONGEST,
            "default": 255,
            "description": "The most characters that the text may have.",
        },
        "pattern": {
            "type": "string",
            "maxLength": 500,
            "description": "A regular expression (RE2 syntax) that the whole text must match.",
        },
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        pattern = options.get("pattern")
        if pattern is None:
            return ()
        try:
            compiled(pattern)
        except re2.error:
            return (("pattern", word("This is not a regular expression in RE2 syntax.")),)
        return ()

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=field.options.get("max_length", 255)),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        return read_line(raw)

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        check_length(value, field.options.get("max_length", 255))
        pattern = field.options.get("pattern")
        if pattern is not None and compiled(pattern).fullmatch(value) is None:
            raise ValueProblem("pattern", "This does not have the form that is asked for.")

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": field.options.get("max_length", 255)}

    def input_schema(self, field: Field) -> dict[str, Any]:
        schema = {**self.json_schema(field), "minLength": 1, "pattern": LINE_PATTERN}
        pattern = field.options.get("pattern")
        return {**schema, "pattern": f"^(?:{pattern})$"} if pattern else schema


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The pattern on RE2, whose time grows with the text alone, whatever a hostile author writes."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)
