"""Each function over fields, records and an organisation of many kinds: SQL gives what Python gives, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from newel.rules.expressions import Expression
from newel.rules.facts import Facts, Organisation
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from tests.rules.test_engines_agree import RECORDS, Stage, staged
from tests.rules.world import FACTS, ME, OTHER, compiled

SETTLED = Organisation(
    name="Newel",
    currency="CNY",
    fiscal_start=4,
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)) | {date(2026, 11, 20), date(2026, 2, 2), date(1999, 12, 31)},
    extra_workdays=frozenset({date(2026, 10, 10), date(2026, 11, 22), date(2024, 3, 2)}),
    rates={
        "USD": (
            (date(2024, 1, 1), Decimal("7.05")),
            (date(2026, 11, 1), Decimal("7.123456")),
            (date(2026, 11, 21), Decimal("7")),
        ),
        "EUR": ((date(2026, 1, 1), Decimal("7.8")),),
    },
)
SUNDAYS_AND_TUESDAYS = replace(
    SETTLED, workdays=(2, 7), fiscal_start=1, currency="USD", rates={"CNY": ((date(2025, 1, 1), Decimal("0.14")),)}
)
NEVER = replace(SETTLED, workdays=(), extra_workdays=frozenset({date(2026, 11, 23)}), rates={})
KNOWN = replace(FACTS, teams=(OTHER,), units=(OTHER, ME), reports=(OTHER,), team_names=("East",), organisation=SETTLED)
WORLDS = (
    KNOWN,
    replace(KNOWN, organisation=SUNDAYS_AND_TUESDAYS, teams=(), units=(), reports=()),
    replace(KNOWN, organisation=NEVER),
)

NUMBERS = ("count", "price", "ratio", "price * ratio", "-2.5", "0", "0.005", "12345678901234567890.125")
TEXTS = ("name", "note", "home", "'a1b２c'", "concat(name, ' ', note)")
DATES = ("due", "start", "today()", "date('0001-01-01')", "date('9999-12-31')", "place.opened")


def expressions() -> list[str]:
    """Every function over every field that it takes, with the values where engines could differ."""
    found: list[str] = []
    for number in NUMBERS:
        found += [f"{name}({number})" for name in ("ceil", "floor", "trunc", "sign", "text", "abs")]
        found += [f"{name}({number}, ratio)" for name in ("round_to", "percent", "safe_div", "blank_if")]
        found += [
            f"round_to({number}, 0.05)",
            f"round_to({number}, -3)",
            f"clamp({number}, -1, 2)",
            f"clamp({number}, ratio, price)",
        ]
        found += [
            f"safe_div({number}, count, -1)",
            f"safe_div({number}, count, none)",
            f"case({number}, 1, 'a', ratio, 'b', none, 'c', 'd')",
        ]
        found += [f"text({number}, '{form}')" for form in ("0", "0.00", "000", "#,##0", "#,##0.000", "0%", "#,##0.0%", "0000.0")]
        found += [
            f"left(note, {number})",
            f"right(note, {number})",
            f"mid(note, {number})",
            f"mid(note, 2, {number})",
            f"mid(note, {number}, 3)",
        ]
        found += [f"date(2024, {number}, 29)", f"date({number}, 2, 3)", f"date(2023, 2, {number})"]
    for text in TEXTS:
        found += [f"digits({text})", f"mask({text}, 1, 2)", f"mask({text}, 0, 0)", f"pad_left({text}, 6, '零')", f"len({text})"]
        found += [f"find({text}, 'a')", f"find({text}, class)", f"replace({text}, 'a', 'bb')", f"replace({text}, class, none)"]
        found += [f"replace({text}, ' ', class)", f"join(', ', {text}, class, tags, stage, note)", f"join(class, {text}, note)"]
        found += [f"matches({text}, '{pattern}')" for pattern in PATTERNS]
        found += [
            f"case({text}, 'a', 1, class, 2, 3)",
            f"blank_if({text}, class)",
            f"to_date({text})",
            f"to_date({text}, 'D/M/YYYY')",
        ]
    for day in DATES:
        found += [f"{name}({day}, start)" for name in ("months_between", "days_between", "age", "workdays_between", "blank_if")]
        found += [f"{name}(due, {day})" for name in ("months_between", "age", "workdays_between")]
        found += [f"{name}({day})" for name in ("iso_week", "fiscal_year", "weekday", "quarter", "age", "text")]
        found += [f"text({day}, '{form}')" for form in ("YYYY-MM-DD", "YYYY年M月D日", "D/M/YY", "DD.MM.YYYY", "M")]
        found += [
            f"add_workdays({day}, {count})" for count in ("0", "1", "-1", "5", "-7", "260", "count", "99999999999", "price")
        ]
        found += [f"case({day}, due, 'a', start, 'b', 'c')", f"clamp({day}, start, due)", f"to_date(text({day}, 'YYYY.M.D'))"]
        found += [f"convert(cost, 'CNY', {day})", f"convert(fee, 'USD', {day})", f"convert(cost, currency(fee), {day})"]
    for moment in ("seen", "now()"):
        found += [
            f"hour({moment})",
            f"minute({moment})",
            f"text({moment})",
            f"text({moment}, 'YY-M-D H:mm:ss')",
            f"to_date({moment})",
        ]
    for moment in ("seen", "now()", "datetime('0001-01-01T01:00:00Z')", "datetime('9999-12-31T22:00:00Z')"):
        found += [f"hours_between(seen, {moment})", f"hours_between({moment}, now())"]
        found += [f"add_hours({moment}, {count})" for count in ("1", "-0.5", "ratio", "count", "1.00013", "99999999999999")]
    found += [  # a function that is a subquery, within one
        "join(join(name, tags, colours), colours, tags)",
        "add_workdays(add_workdays(due, count), 1)",
        "add_workdays(due, size(tags) + days_between(due, add_workdays(start, count)))",
        "to_date(text(add_days(to_date(text(due)), 1)))",
        "to_date(join('-', '2026', text(day(to_date(text(due)))), '1'))",
    ]
    counted = ("size(tags)", "len(name)", "find(note, 'a')", "day(due)", "hour(seen)", "days_between(due, start)", "sign(count)")
    counted = (*counted, "count_true(active, place.open)", "workdays_between(due, start)", "fiscal_year(due)", "count")
    for each in counted:
        found += [f"{name}({each}) / 3 + price" for name in ("ceil", "floor", "trunc", "sign", "round", "abs")]
        found += [f"ceil(money({each}, 'CNY')) + fee", f"max({each}, ratio) % 7", f"round({each} / 7, 2)", f"{each} // 0.3"]
    found += [
        "hour(at)",
        "minute(at)",
        "to_date('2026-02-30')",
        "to_date(' 2026/1/5 ')",
        "to_date('20261-1-5')",
        "to_date('0000-01-01')",
    ]
    found += [
        "convert(cost, 'EUR')",
        "convert(cost, 'JPY')",
        "convert(convert(cost, 'USD'), 'EUR')",
        "convert(fee * 2, 'USD', due)",
    ]
    found += [
        "round_to(cost, 0.5)",
        "floor(cost)",
        "ceil(fee)",
        "trunc(cost)",
        "sign(cost)",
        "percent(cost, fee)",
        "percent(fee, 3)",
    ]
    found += [
        "clamp(cost, fee, money(5, 'CNY'))",
        "safe_div(cost, count)",
        "safe_div(fee, ratio, 7)",
        "blank_if(cost, fee)",
        "text(cost, '0.0')",
    ]
    found += [
        "case(cost, fee, 1, 2)",
        "case(fee, 2.5, 'x', 'y')",
        "case(stage, 'new', cost, 'won', fee, cost * 2)",
        "case(active, true, 1, 0)",
    ]
    found += ["case(stage, 'new', active, 'won', price > 1, false)", "case(level, 'low', due, start)"]
    found += [
        "all_of(active, price > 0, is_blank(due))",
        "any_of(active, price > 0)",
        "count_true(active, price > 0, due < start)",
    ]
    found += [
        "not all_of(active, place.open)",
        "count_true(active, place.open) * 2",
        "text(effort / duration(1))",
        "sign(effort)",
    ]
    found += [
        "is_manager_of(owner)",
        "not is_manager_of(place.manager)",
        "is_manager_of(me())",
        "in_team('East')",
        "in_team('West')",
    ]
    return found


PATTERNS = (
    "[a-z]+",
    ".*",
    "\\\\p{Han}+",
    "[^a-z ]+",
    "(A|a).*|.*[ßé]",
    "\\\\w+(\\\\s\\\\w+)*",
    "\\\\D*",
    "^a?b?.{0,20}$",
    "[\\\\w\\\\s]{1,3}.",
    "\\\\S+",
    "İ.{7}|[一-龥]{2}",
)


def test_functions_give_the_same_in_sql_and_python(make_installation: Any, database: Any) -> None:
    with staged(make_installation, database) as stage:
        for text in expressions():
            expression = compiled(text)
            for facts in WORLDS if expression.volatile else (KNOWN,):
                agree(stage, expression, facts)


def agree(stage: Stage, expression: Expression, facts: Facts) -> None:
    """Fails where the engines differ on a record."""
    text = expression.text
    reference = Reference(expression)
    found = stage.values(expression, facts)
    for record in RECORDS:
        value = evaluate(expression, record, facts)
        assert value == reference.evaluate(record, facts), f"fast and reference engine differ on {text}"
        plain = (value.amount, value.currency) if hasattr(value, "currency") else (value,)
        if expression.type.kind == "money" and value is None:
            plain = (None, None)
        assert found[record["id"]] == plain, f"{text} on {record}"
