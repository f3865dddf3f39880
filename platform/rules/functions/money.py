"""Functions on amounts of money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from newel.metadata.field_types.values import Money
from newel.metadata.words import word
from newel.rules.arithmetic import Number, divide, multiply
from newel.rules.facts import Facts
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import DATE, NUMBER, TEXT, Type
from newel.rules.types import MONEY as MONEY_TYPE

_GROUP = word("Money")


def as_amount(value: Any) -> Any:
    """What a number and an amount of money are compared by."""
    return value.amount if isinstance(value, Money) else value


def convert(facts: Facts, money: Money, currency: str, day: date | None = None) -> Money | None:
    """The amount to 10 places in another currency, at the rates of `day`; blank where one of them has no rate yet."""
    if money.currency == currency:
        return money
    amount = exchanged(money.amount, money.currency, currency, day or facts.today, facts.organisation)
    return None if amount is None else Money(amount, currency)


def exchanged(amount: Number, given: str, wanted: str, day: date, organisation: Any) -> Decimal | None:
    """What an amount of one currency is in another one."""
    mine, theirs = organisation.rate(given, day), organisation.rate(wanted, day)
    return None if mine is None or theirs is None else divide(multiply(amount, mine), theirs)


def _of_currency(types: Sequence[Type], written: Sequence[Any]) -> Type:
    """Money whose currency is known where it is written out."""
    return Type("money", currency=written[1])


MONEY = (
    Function(
        "money",
        _GROUP,
        "An amount of money from a number and a currency (CNY, USD...).",
        (Param("amount", ("number",)), Param("currency", ("text",), literal=True)),
        MONEY_TYPE,
        lambda amount, currency: Money(Decimal(amount), currency),
        lambda sql, amount, currency: sql.money(amount, currency),
        (Example("amount(money(12.5, 'CNY'))", "12.5"), Example("money(2, 'CNY') < money(3, 'CNY')", "true")),
        sqlite=lambda sql, amount, currency: sql.money(amount, currency),
        typed=_of_currency,
        browser="money",
    ),
    Function(
        "amount",
        _GROUP,
        "The number of an amount of money.",
        (Param("money", ("money",)),),
        NUMBER,
        lambda money: money.amount,
        lambda sql, money: sql.amount(money),
        (Example("amount(money(3, 'USD')) + 1", "4"), Example("amount(money(none, 'USD'))", "none")),
        sqlite=lambda sql, money: sql.amount(money),
        browser="amount",
    ),
    Function(
        "currency",
        _GROUP,
        "The currency of an amount of money.",
        (Param("money", ("money",)),),
        TEXT,
        lambda money: money.currency,
        lambda sql, money: sql.currency(money),
        (Example("currency(money(3, 'USD'))", "'USD'"), Example("currency(money(none, 'USD'))", "none")),
        sqlite=lambda sql, money: sql.currency(money),
        copies=2,
        browser="currency",
    ),
    Function(
        "convert",
        _GROUP,
        "The amount in another currency, to 10 places, at the latest exchange rates on or before the day (today, if no day is "
        "given); blank where there is none.",
        (Param("money", ("money",)), Param("currency", ("text",)), Param("day", ("date",), optional=True)),
        MONEY_TYPE,
        convert,
        lambda sql, money, currency, day=None: sql.converted(money, currency, day or sql.fact("nw_today", DATE)),
        (
            Example("amount(convert(money(12.5, 'CNY'), 'CNY'))", "12.5"),
            Example("amount(convert(money(10, 'USD'), 'CNY', date('2026-06-30')))", "none"),
        ),
        sqlite=lambda sql, money, currency, day=None: sql.converted(money, currency, day or sql.fact("nw_today", DATE)),
        facts=True,
        binds=("nw_today", "nw_rates"),
        copies=5,
        typed=_of_currency,
        browser="convert",
    ),
)
