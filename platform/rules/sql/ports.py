"""What emitting asks of whoever builds the statement: columns of the record, and rows of other tables for subqueries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause


class TablesPort(Protocol):
    """The columns that an expression reads, joined and masked as they must be."""

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""

    def column(self, path: tuple[str, ...], suffix: str = "") -> ColumnElement[Any]:
        """The column of an own field, or of one reached through lookups (blank where a lookup is blank).

        Of a formula that is computed where it is read: its element, in the form and with the type of a column of its field.
        """

    def children(self, collection: str) -> Rows:
        """The records of a collection of this record, without those in the bin."""

    def rows(self, object_name: str) -> Rows:
        """The records of an object, without those in the bin."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of another table within a subquery: their columns, what to select from, and which of them are meant."""

    tables: TablesPort
    source: FromClause
    condition: ColumnElement[bool]
