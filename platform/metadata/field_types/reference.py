"""The reference page of the field types, made from what each type says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newel.metadata.field_types.base import FieldType
from newel.metadata.field_types.registry import declared
from newel.metadata.model import Field, Text

_INTRODUCTION = """\
# Field types

Every field of an object has a `type`. Beside the properties that all fields share (`label`, `help`, `required`, `visible`,
`read_only`, `unique`, `default`, `formula`, `rollup`, `expose`, `clear_when_hidden`, `index`, `search`), each type has its own.
"""
_COLUMNS = "| Property | Value | Default | Meaning |\n|---|---|---|---|"


def as_markdown() -> str:
    """The whole page: a chapter for each type that a solution may declare."""
    return "\n".join([_INTRODUCTION, *(_chapter(each) for each in declared())])


def _chapter(kind: FieldType) -> str:
    lines = [f"## {kind.name}", "", kind.help, "", f"{_abilities(kind)}", ""]
    if kind.properties:
        lines += [_COLUMNS, *(_row(name, schema) for name, schema in kind.properties.items()), ""]
    return "\n".join(lines)


def _abilities(kind: FieldType) -> str:
    stored = (
        ", ".join(f"`{column.kind}`" for column in kind.columns(Field("f", kind.name, Text(""), ""))) or "rows of another table"
    )
    able = {
        "sorted by": kind.sortable,
        "made unique": kind.can_be_unique,
        "searched": kind.can_be_searched,
        "a record's title": kind.can_be_title,
        "computed": kind.can_be_computed,
    }
    may = ", ".join(name for name, yes in able.items() if yes)
    return f"Stored as {stored}; in expressions: {kind.expression_type}." + (f" Can be {may}." if may else "")


def _row(name: str, schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    shown = "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
    return f"| `{name}` | {' '.join(_value(schema))} | {shown} | {schema['description']} |"


def _value(schema: Mapping[str, Any]) -> Iterator[str]:
    """What may stand there: its JSON type or its words, and its bounds."""
    if "enum" in schema:
        yield ", ".join(f"`{value}`" for value in schema["enum"])
        return
    yield str(schema["type"])
    if "minimum" in schema and abs(schema["minimum"]) < 10**15:
        yield f"from {schema['minimum']}"
    if "maximum" in schema and abs(schema["maximum"]) < 10**15:
        yield f"to {schema['maximum']}"
