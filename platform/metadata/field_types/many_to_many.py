"""References to any number of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import BLANK, Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.identifiers import INPUT_SCHEMA, SCHEMA, input_schema, read_id
from newel.metadata.field_types.lookup import INVERSE
from newel.metadata.model import Field

MOST_RECORDS = 1000


class ManyToMany(FieldType):
    """No column here: each reference is a row of a link object, which may have fields of its own."""

    name = "many_to_many"
    help = "References to any number of records, from either side, with fields of their own where needed."
    expression_type = "none"
    widget = "many_to_many"
    shown_as = "many_to_many"
    sortable = False
    plain = False
    properties: ClassVar[Mapping[str, Any]] = {
        "to": {"type": "string", "description": "The object that it refers to."},
        "inverse": INVERSE,
        "fields": {"type": "object", "description": "Fields of the link itself, such as the status of a campaign's member."},
        "through": {"type": "string", "description": "An object that already links the two, instead of one made for this field."},
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return ()

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return ()

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> tuple[str, ...]:
        return ()

    def parse(self, field: Field, raw: Any, locale: Locale) -> tuple[str, ...]:
        """Ids, each once; nothing is the empty tuple."""
        if raw is None:
            return ()
        if isinstance(raw, str):
            raw = raw.split(",")
        if not isinstance(raw, list | tuple) or len(raw) > MOST_RECORDS or None in raw:
            raise ValueProblem("not_a_list_of_records", "This must be a list of records, at most {most}.", most=MOST_RECORDS)
        return tuple(dict.fromkeys(id_ for id_ in map(read_id, raw) if id_ is not None))

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        return ",".join(value or ())

    def edit_text(self, field: Field, value: Any, locale: Locale) -> list[str]:
        return list(value or ())

    def dump(self, field: Field, value: Any) -> list[str]:
        return list(value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "items": dict(SCHEMA), "maxItems": MOST_RECORDS}

    def input_schema(self, field: Field) -> dict[str, Any]:
        items = {"anyOf": [*input_schema()["anyOf"], BLANK | {"type": "string"}]}
        text = {"type": "string", "pattern": f"^{INPUT_SCHEMA['pattern'][1:-1]}(?:,{INPUT_SCHEMA['pattern'][1:-1]}){{0,999}}$"}
        return {"anyOf": [{"type": "array", "items": items, "maxItems": MOST_RECORDS}, text]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
