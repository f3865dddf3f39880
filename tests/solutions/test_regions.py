"""The regions that come with the standard solution: China's divisions by official code, and some countries."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from newel.metadata.model import Model
from newel.runtime.samples.drafts import Draft
from newel.runtime.samples.generating import make_drafts
from newel.runtime.samples.making import Day


@pytest.fixture(scope="module")
def regions(standard: Model) -> dict[str, Draft]:
    day = Day(date(2026, 11, 21), ZoneInfo("Asia/Shanghai"))
    batches = [each for each in make_drafts(standard, day) if each.object == "region"]
    assert {each.mode for each in batches} == {"reference"}
    return {str(draft.values["code"]): draft for batch in batches for draft in batch.drafts}


def test_china_has_34_divisions_of_the_first_level_and_333_of_the_second(regions: dict[str, Draft]) -> None:
    levels = [draft.values["level"] for code, draft in regions.items() if code.isdigit()]
    assert (levels.count("province"), levels.count("city")) == (34, 333)


def test_a_city_lies_in_the_province_that_its_code_begins_with(regions: dict[str, Draft]) -> None:
    for code, draft in regions.items():
        if draft.values["level"] == "city":
            assert draft.values["parent_region"].key == f"{code[:2]}0000", draft.values["name"]


def test_a_province_lies_in_china(regions: dict[str, Draft]) -> None:
    assert {draft.values["parent_region"].key for draft in regions.values() if draft.values["level"] == "province"} == {"CN"}


def test_codes_have_six_digits_and_countries_two_letters(regions: dict[str, Draft]) -> None:
    for code, draft in regions.items():
        country = draft.values["level"] == "country"
        assert (len(code) == 2 and code.isupper()) if country else (len(code) == 6 and code.isdigit() and code.endswith("00"))


def test_every_region_has_a_name_in_both_languages(regions: dict[str, Draft]) -> None:
    assert all(draft.values["name"] and draft.values["english_name"].isprintable() for draft in regions.values())
    assert len({draft.values["name"] for draft in regions.values()}) == len(regions)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("110000", "北京市"),
        ("440300", "深圳市"),
        ("540600", "那曲市"),
        ("654000", "伊犁哈萨克自治州"),
        ("810000", "香港特别行政区"),
    ],
)
def test_well_known_codes_are_right(regions: dict[str, Draft], code: str, name: str) -> None:
    assert regions[code].values["name"] == name
