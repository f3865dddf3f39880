"""The keys that the workspace listens to, as its help sheet lists them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from newel.metadata.words import say, word


class Group(NamedTuple):
    label: str
    entries: list[tuple[tuple[str, ...], str]]


_SHEET: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    (
        word("Everywhere"),
        (
            (("Ctrl", "K"), word("Search records, views and actions")),
            (("?",), word("Keyboard shortcuts")),
            (("/",), word("Search in this list")),
            (("Esc",), word("Close, or leave the field")),
        ),
    ),
    (
        word("In a list"),
        (
            (("j",), word("Next row")),
            (("k",), word("Previous row")),
            (("Enter",), word("Open")),
            (("x",), word("Select the row")),
            (("e",), word("Edit")),
            (("n",), word("New")),
            (("f",), word("Add a filter")),
        ),
    ),
    (
        word("On a record"),
        (
            (("e",), word("Edit")),
            (("n",), word("New")),
            (("Ctrl", "S"), word("Save")),
            (("Ctrl", "Enter"), word("Save the note")),
        ),
    ),
    (
        word("On a board"),
        (
            (("j",), word("Next card")),
            (("k",), word("Previous card")),
            (("m",), word("Move to…")),
            (("Enter",), word("Open")),
        ),
    ),
)


@lru_cache(maxsize=8)
def sheet(language: str) -> list[Group]:
    return [
        Group(say(language, title), [(tuple(keys), say(language, label)) for keys, label in entries]) for title, entries in _SHEET
    ]
