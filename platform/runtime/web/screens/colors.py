"""The closed palette of choices, apps and people; a name becomes a class of tokens.css, never a style."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

PALETTE = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan", "gray")
_ALSO = {
    "grey": "gray",
    "violet": "purple",
    "amber": "yellow",
    "navy": "indigo",
    "brown": "orange",
    "black": "gray",
    "white": "gray",
}
_FOR_PEOPLE = PALETTE[:-1]
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def color_class(name: str | None) -> str:
    """The class of a palette colour; gray for none and for a name outside the palette."""
    known = _ALSO.get(name or "", name or "")
    return f"c-{known}" if known in PALETTE else "c-gray"


@lru_cache(maxsize=2048)
def color_of(text: str) -> str:
    """A colour that always is the same for the same name."""
    return f"c-{_FOR_PEOPLE[crc32(text.encode()) % len(_FOR_PEOPLE)]}"


@lru_cache(maxsize=2048)
def initials(name: str) -> str:
    """A person in a circle: the last character of a Chinese name, the first letters of first and last word elsewhere."""
    name = name.strip()
    if _CJK.search(name):
        return name[-1]
    words = name.split()
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
