"""DDL as text, by Alembic's operations: a plan shows the very statements that applying runs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, text
from sqlalchemy.schema import ForeignKey

from newel.runtime.storage.layout import NOT_NULL, ColumnLayout, IndexLayout, TableLayout, short_name
from newel.runtime.storage.tables import make_column

CONDITIONS = {"live": "deleted_at IS NULL", "deleted": "deleted_at IS NOT NULL"}


class Ddl:
    """Writes the statements for one dialect; runs nothing."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._buffer = io.StringIO()
        context = MigrationContext.configure(
            dialect_name=dialect, opts={"as_sql": True, "output_buffer": self._buffer, "literal_binds": True}
        )
        self._operations = Operations(context)

    def create_table(self, layout: TableLayout, references: dict[str, str]) -> list[str]:
        """The table with its primary key, and with a foreign key for each column key in `references` (-> target table)."""
        columns = [_constrained(column) for column in layout.columns.values()]
        key = PrimaryKeyConstraint("id", name=short_name(f"nw_pk_{layout.table}"))
        links = [
            ForeignKeyConstraint(
                [layout.columns[column].name], [f"{target}.id"], name=foreign_key_name(layout, column), ondelete="NO ACTION"
            )
            for column, target in references.items()
        ]
        return self._written(lambda write: write.create_table(layout.table, *columns, key, *links))

    def add_column(self, layout: TableLayout, key: str, target: str | None) -> list[str]:
        """A new, empty column; with a foreign key to `target` where it refers to a table that is there."""
        column = make_column(layout.columns[key])
        if target is not None:
            column.append_foreign_key(ForeignKey(f"{target}.id", name=foreign_key_name(layout, key), ondelete="NO ACTION"))
        return self._written(lambda write: write.add_column(layout.table, column, inline_references=True))

    def add_foreign_key(self, layout: TableLayout, key: str, target: str) -> list[str]:
        column = layout.columns[key].name
        name = foreign_key_name(layout, key)
        return self._written(lambda write: write.create_foreign_key(name, layout.table, target, [column], ["id"]))

    def create_index(self, layout: TableLayout, index: IndexLayout) -> list[str]:
        columns = [self._ordered(layout, key) for key in index.columns]
        where = {f"{self.dialect}_where": text(CONDITIONS[index.rows])} if index.rows in CONDITIONS else {}
        return self._written(
            lambda write: write.create_index(index.name, layout.table, columns, unique=index.unique, **where)  # type: ignore[arg-type]
        )

    def widen(self, layout: TableLayout, key: str, old: ColumnLayout) -> list[str]:
        """PostgreSQL changes the type; SQLite keeps any length in place, and holds decimals in the unit of their scale."""
        new = layout.columns[key]
        if self.dialect == "postgresql":
            return self._written(
                lambda write: write.alter_column(
                    layout.table, new.name, type_=make_column(new).type, existing_type=make_column(old).type
                )
            )
        steps = (new.scale or 0) - (old.scale or 0)
        if new.kind != "decimal" or steps == 0:
            return []
        column = self.quote(new.name)
        return [f"UPDATE {self.quote(layout.table)} SET {column} = {column} * {10**steps} WHERE {column} IS NOT NULL"]  # noqa: S608

    def quote(self, name: str) -> str:
        return str(self._operations.get_context().dialect.identifier_preparer.quote(name))

    def _ordered(self, layout: TableLayout, key: str) -> Any:
        """Our lists put blanks last both ways; PostgreSQL puts them first downwards, so the index says it where blanks may be."""
        name = layout.columns[key.lstrip("-")].name
        if not key.startswith("-"):
            return name
        blanks = " NULLS LAST" if self.dialect == "postgresql" and name not in NOT_NULL else ""
        return text(f"{self.quote(name)} DESC{blanks}")

    def _written(self, write: Callable[[Operations], Any]) -> list[str]:
        self._buffer.seek(0)
        self._buffer.truncate()
        write(self._operations)
        return [each.strip() for each in self._buffer.getvalue().split(";\n") if each.strip()]


def foreign_key_name(layout: TableLayout, key: str) -> str:
    return short_name(f"nw_fk_{layout.table}_{layout.columns[key].name}")


def _constrained(column: ColumnLayout) -> Column[Any]:
    made = make_column(column)
    made.nullable = column.name not in NOT_NULL
    return made
