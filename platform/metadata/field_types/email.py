"""E-mail addresses."""

from __future__ import annotations

import re
from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import check_length, narrow, read_line
from newel.metadata.model import Field

LONGEST = 254
_ATOM = '[^\\x00-\\x20"(),.:;<>@\\[\\\\\\]\\x7f-\\xa0\u3000]'  # RFC 5322 and, beyond ASCII, RFC 6531
_ALNUM = "[^\\x00-/:-@\\[-`{-\\xa0\u3000]"
_LABEL = f"{_ALNUM}(?:[^\\x00-,./:-@\\[-`{{-\\xa0\u3000]{{0,61}}{_ALNUM})?"
_ADDRESS = re.compile(f"{_ATOM}+(?:\\.{_ATOM}+)*@(?:{_LABEL}\\.)+{_LABEL}")


class Email(FieldType):
    """Stored in lower case, so that one mailbox is one value."""

    name = "email"
    help = "An e-mail address."
    expression_type = "text"
    widget = "email"
    shown_as = "email"
    can_be_unique = True
    can_be_searched = True
    can_be_title = True
    text_default = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        text = read_line(raw)
        if text is None:
            return None
        return read_line(narrow(text).lower())

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        check_length(value, LONGEST)
        if value.find("@") > 64 or _ADDRESS.fullmatch(value) is None:
            raise ValueProblem("not_an_email", "This must be an e-mail address, such as name@example.com.")

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": LONGEST}

    def search_text(self, field: Field, value: Any) -> str:
        return "" if value is None else value
