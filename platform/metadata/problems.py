"""What is wrong with a solution: a sentence, a place and a way out. All problems at once, never only the first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from newel.metadata.words import Phrase, phrase


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is said: a file, and a line and column that count from 1 (0: the file as a whole)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


PATIENCE = 60_000  # names that are compared in search of nearest ones, before hints are left out

NOWHERE = Place("<platform>")


@dataclass(frozen=True, slots=True)
class Path:
    """The way from a document's root to a node; it grows as you walk (`at.key("options").key("won")`)."""

    keys: tuple[str, ...] = ()

    def key(self, name: object) -> Path:
        return Path((*self.keys, str(name)))

    def __str__(self) -> str:
        return ".".join(self.keys)


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the closed catalogue: a stable code, the sentence (with {placeholders}) and help for the reference page."""

    code: str
    sentence: str
    help: str
    severity: str = "error"


_CATALOGUE: dict[str, Kind] = {}


def define(code: str, sentence: str, help: str, severity: str = "error") -> Kind:  # noqa: A002 - as it is shown
    """Adds one kind of problem to the catalogue. A code is given once and never reused."""
    if code in _CATALOGUE:
        raise ValueError(f"problem code {code} is defined twice")
    kind = Kind(code, sentence, help, severity)
    _CATALOGUE[code] = kind
    return kind


def catalogue() -> dict[str, Kind]:
    """Every kind of problem by code: the reference page and the tests read it."""
    return dict(sorted(_CATALOGUE.items()))


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: its kind, its place, the sentence filled in, and where known what was expected, the nearest name and the fix.

    Texts that are phrases can be said in every language, others (names, what a parser said) are the same in all.
    """

    kind: Kind
    place: Place
    path: Path
    message: Phrase
    expected: str | None = None
    nearest: str | None = None
    fix: str | None = None
    layer: str | None = None
    excerpt: str | None = None  # an expression with its fault underlined, for instance

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def severity(self) -> str:
        return self.kind.severity

    @property
    def sentences(self) -> Phrase:
        """What is wrong, what was expected, which name was most likely meant, and the way out."""
        aside = [
            phrase("Expected {what}.", what=self.expected) if self.expected else None,
            phrase('Did you mean "{name}"?', name=self.nearest) if self.nearest else None,
            self.fix,
        ]
        told = self.message
        for each in filter(None, aside):
            told = phrase("{first} {second}", first=told, second=each)
        return told

    def say(self, language: str) -> str:
        """All that there is to say, in a language."""
        return self.sentences.say(language)

    def __str__(self) -> str:
        return self.shown("en")

    def shown(self, language: str) -> str:
        """As a terminal shows it: place, code and path, the sentences, the excerpt."""
        where = f"{self.place} {self.code}" + (f" {self.path}" if self.path.keys else "")
        text = f"{where}: {self.say(language)}"
        if self.excerpt:
            text += "".join(f"\n    {line}" for line in self.excerpt.splitlines())
        return text

    def as_json(self) -> dict[str, Any]:
        shown = {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": str(self.path),
            "message": self.message,
            "expected": self.expected,
            "nearest": self.nearest,
            "fix": self.fix,
            "layer": self.layer,
            "excerpt": self.excerpt,
        }
        return {key: value for key, value in shown.items() if value is not None}


def problem(kind: Kind, place: Place, path: Path = Path(), /, **values: Any) -> Problem:
    """A Problem of `kind` at `place`. `expected`, `nearest`, `fix`, `layer`, `excerpt` stay apart, the rest fills in."""
    aside = {name: values.pop(name) for name in ("expected", "nearest", "fix", "layer", "excerpt") if name in values}
    return Problem(kind, place, path, sentence_of(kind, values), **aside)


def sentence_of(kind: Kind, values: Mapping[str, Any]) -> Phrase:
    """The sentence of a kind, filled in."""
    return Phrase(kind.sentence, values, kind.sentence.format(**values))


@dataclass(slots=True)
class Problems:
    """The problems found so far; shown sorted by file, line, column and code, each once."""

    found: list[Problem] = field(default_factory=list)
    compared: int = 0  # names looked at so far for a nearest one

    def add(self, kind: Kind, place: Place, path: Path = Path(), /, **values: Any) -> None:
        self.found.append(problem(kind, place, path, **values))

    def nearest(self, name: object, known: Iterable[str]) -> str | None:
        """The known name that was most likely meant; None once so many are wrong that nobody reads on."""
        from newel.metadata.naming import nearest

        if self.compared > PATIENCE:
            return None
        names = list(known)
        self.compared += len(names)
        return nearest(name, names)

    def unknown(
        self, kind: Kind, place: Place, path: Path, said: object, known: Iterable[str], /, *, limit: int = 8, **values: Any
    ) -> None:
        """Adds that `said` is none of the `known`: with the nearest of them, or where none is like it with all there are."""
        from newel.metadata.naming import named

        names = list(known)
        near = self.nearest(said, names)
        expected = None if near else named(names, limit)
        self.add(kind, place, path, nearest=near, expected=expected, **values)

    def extend(self, others: Iterable[Problem]) -> None:
        self.found.extend(others)

    @property
    def errors(self) -> list[Problem]:
        return [found for found in self if found.severity == "error"]

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(set(self.found), key=lambda each: (each.place, each.code, str(each.path), each.message)))

    def __len__(self) -> int:
        return len(set(self.found))

    def __bool__(self) -> bool:
        return bool(self.found)

    def as_text(self, language: str = "en") -> str:
        return "\n".join(each.shown(language) for each in self)

    def as_json(self) -> str:
        return json.dumps([each.as_json() for each in self], ensure_ascii=False, indent=2)
