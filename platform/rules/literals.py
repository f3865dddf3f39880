"""Numbers and texts as they are written out in expressions -> the literals that they mean."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from newel.metadata.words import phrase
from newel.rules.faults import BAD_NUMBER, BAD_TEXT, Fault
from newel.rules.tokens import Token
from newel.rules.tree import Literal
from newel.rules.types import BLANK, NUMBER, TEXT

MOST_DIGITS = 38

_NUMBER = re.compile(r"(?:[0-9]+(?:_[0-9]+)*)?(?:\.[0-9]+)?|[0-9]+\.")
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


def number_of(token: Token) -> Literal:
    """An exact number; raises the Fault of one that is written otherwise, or too long."""
    text = token.text
    if not _NUMBER.fullmatch(text) or sum(char.isdigit() for char in text) > MOST_DIGITS:
        fix = phrase("Write it out, without an exponent.") if re.fullmatch(r"[0-9.]+[eE]?[0-9]*", text) else None
        raise Fault(BAD_NUMBER, token.start, token.end, text=text[:50], fix=fix)
    plain = text.replace("_", "").rstrip(".")
    value: int | Decimal = Decimal(plain) if "." in plain else int(plain)
    return Literal(start=token.start, end=token.end, type=NUMBER, value=value)


def text_of(token: Token) -> Literal:
    """A text without its quotes, its escapes read, in NFC; an empty one is blank."""
    body = token.text[1:-1]
    for escape in re.finditer(r"\\(.)", body, re.DOTALL):
        if escape[1] not in _ESCAPES:
            at = token.start + 1 + escape.start()
            raise Fault(
                BAD_TEXT,
                at,
                at + 2,
                fault=phrase("{text} is not known inside a text.", text=escape[0]),
                fix=phrase("Write \\\\ for a backslash."),
            )
    value = unicodedata.normalize("NFC", re.sub(r"\\(.)", lambda found: _ESCAPES[found[1]], body))
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise Fault(BAD_TEXT, token.start, token.end, fault=phrase("This text holds a character that no database keeps."))
    return Literal(start=token.start, end=token.end, type=TEXT if value else BLANK, value=value or None)
