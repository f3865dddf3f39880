"""Functions that take texts apart and put them together. Characters are counted from 1; a count that is not whole is cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from newel.metadata.words import phrase
from newel.rules.arithmetic import Number
from newel.rules.functions.registry import LONGEST_RESULT, Example, Function, Param
from newel.rules.functions.texts import TEXT_GROUP
from newel.rules.types import NUMBER, TEXT, Type

_TEXT = Param("text", ("text",))
_COUNT = Param("count", ("number",))
_JOINED = ("text", "choice", "list")
LONGEST_PAD = 1_000
HIDDEN = "*"
WIDE_DIGITS = "０１２３４５６７８９"
_NO_DIGITS = re.compile("[^0-9]")
_NARROW = str.maketrans(WIDE_DIGITS, "0123456789")


def left(text: str, count: Number) -> str | None:
    return text[: max(int(count), 0)] or None


def right(text: str, count: Number) -> str | None:
    wanted = int(count)
    return text[-wanted:] if wanted > 0 else None


def mid(text: str, start: Number, count: Number | None = None) -> str | None:
    first = int(start) - 1
    if first < 0:
        return None
    return text[first:] or None if count is None else text[first : first + max(int(count), 0)] or None


def find(text: str, part: str) -> int:
    return text.find(part) + 1


def replace(text: str | None, part: str | None, other: str | None) -> str | None:
    """Every `part` in `text` as `other`, nothing where that is blank; blank where the result might be too long."""
    if text is None or part is None:
        return None
    if len(text) * len(other or "") > LONGEST_RESULT:
        return None
    return text.replace(part, other or "") or None


def pad_left(text: str, length: Number, fill: str) -> str:
    return text.rjust(int(length), fill)


def mask(text: str, first: Number, last: Number) -> str:
    """Stars for all but the first and last few characters; for all, where nothing would be hidden."""
    start, end = int(first), int(last)
    hidden = len(text) - start - end
    if hidden <= 0:
        return HIDDEN * len(text)
    return text[:start] + HIDDEN * hidden + text[len(text) - end :]


def digits(text: str) -> str | None:
    return _NO_DIGITS.sub("", text.translate(_NARROW)) or None


def join(separator: str | None, *parts: str | tuple[str, ...] | None) -> str | None:
    """The filled parts, the members of lists among them, with the separator between."""
    flat = [each for part in parts for each in (part if isinstance(part, tuple) else (part,)) if each]
    return (separator or "").join(flat) or None


def _bad_pad(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    if not 1 <= written[1] <= LONGEST_PAD:
        return 1, phrase("between 1 and 1000")
    return None if len(written[2]) == 1 else (2, phrase("one character"))


def _bad_mask(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    return next(((at, phrase("between 0 and 1000")) for at in (1, 2) if not 0 <= written[at] <= LONGEST_PAD), None)


CUTTING = (
    Function(
        "join",
        TEXT_GROUP,
        "The texts one after the other, with the separator between them; blanks are left out. A list gives its members.",
        (Param("separator", ("text",)), Param("text", _JOINED), Param("other", _JOINED, optional=True, many=True)),
        TEXT,
        join,
        lambda sql, separator, *parts: sql.joined_by(separator, parts),
        (
            Example("join(', ', 'a', none, 'b')", "'a, b'"),
            Example("join('/', ['x', 'y'])", "'x/y'"),
            Example("join('-', none, none)", "none"),
        ),
        propagates=False,
        copies=2,
        browser="join",
    ),
    Function(
        "left",
        TEXT_GROUP,
        "The first characters of the text.",
        (_TEXT, _COUNT),
        TEXT,
        left,
        lambda sql, text, count: sql.beginning(text, count),
        (Example("left('中柱 Newel', 2)", "'中柱'"), Example("left('ab', 9)", "'ab'"), Example("left('ab', 0)", "none")),
        browser="left",
    ),
    Function(
        "right",
        TEXT_GROUP,
        "The last characters of the text.",
        (_TEXT, _COUNT),
        TEXT,
        right,
        lambda sql, text, count: sql.ending(text, count),
        (Example("right('13800138000', 4)", "'8000'"), Example("right('ab', 9)", "'ab'"), Example("right('ab', -1)", "none")),
        browser="right",
    ),
    Function(
        "mid",
        TEXT_GROUP,
        "So many characters of the text from a place on, or all that follow; the first character stands at 1.",
        (_TEXT, Param("start", ("number",)), Param("count", ("number",), optional=True)),
        TEXT,
        mid,
        lambda sql, text, start, count=None: sql.middle(text, start, count),
        (
            Example("mid('Newel', 2, 3)", "'ewe'"),
            Example("mid('Newel', 4)", "'el'"),
            Example("mid('Newel', 9, 1)", "none"),
            Example("mid('Newel', 0, 1)", "none"),
        ),
        copies=2,
        browser="mid",
    ),
    Function(
        "find",
        TEXT_GROUP,
        "Where the part first begins in the text, 1 for its first character; 0 where the text does not hold it.",
        (_TEXT, Param("part", ("text",))),
        NUMBER,
        find,
        lambda sql, text, part: sql.whole(sql.func.strpos(text.sql, part.sql)),
        (Example("find('Newel', 'el')", "4"), Example("find('Newel', 'x')", "0")),
        sqlite=lambda sql, text, part: sql.whole(sql.func.instr(text.sql, part.sql)),
        browser="find",
    ),
    Function(
        "replace",
        TEXT_GROUP,
        "The text with every occurrence of the part replaced; a blank replacement takes the part out. "
        "Blank where the result might pass a million characters.",
        (_TEXT, Param("part", ("text",)), Param("other", ("text",))),
        TEXT,
        replace,
        lambda sql, text, part, other: sql.replaced(text, part, other),
        (
            Example("replace('2026-11-21', '-', '/')", "'2026/11/21'"),
            Example("replace('138 0013', ' ', '')", "'1380013'"),
            Example("replace('aaa', 'aaa', none)", "none"),
        ),
        propagates=False,
        copies=2,
        browser="replace",
    ),
    Function(
        "pad_left",
        TEXT_GROUP,
        "The text, filled on its left with a character up to a length; a longer text stays as it is.",
        (_TEXT, Param("length", ("number",), literal=True), Param("fill", ("text",), literal=True)),
        TEXT,
        pad_left,
        lambda sql, text, length, fill: sql.padded(text, length, fill),
        (Example("pad_left('42', 5, '0')", "'00042'"), Example("pad_left('123456', 5, '0')", "'123456'")),
        copies=3,
        refuses=_bad_pad,
        browser="pad_left",
    ),
    Function(
        "mask",
        TEXT_GROUP,
        "The text with stars for all but its first and last few characters; a text that would show whole is all stars.",
        (_TEXT, Param("first", ("number",), literal=True), Param("last", ("number",), literal=True)),
        TEXT,
        mask,
        lambda sql, text, first, last: sql.masked(text, first, last),
        (
            Example("mask('13800138000', 3, 4)", "'138****8000'"),
            Example("mask('王小明', 1, 0)", "'王**'"),
            Example("mask('abc', 2, 2)", "'***'"),
        ),
        copies=5,
        refuses=_bad_mask,
        browser="mask",
    ),
    Function(
        "digits",
        TEXT_GROUP,
        "The digits of the text and nothing else; full-width digits become plain ones.",
        (_TEXT,),
        TEXT,
        digits,
        lambda sql, text: sql.only_digits(text),
        (
            Example("digits('+86 (138) 0013-8000')", "'8613800138000'"),
            Example("digits('１２a')", "'12'"),
            Example("digits('a')", "none"),
        ),
        browser="digits",
    ),
)
