"""Addresses on the web."""

from __future__ import annotations

import re
from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import check_length, read_line
from newel.metadata.model import Field

LONGEST = 2048
_REST = '[^\\x00-\\x20"<>\\\\^`{|}\\x7f-\\xa0\u3000]*'
_NAME = "[^\\x00-,/:-@\\[-^`{-}\\x7f-\\xa0\u3000]"
_HOST = f"(?:\\[[0-9A-Fa-f:.]+\\]|{_NAME}+)(?::[0-9]{{1,5}})?"
PATTERN = f"^(?:https?://{_HOST}(?:[/?#]{_REST})?|mailto:{_REST}@{_REST}|tel:[0-9+][0-9+().;=A-Za-z-]*)$"
_LINK = re.compile(PATTERN[1:-1].replace("http", "[hH][tT][tT][pP]").replace("s?:", "[sS]?:", 1))
_LABEL = "[^\\x00-,./:-@\\[-`{-\\xa0\u3000]+"
_TOP = "[^\\x00-@\\[-`{-\\xa0\u3000]{2,}"
_BARE = re.compile(f"(?:{_LABEL}\\.)+{_TOP}(?::[0-9]{{1,5}})?(?:[/?#]{_REST})?")


class Url(FieldType):
    """A link that is safe to show: http, https, mailto or tel, and nothing else."""

    name = "url"
    help = "A web address or another link (http, https, mailto, tel)."
    expression_type = "text"
    widget = "url"
    shown_as = "url"
    can_be_unique = True
    can_be_searched = True
    text_default = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        """`example.com` becomes `https://example.com`."""
        text = read_line(raw)
        if text is None or _LINK.fullmatch(text):
            return text
        return f"https://{text}" if _BARE.fullmatch(text) else text

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        check_length(value, LONGEST)
        if _LINK.fullmatch(value) is None:
            raise ValueProblem("not_a_url", "This must be a web address, such as https://example.com.")

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST, "pattern": PATTERN, "examples": ["https://example.com"]}
