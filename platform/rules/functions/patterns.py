"""The patterns of `matches`: the part of RE2's language that means the same everywhere and is never slow.

A pattern is read into a tree of sets of characters, and written anew for each engine with nothing but such sets, groups, bars
and counts: \\d, \\s, \\w and the dot mean the same wherever it runs. RE2 and PostgreSQL run in linear time; the browser runs the
`program`, which tries all ways at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

LONGEST = 500  # characters
MOST_TIMES = 255
MOST_MEMORY = 2 << 20  # bytes that a pattern may take, of which most are a memory that makes it quick
MOST_STEPS = 2_000  # characters that the pattern has once all counts are written out
_LAST = 0x10FFFF
_CLASSES = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x3000, 0x3000)),
}
_HAN = ((0x3005, 0x3005), (0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_WRITTEN = {"n": 0x0A, "t": 0x09, "r": 0x0D}
_COUNT = re.compile(r"\{(\d{1,3})(?:(,)(\d{1,3})?)?\}")
_WIDE = "\\U{:08x}"  # how PostgreSQL writes a code point
_HEX = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})")

Ranges = tuple[tuple[int, int], ...]


class BadPattern(ValueError):  # noqa: N818 - it says what is wrong
    """A text that is no pattern of this language; the message says why."""


@dataclass(frozen=True, slots=True)
class Among:
    """One character out of a set, given by its ranges of code points."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    ways: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times; None: without end."""

    part: Part
    least: int
    most: int | None


Part = Among | Row | Either | Repeat


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text fits the pattern."""
    return _matcher(pattern)(text.encode()) is not None


@lru_cache(256)
def _matcher(pattern: str) -> Callable[[bytes], Any]:
    """RE2's own; it takes UTF-8, and is spared counting characters for a place that nobody asks for."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False  # where its quick way needs too much memory, it goes the other one, and need not say so
    found: Callable[[bytes], Any] = re2.compile(_written(parsed(pattern), "\\x{{{:x}}}".format), options).fullmatch
    return found


def is_pattern(text: str) -> bool:
    try:
        _matcher(text)
    except (BadPattern, re2.error):
        return False
    return True


def for_postgresql(pattern: str) -> str:
    """The pattern as PostgreSQL's `~` reads it."""
    return f"^(?:{_written(parsed(pattern), _WIDE.format)})$"


@lru_cache(256)
def parsed(pattern: str) -> Part:
    """The tree of a pattern; raises BadPattern."""
    if len(pattern) > LONGEST:
        raise BadPattern("it is too long")
    body = pattern.removeprefix("^")
    if body.endswith("$") and (len(body) - len(body[:-1].rstrip("\\"))) % 2:
        body = body[:-1]
    reader = _Reader(body)
    tree = reader.ways()
    if reader.at < len(body):
        raise BadPattern("a bracket closes that was not opened")
    if _steps(tree) > MOST_STEPS:
        raise BadPattern("it repeats too much")
    return tree


@lru_cache(256)
def program(pattern: str) -> tuple[tuple[Any, ...], ...]:
    """The pattern as steps of a small machine: ("one of", ranges), ("split", here, there), ("go", there), ("done",)."""
    steps: list[tuple[Any, ...]] = []
    _compile(parsed(pattern), steps)
    return (*steps, ("done",))


def _compile(part: Part, steps: list[tuple[Any, ...]]) -> None:
    match part:
        case Among():
            steps.append(("one of", part.ranges))
        case Row():
            for each in part.parts:
                _compile(each, steps)
        case Either():
            _compile_ways(part.ways, steps)
        case Repeat():
            for _ in range(part.least):
                _compile(part.part, steps)
            if part.most is None:
                _compile_endless(part.part, steps)
            else:
                _compile_optional(part.part, part.most - part.least, steps)


def _compile_ways(ways: Sequence[Part], steps: list[tuple[Any, ...]]) -> None:
    ends = []
    for way in ways[:-1]:
        split = len(steps)
        steps.append(())
        _compile(way, steps)
        ends.append(len(steps))
        steps.append(())
        steps[split] = ("split", split + 1, len(steps))
    _compile(ways[-1], steps)
    for end in ends:
        steps[end] = ("go", len(steps))


def _compile_endless(part: Part, steps: list[tuple[Any, ...]]) -> None:
    split = len(steps)
    steps.append(())
    _compile(part, steps)
    steps.append(("go", split))
    steps[split] = ("split", split + 1, len(steps))


def _compile_optional(part: Part, times: int, steps: list[tuple[Any, ...]]) -> None:
    splits = []
    for _ in range(times):
        splits.append(len(steps))
        steps.append(())
        _compile(part, steps)
    for split in splits:
        steps[split] = ("split", split + 1, len(steps))


def _steps(part: Part) -> int:
    match part:
        case Among():
            return 1
        case Row():
            return sum(map(_steps, part.parts))
        case Either():
            return 1 + sum(map(_steps, part.ways))
    return 1 + _steps(part.part) * max(part.least + 1 if part.most is None else part.most, 1)


