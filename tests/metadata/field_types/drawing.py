"""Fields of every type, and strategies that draw the values they may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from newel.metadata.field_types import Locale, type_of
from newel.metadata.field_types.values import Address, Geolocation, Money, PersonName, Reference
from newel.metadata.model import Field, Option, Text

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu")
LOCALES = tuple(Locale(language, ZoneInfo(zone)) for language in ("zh-CN", "en") for zone in ZONES)
CHINESE, ENGLISH = Locale("zh-CN", ZoneInfo("Asia/Shanghai")), Locale("en", ZoneInfo("America/New_York"))
ID = "018f0000-0000-7000-8000-00000000000a"

OPTIONS = {
    "won": Option("won", Text("Won", {"zh-CN": "赢单"})),
    "lost": Option("lost", Text("Lost", {"zh-CN": "输单"})),
    "lost_2": Option("lost_2", Text("Lost", {"zh-CN": "输单"})),  # called the same
    "same": Option("same", Text("won")),  # called as another's key
    "comma": Option("comma", Text("On hold, for now", {"zh-CN": "暂停，待定"})),
}
STRUCTURE: Mapping[str, Mapping[str, Any]] = {
    "choice": {"choices": OPTIONS},
    "multi_choice": {"choices": OPTIONS},
    "lookup": {"to": ("account",)},
    "tree_parent": {"to": ("account",)},
    "polymorphic": {"to": ("account", "contact")},
}
TYPICAL: Mapping[str, Mapping[str, Any]] = {"money": {"currency": "CNY"}}


def field(type_name: str, system: bool = False, **options: Any) -> Field:
    """A field of the type with these options of its own."""
    options = {**TYPICAL.get(type_name, {}), **options}
    structure = STRUCTURE.get(type_name, {})
    return Field("f", type_name, Text("F"), "object:o/field:f", options=options, system=system, **structure)


def parse(of: Field, raw: Any, locale: Locale = ENGLISH) -> Any:
    """The value that the field takes, its bounds checked."""
    value = type_of(of).parse(of, raw, locale)
    type_of(of).check(of, value)
    return value


def write(of: Field, value: Any, locale: Locale = ENGLISH) -> str:
    return type_of(of).format(of, value, locale)


def tidy(text: str) -> str:
    return normalize("NFC", text).strip(" \t\n\r\f\v\u3000\u00a0")


_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"))
lines = st.text(_CHARACTERS, min_size=1, max_size=60).map(tidy).filter(bool)
long_texts = st.text(st.one_of(_CHARACTERS, st.just("\n")), min_size=1).map(tidy).filter(bool)
words = st.text(st.sampled_from("abcXYZ019 -王小明é欧阳"), min_size=1, max_size=12).map(tidy).filter(bool)
ids = st.uuids().map(str)


def decimals(digits: int = 18, places: int = 2) -> st.SearchStrategy[Decimal]:
    most = 10**digits - 1
    return st.integers(-most, most).map(lambda units: Decimal(units).scaleb(-places))


moments = st.datetimes(datetime(1800, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
currencies = st.sampled_from(("CNY", "USD", "JPY", "EUR", "CHF", "HKD", "TWD", "KWD", "XAF", "GBP", "INR", "AUD"))
points = st.builds(
    Geolocation,
    st.integers(-90_000_000, 90_000_000).map(lambda units: Decimal(units).scaleb(-6)),
    st.integers(-180_000_000, 180_000_000).map(lambda units: Decimal(units).scaleb(-6)),
)
_part = st.one_of(st.none(), words)
addresses = st.builds(Address, _part, _part, _part, _part, _part, _part).filter(lambda address: bool(str(address)))
names = st.builds(PersonName, _part, _part, _part, _part).filter(lambda name: bool(str(name)))
emails = st.from_regex(r"[a-z0-9!#$+_-]{1,20}@([a-z0-9]{1,10}\.){1,3}[a-z]{2,6}", fullmatch=True)
phones = st.from_regex(r"\+?\(?[0-9]([ -]?[0-9]){2,14}( ext\. [0-9]{1,4})?", fullmatch=True)
urls = st.from_regex(r"https?://[a-z0-9]{1,20}(\.[a-z]{2,5}){1,2}(:[0-9]{2,4})?(/[a-zA-Z0-9%?=&+_~.-]{0,20})?", fullmatch=True)
tags = st.lists(words.filter(lambda word: "," not in word), min_size=1, max_size=8, unique_by=str.casefold).map(tuple)
chosen = st.sets(st.sampled_from(sorted(OPTIONS)), min_size=1).map(lambda keys: tuple(key for key in OPTIONS if key in keys))

VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": lines,
    "long_text": long_texts,
    "markdown": long_texts,
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": decimals(),
    "percent": decimals(),
    "money": st.builds(Money, decimals(), currencies),
    "boolean": st.booleans(),
    "date": st.dates(date(1000, 1, 1)),
    "datetime": moments,
    "time": st.times().map(lambda clock: clock.replace(microsecond=0, fold=0)),
    "duration": st.integers(-(2**53) + 1, 2**53 - 1),
    "choice": st.sampled_from(sorted(OPTIONS)),
    "multi_choice": chosen,
    "tags": tags,
    "email": emails,
    "phone": phones,
    "url": urls,
    "address": addresses,
    "person_name": names,
    "lookup": ids,
    "user": ids,
    "team": ids,
    "tree_parent": ids,
    "file": ids,
    "image": ids,
    "id": ids,
    "polymorphic": st.builds(Reference, st.sampled_from(("account", "contact")), ids),
    "many_to_many": st.lists(ids, unique=True, max_size=5).map(tuple),
    "child_table": st.lists(st.dictionaries(words, st.integers()), max_size=3).map(tuple),
    "auto_number": lines,
    "barcode": lines,
    "colour": st.from_regex("#[0-9a-f]{6}", fullmatch=True),
    "rating": st.integers(0, 5),
    "geolocation": points,
    "rich_text": st.sampled_from(
        ("<p>Hi <strong>you</strong></p>", "plain", "<ul><li>一</li><li>two</li></ul>", "a &lt; b &amp; c")
    ),
}

# These write less than they hold: words without markup, a whole without its parts, a count instead of lines.
WITHOUT_TEXT_FORM = {"rich_text", "address", "person_name", "child_table"}
WITHOUT_COLUMNS = {"many_to_many", "child_table"}
