"""How fields of each type are compared in filters: every operator is a template, an expression with holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newel.metadata.words import word


@dataclass(frozen=True, slots=True)
class Operator:
    """How a field is compared. `takes`: none, one, two, many or count, which says what editor the value has.

    `template` is what a row writes; `also` are other ways to say the same that are read as this operator.
    """

    name: str
    label: str
    takes: str
    template: str
    also: tuple[str, ...] = ()


def _blank(*also: str) -> tuple[Operator, ...]:
    return (
        Operator("is_blank", word("is blank"), "none", "is_blank(FIELD)", ("FIELD == none", "not not_blank(FIELD)", *also)),
        Operator("not_blank", word("is not blank"), "none", "not_blank(FIELD)", ("FIELD != none", "not is_blank(FIELD)")),
    )


_IS = Operator("is", word("is"), "one", "FIELD == VALUE")
_IS_NOT = Operator("is_not", word("is not"), "one", "FIELD != VALUE", ("not FIELD == VALUE",))
_AMONG = Operator("in", word("is one of"), "many", "FIELD in VALUES")
_NOT_AMONG = Operator("not_in", word("is none of"), "many", "FIELD not in VALUES", ("not FIELD in VALUES",))
_ORDERED = (
    Operator("greater", word("is more than"), "one", "FIELD > VALUE"),
    Operator("at_least", word("is at least"), "one", "FIELD >= VALUE"),
    Operator("less", word("is less than"), "one", "FIELD < VALUE"),
    Operator("at_most", word("is at most"), "one", "FIELD <= VALUE"),
    Operator("between", word("is between"), "two", "FIRST <= FIELD <= LAST"),
)
_PERIODS = (
    ("this_week", word("is in this week"), "today()", "week"),
    ("last_week", word("was in last week"), "add_days(today(), -7)", "week"),
    ("next_week", word("is in next week"), "add_days(today(), 7)", "week"),
    ("this_month", word("is in this month"), "today()", "month"),
    ("last_month", word("was in last month"), "add_months(today(), -1)", "month"),
    ("next_month", word("is in next month"), "add_months(today(), 1)", "month"),
    ("this_quarter", word("is in this quarter"), "today()", "quarter"),
    ("last_quarter", word("was in last quarter"), "add_months(today(), -3)", "quarter"),
    ("next_quarter", word("is in next quarter"), "add_months(today(), 3)", "quarter"),
    ("this_year", word("is in this year"), "today()", "year"),
    ("last_year", word("was in last year"), "add_years(today(), -1)", "year"),
)


def _dates(day: str, past: str, future: str) -> tuple[Operator, ...]:
    """The operators on days; `day` is how the field is seen as a day."""
    within = "start_of({at}, '{unit}') <= DAY <= end_of({at}, '{unit}')"
    found = (
        Operator("is", word("is on"), "one", "DAY == VALUE"),
        Operator("before", word("is before"), "one", "DAY < VALUE"),
        Operator("after", word("is after"), "one", "DAY > VALUE"),
        Operator("on_or_before", word("is on or before"), "one", "DAY <= VALUE"),
        Operator("on_or_after", word("is on or after"), "one", "DAY >= VALUE"),
        Operator("between", word("is between"), "two", "FIRST <= DAY <= LAST"),
        Operator("today", word("is today"), "none", "DAY == today()"),
        Operator("yesterday", word("was yesterday"), "none", "DAY == add_days(today(), -1)"),
        Operator("tomorrow", word("is tomorrow"), "none", "DAY == add_days(today(), 1)"),
        *(Operator(name, label, "none", within.format(at=at, unit=unit)) for name, label, at, unit in _PERIODS),
        Operator("last_days", word("was in the last days"), "count", "add_days(today(), -COUNT) <= DAY <= today()"),
        Operator("next_days", word("is in the next days"), "count", "today() <= DAY <= add_days(today(), COUNT)"),
        Operator("past", word("is past"), "none", past),
        Operator("due", word("is today or past"), "none", "DAY <= today()"),
        Operator("future", word("is yet to come"), "none", future),
    )
    return tuple(Operator(each.name, each.label, each.takes, each.template.replace("DAY", day)) for each in found)


OPERATORS: Mapping[str, tuple[Operator, ...]] = {
    "text": (
        Operator("contains", word("contains"), "one", "icontains(FIELD, VALUE)"),
        Operator("not_contains", word("does not contain"), "one", "not icontains(FIELD, VALUE)"),
        _IS,
        _IS_NOT,
        Operator("starts_with", word("starts with"), "one", "starts_with(FIELD, VALUE)"),
        Operator("ends_with", word("ends with"), "one", "ends_with(FIELD, VALUE)"),
        _AMONG,
        *_blank("FIELD == ''"),
    ),
    "choice": (_AMONG, _NOT_AMONG, _IS, _IS_NOT, *_blank()),
    "number": (_IS, _IS_NOT, *_ORDERED, *_blank()),
    "money": (*_ORDERED, _IS, _IS_NOT, *_blank()),
    "boolean": (
        Operator("yes", word("is yes"), "none", "FIELD", ("FIELD == true", "FIELD != false")),
        Operator("no", word("is no"), "none", "not FIELD", ("FIELD == false", "FIELD != true")),
    ),
    "date": (*_dates("FIELD", "FIELD < today()", "FIELD > today()"), *_blank()),
    "datetime": (*_dates("date(FIELD)", "FIELD < now()", "FIELD > now()"), *_blank()),
    "time": (_IS, *_ORDERED, *_blank()),
    "duration": (*_ORDERED, _IS, *_blank()),
    "reference": (
        _IS,
        Operator("me", word("is me"), "none", "FIELD == me()", ("FIELD == user", "FIELD == user.id")),
        Operator("not_me", word("is not me"), "none", "FIELD != me()", ("FIELD != user", "FIELD != user.id")),
        _IS_NOT,
        _AMONG,
        *_blank(),
    ),
    "list": (
        Operator("has", word("has"), "one", "has(FIELD, VALUE)", ("VALUE in FIELD",)),
        Operator("has_any", word("has any of"), "many", "has_any(FIELD, VALUES)"),
        Operator("has_all", word("has all of"), "many", "has_all(FIELD, VALUES)"),
        Operator("not_has", word("does not have"), "one", "not has(FIELD, VALUE)", ("VALUE not in FIELD",)),
        *_blank(),
    ),
}