def _written(part: Part, char: Callable[[int], str]) -> str:
    """The tree as a pattern again; `char` writes one code point."""
    match part:
        case Among():
            return _written_set(part.ranges, char)
        case Row():
            return "".join(_written(each, char) for each in part.parts)
        case Either():
            return "(?:" + "|".join(_written(each, char) for each in part.ways) + ")"
    most = "" if part.most is None else str(part.most)
    return f"(?:{_written(part.part, char)}){{{part.least},{most}}}"


def _written_set(ranges: Ranges, char: Callable[[int], str]) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return char(ranges[0][0])
    return "[" + "".join(char(low) if low == high else f"{char(low)}-{char(high)}" for low, high in ranges) + "]"


def _united(ranges: Sequence[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def _others(ranges: Sequence[tuple[int, int]]) -> Ranges:
    """Every character that is not in the ranges; halves of pairs and NUL are no characters."""
    found, start = [], 1
    for low, high in _united([*ranges, (0xD800, 0xDFFF)]):
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        found.append((start, _LAST))
    return tuple(found)


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def ways(self) -> Part:
        ways = [self.row()]
        while self.next == "|":
            self.at += 1
            ways.append(self.row())
        return ways[0] if len(ways) == 1 else Either(tuple(ways))

    def row(self) -> Part:
        parts = []
        while self.next and self.next not in "|)":
            parts.append(self.counted(self.part()))
        if not parts:
            raise BadPattern("a part of it is empty")
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def counted(self, part: Part) -> Part:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.next in simple and self.next:
            least, most = simple[self.next]
            self.at += 1
        elif self.next == "{":
            least, most = self.count()
        else:
            return part
        if self.next in ("*", "+", "?", "{") and self.next:
            raise BadPattern("a count stands after a count")
        return Repeat(part, least, most)

    def count(self) -> tuple[int, int | None]:
        found = _COUNT.match(self.text, self.at)
        if found is None:
            raise BadPattern("a brace stands alone; write \\{")
        self.at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if least > MOST_TIMES or (most is not None and not least <= most <= MOST_TIMES):
            raise BadPattern(f"a count lies between 0 and {MOST_TIMES}")
        return least, most

    def part(self) -> Part:
        char = self.next
        if char == "(":
            return self.group()
        if char == "[":
            return self.set()
        if char == ".":
            self.at += 1
            return Among(_others([(0x0A, 0x0A)]))
        if char == "\\":
            return Among(self.escape())
        if char in "*+?{}^$]":
            raise BadPattern(f"{char} stands where it means nothing; write \\{char}")
        self.at += 1
        return Among(((ord(char), ord(char)),))

    def group(self) -> Part:
        self.at += 3 if self.text.startswith("(?:", self.at) else 1
        self.depth += 1
        if self.next == "?" or self.depth > 20:
            raise BadPattern("groups are written ( ) or (?: ), and nested moderately")
        part = self.ways()
        if self.next != ")":
            raise BadPattern("a bracket is not closed")
        self.at += 1
        self.depth -= 1
        return part

    def escape(self) -> Ranges:
        """What stands after a backslash."""
        written = _HEX.match(self.text, self.at)
        if written is not None:
            self.at = written.end()
            return self.character(int(written[1] or written[2], 16))
        if self.text.startswith(("\\p{Han}", "\\P{Han}"), self.at):
            self.at += 7
            return _HAN if self.text[self.at - 6] == "p" else _others(_HAN)
        char = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if char.lower() in _CLASSES and char:
            return _CLASSES[char] if char.islower() else _others(_CLASSES[char.lower()])
        if char in _WRITTEN and char:
            return self.character(_WRITTEN[char])
        if not char or char.isalnum() or not char.isascii():
            raise BadPattern(f"\\{char} means nothing here")
        return self.character(ord(char))

    def character(self, code: int) -> Ranges:
        if not 0 < code <= _LAST or 0xD800 <= code <= 0xDFFF:
            raise BadPattern("there is no such character")
        return ((code, code),)

    def set(self) -> Part:
        self.at += 1
        negated = self.next == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.next != "]":
            if not self.next:
                raise BadPattern("a square bracket is not closed")
            ranges.extend(self.member())
        self.at += 1
        if not ranges:
            raise BadPattern("a set of characters is empty")
        found = _others(ranges) if negated else _united(ranges)
        if not found:
            raise BadPattern("a set of characters is empty")
        return Among(found)

    def member(self) -> Ranges:
        low = self.one()
        if self.next != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self.one()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1] or low[0][0] > high[0][0]:
            raise BadPattern("a range runs from one character up to another")
        return ((low[0][0], high[0][0]),)

    def one(self) -> Ranges:
        if self.next == "\\":
            return self.escape()
        if self.next == "[":
            raise BadPattern("a square bracket stands within square brackets; write \\[")
        self.at += 1
        return ((ord(self.text[self.at - 1]),) * 2,)
