"""What reading gives: records as one actor may see them, pages of them, and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class May(NamedTuple):
    """What the actor may do with this very record."""

    update: bool
    delete: bool


class Record:
    """One record. `values` holds fields and paths that were asked for; what the actor can't read in this row is None.

    `titles` holds, by field or path, the title of the record that a reference points at (a tuple of titles for a
    many-to-many), and only where the actor may read that record. A child table's value is a tuple of Records.
    """

    __slots__ = ("id", "may", "object", "titles", "values", "version")

    def __init__(
        self, object_name: str, record_id: str, version: int, values: dict[str, Any], titles: dict[str, Any], may: May
    ) -> None:
        self.object = object_name
        self.id = record_id
        self.version = version
        self.values = values
        self.titles = titles
        self.may = may

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def __repr__(self) -> str:
        return f"<Record {self.object} {self.id} v{self.version} {self.values!r}>"


@dataclass(frozen=True, slots=True)
class Count:
    """How many; `exact` False says that counting stopped at `value`."""

    value: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list in its order. A cursor is None where there is nothing more in that direction."""

    records: Sequence[Record]
    next_cursor: str | None
    previous_cursor: str | None
    count: Count | None = None

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True, slots=True)
class Group:
    """One row of an aggregate: the keys that group it, their titles where they are references, and the measures."""

    keys: Mapping[str, Any]
    titles: Mapping[str, str]
    measures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record offered while somebody types: enough to choose it by."""

    object: str
    id: str
    title: str
    facts: tuple[str, ...] = ()
