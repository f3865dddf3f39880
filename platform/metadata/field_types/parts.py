"""The ground that types of several named texts (addresses, person names) share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import LINE_PATTERN, check_length, read_line
from newel.metadata.model import Field


class PartsType(FieldType):
    """Stored as the full text, which filters and sorts, and one column a part."""

    value_class: ClassVar[type]
    lengths: ClassVar[Mapping[str, int]]
    expression_type = "text"
    can_be_searched = True
    plain = False

    def columns(self, field: Field) -> tuple[Column, ...]:
        whole = Column("string", length=sum(self.lengths.values()) + 2 * len(self.lengths))
        return (whole, *(Column("string", f"_{part}", length=length) for part, length in self.lengths.items()))

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        if value is None:
            return (None,) * (1 + len(self.lengths))
        return (str(value) or None, *(getattr(value, part) for part in self.lengths))

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> Any:
        parts = tuple(part or None for part in values[1:])
        return self.value_class(*parts) if any(parts) else None

    def parse(self, field: Field, raw: Any, locale: Locale) -> Any:
        if isinstance(raw, self.value_class):
            raw = {part: getattr(raw, part) for part in self.lengths}
        if isinstance(raw, Mapping):
            return self._from_mapping(raw)
        text = read_line(raw)
        return None if text is None else self.from_text(text)

    def from_text(self, text: str) -> Any:
        """The value that a whole text on one line means."""
        raise NotImplementedError

    def _from_mapping(self, raw: Mapping[Any, Any]) -> Any:
        if not raw.keys() <= self.lengths.keys():
            raise ValueProblem("unknown_part", "The parts are {parts}.", parts=", ".join(self.lengths))
        parts = {part: read_line(raw.get(part)) for part in self.lengths}
        return self.value_class(**parts) if any(parts.values()) else None

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        for part, length in self.lengths.items():
            check_length(getattr(value, part) or "", length)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> dict[str, str]:
        """One input a part."""
        return {part: getattr(value, part, None) or "" for part in self.lengths}

    def expression_value(self, field: Field, value: Any) -> str | None:
        return None if value is None else str(value) or None

    def dump(self, field: Field, value: Any) -> dict[str, str | None] | None:
        return None if value is None else {part: getattr(value, part) for part in self.lengths}

    def json_schema(self, field: Field) -> dict[str, Any]:
        return self._object_schema(field, list(self.lengths))

    def input_schema(self, field: Field) -> dict[str, Any]:
        longest = max(self.lengths.values())
        whole = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": LINE_PATTERN}
        return {"anyOf": [self._object_schema(field, []), whole]}

    def _object_schema(self, field: Field, required: list[str]) -> dict[str, Any]:
        parts = {
            part: {"type": ["string", "null"], "maxLength": length, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$"}
            for part, length in self.lengths.items()
        }
        schema = {"type": "object", "properties": parts, "additionalProperties": False}
        return {**schema, "required": required} if required else schema
