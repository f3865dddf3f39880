"""Names of people, addresses, points, references and choices: several parts, one field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from newel.metadata.field_types import type_of
from newel.metadata.field_types.auto_number import number_text, period
from newel.metadata.field_types.values import Address, Geolocation, PersonName, Reference
from newel.metadata.model import Field, Option, Text
from tests.metadata.field_types.drawing import CHINESE, ENGLISH, ID, field, parse, write
from tests.metadata.field_types.test_moments import DAY
from tests.metadata.field_types.test_texts import refused


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明", PersonName("王", "小明")),
        ("欧阳娜娜", PersonName("欧阳", "娜娜")),
        ("王 小明", PersonName("王", "小明")),
        ("东方", PersonName("东", "方")),
        ("古丽·买买提", PersonName(given="古丽·买买提")),
        ("Ada Lovelace", PersonName("Lovelace", "Ada")),
        ("Cher", PersonName("Cher")),
    ],
)
def test_a_whole_name_is_split_by_the_habits_of_its_script(text: str, name: PersonName) -> None:
    assert parse(field("person_name"), text) == name
    assert str(name).replace(" ", "") == text.replace(" ", "")


def test_a_name_reads_in_the_order_of_its_script() -> None:
    assert str(PersonName("王", "小明", None, "先生")) == "王小明"
    assert str(PersonName("King", "Ada", "Byron", "Lady")) == "Ada Byron King"
    assert str(PersonName("王", "David")) == "David 王"


def test_an_address_runs_from_large_to_small_in_chinese_and_back_elsewhere() -> None:
    assert str(Address("中国", "广东省", "深圳市", "南山区", "科技路1号", "518000")) == "中国广东省深圳市南山区科技路1号 518000"
    assert str(Address("USA", "CA", "San Jose", None, "1 Main St", "95113")) == "1 Main St, San Jose, CA 95113, USA"


def test_parts_are_bounded_and_known() -> None:
    assert refused("address", {"planet": "Earth"}) == "unknown_part"
    assert refused("address", {"city": "x" * 81}) == "too_long"
    assert refused("person_name", {"family": 1}) == "not_text"
    assert parse(field("address"), {"city": " ", "street": None}) is None


def test_expressions_see_what_the_first_column_holds() -> None:
    values: dict[str, Any] = {
        "address": Address(city="深圳市"),
        "person_name": PersonName("王", "小明"),
        "geolocation": Geolocation(Decimal("31.230400"), Decimal("121.473700")),
        "polymorphic": Reference("account", ID),
    }
    for name, value in values.items():
        of = field(name)
        assert type_of(of).expression_value(of, value) == type_of(of).to_columns(of, value)[0]


def test_a_point_is_rounded_to_what_means_something() -> None:
    point = Geolocation(Decimal("31.230416"), Decimal("121.473701"))
    assert parse(field("geolocation"), "31.2304163999, 121.4737009") == point
    assert parse(field("geolocation"), {"latitude": 31.230416, "longitude": "121.473701"}) == point
    assert parse(field("geolocation"), "３１.230416°，121.473701°") == point
    assert refused("geolocation", "91, 0") == "off_the_map"
    assert refused("geolocation", "31") == "not_a_point"
    assert refused("geolocation", {"latitude": 1, "longitude": None}) == "not_a_point"


def test_a_reference_is_an_id_whatever_its_letter_case() -> None:
    assert parse(field("lookup"), ID.upper()) == ID
    assert parse(field("lookup"), {"id": ID, "title": "Acme"}) == ID
    assert parse(field("lookup"), Reference("account", ID)) == ID
    assert refused("lookup", Reference("contact", ID)) == "other_object"
    for raw in ("acme", {}, {"id": 5}, ID + "0", ID.replace("-", "")):
        assert refused("lookup", raw) == "not_an_id"


def test_a_polymorphic_reference_names_one_of_its_objects() -> None:
    assert parse(field("polymorphic"), f"contact/{ID}") == Reference("contact", ID)
    assert parse(field("polymorphic"), {"object": "", "id": ""}) is None
    assert refused("polymorphic", {"object": "lead", "id": ID}) == "other_object"
    assert refused("polymorphic", {"object": "account", "id": None}) == "not_a_reference"
    assert refused("polymorphic", {"id": ID}) == "not_a_reference"


def test_many_references_are_each_kept_once() -> None:
    other = ID.replace("a", "b")
    assert parse(field("many_to_many"), [ID, other, {"id": ID}, ""]) == (ID, other)
    assert parse(field("many_to_many"), f"{ID},{other}") == (ID, other)
    assert refused("many_to_many", [None]) == "not_a_list_of_records"


def test_lines_are_mappings() -> None:
    assert parse(field("child_table"), [{"amount": 1}]) == ({"amount": 1},)
    assert refused("child_table", ["x"]) == "not_a_line"
    assert refused("child_table", {"a": 1}) == "not_a_list_of_lines"


def test_a_choice_is_known_by_its_key_and_by_what_people_call_it() -> None:
    for raw in ("won", "Won", "赢单"):
        assert parse(field("choice"), raw, CHINESE) == "won"
    assert write(field("choice"), "won", CHINESE) == "赢单"
    assert refused("choice", "Wonn") == "unknown_option"


def test_options_that_are_called_the_same_are_told_apart_by_their_keys() -> None:
    assert write(field("choice"), "lost_2", ENGLISH) == "Lost (lost_2)"
    assert parse(field("choice"), "Lost (lost_2)") == "lost_2"
    assert parse(field("choice"), "Lost") == "lost"


def test_an_option_that_is_gone_is_shown_by_its_key() -> None:
    assert write(field("choice"), "dropped") == "dropped"
    assert write(field("multi_choice"), ("won", "dropped")) == "Won, dropped"


def test_several_options_are_kept_in_their_order_and_once() -> None:
    assert parse(field("multi_choice"), ["comma", "Won", "won", ""]) == ("won", "comma")
    assert parse(field("multi_choice"), "On hold, for now; Won") == ("won", "comma")
    assert parse(field("multi_choice"), "赢单、暂停，待定", CHINESE) == ("won", "comma")
    assert refused("multi_choice", ["nope"]) == "unknown_option"
    assert refused("multi_choice", [None]) == "not_a_list"


def test_a_picklist_of_453_options_is_read_and_written() -> None:
    options = {f"o{number}": Option(f"o{number}", Text("长" * 131 + str(number))) for number in range(453)}
    of = Field("f", "choice", Text("F"), "object:o/field:f", choices=options)
    assert all(parse(of, write(of, key)) == key for key in options)


def test_a_number_is_written_with_its_prefix_and_the_day() -> None:
    of = field("auto_number", format="OPP-{YYYY}{MM}-{0000}", reset="monthly")
    assert number_text(of, 7, DAY) == "OPP-202611-0007"
    assert number_text(of, 123456, DAY) == "OPP-202611-123456"
    assert number_text(field("auto_number", format="{YY}/{DD}/{0}"), 7, DAY) == "26/21/7"
    assert [period(field("auto_number", reset=reset), DAY) for reset in ("never", "yearly", "monthly")] == ["", "2026", "2026-11"]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"format": "OPP"}, "format"),
        ({"format": "{00}{00}"}, "format"),
        ({"format": "{YYY}-{0}"}, "format"),
        ({"format": "{0}", "reset": "yearly"}, "reset"),
        ({"format": "{YYYY}-{0}", "reset": "monthly"}, "reset"),
    ],
)
def test_a_number_format_that_can_not_count_is_told_at_load(options: dict[str, str], fault: str) -> None:
    assert [name for name, _ in type_of(field("auto_number")).option_problems(options)] == [fault]
