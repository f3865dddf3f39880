"""Packs that never heard of each other extend the same object; the result depends on the set of layers only."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from newel.metadata.compiling import compile_layers, compile_model
from newel.metadata.explaining import explain
from newel.metadata.solutions import Layer
from tests.metadata.building import compiled, faults, layer

STANDARD = layer(
    "standard",
    account="object: account\nlabel: Account\nsearch: [name]\nfields:\n  name: {type: text, max_length: 80}\n"
    "  stage: {type: choice, options: {open: Open, talks: Talks, won: {label: Won, color: green}}}\n  phone: {type: phone}\n",
    form="form: account.main\ntabs:\n  details: {label: Details, sections: {base: {label: Base, fields: [name, phone]}}}\n",
    view="view: account.all\ncolumns: [name, phone]\n",
)
ABOUT = "prefix: {}\nrequires: {{standard: '>=1.0 <2'}}\n"


def pack(name: str, prefix: str, **files: str) -> Layer:
    return layer(name, ABOUT.format(prefix), **files)


ESTATE = pack(
    "real_estate",
    "re",
    account="extend: account\nlabel: Client\nsearch: [re_district]\nfields:\n  re_district: {type: text, after: name}\n"
    "  stage: {options: {re_viewing: {label: Viewing, after: open}, won: {label: Sold}}}\n"
    "forms: {main: {sections: {base: {fields: {re_district: {after: name, span: 2}}}}}}\n"
    "views: {all: {columns: [name, re_district]}}\n"
    "validations: {re_named: {require: name != '', message: A name please.}}\n",
)
HEALTH = pack(
    "health",
    "he",
    account="extend: account\nfields:\n  he_card: {type: text, after: name}\n"
    "  stage: {options: {he_visit: {label: Visit, after: open}}}\n"
    "  name: {help: As on the card.}\n",
    patient="object: he_patient\nfields:\n  name: {type: text}\n  account: {type: lookup, to: account, inverse: he_patients}\n",
)
SCHOOL = layer(
    "school",
    "prefix: sc\nrequires: {health: '*', real_estate: '*', standard: '*'}\n",
    account="extend: account\nlabel: School\nfields:\n  name: {max_length: 120}\n",
)
ORGANISATION = layer(
    "org", account="extend: account\nlabel: 客户\nfields:\n  x_level: {type: integer}\n  name: {label: Full name}\n"
)
ALL = [STANDARD, ESTATE, HEALTH, SCHOOL, ORGANISATION]


@given(st.permutations(ALL))
@settings(max_examples=30, deadline=None)
def test_any_order_of_layers_gives_the_same_model(layers: list[Layer]) -> None:
    assert compiled(*layers).hash == compiled(*ALL).hash


@given(st.lists(st.sampled_from(ALL[1:3]), unique_by=lambda each: each.name), st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_files_does_not_matter(packs: list[Layer], random: Random) -> None:
    layers = [STANDARD, *packs]
    turned = [Layer(each.name, dict(random.sample([*each.files.items()], len(each.files)))) for each in layers]
    assert compiled(*turned).hash == compiled(*layers).hash


def test_the_hash_tells_models_apart() -> None:
    hashes = {compiled(STANDARD, *more).hash for more in ([], [ESTATE], [HEALTH], [ESTATE, HEALTH])}
    assert len(hashes) == 4


def test_a_pack_adds_fields_options_and_form_fields_next_to_their_anchors() -> None:
    model = compiled(STANDARD, ESTATE)
    account = model.objects["account"]
    assert [each.name for each in account.declared] == ["name", "re_district", "stage", "phone"]
    assert list(account.fields["stage"].choices) == ["open", "re_viewing", "talks", "won"]
    assert account.fields["stage"].choices["won"].label.source == "Sold"
    assert account.fields["stage"].choices["won"].color == "green"
    assert account.search == ("name", "re_district")
    assert list(model.forms["account.main"].tabs["details"].sections["base"].fields) == ["name", "re_district", "phone"]
    assert model.forms["account.main"].tabs["details"].sections["base"].fields["re_district"].span == 2
    assert model.views["account.all"].columns == ("name", "re_district")
    assert "re_named" in account.validations


def test_added_fields_that_nobody_places_stand_on_the_main_form() -> None:
    """Whoever adds a field sees it at once, also where the object's own form names its fields one by one."""
    sections = compiled(*ALL).forms["account.main"].tabs["details"].sections
    assert [list(each.fields) for each in sections.values()] == [["name", "re_district", "phone"], ["he_card", "x_level"]]
    assert list(compiled(STANDARD, ESTATE).forms["account.main"].tabs["details"].sections) == ["base"]


