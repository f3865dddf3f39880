"""Records that samples make, before they are saved: values in their JSON form, and references to other drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at another draft, by object and key."""

    object: str
    key: str


@dataclass(slots=True)
class Draft:
    """One record to be. `parts` are what it is made of and that is not kept; `above` is the draft that a row belongs to."""

    object: str
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    variant: str = ""
    number: int = 0
    above: Draft | None = None


@dataclass(slots=True)
class Batch:
    """What one sample makes."""

    sample: str
    object: str
    mode: str
    drafts: list[Draft] = field(default_factory=list)


def references(value: Any) -> Iterator[Ref]:
    """Every draft that a value points at, also from within lists and rows."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from references(each)
