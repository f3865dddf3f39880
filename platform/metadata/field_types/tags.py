"""Free words that people put on records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.field_types.lists import WordList
from newel.metadata.field_types.texts import LINE_PATTERN, read_line, read_lines
from newel.metadata.model import Field

_BETWEEN = re.compile("[,，;；、\n\t]")
_ITEM_PATTERN = "^[^\\x00-\\x1f\\x7f-\\x9f,，;；、]*$"


class Tags(WordList):
    """Stored as a list of words, each once whatever its letter case, in the order given."""

    name = "tags"
    help = "Free words to find and group records by."
    widget = "tags"
    shown_as = "tags"
    can_be_searched = True
    properties: ClassVar[Mapping[str, Any]] = {
        "max_tags": {
            "type": "integer",
            "minimum": 1,
            "maximum": 200,
            "default": 50,
            "description": "The most tags a record has.",
        },
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": 200,
            "default": 60,
            "description": "The most characters of one tag.",
        },
    }

    def parse(self, field: Field, raw: Any, locale: Locale) -> tuple[str, ...] | None:
        if raw is None:
            return None
        if isinstance(raw, str):
            raw = _BETWEEN.split(read_lines(raw) or "")
        if not isinstance(raw, list | tuple) or len(raw) > 1000 or not all(isinstance(word, str) for word in raw):
            raise ValueProblem("not_a_list", "This must be a list of words.")
        words = [word for word in map(read_line, raw) if word is not None]
        if any(_BETWEEN.search(word) for word in words):
            raise ValueProblem("comma_in_tag", "A tag can't have a comma or semicolon in it.")
        return _each_once(words) or None

    def check(self, field: Field, value: Any) -> None:
        most, longest = field.options.get("max_tags", 50), field.options.get("max_length", 60)
        if len(value or ()) > most:
            raise ValueProblem("too_many", "Use at most {most} tags.", most=most)
        if any(len(tag) > longest for tag in value or ()):
            raise ValueProblem("tag_too_long", "A tag has at most {most} characters.", most=longest)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return ("、" if locale.language.startswith("zh") else ", ").join(value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        items = {"type": "string", "maxLength": field.options.get("max_length", 60), "pattern": _ITEM_PATTERN}
        return {"type": "array", "items": items, "maxItems": field.options.get("max_tags", 50)}

    def input_schema(self, field: Field) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "maxLength": field.options.get("max_length", 60), "pattern": LINE_PATTERN}
        return {"anyOf": [self.json_schema(field), text]}

    def search_text(self, field: Field, value: Any) -> str:
        return " ".join(value or ())


def _each_once(words: list[str]) -> tuple[str, ...]:
    """The words in their order, of those that differ only in letter case the first."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    return tuple(first.values())
