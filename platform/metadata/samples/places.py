"""Where the parts of a sample stand; samples that were not read from a file have one place for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from newel.metadata.problems import Place
from newel.metadata.reading import Branch, Items


def branch_of(value: Any) -> Mapping[str, Any]:
    """The value, if it is a mapping; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def key_place(branch: Mapping[str, Any], key: str, otherwise: Place) -> Place:
    return branch.key_place(key) if isinstance(branch, Branch) else otherwise


def value_place(branch: Mapping[str, Any], key: str, otherwise: Place) -> Place:
    return branch.value_place(key) if isinstance(branch, Branch) else otherwise


def item_place(items: Iterable[Any], index: int, otherwise: Place) -> Place:
    return items.item_place(index) if isinstance(items, Items) else otherwise
