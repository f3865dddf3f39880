"""Functions that write values as texts, and that judge how a text is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from newel.metadata.words import phrase
from newel.rules.facts import Facts
from newel.rules.functions.formats import (
    PLAIN_DAY,
    PLAIN_MOMENT,
    day_text,
    is_day_format,
    is_moment_format,
    number_format,
    number_text,
)
from newel.rules.functions.money import as_amount
from newel.rules.functions.patterns import is_pattern, matches
from newel.rules.functions.registry import Example, Function, Param, refusal
from newel.rules.functions.texts import TEXT_GROUP
from newel.rules.types import BOOLEAN, TEXT, Type


def text(facts: Facts, value: Any, form: str | None = None) -> str | None:
    """A number, amount, day or moment as the format writes it; moments on the clocks of who asks."""
    if isinstance(value, datetime):
        try:
            return day_text(value.astimezone(facts.time_zone), form or PLAIN_MOMENT)
        except OverflowError:
            return None
    if isinstance(value, date):
        return day_text(value, form or PLAIN_DAY)
    return number_text(as_amount(value), form)


def _bad_format(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
    form = written[1] if len(written) > 1 else None
    if form is None or types[0].kind == "blank":
        return None
    if types[0].kind in ("number", "money"):
        return None if number_format(form) else (1, phrase("a format of numbers such as 0.00, #,##0.00 or 0%"))
    if types[0].kind == "date":
        return None if is_day_format(form) else (1, phrase("a format of days such as YYYY-MM-DD or DD/MM/YYYY"))
    return None if is_moment_format(form) else (1, phrase("a format of moments such as YYYY-MM-DD HH:mm"))


WRITING = (
    Function(
        "text",
        TEXT_GROUP,
        "A number, an amount, a day or a moment as a text. Numbers: 0, 0.00, 000, #,##0.00, 0% (hundredths). Days: YYYY, YY, "
        "MM, M, DD, D; times of day: HH, H, mm, ss; other signs stand for themselves. Without a format: all digits, YYYY-MM-DD, "
        "YYYY-MM-DD HH:mm.",
        (
            Param("value", ("number", "money", "date", "datetime")),
            Param("format", ("text",), optional=True, literal=True),
        ),
        TEXT,
        text,
        lambda sql, value, form=None: sql.written_as(value, form.constant if form else None),
        (
            Example("text(1234.5, '#,##0.00')", "'1,234.50'"),
            Example("text(7, '000')", "'007'"),
            Example("text(0.255, '0%')", "'26%'"),
            Example("text(-0.001, '0.00')", "'0.00'"),
            Example("text(date('2026-03-05'), 'YYYY年M月D日')", "'2026年3月5日'"),
            Example("text(date('2026-03-05'), 'DD/MM/YYYY')", "'05/03/2026'"),
            Example("text(2.50)", "'2.5'"),
        ),
        sqlite=lambda sql, value, form=None: sql.called("text", (value.number, *([form] if form else ())), "text"),
        facts=True,
        binds=("nw_time_zone",),
        copies=3,
        refuses=_bad_format,
        browser="text",
    ),
    Function(
        "matches",
        TEXT_GROUP,
        "Yes where the whole text fits the pattern: . any character, [a-z] [^0-9] sets, \\d \\w \\s digits, word characters and "
        "white space, \\p{Han} Chinese characters, ( ) and | for groups and choices, ? * + {2,4} for counts.",
        (Param("text", ("text",)), Param("pattern", ("text",), literal=True)),
        BOOLEAN,
        matches,
        lambda sql, value, pattern: sql.fits(value, pattern.constant),
        (
            Example("matches('13800138000', '1[3-9]\\\\d{9}')", "true"),
            Example("matches('138', '1[3-9]\\\\d{9}')", "false"),
            Example("matches('王小明', '\\\\p{Han}{2,4}')", "true"),
            Example("matches('ada@newel.cn', '[\\\\w.+-]+@([\\\\w-]+\\\\.)+[a-z]{2,}')", "true"),
        ),
        refuses=refusal(1, is_pattern, phrase("a pattern; see the reference of matches")),
        browser="matches",
    ),
)
