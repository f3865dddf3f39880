"""How the page itself keeps and writes out a computed value: at the field's scale, in the reader's words, as the server would."""

from __future__ import annotations

from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.money import minor_digits, symbol
from newel.metadata.field_types.numbers import DIGITS, SAFE_INTEGER
from newel.metadata.model import Field, Model
from newel.runtime.web.screens.viewer import Viewer

Json = dict[str, Any]
COMMON_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD")


def keeping(of: Field) -> Json:
    """What `rules.keeping` does with a value on its way into the field."""
    if of.type == "boolean":
        return {"as": "boolean"}
    shape = type_of(of).columns(of)[0]
    if shape.kind == "string":
        return {"as": "text", "most": shape.length or 0}
    if shape.kind == "integer":
        return {"as": "number", "scale": 0, "most": str(SAFE_INTEGER)}
    if shape.kind != "decimal":
        return {"as": "value"}
    scale, precision = shape.scale or 0, shape.precision or DIGITS
    most = f"{'9' * (precision - scale) or '0'}.{'9' * scale}".rstrip(".")
    number = {"as": "number", "scale": scale, "most": most}
    return {**number, "as": "money", "currency": of.options.get("currency", "")} if of.type == "money" else number


def shown_as(viewer: Viewer, of: Field) -> Json | None:
    """How the page writes the field's values out; None where only the server can."""
    kind = of.type
    if kind in ("integer", "decimal", "percent"):
        scale = of.options.get("scale", 2) if kind != "integer" else 0
        return {"as": kind if kind == "percent" else "number", "scale": scale}
    if kind == "money":
        return {"as": "money", "scale": of.options.get("scale", 2)}
    if kind == "boolean":
        words = {str(each).lower(): type_of(of).format(of, each, viewer.locale) for each in (True, False)}
        return {"as": "words", "words": words}
    if kind == "choice":
        return {"as": "words", "words": {key: each.label.say(viewer.language) for key, each in of.choices.items()}}
    if kind in ("text", "long_text"):
        return {"as": "text"}
    return {"as": kind} if kind in ("date", "time", "duration") else None


def currencies(viewer: Viewer) -> Json:
    """By code: what stands before an amount, and how many decimals it has at least."""
    language = "zh" if viewer.language.startswith("zh") else "en"
    return {code: [symbol(code, language), minor_digits(code)] for code in sorted(_codes(viewer.model))}


def _codes(model: Model) -> set[str]:
    fields = (each for target in model.objects.values() for each in target.declared)
    named = {str(each.options["currency"]) for each in fields if each.options.get("currency")}
    return {*COMMON_CURRENCIES, *named, *([model.currency] if model.currency else [])}
