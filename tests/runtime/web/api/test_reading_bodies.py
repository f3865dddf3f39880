"""JSON that the API reads, and JSON that it refuses before anything looks at it."""

from decimal import Decimal

import pytest

from newel.runtime.web.reading_bodies import JSON_DEPTH, MalformedBody, read_json


def test_numbers_with_a_point_stay_exact() -> None:
    assert read_json(b'{"amount": 12345678901234567.89}') == {"amount": Decimal("12345678901234567.89")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1, "a": 2}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": ["\\udfff"]}',
        b'"\xff\xfe"',
        b"[" * 100_000,
        b"[" * (JSON_DEPTH + 1) + b"]" * (JSON_DEPTH + 1),
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
)
def test_what_no_database_or_reader_could_keep_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_json(body)


def test_a_refusal_says_line_and_column() -> None:
    with pytest.raises(MalformedBody) as caught:
        read_json(b'{\n  "a": ,\n}')
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_a_flat_body_of_a_thousand_records_is_read() -> None:
    assert len(read_json(b"[" + b",".join([b'{"a": [1]}'] * 1000) + b"]")) == 1000


def test_a_whole_character_outside_of_the_first_plane_is_read() -> None:
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"
