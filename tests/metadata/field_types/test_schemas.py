"""What the API's schema says about input is what the types do: outside checkers hold us to both directions."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis.generation.jsonschema.builder import build
from schemathesis.specs.openapi.formats import get_default_format_strategies

from newel.metadata.field_types import REGISTRY, ValueProblem, type_of
from newel.metadata.model import Field
from tests.metadata.field_types.drawing import field, parse

FIELDS: dict[str, Field] = {
    **{name: field(name) for name in REGISTRY},
    "text of 5": field("text", max_length=5),
    "text with a pattern": field("text", pattern="[A-Z]{2}[0-9]+"),
    "decimal without decimals": field("decimal", scale=0),
    "decimal of 6 digits": field("decimal", scale=4, precision=6),
    "barcode in ASCII": field("barcode", symbology="code_128"),
    "money in one currency": field("money", fixed_currency=True, scale=0),
}
# A schema can't hold a text to a range, nor compute a check digit: these are only tried in the other direction.
RANGED = {"integer from 0 to 10": field("integer", min=0, max=10), "EAN-13": field("barcode", symbology="ean_13")}
_settings = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(("0", "1", "", "-1", " ", "a", "0.0", "00", "\x00")),
)
_keys = st.sampled_from(("x", "id", "object", "amount", "currency", "latitude", "longitude", "family", "city"))
_anything = st.recursive(
    _scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=3)), max_leaves=5
)


@pytest.mark.parametrize("name", FIELDS)
@_settings
@given(data=st.data())
def test_what_the_schema_describes_is_taken(name: str, data: st.DataObject) -> None:
    of = FIELDS[name]
    described = build(type_of(of).write_schema(of), draft=jsonschema_rs.Draft202012, formats=get_default_format_strategies())
    parse(of, data.draw(described))


@pytest.mark.parametrize("name", [*FIELDS, *RANGED])
@_settings
@given(raw=_anything)
def test_what_the_schema_does_not_describe_is_refused(name: str, raw: Any) -> None:
    of = {**FIELDS, **RANGED}[name]
    assume(not jsonschema_rs.is_valid(type_of(of).write_schema(of), raw))
    with pytest.raises(ValueProblem):
        parse(of, raw)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_blank_is_described_where_a_field_may_be_blank(name: str) -> None:
    of = field(name)
    for blank in (None, "", "\u3000 "):
        assert jsonschema_rs.is_valid(type_of(of).write_schema(of), blank)
    if name != "boolean":
        assert not jsonschema_rs.is_valid(type_of(of).write_schema(of, required=True), None)
