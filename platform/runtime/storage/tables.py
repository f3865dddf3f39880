"""SQLAlchemy tables of the objects, made when first used: a thousand objects cost nothing until someone asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Table

from newel.metadata.field_types.base import Column as FieldColumn
from newel.metadata.model import Model
from newel.runtime.storage.layout import ColumnLayout, Layout, TableLayout, column_key
from newel.runtime.storage.types import sql_type


class ObjectTable:
    """The table of one object, its columns found by field name and suffix."""

    __slots__ = ("columns", "layout", "table")

    def __init__(self, layout: TableLayout) -> None:
        self.layout = layout
        self.table = make_table(layout)
        self.columns: Mapping[str, Column[Any]] = {key: self.table.c[column.name] for key, column in layout.columns.items()}

    def column(self, field: str, suffix: str = "") -> Column[Any]:
        """The column of a field; KeyError where the object has no such column."""
        return self.columns[column_key(field, suffix)]

    @property
    def live(self) -> ColumnElement[bool]:
        """True for records that are not in the recycle bin; the partial indexes answer exactly this condition."""
        return self.columns["deleted_at"].is_(None)


class Tables(Mapping[str, ObjectTable]):
    """The tables of a Model by object name."""

    def __init__(self, model: Model, layout: Layout, dialect: str) -> None:
        self.model = model
        self.layout = layout
        self.dialect = dialect
        self._made: dict[str, ObjectTable] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> ObjectTable:
        found = self._made.get(name)
        if found is None:
            with self._lock:
                found = self._made.get(name) or self._made.setdefault(name, ObjectTable(self.layout[name]))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout)

    def __len__(self) -> int:
        return len(self.layout)


def make_table(layout: TableLayout) -> Table:
    """The table as queries see it: plain columns, no constraints."""
    return Table(layout.table, MetaData(), *(make_column(column) for column in layout.columns.values()))


def make_column(column: ColumnLayout) -> Column[Any]:
    wanted = FieldColumn(column.kind, length=column.length, precision=column.precision, scale=column.scale)
    return Column(column.name, sql_type(wanted))
