"""YAML is read with places, within bounds, and without its traps."""

from __future__ import annotations

import time

import pytest

from newel.metadata.problems import Place
from newel.metadata.reading import MAX_BYTES, MAX_NODES, Branch, File, read


def reading(text: str) -> Branch:
    document, problems = read(File("case.yaml", "case"), text)
    assert document is not None, problems.as_text()
    return document


def codes(text: str) -> list[str]:
    document, problems = read(File("case.yaml", "case"), text)
    assert document is None
    return [each.code for each in problems]


def test_every_key_and_value_knows_its_place() -> None:
    document = reading("object: account\nfields:\n  name: {type: text}\n")
    name = document["fields"]["name"]
    assert document["fields"].key_place("name") == Place("case.yaml", 3, 3)
    assert name.value_place("type") == Place("case.yaml", 3, 16)


@pytest.mark.parametrize(
    ("written", "column", "line"),
    [
        ("stage == 1", 7, 1),
        ("'stage == 1'", 8, 1),
        ('"stage == 1"', 8, 1),
        ("|\n  stage == 1", 3, 2),
        (">-\n\n    stage == 1", 5, 3),
    ],
)
def test_the_place_of_a_text_is_that_of_its_first_character(written: str, column: int, line: int) -> None:
    """The rules floor underlines faults of expressions by it."""
    document = reading(f"when: {written}\n")
    assert document["when"].strip() == "stage == 1"
    assert document.text_place("when") == Place("case.yaml", line, column)


def test_columns_count_characters_not_bytes() -> None:
    assert reading("{标签: 客户, type: text}").key_place("type") == Place("case.yaml", 1, 10)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "NO", "2026-01-01", "1:30", "0x1F", ".nan", "1_000", "y"])
def test_words_that_yaml_1_1_would_change_stay_what_was_typed(word: str) -> None:
    assert reading(f"a: {word}")["a"] == word


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), ("False", False), ("null", None), ("~", None), ("12", 12), ("-1.5", -1.5)]
)
def test_true_false_null_and_numbers_are_values(word: str, value: object) -> None:
    assert reading(f"a: {word}")["a"] == value
    assert reading(f'a: "{word}"')["a"] == word


def test_a_byte_order_mark_is_passed_over() -> None:
    assert reading("\ufeffobject: account").key_place("object") == Place("case.yaml", 1, 1)


def test_windows_line_ends_are_read() -> None:
    assert reading("a: 1\r\nb: 2\r\n").key_place("b") == Place("case.yaml", 2, 1)


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 1_000)),
        "? " * 100_000,
    ],
)
def test_nesting_without_end_is_refused_at_once(deep: str) -> None:
    """The C parser's composer dies on 50,000 levels; ours never goes deeper than it may."""
    started = time.process_time()
    assert codes(f"a: {deep}" if not deep.startswith("a:") else deep) in (["NW-E012"], ["NW-E003"])
    assert time.process_time() - started < 2


def test_a_file_that_is_too_large_is_refused() -> None:
    assert codes("# " + "x" * MAX_BYTES) == ["NW-E001"]
    assert codes("# " + "客" * (MAX_BYTES // 3 + 1)) == ["NW-E001"]


def test_a_file_with_too_many_values_is_refused() -> None:
    assert codes("a: [" + "1," * (MAX_NODES + 1) + "]") == ["NW-E013"]


def test_a_text_without_end_is_refused() -> None:
    assert codes("a: " + "x" * 100_001) == ["NW-E014"]


def test_all_wrong_keys_of_a_file_are_named_at_once() -> None:
    assert codes("1: a\ntrue: b\nc: 007\nc: 2\n") == ["NW-E015", "NW-E015", "NW-E016", "NW-E007"]


def test_a_mapping_with_too_many_keys_is_refused_unless_it_holds_records() -> None:
    keys = "".join(f"  key{number}: {{}}\n" for number in range(2_001))
    assert codes(f"object: account\nfields:\n{keys}") == ["NW-E023"]
    assert len(reading(f"sample: many\nrecords:\n{keys}")["records"]) == 2_001
