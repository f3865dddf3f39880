"""The laws that every field type keeps, whatever value it holds and whoever reads it."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newel.metadata.field_types import REGISTRY, Locale, ValueProblem, type_of
from newel.metadata.field_types.markup import safe_html
from newel.metadata.model import Field
from tests.metadata.field_types.drawing import LOCALES, VALUES, WITHOUT_COLUMNS, WITHOUT_TEXT_FORM, field, parse, write

TYPES = sorted(REGISTRY)
locales = st.sampled_from(LOCALES)
_slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(max_size=3))
_texts = st.one_of(
    st.from_regex(r"[-+0-9.,:%/TZ年月日 ]{1,24}", fullmatch=True),
    st.from_regex(r"[¥$元A-Z]{0,3}-?[0-9０-９.,万]{1,20}( [A-Z]{3})?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?", fullmatch=True),
    st.from_regex(r"(http|mailto|tel|javascript):[^\s]{0,20}|[^\s@]{1,9}@[^\s@]{1,9}", fullmatch=True),
)
_keys = st.one_of(
    st.text(max_size=5), st.sampled_from(["id", "object", "amount", "currency", "latitude", "longitude", "family", "city"])
)
junk = st.one_of(
    _texts,
    st.recursive(
        _scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_keys, inner, max_size=4)), max_leaves=8
    ),
)


def test_every_type_has_values_to_prove_the_laws_with() -> None:
    assert set(VALUES) == set(REGISTRY)


@pytest.mark.parametrize("name", [name for name in TYPES if name not in WITHOUT_TEXT_FORM])
@_slow
@given(data=st.data(), locale=locales)
def test_what_is_written_reads_back_as_the_same_value(name: str, data: st.DataObject, locale: Locale) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    assert type_of(of).parse(of, write(of, value, locale), locale) == value


@pytest.mark.parametrize("name", ["address", "person_name"])
@_slow
@given(data=st.data(), locale=locales)
def test_a_whole_text_of_parts_stays_the_text_that_it_is(name: str, data: st.DataObject, locale: Locale) -> None:
    of = field(name)
    text = " ".join(write(of, data.draw(VALUES[name]), locale).split())
    assert write(of, type_of(of).parse(of, text, locale), locale).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("name", TYPES)
@_slow
@given(data=st.data(), locale=locales)
def test_the_json_form_reads_back_as_the_same_value(name: str, data: st.DataObject, locale: Locale) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    assert parse(of, type_of(of).dump(of, value), locale) == value


@pytest.mark.parametrize("name", TYPES)
@_slow
@given(data=st.data(), locale=locales)
def test_a_value_itself_reads_as_itself(name: str, data: st.DataObject, locale: Locale) -> None:
    value = data.draw(VALUES[name])
    assert parse(field(name), value, locale) == value


@pytest.mark.parametrize("name", [name for name in TYPES if name not in ("rich_text", "child_table")])
@_slow
@given(data=st.data(), locale=locales)
def test_what_the_editor_starts_with_reads_back_as_the_same_value(name: str, data: st.DataObject, locale: Locale) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    again = parse(of, type_of(of).edit_text(of, value, locale), locale)
    assert again == value or _is_said_twice(name, of, value, locale)


def _is_said_twice(name: str, of: Any, value: Any, locale: Locale) -> bool:
    """A datetime-local input can't say which of two equal local times it means."""
    return name == "datetime" and "(UTC" in write(of, value, locale)


@pytest.mark.parametrize("name", [name for name in TYPES if name not in WITHOUT_COLUMNS])
@_slow
@given(data=st.data())
def test_what_is_stored_is_read_from_the_columns_as_the_same_value(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    kind = type_of(of)
    stored = kind.to_columns(of, value)
    assert len(stored) == len(kind.columns(of))
    assert kind.from_columns(of, stored) == value
    assert kind.plain == (kind.to_columns(of, value) == (value,)) or name == "boolean"
    for column, cell in zip(kind.columns(of), stored, strict=True):
        if column.kind == "string" and cell is not None:
            assert len(cell) <= (column.length or 0)


@pytest.mark.parametrize("name", TYPES)
def test_blank_is_blank_in_every_form(name: str) -> None:
    of = field(name)
    kind = type_of(of)
    nothing = kind.parse(of, None, LOCALES[0])
    assert nothing in (None, False, ())
    for blank in ("", "  ", "\u3000\u00a0\n"):
        assert kind.parse(of, blank, LOCALES[0]) == nothing
    assert kind.parse(of, kind.dump(of, nothing), LOCALES[0]) == nothing
    assert kind.parse(of, kind.edit_text(of, nothing, LOCALES[0]), LOCALES[0]) == nothing
    if name not in WITHOUT_COLUMNS:
        assert kind.from_columns(of, (None,) * len(kind.columns(of))) == nothing
        assert kind.from_columns(of, kind.to_columns(of, None)) == nothing
    for form in (kind.format(of, None, LOCALES[0]), kind.search_text(of, None)):
        assert isinstance(form, str)
    assert kind.expression_value(of, nothing) == nothing
    kind.check(of, None)


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=junk, locale=locales)
@example(raw="9" * 5000, locale=LOCALES[0])
@example(raw=10**5000, locale=LOCALES[0])
@example(raw=1e308, locale=LOCALES[0])
@example(raw="\ud800", locale=LOCALES[0])
@example(raw="0001-01-01T00:00:00+23:59", locale=LOCALES[0])
@example(raw="9999-12-31T23:59:59-23:59", locale=LOCALES[-1])
@example(raw="2026-13-45T99:99", locale=LOCALES[0])
@example(raw="2026-11-21T08:00:00+99:99", locale=LOCALES[0])
@example(raw="http://[::1", locale=LOCALES[0])
def test_nonsense_is_a_problem_with_the_value_and_nothing_worse(name: str, raw: Any, locale: Locale) -> None:
    of = field(name)
    try:
        value = parse(of, raw, locale)
    except ValueProblem as problem:
        said = problem
    else:
        _every_form_works(of, value, locale)
        return
    assert said.code
    assert str(said) == said.message.format(**said.params)


def _every_form_works(of: Field, value: Any, locale: Locale) -> None:
    kind = type_of(of)
    kind.format(of, value, locale)
    kind.search_text(of, value)
    kind.edit_text(of, value, locale)
    kind.to_columns(of, value)
    if of.type != "child_table":
        assert parse(of, kind.dump(of, value), locale) == value


@pytest.mark.parametrize("name", TYPES)
@_slow
@given(data=st.data())
def test_the_json_schema_describes_what_the_api_gives(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    jsonschema_rs.validate(type_of(of).json_schema(of), type_of(of).dump(of, value), validate_formats=name != "email")


@pytest.mark.parametrize("name", TYPES)
@_slow
@given(data=st.data())
def test_the_input_schema_takes_what_the_api_gives(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    of = field(name)
    jsonschema_rs.validate(type_of(of).write_schema(of, required=True), type_of(of).dump(of, value))


@_slow
@given(html=st.one_of(st.text(), st.from_regex(r"(<[a-z]{1,3}( [a-z]+=['\"][^'\"]*['\"])?>|[&<>a ;]){1,12}", fullmatch=True)))
def test_safe_html_is_safe_the_second_time_too(html: str) -> None:
    once = safe_html(html)
    assert safe_html(once) == once
