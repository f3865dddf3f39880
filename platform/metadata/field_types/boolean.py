"""Yes or no."""

from __future__ import annotations

from typing import Any

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.model import Field

_YES = ("true", "yes", "on", "1", "y", "t", "是", "真", "对")
_NO = ("false", "no", "off", "0", "n", "f", "否", "假", "错")
_WORDS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
_WRITTEN = dict.fromkeys(written for said in _WORDS for written in (said, said.capitalize(), said.upper()))


class Boolean(FieldType):
    """Never blank: nothing said is no."""

    name = "boolean"
    help = "Yes or no."
    expression_type = "boolean"
    widget = "boolean"
    shown_as = "boolean"
    can_be_computed = True

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("boolean"),)

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return (bool(value),)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> bool:
        return bool(values[0])

    def parse(self, field: Field, raw: Any, locale: Locale) -> bool:
        if isinstance(raw, bool):
            return raw
        word = read_line(raw) if isinstance(raw, str) or raw is None else ""
        if word is None:
            return False
        found = _WORDS.get(narrow(word).lower())
        if found is None:
            raise ValueProblem("not_a_boolean", "This must be yes or no.")
        return found

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        if locale.language.startswith("zh"):
            return "是" if value else "否"
        return "Yes" if value else "No"

    def edit_text(self, field: Field, value: Any, locale: Locale) -> bool:
        return bool(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}

    def input_schema(self, field: Field) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, {"enum": list(_WRITTEN)}]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""
