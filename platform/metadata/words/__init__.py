"""The platform's own words in every language: English is the key, <area>.<language>.yaml beside this file holds the rest.

How the completeness test finds the words (a literal must stand at the call, for the test reads the source):
- Python: `say(language, "...")`, `say_count(language, "one record", "{n} records", n)` (the second text is the key, for
  Chinese counts alike), `ValueProblem(code, "...")`, `FieldProblem(field, code, "...")`, `Forbidden("...")`, the first
  text that a subclass of KernelError hands to `super().__init__`, `platform_text("...")`, `filled("...")`, and
  `word("...")` around a text that is kept now and said later.
- Parts of a problem that are put together: `phrase("...", name=value)`; the sentences of problems: `define(code, "...", ...)`.
- Commands: `spoken("...")`, `spoken_count("one record", "{n} records", n)`, `speak("...")`; their help is read from themselves.
- Templates: `{{ t("...", name=value) }}` and `{{ tn("one record", "{n} records", n) }}`.
Placeholders are {names}; a translation may order them as its language wants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES = ("en", "zh-CN")

_FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_SCRIPTS_MEET = re.compile('[\u4e00-\u9fff][A-Za-z0-9"`-]|[A-Za-z0-9"`][\u4e00-\u9fff]')


def say(language: str, text: str, /, **params: Any) -> str:
    """The English text in a language, placeholders filled in; itself where no translation is known. Never raises."""
    said = catalogue(language).get(text, text)
    return _filled(said, {name: _said(value, language) for name, value in params.items()}) if params else said


def say_count(language: str, one: str, many: str, n: int, /, **params: Any) -> str:
    """`one` for exactly one in languages that tell, else `many`; {n} is the number, with grouping."""
    said = catalogue(language).get(many)
    if said is None:
        said = one if n == 1 else many
    return _filled(said, {**params, "n": f"{n:,}"})


class Phrase(str):
    """English that was put together from a text and its parameters, and can be put together again in another language."""

    __slots__ = ("params", "template")

    template: str
    params: Mapping[str, Any]

    def __new__(cls, template: str, params: Mapping[str, Any], english: str | None = None) -> Phrase:
        made = super().__new__(cls, (_filled(template, params) if params else template) if english is None else english)
        made.template = template
        made.params = params
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Phrase, (self.template, dict(self.params), str(self))

    def say(self, language: str) -> str:
        """The same in a language; the parameters that are phrases themselves, too."""
        if not catalogue(language):
            return str(self)
        return say(language, self.template, **self.params)

    @property
    def as_beginning(self) -> Phrase:
        """As a sentence begins with it."""
        return Phrase(self.template, self.params, self[:1].upper() + self[1:])

    @property
    def as_clause(self) -> Phrase:
        """Without its full stop, as it stands within another sentence."""
        return _Clause(self.template, self.params, self.rstrip("."))


class _Clause(Phrase):
    __slots__ = ()

    def say(self, language: str) -> str:
        return super().say(language).rstrip(".。")


def phrase(text: str, /, **params: Any) -> Phrase:
    """A text with its parameters, kept now and said later."""
    return Phrase(text, params)


def _said(value: Any, language: str) -> Any:
    """What can say itself in a language (phrases, the texts of a solution) does."""
    say_it = getattr(value, "say", None)
    return say_it(language) if say_it else value


def word(text: str) -> str:
    """The text itself: marks words that are kept now and said later."""
    return text


@lru_cache(maxsize=16)
def catalogue(language: str) -> Mapping[str, str]:
    """Every known text and its translation; empty for English, and for languages that Newel does not speak."""
    if language not in LANGUAGES:
        language = "zh-CN" if language.partition("-")[0] == "zh" else "en"
    found: dict[str, str] = {}
    for file in areas(language):
        found |= yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    return MappingProxyType(found)


def areas(language: str) -> list[Path]:
    """The files that hold the words of a language, one an area of the platform."""
    return sorted(_FOLDER.glob(f"*.{language}.yaml"))


def read(file: Path) -> dict[str, str]:
    """The words of one file. Everything in it is text: `No: 否` needs no quotes."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader) or {}  # noqa: S506 - it makes only texts


def _filled(text: str, params: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda found: _put_in(found, str(params.get(found[1], found[0]))), text)


def _put_in(found: re.Match[str], value: str) -> str:
    """A value in its text; where Chinese characters meet Latin letters or digits, a space stands between them."""
    start, end = found.span()
    before, behind = found.string[max(start - 1, 0) : start], found.string[end : end + 1]
    left = " " if _SCRIPTS_MEET.fullmatch(before + value[:1]) else ""
    right = " " if _SCRIPTS_MEET.fullmatch(value[-1:] + behind) else ""
    return f"{left}{value}{right}"
