"""What is changed in Setup becomes a file of the organisation's own layer, and nothing else in it changes."""

from __future__ import annotations

import pytest

from newel.metadata.amending import Amendment, amended
from newel.metadata.compiling import compile_model
from newel.metadata.solutions import Layer

SHOP = Layer(
    "shop",
    {
        "solution.yaml": "solution: shop\nversion: 1.0.0\nlabel: Shop\nlanguage: en\nprefix: sh\n",
        "objects/order.yaml": (
            "object: order\nlabel: Order\nfields:\n  name: {type: text}\n  size: {type: integer, required: size > 2}\n"
            "validations:\n  small: {require: size < 9, message: Too large.}\n"
        ),
        "views/order.big.yaml": "view: order.big\nlabel: Big\ncolumns: [name]\nfilter: size > 5\n",
        "forms/order.main.yaml": "form: order.main\nsections: {a: {label: A, visible: size > 1, fields: [name, size]}}\n",
    },
)


@pytest.mark.parametrize(
    ("document", "keys", "text"),
    [
        (("object", "order"), ("validations", "small", "require"), "size < 7 and name != 'yes: no'"),
        (("object", "order"), ("fields", "size", "required"), "name == 'a'"),
        (("object", "order"), ("fields", "size", "visible"), "name == 'a' or\n  name == 'b'\n"),
        (("view", "order.big"), ("filter",), "size > 6"),
        (("form", "order.main"), ("sections", "a", "visible"), "size > 3"),
    ],
)
def test_the_organisation_has_the_last_word_on_a_rule(document: tuple[str, str], keys: tuple[str, ...], text: str) -> None:
    org = amended([SHOP], Amendment("order", document, {keys: text}))
    model, problems = compile_model([SHOP, org])
    assert model is not None, problems.as_text()
    order = model.objects["order"]
    found = {
        "require": order.validations["small"].require,
        "required": order.fields["size"].required.when,
        "filter": model.views["order.big"].filter,
        "visible": order.fields["size"].visible.when
        or next(iter(model.forms["order.main"].tabs.values())).sections["a"].visible.when,
    }[keys[-1]]
    assert found is not None
    assert found.text.strip() == text.strip()


def test_a_new_validation_stands_beside_the_others_and_what_was_said_before_stays() -> None:
    first = amended([SHOP], Amendment("order", ("object", "order"), {("fields", "size", "required"): "name == 'a'"}))
    new = {("validations", "x_named", "require"): "not_blank(name)", ("validations", "x_named", "message"): "请填写名称。"}
    second = amended([SHOP, first], Amendment("order", ("object", "order"), new))
    model, problems = compile_model([SHOP, second])
    assert model is not None, problems.as_text()
    assert list(model.objects["order"].validations) == ["small", "x_named"]
    assert model.objects["order"].fields["size"].required.when is not None
    assert "请填写名称。" in second.files["setup/order.yaml"]
    assert amended([SHOP, second], Amendment("order", ("object", "order"), new)) == second


def test_files_of_the_organisations_own_are_left_alone() -> None:
    mine = Layer(
        "org",
        {
            "solution.yaml": "solution: org\nversion: 2.0.0\nlabel: We\nlanguage: en\n",
            "objects/order.yaml": "# mine\nextend: order\nlabel: Job\n",
        },
    )
    org = amended([SHOP, mine], Amendment("order", ("object", "order"), {("fields", "size", "required"): "name == 'a'"}))
    assert {name: org.files[name] for name in mine.files} == dict(mine.files)


def test_what_cant_be_amended_is_written_as_its_solution_would() -> None:
    found = Amendment("order", ("role", "rep"), {("objects", "order", "read"): "size > 3"})
    assert not found.is_possible
    assert found.as_text() == "role: rep\nobjects:\n  order:\n    read: size > 3\n"
