"""The solutions on top of one another: in which order they lie, what each may refer to, and who said what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from newel.metadata.problems import Place
from newel.metadata.shapes import Document


@dataclass(frozen=True, slots=True)
class Said:
    """One layer's word on one property."""

    layer: str
    value: Any
    place: Place


@dataclass(slots=True)
class Stack:
    """The solutions in the order in which they lie, what each may refer to, and their merged documents."""

    order: tuple[str, ...] = ()
    solutions: dict[str, Document] = field(default_factory=dict)
    below: dict[str, frozenset[str]] = field(default_factory=dict)  # a layer -> all that it requires, directly or not
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)  # (kind, name) -> merged
    translations: list[Document] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)  # address-like path -> every word on it, lowest layer first
    broken: set[tuple[str, str]] = field(default_factory=set)  # documents that were meant to be there, but are of no use

    def of_kind(self, kind: str) -> Iterator[Document]:
        return (document for (each, _), document in self.documents.items() if each == kind)

    def may_mention(self, layer: str, owner: str) -> bool:
        """True where `layer` is `owner`, or requires it."""
        return layer == owner or owner in self.below.get(layer, frozenset())

    def prefix(self, layer: str) -> str | None:
        said = self.solutions[layer].data.get("prefix") if layer in self.solutions else None
        return f"{said}_" if isinstance(said, str) else None
