"""How rules read a record: a mapping by field name, paths by their dotted name; or a reader that is asked for each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class RecordReader(Protocol):
    """Gives the value at the end of a path; None for blank."""

    def value(self, path: tuple[str, ...]) -> Any: ...


class NotLoaded(LookupError):  # noqa: N818 - it says what happened
    """A rule reads a path that the record does not hold: the caller loaded too little (see Expression.paths)."""


class Asked(Mapping[str, Any]):
    """A RecordReader seen as a mapping."""

    __slots__ = ("reader",)

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader

    def __getitem__(self, name: str) -> Any:
        return self.reader.value(tuple(name.split(".")))

    def get(self, name: str, default: Any = None) -> Any:
        return self.reader.value((name,))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def followed(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at the end of a path; None where a lookup on the way is blank."""
    try:
        return record[".".join(path)]
    except KeyError:
        if any(record.get(".".join(path[:at])) is None for at in range(1, len(path)) if at == 1 or ".".join(path[:at]) in record):
            return None
        raise NotLoaded(".".join(path)) from None
