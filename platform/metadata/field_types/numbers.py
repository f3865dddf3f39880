"""Numbers as people and programs write them, read exactly and written with grouping. Floats never take part in arithmetic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import ulp
from typing import Any

from newel.metadata.field_types.base import ValueProblem
from newel.metadata.field_types.texts import narrow, read_line
from newel.metadata.model import Field
from newel.metadata.words import word

SAFE_INTEGER = 2**53 - 1  # what JavaScript and JSON readers hold exactly
DIGITS = 18  # what a 64-bit integer holds of a scaled decimal
STEPS = tuple(Decimal(1).scaleb(-places) for places in range(DIGITS + 1))

_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_WRITTEN = re.compile(r"([+-]?) ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+) ?([万亿]?)")
_TIMES = {"": 0, "万": 4, "亿": 8}


def read(raw: Any) -> Decimal | None:
    """An exact number from a number or a text (1234.5, "1,234.50", "１２", "1.5万"); None for blank."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return _read_text(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise ValueProblem("not_a_number", "This must be a number.")
    return _exact(raw)


def read_whole(raw: Any) -> int | None:
    """As `read`, of a number without decimals."""
    number = read(raw)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueProblem("not_whole", "This must be a whole number.")
    return int(number)


def _read_text(raw: str) -> Decimal | None:
    if _PLAIN.fullmatch(raw):
        return Decimal(raw) + 0  # + 0 turns -0 into 0
    text = read_line(raw)
    if text is None:
        return None
    found = _WRITTEN.fullmatch(narrow(text)) if len(text) <= 60 else None
    if found is None:
        raise ValueProblem("not_a_number", "This must be a number.")
    sign, digits, unit = found.groups()
    return _exact(Decimal(sign + digits.replace(",", "")).scaleb(_TIMES[unit]))


def _exact(raw: int | float | Decimal) -> Decimal:
    if isinstance(raw, float):
        raw = _exact_float(raw)
    fits = -(10**40) < raw < 10**40 if isinstance(raw, int) else raw.is_finite() and raw.adjusted() < 40
    if not fits:
        raise ValueProblem("number_too_large", "This number is too large.")
    return Decimal(raw) or Decimal(0)


def _exact_float(raw: float) -> Decimal:
    """The decimal that was meant: 0.21000000000000002 is 0.21, for the two differ by no more than floats do."""
    if raw.is_integer():
        return Decimal(raw)
    short = Decimal(f"{raw:.15g}")
    return short if abs(float(short) - raw) <= 4 * ulp(raw) else Decimal(repr(raw))


def at_scale(number: Decimal, scale: int) -> Decimal:
    """The same number written with `scale` decimals; as it is, where that would round it or make it too long."""
    if number.adjusted() + scale > 26:
        return number
    stepped = number.quantize(STEPS[scale])
    return stepped if stepped == number else number


def check(field: Field, number: Decimal, precision: int, scale: int) -> None:
    """Raises where a number has too many decimals or digits, or lies outside `min` and `max`."""
    if at_scale(number, scale).as_tuple().exponent != -scale and number.adjusted() + scale <= 26:
        raise _too_fine(scale)
    if number.adjusted() >= precision - scale and number:
        raise ValueProblem("number_too_large", "This number is too large.")
    check_range(field.options, number)


def _too_fine(scale: int) -> ValueProblem:
    if scale == 0:
        return ValueProblem("too_many_decimals", "Use a whole number.")
    return ValueProblem("too_many_decimals", "Use at most {scale} decimal places.", scale=scale)


def check_whole(options: Mapping[str, Any], number: int) -> None:
    """Raises where a whole number is too large for readers of JSON, or lies outside `min` and `max`."""
    if not -SAFE_INTEGER <= number <= SAFE_INTEGER:
        raise ValueProblem("number_too_large", "This number is too large.")
    if options:
        check_range(options, number)


def check_range(options: Mapping[str, Any], number: Decimal | int) -> None:
    """Raises where a number is less than the option `min` or more than the option `max`."""
    least, most = options.get("min"), options.get("max")
    if least is not None and number < Decimal(str(least)):
        raise ValueProblem("too_small", "This must be at least {least}.", least=least)
    if most is not None and number > Decimal(str(most)):
        raise ValueProblem("too_large", "This must be at most {most}.", most=most)


def write(number: Decimal, scale: int) -> str:
    """With grouping commas and `scale` decimals, more where the number has them: English and Chinese alike write 1,234.50."""
    return f"{at_scale(number, scale):,f}"


def plain(number: Decimal, scale: int) -> str:
    """Without grouping: the JSON form, and what number inputs want."""
    return f"{at_scale(number, scale):f}"


def trimmed(number: Decimal) -> Decimal:
    """Without the zeros at the end of its decimals."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def range_schema(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options `min` and `max` in JSON Schema."""
    pairs = (("minimum", options.get("min")), ("maximum", options.get("max")))
    return {name: bound for name, bound in pairs if bound is not None}


def whole_schema(options: Mapping[str, Any]) -> dict[str, Any]:
    """A whole number within the bounds that `check_whole` holds."""
    bounds = {"minimum": -SAFE_INTEGER, "maximum": SAFE_INTEGER}
    return {"type": "integer", **bounds, **range_schema(options)}


def range_problems(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the JSON Schema of a number type's properties can't see."""
    least, most = options.get("min"), options.get("max")
    if least is not None and most is not None and Decimal(str(least)) > Decimal(str(most)):
        return (("min", word("`min` must not be more than `max`.")),)
    return ()


def json_pattern(precision: int, scale: int) -> str:
    """What `plain` writes, as a JSON Schema pattern."""
    whole = f"^-?[0-9]{{1,{max(precision - scale, 1)}}}"
    return f"{whole}\\.[0-9]{{{scale}}}$" if scale else f"{whole}$"


def input_schema(field: Field, precision: int, scale: int) -> dict[str, Any]:
    """A JSON number or a text with at most `scale` decimals. JSON Schema can't hold a text to `min` and `max`."""
    whole = max(precision - scale, 1)
    most = 10**whole - 1
    bounds = {"minimum": -most, "maximum": most} | range_schema(field.options)
    number: dict[str, Any] = {"type": "number", **bounds, "multipleOf": float(STEPS[scale]) if scale else 1}
    return {"anyOf": [number, {"type": "string", "pattern": text_pattern(field.options, whole, scale)}]}


def text_pattern(options: Mapping[str, Any], whole: int, scale: int) -> str:
    """Texts of at most so many digits before and after the point, with grouping or without."""
    sign = "\\+?" if options.get("min") is not None and options["min"] >= 0 else "[+-]?"
    fraction = f"(?:\\.[0-9]{{0,{scale}}}0{{0,9}})?" if scale else "(?:\\.0{0,9})?"
    grouped = f"|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,{whole // 3 - 1}}}" if whole > 5 else ""
    return f"^{sign}(?:[0-9]{{1,{whole}}}{grouped}){fraction}$"
