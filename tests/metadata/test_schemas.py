"""The schemas that editors use are the ones that the checker uses, and they are up to date."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from newel.metadata import vocabulary
from newel.metadata.field_types import REGISTRY

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = ROOT / "platform" / "metadata" / "schemas"
STANDARD = sorted((ROOT / "solutions" / "standard").rglob("*.yaml"))


class EditorsLoader(yaml.CSafeLoader):
    """Reads YAML as editors do: a day is a text (YAML 1.2)."""


EditorsLoader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def test_the_published_schemas_are_up_to_date() -> None:
    """After a change: newel schemas platform/metadata/schemas."""
    published = vocabulary.published()
    assert {path.name for path in SCHEMAS.glob("*.json")} == {f"{kind}.schema.json" for kind in published}
    for kind, schema in published.items():
        assert json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")) == schema


@pytest.mark.parametrize("kind", vocabulary.KINDS)
def test_every_schema_is_a_schema(kind: str) -> None:
    jsonschema_rs.meta.validate(vocabulary.published()[kind])


def test_every_type_of_field_has_a_shape() -> None:
    for name in vocabulary.type_names():
        schema = vocabulary.field_schema(name)
        assert schema["properties"]["type"] == {"const": name, "description": REGISTRY[name].help}


def test_every_property_is_described_for_editors() -> None:
    for kind, schema in vocabulary.published().items():
        for name, each in schema["properties"].items():
            assert each.get("description") or "$ref" in each, f"{kind}.{name}"


def test_the_standard_solution_fits_the_published_schemas() -> None:
    validators = {kind: jsonschema_rs.Draft7Validator(schema) for kind, schema in vocabulary.published().items()}
    for path in STANDARD:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=EditorsLoader)
        kind = next(iter(document))
        assert [f"{path.name}: {error.message}" for error in validators[kind].iter_errors(document)] == []
