"""What a read gives back of each record: the columns to select, and the reader that makes Records of the rows.

A Selection is built once per (object, fields, role set). Plain columns go straight from row to record; composite fields and
titles are put together by their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, true

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import FieldType, Locale
from newel.metadata.model import Field
from newel.runtime.records.errors import Invalid, unknown_field
from newel.runtime.records.reach import Path, Reach
from newel.runtime.records.record import May, Record
from newel.runtime.records.statements import Row

AHEAD = 4  # id, version, may update, may delete
Read = Callable[[Row, Locale], Record]


@dataclass(frozen=True, slots=True)
class Composed:
    """A value made of several columns, or by its type: where its columns stand in the row."""

    key: str
    kind: FieldType
    field: Field
    start: int
    end: int

    def value(self, row: Row) -> Any:
        values = row[self.start : self.end]
        return None if all(each is None for each in values) else self.kind.from_columns(self.field, values)

    def text(self, row: Row, locale: Locale) -> str | None:
        value = self.value(row)
        return None if value is None else self.kind.format(self.field, value, locale)


class Selection:
    """The columns of a read in their order, and how a row becomes a Record."""

    def __init__(self, reach: Reach, keys: Sequence[str]) -> None:
        self.reach = reach
        self.object = reach.object.name
        self.columns: list[ColumnElement[Any]] = [
            reach.top.id,
            reach.top.column("version"),
            _flag(reach, "update").label("may_update"),
            _flag(reach, "delete").label("may_delete"),
        ]
        self.many: list[Field] = []
        self._plain: list[str] = []
        self._fields: dict[str, Field] = {}  # by key, in the order asked for
        self._composed: list[Composed] = []
        self._titles: list[Composed] = []
        self._add(keys)

    def _add(self, keys: Sequence[str]) -> None:
        paths = [(key, tuple(key.split(".")), self.reach.field(tuple(key.split(".")))) for key in dict.fromkeys(keys)]
        self._fields = {key: field for key, _, field in paths}
        self.many = [field for _, path, field in paths if field.is_many and len(path) == 1]
        stored = [each for each in paths if not each[2].is_many]
        plain = [each for each in stored if _is_plain(each[2])]
        for key, path, _ in plain:
            self._plain.append(key)
            self.columns.extend(self.reach.columns(path))
        for key, path, field in stored:
            if not _is_plain(field):
                self._composed.append(self._laid(key, field, self.reach.columns(path)))
            if field.is_reference:
                self._add_titles(key, path)
        unknown = [key for key, path, field in paths if field.is_many and len(path) > 1]
        if unknown:
            raise Invalid([unknown_field(key) for key in unknown])

    def _add_titles(self, key: str, path: Path) -> None:
        for field, columns in self.reach.titles(path):
            self._titles.append(self._laid(key, field, columns))

    def name_itself(self) -> None:
        """Adds what the record itself is called, as the title of its id."""
        target = self.reach.object.fields[self.reach.object.title]
        self._titles.append(self._laid("id", target, self.reach.columns((target.name,))))

    def _laid(self, key: str, field: Field, columns: Iterable[ColumnElement[Any]]) -> Composed:
        start = len(self.columns)
        self.columns.extend(columns)
        return Composed(key, type_of(field), field, start, len(self.columns))

    def reader(self) -> Read:
        """A function from a row (our values) to a Record; a title of the record's own object is shown by its type."""
        name, keys, composed, titles = self.object, tuple(self._plain), tuple(self._composed), tuple(self._titles)
        blank = {key: () if each.is_many else None for key, each in self._fields.items()}
        end = AHEAD + len(keys)

        def read(row: Row, locale: Locale) -> Record:
            if len(blank) == len(keys):
                values = dict(zip(keys, row[AHEAD:end], strict=True))
            else:
                values = blank.copy()
                values.update(zip(keys, row[AHEAD:end], strict=True))
                for each in composed:
                    values[each.key] = each.value(row)
            shown: dict[str, Any] = {}
            for title in titles:
                text = title.text(row, locale)
                if text is not None:
                    shown[title.key] = text
            return Record(name, row[0], row[1], values, shown, May(row[2], row[3]))

        return read


def readable_fields(reach: Reach, *, many: bool) -> list[str]:
    """Every field that the actor may read, in the order of the object; those with rows of their own on request."""
    return [name for name, field in reach.object.fields.items() if name in reach.verdict.readable and (many or not field.is_many)]


def _is_plain(field: Field) -> bool:
    return field.system or (type_of(field).plain and len(type_of(field).columns(field)) == 1)


def _flag(reach: Reach, verb: str) -> ColumnElement[bool]:
    """Whether the actor may update or delete the row."""
    rule = reach.verdict.update if verb == "update" else reach.verdict.delete
    if not rule:
        return false()
    return true() if rule.is_everything else reach.top.meets(rule)
