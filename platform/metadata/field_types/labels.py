"""What options are called in a language, and which option a word means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import normalize

from newel.metadata.model import Field, Option


class _Choices:
    """A field's options as a key of the cache: the same mapping is the same key."""

    __slots__ = ("options",)

    def __init__(self, options: Mapping[str, Option]) -> None:
        self.options = options

    def __hash__(self) -> int:
        return id(self.options)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Choices) and other.options is self.options


def label(field: Field, key: str, language: str) -> str:
    """The option's label, followed by its key where other options are called the same; an unknown key as it is."""
    return _names(_Choices(field.choices), language)[0].get(key, key)


def key_of(field: Field, word: str, language: str) -> str | None:
    """The option that a key or a label (in this language, or as the author wrote it) means."""
    if word in field.choices:
        return word
    return _names(_Choices(field.choices), language)[1].get(word)


def words_of(field: Field, language: str) -> Mapping[str, str]:
    """Every label and key that means an option, longest first."""
    return _names(_Choices(field.choices), language)[2]


@lru_cache(maxsize=1024)
def _names(choices: _Choices, language: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    said = {key: normalize("NFC", option.label.say(language).strip()) or key for key, option in choices.options.items()}
    often = Counter(said.values())
    clear = {key: text if _is_clear(key, text, often, choices) else f"{text} ({key})" for key, text in said.items()}
    sources = {key: normalize("NFC", option.label.source.strip()) for key, option in choices.options.items()}
    meant = _first_of(sources) | _first_of(said) | _first_of(clear)
    every = meant | {key: key for key in choices.options}
    return clear, meant, dict(sorted(every.items(), key=lambda each: -len(each[0])))


def _first_of(texts: Mapping[str, str]) -> dict[str, str]:
    """The option that each text means; the first, where several are called the same."""
    return {text: key for key, text in reversed(list(texts.items()))}


def _is_clear(key: str, text: str, often: Counter[str], choices: _Choices) -> bool:
    return often[text] == 1 and (text == key or text not in choices.options)
