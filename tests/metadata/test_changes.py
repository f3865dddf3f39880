"""compare(a, b) applied to a gives b."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newel.metadata.changes import apply, compare, contents
from newel.metadata.model import Model
from tests.metadata.building import compiled, layer

NAMES = st.sampled_from(["name", "city", "phone", "size", "stage", "since"])
TYPES = st.sampled_from(
    [
        "type: text",
        "type: integer",
        "type: text, required: true, max_length: 40",
        "type: choice, options: {a: A, b: B}",
        "type: choice, options: {b: B, c: C}",
    ]
)
FIELDS = st.dictionaries(NAMES, TYPES, max_size=5)
OBJECTS = st.dictionaries(st.sampled_from(["account", "contact", "lead"]), FIELDS, max_size=3)


def model(objects: dict[str, dict[str, str]]) -> Model:
    files = {}
    for name, fields in objects.items():
        files[name] = f"object: {name}\ntitle: title\nfields:\n  title: {{type: text}}\n" + "".join(
            f"  {field}: {{{kind}}}\n" for field, kind in fields.items()
        )
        files[f"{name}_view"] = f"view: {name}.all\ncolumns: [title{''.join(f', {field}' for field in fields)}]\n"
    return compiled(layer(**files))


@given(OBJECTS, OBJECTS)
@settings(max_examples=60, deadline=None)
def test_what_differs_applied_to_the_old_gives_the_new(
    before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]
) -> None:
    old, new = model(before), model(after)
    changes = compare(old, new)
    assert list(apply(changes, contents(old)).items()) == list(contents(new).items())
    assert bool(changes) == (old.hash != new.hash)


@given(OBJECTS)
@settings(max_examples=15, deadline=None)
def test_from_nothing_everything_is_added(after: dict[str, dict[str, str]]) -> None:
    new = model(after)
    changes = compare(None, new)
    assert not changes.changed
    assert not changes.removed
    assert apply(changes, {}) == contents(new)


def test_changes_name_the_element_and_its_properties() -> None:
    changes = compare(
        model({"account": {"city": "type: text", "size": "type: integer"}}),
        model({"account": {"city": "type: text, required: true, max_length: 40", "phone": "type: text"}}),
    )
    assert [str(each) for each in changes.of_kind("field")] == [
        "+ object:account/field:phone",
        "~ object:account/field:city (required, options)",
        "- object:account/field:size",
    ]
    field = changes.of_kind("field")[1]
    assert field.before is not None
    assert field.after is not None
    assert (field.before.value.required.always, field.after.value.required.always) == (False, True)


def test_an_option_is_an_element_of_its_own() -> None:
    changes = compare(
        model({"account": {"stage": "type: choice, options: {a: A, b: B}"}}),
        model({"account": {"stage": "type: choice, options: {b: B, c: C}"}}),
    )
    assert [str(each) for each in changes.of_kind("field", "option")] == [
        "+ object:account/field:stage/option:c",
        "- object:account/field:stage/option:a",
    ]


def test_files_that_say_the_same_elsewhere_change_nothing() -> None:
    text = "object: account\nfields:\n  name: {type: text}\n"
    assert not compare(compiled(layer(account=text)), compiled(layer(other="# moved\n\n" + text)))
