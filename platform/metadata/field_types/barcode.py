"""Codes that scanners read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import LINE_PATTERN, check_length, narrow, read_line
from newel.metadata.model import Field

LONGEST = 128
_DIGITS = {"ean_13": 13, "ean_8": 8, "upc_a": 12}
_PRINTABLE = re.compile("[\x20-\x7e]+")


class Barcode(FieldType):
    """Stored as the text that the code says; EAN and UPC numbers have their check digit checked."""

    name = "barcode"
    help = "A code that is scanned or printed as a QR code or barcode, such as an article number."
    expression_type = "text"
    widget = "barcode"
    shown_as = "barcode"
    can_be_unique = True
    can_be_searched = True
    can_be_title = True
    text_default = True
    properties: ClassVar[Mapping[str, Any]] = {
        "symbology": {
            "enum": ["qr", "code_128", *_DIGITS],
            "default": "qr",
            "description": "How it is drawn; EAN and UPC are numbers with a check digit, Code 128 is ASCII.",
        },
    }

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("string", length=LONGEST),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> str | None:
        text = read_line(raw)
        return text if text is None or field.options.get("symbology", "qr") == "qr" else narrow(text)

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        check_length(value, LONGEST)
        symbology = field.options.get("symbology", "qr")
        if symbology == "code_128" and not _PRINTABLE.fullmatch(value):
            raise ValueProblem("not_a_barcode", "This code takes only ASCII letters, digits and signs.")
        digits = _DIGITS.get(symbology)
        if digits and not has_check_digit(value, digits):
            raise ValueProblem(
                "not_a_barcode", "This must be {digits} digits, the last of which checks the others.", digits=digits
            )

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST}

    def input_schema(self, field: Field) -> dict[str, Any]:
        digits = _DIGITS.get(field.options.get("symbology", "qr"))
        narrow_text = "^[!-~](?:[ -~]*[!-~])?$" if field.options.get("symbology") == "code_128" else LINE_PATTERN
        pattern = f"^[0-9]{{{digits}}}$" if digits else narrow_text
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": pattern}


def has_check_digit(code: str, digits: int) -> bool:
    """Whether the code is that many digits and the last is what GS1 computes from the others."""
    if len(code) != digits or not code.isascii() or not code.isdigit():
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return weighted % 10 == 0
