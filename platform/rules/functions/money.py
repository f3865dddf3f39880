"""Functions on amounts of money."""

from __future__ import annotations

from decimal import Decimal

from newel.metadata.field_types.values import Money
from newel.rules.arithmetic import Number
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import MONEY as MONEY_TYPE
from newel.rules.types import NUMBER, TEXT

MONEY = (
    Function(
        "money",
        "Money",
        "An amount of money from a number and a currency (CNY, USD...).",
        (Param("amount", ("number",)), Param("currency", ("text",), literal=True)),
        MONEY_TYPE,
        lambda amount, currency: Money(Decimal(amount), currency),
        lambda sql, amount, currency: sql.money(amount, currency),
        (Example("amount(money(12.5, 'CNY'))", "12.5"), Example("money(2, 'CNY') < money(3, 'CNY')", "true")),
        sqlite=lambda sql, amount, currency: sql.money(amount, currency),
        browser="money",
    ),
    Function(
        "amount",
        "Money",
        "The number of an amount of money.",
        (Param("money", ("money",)),),
        NUMBER,
        lambda money: money.amount,
        lambda sql, money: sql.amount(money),
        (Example("amount(money(3, 'USD')) + 1", "4"),),
        sqlite=lambda sql, money: sql.amount(money),
        browser="amount",
    ),
    Function(
        "currency",
        "Money",
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
)


def as_amount(value: Number | Money) -> Number:
    """What a number and an amount of money are compared by."""
    return value.amount if isinstance(value, Money) else value
