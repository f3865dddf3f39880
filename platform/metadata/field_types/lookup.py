"""References to one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.field_types.identifiers import Identifier, read_id
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field

INVERSE = {"type": "string", "description": "The name under which the other object lists the records that point at it."}
ON_DELETE = {
    "enum": ["restrict", "clear", "cascade"],
    "default": "restrict",
    "description": "What happens when the other record is deleted: it is refused, the field is cleared, or this record goes too.",
}


class Lookup(Identifier):
    """Stored as the other record's id; whether it exists and may be seen is for the kernel to say."""

    name = "lookup"
    help = "A reference to a record of another object."
    expression_type = "reference"
    widget = "lookup"
    shown_as = "lookup"
    can_be_unique = True
    properties: ClassVar[Mapping[str, Any]] = {
        "to": {"type": "string", "description": "The object that it refers to."},
        "inverse": INVERSE,
        "on_delete": ON_DELETE,
    }

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        if isinstance(raw, Reference):
            if raw.object not in field.to:
                raise ValueProblem("other_object", "This is a record of another object.")
            return read_id(raw.id)
        return read_id(raw)
