"""Amounts of money with their currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal as Exact
from functools import lru_cache
from typing import Any, ClassVar

from newel.metadata.field_types import numbers
from newel.metadata.field_types.base import BLANK, Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.decimal import BOUND, SCALE
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.field_types.values import Money as Amount
from newel.metadata.model import Field
from newel.metadata.words import word

_TEXT = re.compile(r"([+-]?) ?([^0-9.,+\- ]*) ?([+-]?)([0-9.,]+ ?[万亿]?) ?([^0-9.,+\- ]*)")
# Babel writes JPY as "¥" in English, which CNY fields would misread.
_OWN_SYMBOLS = {("en", "JPY"): "JP¥"}
_BARE = {"¥": ("CNY", "JPY"), "$": ("USD", "CAD", "AUD", "HKD", "TWD", "SGD", "NZD"), "元": ("CNY", "TWD", "HKD")}


class Money(FieldType):
    """Stored as an exact amount and a currency code. Where none is given, the field's `currency` holds."""

    name = "money"
    help = "An amount of money; every value knows its currency."
    expression_type = "money"
    widget = "money"
    shown_as = "money"
    can_be_computed = True
    plain = False
    properties: ClassVar[Mapping[str, Any]] = {
        "currency": {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "description": "The currency of amounts that name none (ISO 4217); the solution's currency where left out.",
        },
        "fixed_currency": {"type": "boolean", "default": False, "description": "Whether no other currency may be used."},
        "scale": SCALE,
        "min": BOUND | {"description": "The least amount."},
        "max": BOUND | {"description": "The greatest amount."},
    }

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        problems = numbers.range_problems(options)
        currency = options.get("currency")
        if currency is not None and currency not in currencies():
            return (("currency", word("This is not an ISO 4217 currency code.")), *problems)
        return problems

    def columns(self, field: Field) -> tuple[Column, ...]:
        amount = Column("decimal", precision=numbers.DIGITS, scale=field.options.get("scale", 2))
        return (amount, Column("string", "_currency", length=3))

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        return (None, None) if value is None else (value.amount, value.currency)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> Amount | None:
        amount, currency = values
        return None if amount is None else Amount(amount, currency or field.options.get("currency", ""))

    def parse(self, field: Field, raw: Any, locale: Locale) -> Amount | None:
        amount, currency = _parts(field, raw, _language(locale))
        if currency and currency not in currencies():
            raise ValueProblem("unknown_currency", "This is not a currency code. Write it as CNY or USD.")
        if amount is None:
            return None
        if not currency:
            raise ValueProblem("no_currency", "Say the currency of this amount, such as CNY.")
        return Amount(numbers.at_scale(amount, field.options.get("scale", 2)), currency)

    def check(self, field: Field, value: Any) -> None:
        if value is None:
            return
        numbers.check(field, value.amount, numbers.DIGITS, field.options.get("scale", 2))
        default = field.options.get("currency")
        if field.options.get("fixed_currency") and value.currency != default:
            raise ValueProblem("other_currency", "This amount must be in {currency}.", currency=default)

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        if value is None:
            return ""
        scale = field.options.get("scale", 2)
        shortest = numbers.at_scale(value.amount, min(scale, minor_digits(value.currency)))
        figures = f"{abs(shortest):,f}"
        return f"{'-' if value.amount < 0 else ''}{symbol(value.currency, _language(locale))}{figures}"

    def edit_text(self, field: Field, value: Any, locale: Locale) -> dict[str, str]:
        """The two inputs of the widget: amount and currency."""
        if value is None:
            return {"amount": "", "currency": field.options.get("currency", "")}
        return {"amount": numbers.plain(value.amount, field.options.get("scale", 2)), "currency": value.currency}

    def dump(self, field: Field, value: Any) -> dict[str, str] | None:
        if value is None:
            return None
        return {"amount": numbers.plain(value.amount, field.options.get("scale", 2)), "currency": value.currency}

    def json_schema(self, field: Field) -> dict[str, Any]:
        amount = {"type": "string", "pattern": numbers.json_pattern(numbers.DIGITS, field.options.get("scale", 2))}
        currency = {"type": "string", "pattern": "^[A-Z]{3}$"}
        parts = {"amount": amount, "currency": currency}
        example = {"amount": "12.50", "currency": "CNY"}
        return {
            "type": "object",
            "properties": parts,
            "required": ["amount", "currency"],
            "additionalProperties": False,
            "examples": [example],
        }

    def input_schema(self, field: Field) -> dict[str, Any]:
        amount = numbers.input_schema(field, numbers.DIGITS, field.options.get("scale", 2))
        fixed = field.options.get("fixed_currency")
        codes = [field.options.get("currency", "")] if fixed else sorted(currencies())
        parts = {"amount": {"anyOf": [*amount["anyOf"], BLANK]}, "currency": {"enum": [*codes, "", None]}}
        whole = {"type": "object", "properties": parts, "required": ["amount"], "additionalProperties": False}
        return {"anyOf": [whole, *amount["anyOf"]]}

    def search_text(self, field: Field, value: Any) -> str:
        return "" if value is None else f"{numbers.trimmed(value.amount):f}"


