"""Text with Markdown marks."""

from __future__ import annotations

from typing import Any

from newel.metadata.field_types.long_text import LongText
from newel.metadata.field_types.markup import html_text, markdown_html
from newel.metadata.model import Field


class Markdown(LongText):
    """Stored as its author wrote it; pages show what `markup.markdown_html` makes of it."""

    name = "markdown"
    help = "Text with Markdown marks: **bold**, lists, links, tables."
    widget = "markdown"
    shown_as = "markdown"

    def search_text(self, field: Field, value: Any) -> str:
        return "" if value is None else html_text(markdown_html(value))
