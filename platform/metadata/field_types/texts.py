"""Text as people and programs send it, made tidy: NFC, no white space at the ends, blank as None, no control characters."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import is_normalized, normalize

from newel.metadata.field_types.base import ValueProblem

WHITE = " \t\n\r\f\v\u3000\u00a0"

_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TO_NARROW = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20, 0x202F: 0x20, 0x2212: 0x2D}

# The same rules as JSON Schema patterns: at least one character that is not white space, and no control characters.
_VISIBLE = "[^\\x00-\\x20\\x7f-\\xa0\u3000]"
_IN_LINES = "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]"
LINES_PATTERN = f"^{_IN_LINES}*{_VISIBLE}{_IN_LINES}*$"
LINE_PATTERN = f"^[\\x20\\xa0\u3000]*{_VISIBLE}(?:[^\\x00-\\x1f\\x7f-\\x9f]*{_VISIBLE})?[\\x20\\xa0\u3000]*$"


def read_line(raw: Any) -> str | None:
    """A tidy single line; None for blank."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise ValueProblem("not_text", "This must be text.")
    text = raw.strip(WHITE)
    if text.isascii() and text.isprintable():
        return text or None
    return _tidy(text, _NOT_IN_A_LINE)


def read_lines(raw: Any) -> str | None:
    """Tidy text of any number of lines, with \\n between them; None for blank."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise ValueProblem("not_text", "This must be text.")
    text = raw.strip(WHITE)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _tidy(text, _NOT_IN_LINES)


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, and special spaces as plain ones: for numbers, dates, phones and codes."""
    return text if text.isascii() else text.translate(_TO_NARROW)


def check_length(text: str, most: int) -> None:
    """Raises where `text` has more than `most` characters (code points)."""
    if len(text) > most:
        raise ValueProblem("too_long", "Use at most {most} characters; this has {length}.", most=most, length=len(text))


def _tidy(text: str, refused: re.Pattern[str]) -> str | None:
    if refused.search(text):
        raise ValueProblem("control_character", "Remove the control characters from this text.")
    if not is_normalized("NFC", text):
        text = normalize("NFC", text).strip(WHITE)
    return text or None