def _parts(field: Field, raw: Any, language: str) -> tuple[Exact | None, str]:
    """Amount and currency code of anything that is taken; the field's currency where none is named."""
    default = field.options.get("currency", "")
    if isinstance(raw, Amount):
        return numbers.read(raw.amount), raw.currency
    if isinstance(raw, Mapping):
        return _parts_of_mapping(raw, default)
    if isinstance(raw, str):
        return _parts_of_text(raw, default, language)
    return numbers.read(raw), default


def _parts_of_mapping(raw: Mapping[Any, Any], default: str) -> tuple[Exact | None, str]:
    if "amount" not in raw or not raw.keys() <= {"amount", "currency"}:
        raise ValueProblem("unknown_part", "An amount of money has the parts amount and currency.")
    currency = read_line(raw.get("currency"))
    return numbers.read(raw["amount"]), default if currency is None else narrow(currency).upper()


def _parts_of_text(raw: str, default: str, language: str) -> tuple[Exact | None, str]:
    text = read_line(raw)
    if text is None:
        return None, default
    found = _TEXT.fullmatch(narrow(text).replace("￥", "¥")) if len(text) <= 60 else None
    if found is None or (found[2] and found[5]) or (found[1] and found[3]):
        raise ValueProblem("not_money", "This must be an amount of money, such as 12.50 CNY.")
    return numbers.read(found[1] + found[3] + found[4]), _currency(found[2] or found[5], default, language)


def _currency(mark: str, default: str, language: str) -> str:
    """The currency that a code or a symbol means; a bare ¥, $ or 元 means the field's own where that fits."""
    if not mark:
        return default
    known = _by_symbol(language).get(mark)
    if known is None and mark in _BARE:
        return default if default in _BARE[mark] else _BARE[mark][0]
    return known or _by_symbol("en").get(mark) or _by_symbol("zh").get(mark) or mark.upper()


def _language(locale: Locale) -> str:
    return "zh" if locale.language.startswith("zh") else "en"


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """The currency codes of ISO 4217 that Babel knows."""
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


@lru_cache(maxsize=1024)
def symbol(currency: str, language: str) -> str:
    """What stands before an amount: CN¥, $, or "CHF " where there is only the code."""
    from babel.numbers import get_currency_symbol

    own = _OWN_SYMBOLS.get((language, currency))
    text = own or str(get_currency_symbol(currency, "zh_CN" if language == "zh" else "en"))
    return f"{text}\u00a0" if text[-1].isalpha() else text


@lru_cache(maxsize=2)
def _by_symbol(language: str) -> Mapping[str, str]:
    return {symbol(code, language).strip("\u00a0"): code for code in sorted(currencies(), reverse=True)}


@lru_cache(maxsize=1024)
def minor_digits(currency: str) -> int:
    """How many decimals amounts of the currency usually have: CNY 2, JPY 0."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)
