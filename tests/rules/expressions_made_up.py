"""Random expressions of a wanted type over the object `thing`; and records with the values where engines differ most."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from newel.metadata.field_types.values import Address, Money, Reference
from tests.rules.world import ME, OTHER

NUMBERS = ("count", "price", "ratio", "share", "place.size", "place.rank", "place.region.size")
TEXTS = ("name", "note", "class", "place.name", "home", "place.region.name")
MONIES = ("cost", "fee")
BOOLEANS = ("active", "place.open")
DATES = ("due", "start", "from", "place.opened")
CHOICES = {"stage": ("new", "open", "won", "lost"), "level": ("low", "high"), "place.kind": ("shop", "office")}
LISTS = ("tags", "colours")
REFERENCES = ("owner", "place.manager")
WORDS = (
    "a",
    "A",
    "ä",
    "Ä",
    "ß",
    "İstanbul",
    "Σίσυφος",
    "中柱",
    "100%",
    "_x",
    "a b",
    "𝒜",
    "O'Hara",
    "tail ",
    "\\n",
    "é",
    "12",
    " 7.50 ",
)

SHARP = ("0.005", "-0.005", "1.005", "2.5", "0", "0.00005", "-0.0000005", "99.99", "1")
_numbers = st.one_of(
    st.integers(-20, 20).map(str),
    st.sampled_from(
        ("0", "1", "2.5", "0.005", "1.005", "-7", "3", "10", "100.1", "0.0001", "9007199254740991", "12345678901234567.89")
    ),
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS),
)
_words = st.sampled_from(WORDS).map(lambda word: "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'")
_dates = st.one_of(
    st.sampled_from(DATES),
    st.sampled_from(DATES),
    st.just("today()"),
    st.sampled_from(("date('2024-02-29')", "date('2026-01-31')", "date('2026-12-31')", "date(seen)", "date(now())")),
)


def _pairs(form: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: form.format(*found))


def numbers(depth: int) -> st.SearchStrategy[str]:
    if depth <= 0:
        return _numbers
    inner = numbers(depth - 1)
    ops = st.sampled_from(("+", "-", "*", "/", "//", "%"))
    return st.one_of(
        _numbers,
        st.tuples(inner, ops, inner).map(lambda found: f"({found[0]} {found[1]} {found[2]})"),
        st.tuples(inner, ops, inner).map(lambda found: f"({found[0]} {found[1]} {found[2]})"),
        _pairs("-{}", st.sampled_from(NUMBERS)),
        _pairs("round({}, {})", inner, st.sampled_from(("0", "1", "2", "-1"))),
        _pairs("round({})", inner),
        _pairs("{}({}, {}, none)", st.sampled_from(("min", "max")), inner, inner),
        _pairs("{}({})", st.sampled_from(("abs", "floor", "ceil", "zero")), inner),
        _pairs("coalesce({}, {})", inner, inner),
        _pairs("({} if {} else {})", inner, booleans(depth - 1), inner),
        _pairs("len({})", texts(depth - 1)),
        _pairs("number({})", texts(depth - 1)),
        _pairs("days_between({}, {})", dates(depth - 1), dates(depth - 1)),
        _pairs("{}({})", st.sampled_from(("year", "quarter", "month", "day", "weekday")), dates(depth - 1)),
        _pairs("size({})", st.sampled_from(LISTS)),
        _pairs("amount({})", monies(depth - 1)),
        _pairs("({} / {})", monies(depth - 1), monies(depth - 1)),
    )


def texts(depth: int) -> st.SearchStrategy[str]:
    leaf = st.one_of(_words, st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.just("user.email"), st.just("user.name"))
    if depth <= 0:
        return leaf
    inner = texts(depth - 1)
    return st.one_of(
        leaf,
        _pairs("({} + {})", inner, inner),
        _pairs("concat({}, {}, none)", inner, inner),
        _pairs("{}({})", st.sampled_from(("lower", "upper", "trim")), inner),
        _pairs("coalesce({}, {})", inner, inner),
        _pairs("({} if {} else {})", inner, booleans(depth - 1), inner),
        _pairs("currency({})", monies(depth - 1)),
    )


def monies(depth: int) -> st.SearchStrategy[str]:
    leaf = st.one_of(st.sampled_from(MONIES), _pairs("money({}, 'CNY')", _numbers))
    if depth <= 0:
        return leaf
    inner = monies(depth - 1)
    return st.one_of(
        leaf,
        _pairs("({} {} {})", inner, st.sampled_from(("+", "-")), inner),
        _pairs("({} {} {})", inner, st.sampled_from(("*", "/")), numbers(depth - 1)),
        _pairs("{}({}, {})", st.sampled_from(("min", "max", "coalesce")), inner, inner),
        _pairs("{}({})", st.sampled_from(("abs", "round")), inner),
        _pairs("({} if {} else {})", inner, booleans(depth - 1), inner),
    )


def dates(depth: int) -> st.SearchStrategy[str]:
    if depth <= 0:
        return _dates
    inner = dates(depth - 1)
    return st.one_of(
        _dates,
        _pairs("{}({}, {})", st.sampled_from(("add_days", "add_months")), inner, numbers(depth - 1)),
        _pairs("add_years({}, {})", inner, st.integers(-5, 5).map(str)),
        _pairs(
            "{}({}, '{}')", st.sampled_from(("start_of", "end_of")), inner, st.sampled_from(("week", "month", "quarter", "year"))
        ),
        _pairs("{}({}, {})", st.sampled_from(("min", "max", "coalesce")), inner, inner),
        _pairs("({} if {} else {})", inner, booleans(depth - 1), inner),
    )


def choices() -> st.SearchStrategy[str]:
    return st.sampled_from(tuple(CHOICES)).flatmap(
        lambda field: st.one_of(
            _pairs(f"{field} {{}} '{{}}'", st.sampled_from(("==", "!=")), st.sampled_from(CHOICES[field])),
            _pairs(f"{field} {{}} ['{{}}', '{{}}']", st.sampled_from(("in", "not in")), *(st.sampled_from(CHOICES[field]),) * 2),
            _pairs(f"{field} {{}} [none, '{{}}']", st.sampled_from(("in", "not in")), st.sampled_from(CHOICES[field])),
            _pairs(f"{field} {{}} none", st.sampled_from(("==", "!="))),
        )
    )


def booleans(depth: int) -> st.SearchStrategy[str]:
    leaf = st.one_of(
        st.sampled_from(BOOLEANS),
        _pairs(
            "{} {} {}",
            st.sampled_from(NUMBERS),
            st.sampled_from(("<", "<=", ">", ">=", "==", "!=")),
            st.sampled_from(SHARP),
        ),
        choices(),
        choices(),
        _pairs("{} {} {}", _numbers, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), _numbers),
        _pairs(
            "{}({})",
            st.sampled_from(("is_blank", "not_blank")),
            st.sampled_from((*NUMBERS, *TEXTS, *DATES, *LISTS, "cost", "about")),
        ),
        _pairs(
            "{} {} {}",
            st.sampled_from(REFERENCES),
            st.sampled_from(("==", "!=")),
            st.sampled_from(("user", "user.id", f"'{OTHER}'", "owner")),
        ),
        _pairs("has({}, '{}')", st.just("tags"), st.sampled_from(("vip", "a b", "中"))),
        _pairs("'{}' {} colours", st.sampled_from(("red", "blue")), st.sampled_from(("in", "not in"))),
        _pairs("{}(colours, ['red', 'blue'])", st.sampled_from(("has_any", "has_all"))),
        _pairs("in_role('{}')", st.sampled_from(("seller", "boss"))),
        _pairs("at {} time('{}')", st.sampled_from(("<", ">=", "==", "!=")), st.sampled_from(("08:30", "00:00", "17:45:30"))),
        _pairs(
            "seen {} {}",
            st.sampled_from(("<", ">=", "==", "!=")),
            st.sampled_from(("now()", "datetime('2026-11-21T08:00:00+08:00')")),
        ),
        _pairs("effort {} duration({})", st.sampled_from(("<", ">=", "==", "!=")), st.sampled_from(("1", "0, 30", "2, 0, 5"))),
        _pairs("effort * {} > effort + duration(1)", _numbers),
    )
    leaf = leaf.map("({})".format)
    if depth <= 0:
        return leaf
    inner = booleans(depth - 1)
    ordered = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
    same = st.sampled_from(("==", "!="))
    return st.one_of(
        leaf,
        _pairs("({} {} {})", inner, st.sampled_from(("and", "or")), inner),
        _pairs("(not {})", inner),
        _pairs("({} {} {})", inner, same, inner),
        _pairs("({} if {} else {})", inner, inner, inner),
        _pairs("({} {} {})", numbers(depth - 1), ordered, numbers(depth - 1)),
        _pairs("({} {} {} {} {})", _numbers, ordered, numbers(depth - 1), ordered, _numbers),
        _pairs("({} {} {})", texts(depth - 1), same, texts(depth - 1)),
        _pairs("({} {} {})", dates(depth - 1), ordered, dates(depth - 1)),
        _pairs("({} {} {})", monies(depth - 1), ordered, monies(depth - 1)),
        _pairs("({} {} {})", monies(depth - 1), ordered, _numbers),
        _pairs(
            "{}({}, {})",
            st.sampled_from(("contains", "icontains", "ieq", "starts_with", "ends_with")),
            texts(depth - 1),
            texts(depth - 1),
        ),
        _pairs("({} {} [{}, {}, none])", numbers(depth - 1), st.sampled_from(("in", "not in")), _numbers, _numbers),
        _pairs("({} {} [{}, {}])", texts(depth - 1), st.sampled_from(("in", "not in")), _words, _words),
        _pairs("({} {} [{}, {}])", dates(depth - 1), st.sampled_from(("in", "not in")), _dates, _dates),
        _pairs("({} in [{}, {}])", monies(depth - 1), _numbers, monies(depth - 1)),
    )


def records(count: int, seed: int, places: list[str]) -> list[dict[str, Any]]:
    """Records of `thing` with every value where engines could differ, and blanks everywhere."""
    chance = Random(seed)
    return [_record(chance, places) for _ in range(count)]


def _record(chance: Random, places: list[str]) -> dict[str, Any]:
    def maybe(*values: Any) -> Any:
        return None if chance.random() < 0.25 else chance.choice(values)

    day = date(2026, 11, 21)
    words = tuple(word.strip() for word in WORDS)
    cents = tuple(Decimal(each) for each in ("0.00", "0.01", "-0.01", "2.50", "-2.50", "1.005", "99.99", "1234567890123.45"))
    days = (day, day - timedelta(days=1), date(2024, 2, 29), date(2026, 1, 31), date(1999, 12, 31), date(2099, 1, 1))
    moments = (
        datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 21, 15, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 11, 21, tzinfo=UTC),
    )
    two = [each.quantize(Decimal("0.01")) for each in cents]
    return {
        "name": maybe(*words),
        "note": maybe(*words, "A much longer text: Ärger, 中柱 and more"),
        "class": maybe("a", "A", "x"),
        "from": maybe(*days),
        "home": maybe(Address(city="上海", street="中山路 1"), Address(country="FR", city="Paris")),
        "count": maybe(0, 1, -1, 2, 3, 10, -7, 9007199254740991),
        "price": maybe(*two),
        "ratio": maybe(*(Decimal(each) for each in ("0.0000", "0.0001", "-1.5000", "2.5000", "99999999.9999"))),
        "share": maybe(Decimal("0.00"), Decimal("10.00"), Decimal("-3.50")),
        "cost": maybe(*(Money(each, chance.choice(("CNY", "USD"))) for each in two)),
        "fee": maybe(*(Money(each, "CNY") for each in two)),
        "active": chance.random() < 0.5,
        "due": maybe(*days),
        "start": maybe(*days),
        "seen": maybe(*moments),
        "at": maybe(time(8, 30), time(0, 0), time(17, 45, 30)),
        "effort": maybe(0, 1800, 3600, 7205),
        "stage": maybe(*CHOICES["stage"]),
        "level": maybe(*CHOICES["level"]),
        "tags": maybe(("vip",), ("vip", "a b"), ("中", "x"), ("VIP",)),
        "colours": maybe(("red",), ("red", "blue"), ("green",)),
        "place": maybe(*places),
        "about": maybe(*(Reference("place", each) for each in places)),
        "owner": maybe(ME, OTHER),
    }