def test_two_packs_that_do_not_know_each_other_extend_one_object() -> None:
    account = compiled(STANDARD, HEALTH, ESTATE).objects["account"]
    assert [each.name for each in account.declared] == ["name", "he_card", "re_district", "stage", "phone"]
    assert list(account.fields["stage"].choices) == ["open", "he_visit", "re_viewing", "talks", "won"]


def test_what_is_taken_away_again_leaves_no_trace() -> None:
    compiled(STANDARD, HEALTH, ESTATE)
    assert compiled(STANDARD).hash == compiled(STANDARD).hash
    assert "re_district" not in compiled(STANDARD).objects["account"].fields


def test_a_solution_may_override_what_it_requires() -> None:
    model = compiled(STANDARD, ESTATE, HEALTH, SCHOOL)
    assert model.objects["account"].label.source == "School"
    assert model.objects["account"].fields["name"].options["max_length"] == 120


def test_the_organisation_stands_above_all() -> None:
    account = compiled(*ALL).objects["account"]
    assert account.label.source == "客户"
    assert account.fields["name"].label.source == "Full name"
    assert account.fields["name"].options["max_length"] == 120
    assert account.fields["x_level"].layer == "org"


def test_two_packs_that_set_one_property_differently_are_both_named() -> None:
    other = pack("trade", "tr", account="extend: account\nlabel: Customer\n")
    _, problems = compile_model([STANDARD, ESTATE, other])
    found = next(iter(problems))
    assert (found.code, str(found.place)) == ("NW-E210", "trade/account.yaml:2:8")
    assert '"real_estate" at real_estate/account.yaml:2:8' in found.message


def test_two_packs_may_set_one_property_alike() -> None:
    assert faults(STANDARD, ESTATE, pack("trade", "tr", account="extend: account\nlabel: Client\n")) == []


def test_a_solution_that_requires_both_settles_their_conflict_only_for_itself() -> None:
    """Siblings in conflict stay an error: nothing is decided silently."""
    other = pack("trade", "tr", account="extend: account\nlabel: Customer\n")
    assert faults(STANDARD, ESTATE, other, ORGANISATION) == ["trade/account.yaml:2:8 NW-E210"]


def test_every_element_knows_the_layer_and_the_file_that_it_comes_from() -> None:
    model = compiled(*ALL)
    field = model.objects["account"].fields["re_district"]
    assert (field.layer, str(field.place)) == ("real_estate", "real_estate/account.yaml:5:3")
    assert str(model.places["object:account/field:stage/option:he_visit"]) == "health/account.yaml:4:21"


def test_explain_names_who_set_a_property_and_who_was_overruled() -> None:
    found = explain(compile_layers(ALL), "object:account/label")
    assert found is not None
    assert [(each.layer, each.value) for each in found.properties["label"]] == [
        ("standard", "Account"),
        ("real_estate", "Client"),
        ("school", "School"),
        ("org", "客户"),
    ]


def test_explain_agrees_with_the_merge() -> None:
    compilation = compile_layers(ALL)
    assert compilation.model is not None
    for name in compilation.model.objects["account"].fields:
        found = explain(compilation, f"object:account/field:{name}")
        for said, chain in (found.properties if found else {}).items():
            assert compilation.stack.documents["object", "account"].data["fields"][name][said] == chain[-1].value
