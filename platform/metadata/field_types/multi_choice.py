"""Several of a list of options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import BLANK, Locale, ValueProblem
from newel.metadata.field_types.choice import OPTIONS, names
from newel.metadata.field_types.labels import key_of, label, words_of
from newel.metadata.field_types.lists import WordList
from newel.metadata.field_types.texts import read_line, read_lines
from newel.metadata.model import Field

_BETWEEN = re.compile(r"[\s\u3000]*[,，;；、\n][\s\u3000]*")
MOST_ITEMS = 1000


class MultiChoice(WordList):
    """Stored as the list of the options' keys, each once, in the order of the options."""

    name = "multi_choice"
    help = "Any number of a list of options."
    widget = "multi_choice"
    shown_as = "multi_choice"
    properties: ClassVar[Mapping[str, Any]] = {"options": OPTIONS}

    def parse(self, field: Field, raw: Any, locale: Locale) -> tuple[str, ...] | None:
        if raw is None:
            return None
        keys = set(_keys(field, raw, locale.language))
        return tuple(key for key in field.choices if key in keys) or None

    def check(self, field: Field, value: Any) -> None:
        if any(key not in field.choices for key in value or ()):
            raise ValueProblem("unknown_option", "This is not one of the options.")

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        between = "、" if locale.language.startswith("zh") else ", "
        return between.join(label(field, key, locale.language) for key in value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "enum": list(field.choices)}, "uniqueItems": True}

    def input_schema(self, field: Field) -> dict[str, Any]:
        """A blank text among them is passed over: forms send one so that nothing chosen is told from nothing sent."""
        items = {"anyOf": [{"type": "string", "enum": names(field)}, BLANK | {"type": "string"}]}
        return {"type": "array", "items": items, "maxItems": MOST_ITEMS}

    def search_text(self, field: Field, value: Any) -> str:
        options = [field.choices[key] for key in value or () if key in field.choices]
        return " ".join(text for option in options for text in (option.label.source, *option.label.translations.values()))


def _keys(field: Field, raw: Any, language: str) -> Iterable[str]:
    if isinstance(raw, str):
        return _keys_of_text(field, raw, language)
    if not isinstance(raw, list | tuple) or len(raw) > MOST_ITEMS or not all(isinstance(word, str) for word in raw):
        raise ValueProblem("not_a_list", "This must be a list of options.")
    words = filter(None, map(read_line, raw))
    return [_known(key_of(field, word, language)) for word in words]


def _keys_of_text(field: Field, raw: str, language: str) -> Iterable[str]:
    """Labels or keys with commas or the like between them; a label may itself hold a comma."""
    rest = read_lines(raw) or ""
    words = words_of(field, language)
    keys = []
    while rest:
        end = _word_at_start(rest, words)
        keys.append(_known(words.get(rest[:end])))
        between = _BETWEEN.match(rest, end)
        rest = rest[between.end() :] if between else ""
    return keys


def _word_at_start(rest: str, words: Iterable[str]) -> int:
    for word in words:
        if rest.startswith(word) and (len(rest) == len(word) or _BETWEEN.match(rest, len(word))):
            return len(word)
    return 0


def _known(key: str | None) -> str:
    if key is None:
        raise ValueProblem("unknown_option", "This is not one of the options.")
    return key
