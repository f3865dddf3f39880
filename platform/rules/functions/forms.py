"""Functions that are parts of the language itself: what they take is a name, not a value, so each is a node of its own."""

from __future__ import annotations

from dataclasses import dataclass

from newel.rules.functions.registry import Example


@dataclass(frozen=True, slots=True)
class Form:
    """One of them, for the reference page and for completion. Its examples are about the record of `sample`.

    `takes`: what it is given, by name. `gives`: in words. `most`: how many values it takes without a name, `least` it needs.
    """

    name: str
    group: str
    help: str
    signature: str
    takes: tuple[tuple[str, str], ...]
    gives: str
    examples: tuple[Example, ...]
    least: int = 1
    most: int = 1
    keywords: tuple[str, ...] = ()
