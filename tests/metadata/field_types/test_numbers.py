"""Numbers, percentages, money, ratings and lengths of time: exact, and written as people of a language write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from newel.metadata.field_types import numbers, type_of
from newel.metadata.field_types.values import Money
from tests.metadata.field_types.drawing import CHINESE, ENGLISH, currencies, decimals, field, parse, write
from tests.metadata.field_types.test_texts import refused

BABEL = {"zh-CN": "zh_CN", "en": "en"}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234.5", "1234.50"),
        ("１２３", "123"),
        ("-0", "0"),
        ("−3", "-3"),
        ("+ 4", "4"),
        (".5", "0.5"),
        ("1.5万", "15000"),
        ("2亿", "200000000"),
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (1e3, "1000"),
        (123456789012345.67, "123456789012345.67"),
        ("７，０００．２５", "7000.25"),
    ],
)
def test_a_number_is_read_exactly(raw: Any, value: str) -> None:
    assert parse(field("decimal"), raw) == Decimal(value)


@pytest.mark.parametrize(
    "raw", ["1,23", "12,34.5", "1.2.3", "1e5", "0x10", "abc", "--1", "٣", "1 2", True, [1], float("nan"), "NaN"]
)
def test_what_is_no_number_is_refused(raw: Any) -> None:
    assert refused("decimal", raw) in ("not_a_number", "number_too_large")


def test_more_decimals_than_the_field_keeps_are_refused_not_rounded() -> None:
    assert refused("decimal", "1.005") == "too_many_decimals"
    assert refused("decimal", 1.005) == "too_many_decimals"
    assert refused("decimal", "0.5", scale=0) == "too_many_decimals"
    assert parse(field("decimal"), "1.500") == Decimal("1.5")


def test_a_number_stays_in_its_bounds() -> None:
    assert refused("decimal", "1000", precision=5) == "number_too_large"
    assert refused("decimal", "-1", min=0) == "too_small"
    assert refused("integer", 11, max=10) == "too_large"
    assert refused("integer", 2**53) == "number_too_large"
    assert refused("integer", 1.5) == "not_whole"
    assert parse(field("integer"), 12.0) == 12
    assert refused("rating", 6) == "not_a_rating"
    assert refused("rating", -1) == "not_a_rating"
    assert refused("duration", -60, min=0) == "too_small"


def test_bounds_that_contradict_each_other_are_told_at_load() -> None:
    for name in ("integer", "decimal", "money", "percent", "duration"):
        assert type_of(field(name)).option_problems({"min": 2, "max": 1}), name
    assert type_of(field("decimal")).option_problems({"scale": 3, "precision": 2})
    assert type_of(field("money")).option_problems({"currency": "XYZ"})


@given(decimals())
def test_numbers_are_written_as_babel_writes_them(number: Decimal) -> None:
    for language in BABEL.values():
        assert numbers.write(number, 2) == format_decimal(number, "#,##0.00", locale=language)
        assert write(field("integer"), int(number)) == format_decimal(int(number), locale=language)


@given(decimals(15))
def test_percentages_are_written_as_babel_writes_them(number: Decimal) -> None:
    for locale in (CHINESE, ENGLISH):
        pattern = "#,##0.##%"
        assert write(field("percent"), number, locale) == format_percent(number / 100, pattern, locale=BABEL[locale.language])


@given(decimals(15), currencies.filter(lambda code: code not in ("JPY", "XAF", "KWD")))
def test_money_is_written_as_babel_writes_it(amount: Decimal, currency: str) -> None:
    for locale in (CHINESE, ENGLISH):
        written = write(field("money"), Money(amount, currency), locale)
        expected = format_currency(amount, currency, locale=BABEL[locale.language])
        assert written.replace("CHF\u00a0", "CHF") == expected  # CLDR wants the space that Babel leaves out


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12.50", "12.50 CNY"),
        (12.5, "12.50 CNY"),
        ("12.50 usd", "12.50 USD"),
        ("USD 12", "12.00 USD"),
        ("¥1,234", "1234.00 CNY"),
        ("￥５", "5.00 CNY"),
        ("-CN¥5", "-5.00 CNY"),
        ("$-5", "-5.00 USD"),
        ("100元", "100.00 CNY"),
        ("1.5万元", "15000.00 CNY"),
        ("HK$8", "8.00 HKD"),
        ("€3", "3.00 EUR"),
        ({"amount": "7"}, "7.00 CNY"),
        ({"amount": 7, "currency": "eur"}, "7.00 EUR"),
    ],
)
@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_money_is_read_with_the_currency_that_is_meant(raw: Any, value: str, locale: Any) -> None:
    assert str(parse(field("money"), raw, locale)) == value


def test_a_yen_sign_in_english_means_the_currency_of_the_field() -> None:
    assert parse(field("money", currency="JPY", scale=0), "¥500") == Money(Decimal(500), "JPY")
    assert write(field("money"), Money(Decimal(500), "JPY"), ENGLISH) == "JP¥500"
    assert parse(field("money"), "JP¥500") == Money(Decimal(500), "JPY")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12 XYZ", "unknown_currency"),
        ("twelve", "not_money"),
        ({"amount": 1, "tax": 2}, "unknown_part"),
        ({}, "unknown_part"),
        ("1 CNY 2", "not_money"),
        ("0.001", "too_many_decimals"),
        ([1], "not_a_number"),
        ("$ 5 USD", "not_money"),
    ],
)
def test_what_is_no_money_is_refused(raw: Any, code: str) -> None:
    assert refused("money", raw) == code


def test_money_without_any_currency_asks_for_one() -> None:
    assert refused("money", "5", currency="") == "no_currency"


def test_a_fixed_currency_takes_no_other() -> None:
    assert refused("money", "5 USD", fixed_currency=True) == "other_currency"


def test_money_shows_as_many_decimals_as_its_currency_has() -> None:
    assert write(field("money"), Money(Decimal("1234"), "JPY"), CHINESE) == "JP¥1,234"
    assert write(field("money"), Money(Decimal("1234.50"), "JPY"), CHINESE) == "JP¥1,234.50"
    assert write(field("money", scale=0), Money(Decimal(1234), "CNY"), CHINESE) == "¥1,234"
    assert write(field("money", scale=4), Money(Decimal("0.1234"), "CNY"), CHINESE) == "¥0.1234"


def test_a_percentage_counts_hundredths() -> None:
    assert parse(field("percent"), "12.5 %") == parse(field("percent"), 12.5) == Decimal("12.5")
    assert parse(field("percent"), "１２．５％") == Decimal("12.5")
    assert refused("percent", "%") == "not_a_number"


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("1 h 30 min", 5400),
        ("1h30m", 5400),
        ("1小时30分", 5400),
        ("1:30", 5400),
        ("1:30:05", 5405),
        ("PT1H30M", 5400),
        ("P1D", 86400),
        ("1.5 h", 5400),
        ("90 min", 5400),
        ("2 天", 172800),
        ("-45 s", -45),
        ("5400", 5400),
        (60, 60),
        ("1 day, 2 hours", 93600),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(raw: Any, seconds: int) -> None:
    assert parse(field("duration"), raw) == seconds


@pytest.mark.parametrize("raw", ["soon", "1 month", "1:75", "h", "1 h x", 1.5, "0.5 s", "P"])
def test_what_is_no_length_of_time_is_refused(raw: Any) -> None:
    assert refused("duration", raw) in ("not_a_duration", "not_a_number", "not_whole")


def test_lengths_of_time_are_written_in_words() -> None:
    assert write(field("duration"), 5400, CHINESE) == "1 小时 30 分钟"
    assert write(field("duration"), 5400, ENGLISH) == "1 h 30 min"
    assert write(field("duration"), 0, ENGLISH) == "0 min"
    assert write(field("duration"), -61, ENGLISH) == "-1 min 1 s"


@pytest.mark.parametrize(("raw", "stars"), [("★★★☆☆", 3), ("3/5", 3), ("3", 3), (0, 0), ("☆☆☆☆☆", 0)])
def test_ratings_are_read_from_stars_and_numbers(raw: Any, stars: int) -> None:
    assert parse(field("rating"), raw) == stars


@given(
    st.sampled_from(["on", "true", "1", "是", "Yes", "TRUE", "真", "ｙｅｓ"]),
    st.sampled_from(["off", "false", "0", "否", "No", "", None]),
)
def test_yes_and_no_are_known_in_every_form_that_doors_send(yes: str, no: str | None) -> None:
    assert parse(field("boolean"), yes) is True
    assert parse(field("boolean"), no) is False


@pytest.mark.parametrize("raw", [1, 0, "maybe", [True], {}])
def test_what_is_neither_yes_nor_no_is_refused(raw: Any) -> None:
    assert refused("boolean", raw) == "not_a_boolean"
