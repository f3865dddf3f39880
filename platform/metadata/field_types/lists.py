"""What the types have in common whose value is a list of words."""

from __future__ import annotations

from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale
from newel.metadata.model import Field


class WordList(FieldType):
    """Stored as one list; no words are blank, never an empty list."""

    expression_type = "list"
    sortable = False
    plain: ClassVar[bool] = False

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("list"),)

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return (list(value) if value else None,)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> tuple[str, ...] | None:
        return tuple(values[0]) if values[0] else None

    def edit_text(self, field: Field, value: Any, locale: Locale) -> list[str]:
        return list(value or ())

    def dump(self, field: Field, value: Any) -> list[str]:
        return list(value or ())
