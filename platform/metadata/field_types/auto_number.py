"""Numbers that the platform gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.field_types.texts import LINE_PATTERN, check_length, read_line
from newel.metadata.model import Field
from newel.metadata.words import word

LONGEST = 60
_TOKEN = re.compile(r"\{(YYYY|YY|MM|DD|0{1,12})\}")
_FORMAT = re.compile(r"(?:[^{}\x00-\x1f]|\{(?:YYYY|YY|MM|DD|0{1,12})\})*")


class AutoNumber(FieldType):
    """Stored as the finished text; the kernel counts, `number_text` writes."""

    name = "auto_number"
    help = "A number given in order when the record is created, with a prefix and parts of the date where wanted."
    expression_type = "text"
    widget = "auto_number"
    can_be_unique = True
    can_be_searched = True
    can_be_title = True
    properties: ClassVar[Mapping[str, Any]] = {
        "format": {
            "type": "string",
            "maxLength": 40,
            "default": "{0000}",
            "description": "Text with {0000} for the number (as many digits as zeros) and {YYYY} {YY} {MM} {DD} for today.",
        },
        "reset": {
            "enum": ["never", "yearly", "monthly"],
            "default": "never",
            "description": "When counting starts again from 1.",
        },
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        pattern, reset = options.get("format", "{0000}"), options.get("reset", "never")
        tokens = _TOKEN.findall(pattern)
        if not _FORMAT.fullmatch(pattern) or sum(token[0] == "0" for token in tokens) != 1:
            return (("format", word("Write text with {0000} once, and {YYYY}, {YY}, {MM} or {DD} where wanted.")),)
        needed = {"yearly": ("Y",), "monthly": ("Y", "M")}.get(reset, ())
        if not {token[0] for token in tokens} >= set(needed):
            return (("reset", word("Numbers that start again need the date in their format: {YYYY}, and {MM} when monthly.")),)
        return ()

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        return read_line(raw)

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            check_length(value, LONGEST)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": LINE_PATTERN}


def number_text(field: Field, number: int, today: date) -> str:
    """The text of the number that was counted: OPP-{YYYY}{MM}-{0000} with 7 in November 2026 is OPP-202611-0007."""
    parts = {"YYYY": f"{today.year:04}", "YY": f"{today.year % 100:02}", "MM": f"{today.month:02}", "DD": f"{today.day:02}"}
    return _TOKEN.sub(lambda found: parts.get(found[1]) or f"{number:0{len(found[1])}}", field.options.get("format", "{0000}"))


def period(field: Field, today: date) -> str:
    """The span of time that shares one counter: "" (never starts again), "2026" or "2026-11"."""
    reset = field.options.get("reset", "never")
    return {"yearly": f"{today.year:04}", "monthly": f"{today.year:04}-{today.month:02}"}.get(reset, "")
