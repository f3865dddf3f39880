"""The registry: every type is there once, says what it is, and is in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest

from newel.metadata import field_types
from newel.metadata.field_types import REGISTRY, declared, reference, registry
from tests.metadata.field_types.drawing import field

DECLARABLE = (  # noqa: SIM905 - it reads better
    "text long_text rich_text markdown integer decimal money percent boolean date datetime time duration choice multi_choice "
    "tags email phone url address person_name lookup polymorphic many_to_many child_table tree_parent auto_number file image "
    "barcode colour rating geolocation user team"
).split()
EXPRESSION_TYPES = {
    "text",
    "number",
    "money",
    "boolean",
    "date",
    "datetime",
    "time",
    "duration",
    "choice",
    "list",
    "reference",
    "none",
}
COLUMN_KINDS = {"text", "string", "integer", "decimal", "boolean", "date", "datetime", "time", "uuid", "list"}


def test_a_solution_may_declare_exactly_these_types() -> None:
    assert sorted(each.name for each in declared()) == sorted(DECLARABLE)
    assert set(REGISTRY) - set(DECLARABLE) == {"id"}


def test_each_type_is_one_file_of_its_name() -> None:
    folder = Path(field_types.__file__).parent
    assert all((folder / f"{name}.py").is_file() for name in REGISTRY)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_type_says_what_it_is(name: str) -> None:
    kind = REGISTRY[name]
    assert kind.name == name
    assert re.fullmatch(r"[A-Z].*[.)]|[A-Z].*[0-9]\.", kind.help), "help is a sentence"
    assert kind.expression_type in EXPRESSION_TYPES
    columns = kind.columns(field(name))
    assert {column.kind for column in columns} <= COLUMN_KINDS
    assert [column.suffix for column in columns][:1] in ([""], [])
    assert len({column.suffix for column in columns}) == len(columns)
    assert all(column.length for column in columns if column.kind == "string")
    assert all(column.precision and column.scale is not None for column in columns if column.kind == "decimal")


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_the_properties_of_a_type_are_json_schemas_with_descriptions(name: str) -> None:
    for schema in REGISTRY[name].properties.values():
        assert schema["description"].endswith((".", "today."))
        jsonschema_rs.meta.validate(schema)
        if "default" in schema:
            jsonschema_rs.validate(schema, schema["default"])
    defaults = {name: schema["default"] for name, schema in REGISTRY[name].properties.items() if "default" in schema}
    assert REGISTRY[name].option_problems(defaults) == ()


def test_the_registry_names_every_template_that_screens_must_have() -> None:
    told = registry.__doc__ or ""
    for kind in declared():
        assert re.search(rf"\b{kind.widget}\b", told), kind.widget
        assert re.search(rf"\b{kind.shown_as}\b", told), kind.shown_as


def test_the_reference_describes_every_type_and_each_of_its_properties() -> None:
    page = reference.as_markdown()
    for kind in declared():
        chapter = page.partition(f"\n## {kind.name}\n")[2].partition("\n## ")[0]
        assert kind.help in chapter
        assert all(f"`{name}`" in chapter for name in kind.properties)


def test_a_type_is_a_value_that_holds_no_state() -> None:
    assert all(not vars(kind) for kind in REGISTRY.values())
