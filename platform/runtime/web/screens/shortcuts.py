"""The keys that the workspace listens to, as its help sheet lists them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from newel.metadata.words import say


class Group(NamedTuple):
    label: str
    entries: list[tuple[tuple[str, ...], str]]


_SHEET: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    (
        "Everywhere",
        (
            (("Ctrl", "K"), "Search records, views and actions"),
            (("?",), "Keyboard shortcuts"),
            (("/",), "Search in this list"),
            (("Esc",), "Close, or leave the field"),
        ),
    ),
    (
        "In a list",
        (
            (("j",), "Next row"),
            (("k",), "Previous row"),
            (("Enter",), "Open"),
            (("x",), "Select the row"),
            (("e",), "Edit"),
            (("n",), "New"),
            (("f",), "Add a filter"),
        ),
    ),
    (
        "On a record",
        (
            (("e",), "Edit"),
            (("n",), "New"),
            (("Ctrl", "S"), "Save"),
            (("Ctrl", "Enter"), "Save the note"),
        ),
    ),
    (
        "On a board",
        (
            (("j",), "Next card"),
            (("k",), "Previous card"),
            (("m",), "Move to…"),
            (("Enter",), "Open"),
        ),
    ),
)


@lru_cache(maxsize=8)
def sheet(language: str) -> list[Group]:
    return [
        Group(say(language, title), [(tuple(keys), say(language, label)) for keys, label in entries]) for title, entries in _SHEET
    ]
