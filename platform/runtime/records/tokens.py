"""What full-text search knows a text by: words, Chinese bigrams, pinyin, and the digits of telephone numbers.

Index and query use the same cutting, and both databases are fed with finished tokens, so that they find the same. A query is a
list of groups; every group must match, by its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from newel.runtime.records.pinyin import LONGEST_TOKEN, pinyin_tokens

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(f"[{_CHINESE}]+|[^\\W_{_CHINESE}]+")
_DIGITS = re.compile(r"\d")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
LONGEST_NAME = 16  # Chinese runs up to this many characters are found by pinyin too
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
    return list(dict.fromkeys(groups))[:MOST_GROUPS]


def readings_of(query: str) -> list[list[tuple[str, ...]]]:
    """The ways to understand a query, the likeliest first: as a telephone number where it is written like one, and as words."""
    number, groups = _phone_like(query), groups_of(query)
    as_number: list[tuple[str, ...]] = [(number,)] if number else []
    return [each for each in (as_number, groups) if each]


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
        yield from pinyin_tokens(run)


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _number_tokens(text: str) -> Iterator[str]:
    digits = "".join(_DIGITS.findall(normalize("NFKC", text)))[:LONGEST_TOKEN]
    return (digits[at:] for at in range(max(1, len(digits) - SHORTEST_NUMBER + 1)) if digits)


def _phone_like(query: str) -> str | None:
    """The digits of a query that is written as telephone numbers are: 138-0013 8000, +86 21 5555."""
    plain = normalize("NFKC", query).strip()
    digits = "".join(_DIGITS.findall(plain))
    separated = re.fullmatch(r"[+\d][\d\s().-]*", plain) is not None and not plain.isdigit()
    return digits if separated and len(digits) >= SHORTEST_NUMBER else None
