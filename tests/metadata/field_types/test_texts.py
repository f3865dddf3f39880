"""Text of all kinds as it is read: lines, long texts, tags, codes, links, mailboxes, telephone numbers."""

from __future__ import annotations

from typing import Any

import pytest

from newel.metadata.field_types import ValueProblem, type_of
from tests.metadata.field_types.drawing import CHINESE, ENGLISH, field, parse, write


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" Ada ", "Ada"),
        ("\u3000王小明\u00a0", "王小明"),
        ("e\u0301", "é"),
        (" \u3000\u00a0\t", None),
        ("a\u00a0b", "a\u00a0b"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_line_is_tidied(raw: str, value: str | None) -> None:
    assert parse(field("text"), raw) == value


@pytest.mark.parametrize("raw", ["a\x00b", "a\tb", "a\nb", "a\x7fb", "a\u0085b", "a\ud800b"])
def test_a_line_holds_no_control_characters_and_no_half_characters(raw: str) -> None:
    assert refused("text", raw) == "control_character"


@pytest.mark.parametrize("raw", [1, 1.5, True, ["a"], {"a": 1}, b"a"])
@pytest.mark.parametrize("name", ["text", "long_text", "rich_text", "email", "phone", "url", "barcode", "colour"])
def test_only_text_is_text(name: str, raw: Any) -> None:
    assert refused(name, raw) == "not_text"


def test_long_text_keeps_lines_and_tabs_and_nothing_else() -> None:
    assert parse(field("long_text"), "a\r\nb\rc\td\n") == "a\nb\nc\td"
    assert refused("long_text", "a\x0bb") == "control_character"


def test_length_counts_characters_not_bytes() -> None:
    assert parse(field("text", max_length=2), "𠮷野") == "𠮷野"
    assert refused("text", "abc", max_length=2) == "too_long"
    assert refused("long_text", "abc", max_length=2) == "too_long"


def test_a_pattern_must_match_the_whole_text() -> None:
    assert parse(field("text", pattern="[A-Z]{2}[0-9]+"), "AB12") == "AB12"
    assert refused("text", "xAB12", pattern="[A-Z]{2}[0-9]+") == "pattern"


def test_a_hostile_pattern_takes_no_time() -> None:
    assert refused("text", "a" * 250 + "!", pattern="(a+)+b") == "pattern"


@pytest.mark.parametrize("pattern", ["(", "(?=a)", "a{1001}", "\\1"])
def test_a_pattern_that_can_not_be_run_safely_is_told_at_load(pattern: str) -> None:
    assert [name for name, _ in type_of(field("text")).option_problems({"pattern": pattern})] == ["pattern"]


def test_tags_are_each_kept_once() -> None:
    assert parse(field("tags"), "VIP，重点、 vip ; new") == ("VIP", "重点", "new")
    assert parse(field("tags"), ["VIP", "", "new"]) == ("VIP", "new")
    assert parse(field("tags"), [""]) is None


def test_tags_are_bounded() -> None:
    assert refused("tags", ["a", "b", "c"], max_tags=2) == "too_many"
    assert refused("tags", ["abc"], max_length=2) == "tag_too_long"
    assert refused("tags", ["a,b"]) == "comma_in_tag"
    assert refused("tags", [None]) == "not_a_list"
    assert refused("tags", {"a": 1}) == "not_a_list"


@pytest.mark.parametrize("raw", ["Ada@Example.COM", " ada@example.com ", "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ"])
def test_one_mailbox_is_one_value(raw: str) -> None:
    assert parse(field("email"), raw) == "ada@example.com"


@pytest.mark.parametrize("raw", ["o'neil+x@mail.example.co.uk", "王@例子.中国", "a.b_c-d@x1.io"])
def test_unusual_mailboxes_are_taken(raw: str) -> None:
    assert parse(field("email"), raw) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "ada",
        "ada@",
        "@x.com",
        "a@b",
        "a b@x.com",
        "a@x..com",
        ".a@x.com",
        "a@-x.com",
        "a@x-.com",
        "a@b@c.com",
        "a<b>@x.com",
        "x" * 65 + "@x.com",
        "a@" + "x" * 250 + ".com",
    ],
)
def test_what_is_no_mailbox_is_refused(raw: str) -> None:
    assert refused("email", raw) in ("not_an_email", "too_long")


@pytest.mark.parametrize("raw", ["+86 138 0013 8000", "(021) 6387-4400 ext. 12", "021-63874400转8", "400-820-8820", "110"])
def test_telephone_numbers_stay_as_people_write_them(raw: str) -> None:
    assert parse(field("phone"), raw) == raw


@pytest.mark.parametrize("raw", ["12", "call me", "+", "1+23", "javascript:1234", "1" * 41])
def test_what_is_no_telephone_number_is_refused(raw: str) -> None:
    assert refused("phone", raw) in ("not_a_phone", "too_long")


def test_a_telephone_number_is_found_by_its_digits() -> None:
    found = type_of(field("phone")).search_text(field("phone"), "+86 138-0013-8000").split()
    assert {"8613800138000", "13800138000"} <= set(found)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("example.com", "https://example.com"),
        ("www.例子.中国/路", "https://www.例子.中国/路"),
        ("HTTP://Example.com/A?b=c#d", "HTTP://Example.com/A?b=c#d"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://[::1]/x", "https://[::1]/x"),
        ("mailto:a@example.com?subject=Hi", "mailto:a@example.com?subject=Hi"),
        ("tel:+8613800138000", "tel:+8613800138000"),
    ],
)
def test_links_that_are_safe_to_show_are_taken(raw: str, value: str) -> None:
    assert parse(field("url"), raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//example.com",
        "ftp://x.com",
        "https://",
        "vbscript:x",
        "https://user:secret@example.com",
        "https://exa mple.com",
        'https://x.com/"onload=',
        "https:\\\\x.com",
        "http://x.com/<b>",
        "x",
    ],
)
def test_other_links_are_refused(raw: str) -> None:
    assert refused("url", raw) == "not_a_url"


@pytest.mark.parametrize(("raw", "value"), [("#ABC", "#aabbcc"), ("2FB344", "#2fb344"), ("＃ffffff", "#ffffff")])
def test_colours_have_one_form(raw: str, value: str) -> None:
    assert parse(field("colour"), raw) == value


def test_a_colour_has_a_number() -> None:
    assert refused("colour", "red") == "not_a_colour"


def test_a_barcode_number_is_checked_by_its_last_digit() -> None:
    assert parse(field("barcode", symbology="ean_13"), "４006381333931") == "4006381333931"
    assert refused("barcode", "4006381333932", symbology="ean_13") == "not_a_barcode"
    assert parse(field("barcode", symbology="ean_8"), "73513537") == "73513537"
    assert parse(field("barcode", symbology="upc_a"), "036000291452") == "036000291452"
    assert refused("barcode", "é", symbology="code_128") == "not_a_barcode"
    assert parse(field("barcode"), "任何文字") == "任何文字"


def test_people_read_text_as_it_is() -> None:
    assert write(field("tags"), ("a", "b"), CHINESE) == "a、b"
    assert write(field("tags"), ("a", "b"), ENGLISH) == "a, b"


def refused(name: str, raw: Any, **options: Any) -> str:
    """The code with which the field refuses what was given."""
    with pytest.raises(ValueProblem) as told:
        parse(field(name, **options), raw)
    return told.value.code
