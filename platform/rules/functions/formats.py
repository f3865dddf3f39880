"""How `text` writes numbers and days, and how `to_date` reads them: a small, closed language of formats.

Numbers: 0, 000, 0.00, #,##0, #,##0.00, each with % at its end for hundredths. Days: YYYY YY MM M DD D, and with a time of day
HH H mm ss; between them stand any signs but letters: YYYY-MM-DD, YYYY年M月D日, DD/MM/YYYY HH:mm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from newel.rules.arithmetic import EXACT, Number

PLAIN_DAY = "YYYY-MM-DD"
PLAIN_MOMENT = "YYYY-MM-DD HH:mm"
_NUMBER = re.compile(r"(?:(#,##0)|(0{1,30}))(?:\.(0{1,20}))?(%)?")
_TOKEN = re.compile(r"YYYY|YY|MM|M|DD|D|HH|H|mm|ss|[^A-Za-z0-9\"\\]")
_DAY = re.compile(r"(?:YYYY|YY|MM|M|DD|D|[^A-Za-z0-9\"\\]){1,40}")
_MOMENT = re.compile(r"(?:YYYY|YY|MM|M|DD|D|HH|H|mm|ss|[^A-Za-z0-9\"\\]){1,40}")
_READ: Mapping[str, str] = {
    "YYYY": "([0-9]{4})",
    "MM": "([0-9]{2})",
    "DD": "([0-9]{2})",
    "M": "([0-9]{1,2})",
    "D": "([0-9]{1,2})",
}
_USUAL = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
_SIGNS = re.compile(r"([ -/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a format of numbers says: whole digits at least, decimals, commas between thousands, hundredths."""

    digits: int
    places: int
    grouped: bool
    hundredths: bool


@lru_cache(512)
def number_format(text: str) -> NumberFormat | None:
    """What the text says as a format of numbers; None where it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return NumberFormat(len(found[2] or "0"), len(found[3] or ""), bool(found[1]), bool(found[4]))


def is_day_format(text: str) -> bool:
    return bool(_DAY.fullmatch(text)) and any(letter in text for letter in "YMD")


def is_moment_format(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and any(letter in text for letter in "YMDHms")


def is_readable_format(text: str) -> bool:
    """Whether a day can be read by it: year, month and day stand in it once each."""
    if not _DAY.fullmatch(text):
        return False
    letters = sorted(each[0] for each in _TOKEN.findall(text) if each[0] in "YMD")
    return letters == ["D", "M", "Y"] and "YYYY" in text


@lru_cache(512)
def tokens(text: str) -> tuple[str, ...]:
    """The parts of a format of days, in order."""
    return tuple(_TOKEN.findall(text))


def number_text(number: Number, form: str | None) -> str:
    """The number as the format writes it, rounded half away from zero; without one, plainly."""
    if form is None:
        return plain_number(number)
    said = number_format(form)
    if said is None:
        raise AssertionError(form)
    value = EXACT.multiply(number, Decimal(100)) if said.hundredths else Decimal(number)
    found = EXACT.quantize(value, Decimal(1).scaleb(-said.places))
    whole, _, decimals = f"{found.copy_abs():f}".partition(".")
    whole = f"{int(whole):,}" if said.grouped else whole.zfill(said.digits)
    shown = f"{whole}.{decimals}" if said.places else whole
    return ("-" if found < 0 else "") + shown + ("%" if said.hundredths else "")


def plain_number(number: Number) -> str:
    """All its digits and no more: 2.5, not 2.50."""
    text = f"{Decimal(number):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def day_text(day: date | datetime, form: str) -> str:
    return "".join(_part(day, each) for each in tokens(form))


def _part(day: date | datetime, sign: str) -> str:
    match sign:
        case "YYYY":
            return f"{day.year:04}"
        case "YY":
            return f"{day.year % 100:02}"
        case "MM" | "DD":
            return f"{day.month if sign == 'MM' else day.day:02}"
        case "M" | "D":
            return str(day.month if sign == "M" else day.day)
    if not isinstance(day, datetime):
        return sign
    match sign:
        case "HH":
            return f"{day.hour:02}"
        case "H":
            return str(day.hour)
        case "mm":
            return f"{day.minute:02}"
        case "ss":
            return f"{day.second:02}"
    return sign


@lru_cache(512)
def reading(form: str | None) -> tuple[str, tuple[int, int, int]]:
    """The pattern that finds a day written so, for Python and PostgreSQL alike, and the groups of its year, month and day."""
    if form is None:
        return _USUAL, (1, 2, 3)
    parts = tokens(form)
    pattern = "".join(_READ.get(each) or _SIGNS.sub(r"\\\1", each) for each in parts)
    letters = [each[0] for each in parts if each in _READ]
    return pattern, (letters.index("Y") + 1, letters.index("M") + 1, letters.index("D") + 1)


def day_of_text(text: str, form: str | None) -> date | None:
    """The day that a text writes; None where it writes none, or one that no calendar has."""
    pattern, groups = reading(form)
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    try:
        return date(*(int(found[each]) for each in groups))
    except ValueError:
        return None
