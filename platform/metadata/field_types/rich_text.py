"""Formatted text, kept as safe HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.field_types.long_text import MAX_LENGTH
from newel.metadata.field_types.markup import html_text, safe_html
from newel.metadata.field_types.texts import LINES_PATTERN, check_length, read_lines
from newel.metadata.model import Field


class RichText(FieldType):
    """Stored as HTML that went through `markup.safe_html`; markup without a word in it is blank."""

    name = "rich_text"
    help = "Text with headings, lists, links and emphasis, edited as it will look."
    expression_type = "text"
    widget = "rich_text"
    shown_as = "rich_text"
    sortable = False
    can_be_searched = True
    text_default = True
    properties: ClassVar[Mapping[str, Any]] = {
        "max_length": MAX_LENGTH | {"description": "The most characters that the text may have, markup included."}
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("text"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        text = read_lines(raw)
        if text is None:
            return None
        html = read_lines(safe_html(text))
        return html if html is not None and html_text(html) else None

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            check_length(value, field.options.get("max_length", 20_000))

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        """The words alone; pages that show the markup use `markup.safe_html`."""
        return "" if value is None else html_text(value)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> str:
        return "" if value is None else safe_html(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        limit = field.options.get("max_length", 20_000)
        return {"type": "string", "maxLength": limit, "contentMediaType": "text/html"}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {**self.json_schema(field), "minLength": 1, "pattern": LINES_PATTERN}

    def search_text(self, field: Field, value: Any) -> str:
        return "" if value is None else html_text(value)
