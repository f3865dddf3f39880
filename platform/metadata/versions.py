"""Versions of solutions and ranges of them: `1.4.0`, `>=1.0 <2`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

Version = tuple[int, int, int]

_VERSION = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?")
_CLAUSE = re.compile(r"(>=|<=|==|=|!=|>|<)?\s*(\d[\d.]*)")
_COMPARISONS: dict[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def parse_version(text: object) -> Version | None:
    """`1.4` as (1, 4, 0); None where it is no version."""
    found = _VERSION.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def parse_range(text: object) -> list[tuple[str, Version]] | None:
    """`>=1.0 <2` as its comparisons; `*` and '' hold for every version; None where it is no range."""
    if not isinstance(text, str):
        return None
    rest, clauses = text.strip(), []
    if rest in ("", "*"):
        return []
    for part in re.sub(r"([<>=!]=?|=)\s+", r"\1", rest.replace(",", " ")).split():
        found = _CLAUSE.fullmatch(part)
        version = parse_version(found[2]) if found else None
        if not found or version is None:
            return None
        clauses.append((found[1] or "=", version))
    return clauses


def holds(version: Version, clauses: list[tuple[str, Version]]) -> bool:
    """True where `version` meets all comparisons."""
    return all(_COMPARISONS[sign](version, bound) for sign, bound in clauses)
