"""What is changed in Setup becomes a file of the organisation's own layer, and nothing else in it changes."""

from __future__ import annotations

import pytest

from newel.metadata.amending import Amendment, amended, edition, said_in_setup
from newel.metadata.compiling import compile_layers, compile_model
from newel.metadata.explaining import explain
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


def test_what_setup_writes_has_the_last_word_whatever_the_organisations_own_files_are_called() -> None:
    for name in ("objects/order.yaml", "validations.yaml", "z/order.yaml"):
        about = "solution: org\nversion: 2.0.0\nlabel: We\nlanguage: en\n"
        mine = Layer("org", {"solution.yaml": about, name: "extend: order\nfields: {size: {required: size == 1}}\n"})
        org = amended([SHOP, mine], Amendment("order", ("object", "order"), {("fields", "size", "required"): "size == 2"}))
        model, problems = compile_model([SHOP, org])
        assert model is not None, problems.as_text()
        required = model.objects["order"].fields["size"].required.when
        assert required is not None
        assert required.text == "size == 2"


def test_what_cant_be_amended_is_written_as_its_solution_would() -> None:
    found = Amendment("order", ("role", "rep"), {("objects", "order", "read"): "size > 3"})
    assert not found.is_possible
    assert found.as_text() == "role: rep\nobjects:\n  order:\n    read: size > 3\n"


def test_a_default_is_an_expression_and_its_chain_is_told() -> None:
    """The text of a text field's default would else be the value itself."""
    orders = SHOP.files["objects/order.yaml"].replace("name: {type: text}", "name: {type: text, default: {expr: upper('a')}}")
    shop = Layer("shop", {**SHOP.files, "objects/order.yaml": orders.replace("integer,", "integer, default: 3,")})
    first = amended([shop], Amendment("order", ("object", "order"), {("fields", "name", "default", "expr"): "lower('B')"}))
    org = amended([shop, first], Amendment("order", ("object", "order"), {("fields", "size", "default", "expr"): "1 + 1"}))
    compilation = compile_layers([shop, org])
    assert compilation.model is not None
    for name, chain in (("name", ["upper('a')", "lower('B')"]), ("size", [3, "1 + 1"])):
        default = compilation.model.objects["order"].fields[name].default
        assert default is not None
        assert default.expression is not None
        found = explain(compilation, f"object:order/field:{name}/default")
        assert found is not None
        assert [each.value for each in found.properties["default"]] == chain
        assert [each.layer for each in found.properties["default"]] == ["shop", "org"]


def test_what_is_taken_back_leaves_nothing_behind_and_the_layers_below_speak_again() -> None:
    at = ("validations", "small")
    said = {(*at, "require"): "size < 7", ("fields", "size", "required"): "name == 'a'"}
    org = amended([SHOP], Amendment("order", ("object", "order"), said, {"zh-CN": {(*at, "message"): "太大。"}}))
    whole = Amendment("order", ("object", "order"), {(*at, "require"): None}, {"zh-CN": {(*at, "message"): None}})
    assert said_in_setup(org, whole) == {
        ("setup/order.yaml", *at, "require"): "size < 7",
        ("setup/zh-CN.yaml", "objects", "order", *at, "message"): "太大。",
    }
    left = amended([SHOP, org], whole)
    assert "setup/zh-CN.yaml" not in left.files
    assert "validations" not in left.files["setup/order.yaml"]
    model, problems = compile_model([SHOP, left])
    assert model is not None, problems.as_text()
    assert model.objects["order"].validations["small"].require.text == "size < 9"
    empty = amended([SHOP, left], Amendment("order", ("object", "order"), {("fields", "size", "required"): None}))
    assert [*empty.files] == ["solution.yaml"]


def test_a_file_that_setup_writes_tells_its_edition() -> None:
    """Equal content has the same edition; each change another one."""
    one, two = (amended([SHOP], Amendment("order", ("object", "order"), {("fields", "size", "required"): text})) for text in "ab")
    known = edition(one.files["setup/order.yaml"])
    assert known
    assert known != edition(two.files["setup/order.yaml"])
    assert edition(one.files["setup/order.yaml"].replace("required: a", "required: b")) == known
    assert edition("extend: order\n") == ""
