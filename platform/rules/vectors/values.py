"""Values of vectors: read as people write them in YAML, compared strictly, written as JSON holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from newel.metadata.field_types import moments
from newel.metadata.field_types.values import Money, Reference
from newel.metadata.words import Phrase, phrase
from newel.rules.functions.texts import WHITE_SPACE

_NUMBER = re.compile(r"[-+]?(?:\d{1,1000}(?:\.\d{0,1000})?|\.\d{1,1000})(?:[eE][-+]?\d{1,3})?", re.ASCII)
_MONEY = re.compile(r"(?:(?P<before>[A-Z]{3}) ?)?(?P<amount>[-+]?[0-9]+(?:\.[0-9]+)?)(?: ?(?P<after>[A-Z]{3}))?")
_ID_SPACE = UUID("6e657765-6c00-5000-8000-000000000000")
_CLOCK = re.compile(r"(?P<sign>-?)(?P<hours>\d+):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?")


class Misfit(ValueError):  # noqa: N818 - it says what is so
    """A value that does not fit its type; what is said of it can be said in every language."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(str(said))
        self.said = said


def read_value(kind: str, raw: Any, zone: tzinfo, currency: str = "") -> Any:
    """The value of an expression type that `raw` writes, as the record holds it; texts as they are after writing."""
    if kind == "boolean":
        return _boolean(raw)
    if raw is None or raw == "":
        return None
    if kind == "money":
        return _money(raw, currency)
    if kind == "datetime":
        return _moment(raw, zone)
    return _READERS[kind](raw)


def wanted_value(kind: str, raw: Any, zone: tzinfo) -> Any:
    """What a case expects of a result of that type. Types are not mixed up: '5' is a number only where a number comes out."""
    if raw is None:
        return None
    if kind == "boolean" and not isinstance(raw, bool):
        raise Misfit(phrase("{value} is expected, but the result is yes or no", value=repr(raw)))
    if kind in ("text", "choice") and not isinstance(raw, str):
        raise Misfit(phrase("{value} is expected, but the result is a text", value=repr(raw)))
    if kind == "blank":
        raise Misfit(phrase("{value} is expected, but the result is always blank", value=repr(raw)))
    if kind == "text":
        return raw or None
    return read_value(kind, raw, zone)


def same(kind: str, wanted: Any, found: Any) -> bool:
    """Whether a result is the value that is wanted: the type, then the value; 1.0 equals 1 as a number."""
    if wanted is None or found is None:
        return wanted is found
    if isinstance(found, bool) is not (kind == "boolean") or isinstance(found, datetime) is not (kind == "datetime"):
        return False
    return isinstance(found, _CLASSES[kind]) and bool(wanted == found)


def as_json(value: Any) -> Any:
    """A value as JSON holds it: decimals, dates and times as text, money as amount and currency."""
    match value:
        case Money():
            return {"amount": _plain(value.amount), "currency": value.currency}
        case Decimal():
            return _plain(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Reference():
            return value.id
        case tuple() | list():
            return [as_json(each) for each in value]
        case _:
            return value


def id_of(text: str) -> str:
    """The id that a text stands for: itself where it is one, else one that is always the same for it."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid5(_ID_SPACE, text))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _boolean(raw: Any) -> bool:
    if raw is None or isinstance(raw, bool):
        return raw is True
    raise Misfit(phrase("{value} is neither true nor false", value=repr(raw)))


def _text(raw: Any) -> str | None:
    """As a text field keeps it: in NFC, and blank where there is nothing but white space."""
    if not isinstance(raw, str):
        raise Misfit(phrase("{value} is not a text; put it in quotes", value=repr(raw)))
    text = unicodedata.normalize("NFC", raw)
    return text if text.strip(WHITE_SPACE) else None


def _number(raw: Any) -> int | Decimal:
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        return Decimal(raw.strip())
    raise Misfit(phrase("{value} is not a number", value=repr(raw)))


def _money(raw: Any, currency: str) -> Money:
    if isinstance(raw, Mapping) and "amount" in raw and raw.keys() <= {"amount", "currency"}:
        return _money_of(_number(raw["amount"]), raw.get("currency") or currency, raw)
    if isinstance(raw, str):
        found = _MONEY.fullmatch(raw.strip())
        if found is None or (found["before"] and found["after"]):
            raise Misfit(phrase("{value} is not money; write '12.50 CNY'", value=repr(raw)))
        return _money_of(Decimal(found["amount"]), found["before"] or found["after"] or currency, raw)
    return _money_of(_number(raw), currency, raw)


def _money_of(amount: int | Decimal, currency: str, raw: Any) -> Money:
    if not currency:
        raise Misfit(phrase("{value} names no currency; write '12.50 CNY'", value=repr(raw)))
    return Money(Decimal(amount), currency)


def _date(raw: Any) -> date:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise Misfit(phrase("{value} is not a day such as 2026-11-21", value=repr(raw))) from None


def _moment(raw: Any, zone: tzinfo) -> datetime:
    """An ISO text with an offset; without one it is local to the time zone of the case."""
    try:
        found = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        raise Misfit(phrase("{value} is not a moment such as 2026-11-21T08:00:00Z", value=repr(raw))) from None
    known = moments.to_utc(found, zone)
    if known is None:
        raise Misfit(phrase("{value} lies outside the years 1 to 9999", value=repr(raw)))
    return known


def _time(raw: Any) -> time:
    try:
        return time.fromisoformat(raw)
    except (TypeError, ValueError):
        raise Misfit(phrase("{value} is not a time such as 08:30", value=repr(raw))) from None


def _duration(raw: Any) -> int:
    """Whole seconds, or hours:minutes:seconds."""
    clock = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if clock is not None:
        seconds = int(clock["hours"]) * 3600 + int(clock["minutes"]) * 60 + int(clock["seconds"] or 0)
        return -seconds if clock["sign"] else seconds
    found = _number(raw)
    if found != int(found):
        raise Misfit(phrase("{value} is not a whole number of seconds", value=repr(raw)))
    return int(found)


def _list(raw: Any) -> tuple[str, ...] | None:
    if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
        raise Misfit(phrase("{value} is not a list of texts", value=repr(raw)))
    return tuple(unicodedata.normalize("NFC", each) for each in raw) or None


def _reference(raw: Any) -> str:
    if not isinstance(raw, str):
        raise Misfit(phrase("{value} is not the id of a record", value=repr(raw)))
    return id_of(raw)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "choice": _text,
    "number": _number,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "list": _list,
    "reference": _reference,
}
_CLASSES: Mapping[str, Any] = {
    "text": str,
    "choice": str,
    "number": (int, Decimal),
    "money": Money,
    "boolean": bool,
    "date": date,
    "datetime": datetime,
    "time": time,
    "duration": (int, Decimal),
    "list": tuple,
    "reference": str,
    "blank": type(None),
}
