"""What full-text search knows a text by: words, Chinese bigrams, pinyin, and the digits of telephone numbers.

Index and query use the same cutting, and both databases are fed with finished tokens, so that they find the same. A query is a
list of groups; every group must match, by its beginning.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import normalize

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(f"[{_CHINESE}]+|[^\\W_{_CHINESE}]+")
_DIGITS = re.compile(r"\d")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
LONGEST_TOKEN = 40
LONGEST_NAME = 16  # Chinese runs up to this many characters are found by pinyin too
MOST_TWOFOLD = 3  # characters with two readings that a run is found by
LONGEST_TEXT = 20_000  # characters of a text that are searched
MOST_GROUPS = 12
SHORTEST_NUMBER = 4  # a telephone number is found by this many of its last digits, or more


def tokens_of(text: str, kind: str = "text") -> Iterator[str]:
    """The tokens of one text. `kind` phone adds every ending of its digits."""
    if kind == "phone":
        yield from _number_tokens(text)
    for part in _PARTS.findall(_folded(text[:LONGEST_TEXT])):
        if _IS_CHINESE.match(part):
            yield from _chinese_tokens(part)
        else:
            yield part[:LONGEST_TOKEN]


def groups_of(query: str) -> list[tuple[str, ...]]:
    """What must be found for a query: for each group one of its tokens, whole or as the beginning of a longer one."""
    groups: list[tuple[str, ...]] = []
    for part in _PARTS.findall(_folded(query[:200])):
        if not _IS_CHINESE.match(part):
            groups.append((part[:LONGEST_TOKEN],))
        elif len(part) == 1:
            groups.append((part,))
        else:
            groups.extend((pair,) for pair in _pairs(part))
    number = _phone_like(query)
    if number:
        return [(number,)]
    return list(dict.fromkeys(groups))[:MOST_GROUPS]


def matches(groups: Iterable[tuple[str, ...]], tokens: Iterable[str]) -> bool:
    """Whether a text with these tokens answers a query: the recheck, in memory."""
    known = set(tokens)
    return all(any(_is_found(wanted, known) for wanted in group) for group in groups)


def _is_found(wanted: str, known: set[str]) -> bool:
    return wanted in known or any(token.startswith(wanted) for token in known)


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _chinese_tokens(run: str) -> Iterator[str]:
    """Pairs of neighbouring characters; the last one alone, so that every character begins some token; and pinyin."""
    yield from _pairs(run)
    yield run[-1]
    if len(run) <= LONGEST_NAME:
        yield from _pinyin_tokens(run)


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


@lru_cache(maxsize=20_000)
def _pinyin_tokens(run: str) -> tuple[str, ...]:
    """Full pinyin and its initials, from every character on: 华为技术 is found by huawei, jishu, hwjs and js.

    A character with two readings is taken with each in turn, so that 重庆 is found by chongqing.
    """
    readings = [_readings(character) for character in run]
    usual = [each[0] for each in readings]
    twofold = [at for at, each in enumerate(readings) if len(each) > 1][:MOST_TWOFOLD]
    spoken = [usual, *([*usual[:at], readings[at][1], *usual[at + 1 :]] for at in twofold)]
    return tuple(dict.fromkeys(token for syllables in spoken for token in _endings(syllables) if token))


def _endings(syllables: list[str]) -> Iterator[str]:
    for at in range(len(syllables)):
        yield "".join(syllables[at:])[:LONGEST_TOKEN]
        yield "".join(each[:1] for each in syllables[at:])


@lru_cache(maxsize=30_000)
def _readings(character: str) -> tuple[str, ...]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # the dictionary of phrases would take 45 MB of memory
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(each.lower() for each in found[0][:2]) if found else ("",)


def _number_tokens(text: str) -> Iterator[str]:
    digits = "".join(_DIGITS.findall(normalize("NFKC", text)))[:LONGEST_TOKEN]
    return (digits[at:] for at in range(max(1, len(digits) - SHORTEST_NUMBER + 1)) if digits)


def _phone_like(query: str) -> str | None:
    """The digits of a query that is written as telephone numbers are: 138-0013 8000, +86 21 5555."""
    plain = normalize("NFKC", query).strip()
    digits = "".join(_DIGITS.findall(plain))
    separated = re.fullmatch(r"[+\d][\d\s().-]*", plain) is not None and not plain.isdigit()
    return digits if separated and len(digits) >= SHORTEST_NUMBER else None
