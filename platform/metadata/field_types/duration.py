"""Lengths of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.model import Field

_PART = re.compile(
    r"([0-9][0-9,]*(?:\.[0-9]+)?) ?"
    r"(days?|d|天|日|hours?|hrs?|h|小时|时|minutes?|mins?|m|分钟|分|seconds?|secs?|s|秒)"
)
_SECONDS = {"d": 86400, "天": 86400, "日": 86400, "h": 3600, "小": 3600, "时": 3600, "m": 60, "分": 60, "s": 1, "秒": 1}
_CLOCK = re.compile(r"(-?)([0-9]{1,9}):([0-5][0-9])(?::([0-5][0-9]))?")
_ISO = re.compile(r"(-?)p(?:([0-9]{1,9})d)?(?:t(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,15})s)?)?")
_WORDS = {True: (" 小时", " 分钟", " 秒"), False: (" h", " min", " s")}


class Duration(FieldType):
    """Stored as whole seconds; people read and write hours, minutes and seconds. A bare number means seconds."""

    name = "duration"
    help = "A length of time, such as 1 h 30 min."
    expression_type = "duration"
    widget = "duration"
    shown_as = "duration"
    can_be_computed = True
    properties: ClassVar[Mapping[str, Any]] = {
        "min": {"type": "integer", "description": "The shortest length, in seconds."},
        "max": {"type": "integer", "description": "The greatest length, in seconds."},
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return numbers.range_problems(options)

    def columns(self, field: Field) -> tuple[Column, ...]:
        return (Column("integer"),)

    def parse(self, field: Field, raw: Any, locale: Locale) -> int | None:
        number = _read_text(raw) if isinstance(raw, str) else numbers.read(raw)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValueProblem("not_whole", "A length of time is kept in whole seconds.")
        return int(number)

    def check(self, field: Field, value: Any) -> None:
        if value is not None:
            numbers.check_whole(field.options, value)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        if value is None:
            return ""
        hours, rest = divmod(abs(value), 3600)
        hour, minute, second = _WORDS[locale.language.startswith("zh")]
        pairs = ((hours, hour), (rest // 60, minute), (rest % 60, second))
        text = " ".join(f"{count}{unit}" for count, unit in pairs if count)
        return f"{'-' if value < 0 else ''}{text or '0' + minute}"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {**numbers.whole_schema(field.options), "description": "Seconds."}

    def input_schema(self, field: Field) -> dict[str, Any]:
        text = {"type": "string", "pattern": "^(?:[+-]?[0-9]{1,15}(?:\\.0{0,9})?|[0-9]{1,6}:[0-5][0-9](?::[0-5][0-9])?)$"}
        return {"anyOf": [self.json_schema(field), text]}

    def search_text(self, field: Field, value: Any) -> str:
        return ""


def _read_text(raw: str) -> Decimal | None:
    text = read_line(raw)
    if text is None:
        return None
    if len(text) > 60:
        raise _not_a_duration()
    text = narrow(text).lower()
    clock = _CLOCK.fullmatch(text)
    if clock:
        return _signed(clock[1], 0, clock[2], clock[3], clock[4])
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()[1:]):
        return _signed(iso[1], iso[2], iso[3], iso[4], iso[5])
    if text[-1] in ".0123456789":
        return numbers.read(text)
    return _read_parts(text)


def _signed(sign: str, days: Any, hours: Any, minutes: Any, seconds: Any) -> Decimal:
    total = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return Decimal(-total if sign else total)


def _read_parts(text: str) -> Decimal:
    negative = text.startswith("-")
    rest = text.removeprefix("-").strip()
    total = Decimal(0)
    while rest:
        found = _PART.match(rest)
        if found is None:
            raise _not_a_duration()
        total += Decimal(found[1].replace(",", "")) * _SECONDS[found[2][0]]
        rest = rest[found.end() :].lstrip(" ,")
    return -total if negative else total


def _not_a_duration() -> ValueProblem:
    return ValueProblem("not_a_duration", "This must be a length of time, such as 1 h 30 min or 1:30.")
