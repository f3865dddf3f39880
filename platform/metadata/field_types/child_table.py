"""The lines of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.model import Field

MOST_LINES = 1000


class ChildTable(FieldType):
    """No column here: each line is a record of the child object, saved with its document."""

    name = "child_table"
    help = "Lines that belong to the record and are edited with it, such as the products of an order."
    expression_type = "none"
    widget = "child_table"
    shown_as = "child_table"
    sortable = False
    plain = False
    properties: ClassVar[Mapping[str, Any]] = {
        "of": {"type": "string", "description": "The object of the lines; its ownership is `parent`."},
        "by": {"type": "string", "description": "The lookup of the lines that points back here; by default their parent."},
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return ()

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return ()

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> tuple[Mapping[str, Any], ...]:
        return ()

    def parse(self, field: Field, raw: Any, locale: Locale) -> tuple[Mapping[str, Any], ...]:
        """The lines as they came; the kernel reads their values by the child object's own fields."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return ()
        if not isinstance(raw, list | tuple) or len(raw) > MOST_LINES:
            raise ValueProblem("not_a_list_of_lines", "This must be a list of lines, at most {most}.", most=MOST_LINES)
        if not all(isinstance(line, Mapping) and all(isinstance(name, str) for name in line) for line in raw):
            raise ValueProblem("not_a_line", "Each line must name its fields and their values.")
        return tuple(raw)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return str(len(value or ()))

    def edit_text(self, field: Field, value: Any, locale: Locale) -> list[Mapping[str, Any]]:
        return list(value or ())

    def dump(self, field: Field, value: Any) -> list[Mapping[str, Any]]:
        return list(value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "object"}, "maxItems": MOST_LINES}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
