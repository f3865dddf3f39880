"""Dates, times and moments as people and programs write them.

A local time that a clock change leaves out is moved forward by the change (02:30 becomes 03:30); one that happens twice
means the first, unless it says its offset, which `write_moment` therefore adds: "Nov 1, 2026, 1:30 AM (UTC-05:00)".
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from newel.metadata.field_types.texts import narrow

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LONG_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december", "sept"),
)
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= {name: 9 if name == "sept" else number for number, name in enumerate(_LONG_MONTHS, 1)}
_HALVES = {"am": 0, "上午": 0, "pm": 12, "下午": 12}

_NUMERIC = r"(?P<y>[0-9]{4})(?:-|/|\.|年) ?(?P<m>[0-9]{1,2})(?:-|/|\.|月) ?(?P<d>[0-9]{1,2})日?"
_NAMED = r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})"
_DAY_FIRST = r"(?P<day2>[0-9]{1,2}) (?P<month2>[A-Za-z]{3,9})\.?,? (?P<year2>[0-9]{4})"
_DATE = f"(?:{_NUMERIC}|{_NAMED}|{_DAY_FIRST})"
_TIME = (
    r"(?P<half>上午|下午|am|pm)? ?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,12}))?)? ?(?P<half2>am|pm)?"
)
_OFFSET = r"\(?(?:utc|gmt)?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?)\)?"
_DATE_TEXT = re.compile(f"{_DATE}(?:[ T]00:00(?::00(?:\\.0+)?)?)?")  # spreadsheets write days as midnights
_TIME_TEXT = re.compile(_TIME, re.IGNORECASE)
_MOMENT_TEXT = re.compile(f"{_DATE}(?:(?:,? |t){_TIME} ?(?:{_OFFSET})?)?", re.IGNORECASE)
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][01][0-9]:[0-5][0-9])"
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_date(text: str) -> date | None:
    """The date that a text says (2026-11-21, 2026/11/21, 2026年11月21日, Nov 21, 2026); None where it says none."""
    if _ISO_DATE.fullmatch(text):
        return _date(int(text[:4]), int(text[5:7]), int(text[8:]))
    found = _DATE_TEXT.fullmatch(narrow(text))
    return _date_of(found) if found else None


def read_time(text: str) -> time | None:
    """The time of day that a text says (08:00, 8:00 PM, 下午8:00), to the second; None where it says none."""
    found = _TIME_TEXT.fullmatch(narrow(text))
    return _time_of(found) if found else None


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """The moment that a text says, in UTC; without an offset it is local to `zone`. None where it says none."""
    if _ISO_MOMENT.fullmatch(text):
        return _read_iso(text)
    found = _MOMENT_TEXT.fullmatch(narrow(text))
    if found is None:
        return None
    day = _date_of(found)
    if day is None:
        return None
    if found["hour"] is None:
        return to_utc(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - its zone comes next
    clock = _time_of(found)
    if clock is None:
        return None
    try:
        return to_utc(datetime.combine(day, clock), _zone_of(found["zone"]) or zone)
    except ValueError:
        return None


def _read_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def to_utc(local: datetime, zone: tzinfo) -> datetime | None:
    """A moment without a zone read in `zone`, or one with its own; None where UTC has no year for it."""
    try:
        return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The moment on the clocks of `zone`; at the very ends of the calendar, on those of UTC."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment.astimezone(UTC)


def write_date(day: date, chinese: bool) -> str:
    """Nov 21, 2026, or 2026年11月21日."""
    if chinese:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def write_time(clock: time | datetime, chinese: bool, seconds: bool = True) -> str:
    """8:00 AM, or 08:00; with seconds only where there are some."""
    tail = f":{clock.second:02}" if seconds and clock.second else ""
    if chinese:
        return f"{clock.hour:02}:{clock.minute:02}{tail}"
    return f"{clock.hour % 12 or 12}:{clock.minute:02}{tail} {'AM' if clock.hour < 12 else 'PM'}"


def write_moment(moment: datetime, zone: tzinfo, chinese: bool, seconds: bool = True) -> str:
    """Nov 21, 2026, 4:00 PM, or 2026年11月21日 16:00; with the offset where clocks show that time twice."""
    shown = local(moment, zone)
    text = write_date(shown, chinese) + (" " if chinese else ", ") + write_time(shown, chinese, seconds)
    return f"{text} (UTC{_offset(shown)})" if _is_ambiguous(shown, zone) else text


def _is_ambiguous(shown: datetime, zone: tzinfo) -> bool:
    if shown.tzinfo is not zone:
        return True
    return shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()


def _offset(shown: datetime) -> str:
    text = shown.strftime("%z")
    return ":".join(filter(None, (text[:3], text[3:5], text[5:7])))


def _date_of(found: re.Match[str]) -> date | None:
    if found["y"]:
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    named = (found["month"], found["day"], found["year"]) if found["month"] else (found["month2"], found["day2"], found["year2"])
    month = _MONTH_NUMBERS.get(named[0].lower())
    return _date(int(named[2]), month, int(named[1])) if month else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time_of(found: re.Match[str]) -> time | None:
    """A leap second (60) is taken as the second before it."""
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = _HALVES.get((found["half"] or found["half2"] or "").lower())
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + half
    micro = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return time(hour, minute, min(second, 59) if second <= 60 else second, micro)
    except ValueError:
        return None


def _zone_of(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in ("z", "Z"):
        return UTC
    hours, minutes, seconds = int(text[1:3]), int(text.replace(":", "")[3:5]), int(text.replace(":", "")[5:7] or 0)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or offset >= timedelta(days=1):
        raise ValueError("not an offset")
    return timezone(-offset if text[0] == "-" else offset)
