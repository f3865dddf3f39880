"""What an entry of the function registry says. One entry a function; engines, checker, reference page and tests all read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from newel.metadata.words import Phrase, phrase
from newel.rules.types import KINDS, Type

ANY = KINDS
EQUALS_FIRST = "first"  # the result has the type of the first value
COMMON = "common"  # the result has the type that all values share
LONGEST_RESULT = 1_000_000  # characters: a function that would give a longer text gives a blank


@dataclass(frozen=True, slots=True)
class Param:
    """One value that a function takes. `kinds` are the types it may have; `literal`: it must be written out."""

    name: str
    kinds: tuple[str, ...]
    optional: bool = False
    literal: bool = False
    many: bool = False  # this and any number more
    among: tuple[str, ...] = ()  # literal: the texts that it may be


@dataclass(frozen=True, slots=True)
class Example:
    """An expression without record fields and what it gives, both as an author writes them. Every example runs as a test."""

    expression: str
    gives: str


# Emits SQL: takes the emitter and one value per argument, gives a SQLAlchemy element or a value.
Emit = Callable[..., Any]
# Looks at the types of the values and at those that are written out (None: not): the position of a bad one, and what is wanted.
Refuse = Callable[[Sequence[Type], Sequence[Any]], tuple[int, str] | None]
# The type of the result, from the types of the values and those that are written out.
Typed = Callable[[Sequence[Type], Sequence[Any]], Type]


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    propagates: a blank among the values makes the result blank (False, if it is yes or no) and `python` never sees it.
    facts: `python` gets the Facts before its values; `binds` are the names under which SQL is given what it takes of them.
    same: all values must be of one type. pairs: after the first value come pairs of a key like it and an outcome, and then one
    outcome more. copies: how often the costliest SQL repeats a value. `typed` says the result where it takes more than `result`.
    sqlite None: SQLite calls `python` itself, as a function of the connection.
    """

    name: str
    group: str
    help: str
    params: tuple[Param, ...]
    result: Type | str
    python: Callable[..., Any]
    postgresql: Emit
    examples: tuple[Example, ...]
    sqlite: Emit | None = None
    propagates: bool = True
    facts: bool = False
    binds: tuple[str, ...] = ()
    same: bool = False
    pairs: bool = False
    copies: int = 1
    typed: Typed | None = None
    refuses: Refuse | None = None
    browser: str | None = None  # the name of its twin in the browser engine

    @property
    def least(self) -> int:
        return sum(not param.optional for param in self.params)

    @property
    def most(self) -> int | None:
        return None if self.params and self.params[-1].many else len(self.params)

    def param(self, position: int) -> Param:
        return self.params[min(position, len(self.params) - 1)]

    @property
    def signature(self) -> str:
        """As the reference shows it: round(number, places?)."""
        shown = [param.name + ("?" if param.optional else "") + (", ..." if param.many else "") for param in self.params]
        return f"{self.name}({', '.join(shown)})"


def refusal(position: int, accepts: Callable[[Any], bool], wanted: str) -> Refuse:
    """Refuses a written-out value at `position` that `accepts` denies."""

    def refuses(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
        value = written[position] if position < len(written) else None
        return None if value is None or accepts(value) else (position, wanted)

    return refuses


def as_number_of_values(function: Function) -> str:
    """How many values a function takes, in words."""
    least, most = function.least, function.most
    if most is None:
        return phrase("at least {n} values", n=least) if least != 1 else phrase("at least 1 value")
    return number_of_values(least, most)


def number_of_values(least: int, most: int | None = None) -> Phrase:
    """So many values, or from so many to so many, in words."""
    if most is not None and most != least:
        return phrase("{least} to {most} values", least=least, most=most)
    if not least:
        return phrase("no value")
    return phrase("{n} values", n=least) if least != 1 else phrase("1 value")
