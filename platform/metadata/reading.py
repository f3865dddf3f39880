"""YAML text as nodes that know file, line and column. Only the plain part of YAML is read, and only so much of it.

The text is taken as a stream of events, never by a parser that calls itself: no depth, size or alias can hurt the process.
Plain words are text unless they are `true`, `false`, `null` or a number: `no`, `on`, `NO` and 2026-01-01 stay what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from newel.metadata import faults
from newel.metadata.problems import Path, Place, Problem, Problems
from newel.metadata.stumbling import stumbled
from newel.metadata.words import phrase

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 300_000
MAX_KEYS = 2_000  # of one mapping; the records of a sample may be more
MAX_SCALAR = 100_000
MAX_INTEGER = 2**63

_NUMBER = re.compile(r"[-+]?(\d+|\d+\.\d*|\.\d+)([eE][-+]?\d+)?")
_FIXED: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_FIXED |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a layer: `path` is what people are shown (standard/objects/account.yaml)."""

    path: str
    layer: str


class Branch(dict[str, Any]):
    """A mapping of a document that remembers where each key and value stands; what a layer laid over keeps its own file."""

    __slots__ = ("file", "mark", "marks", "missing", "origins")

    def __init__(self, file: File, mark: int = 0) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.marks: dict[str, tuple[int, int]] = {}
        self.origins: dict[str, Branch] | None = None  # keys that another layer set, with its branch

        self.missing: set[str] | None = None  # keys that were there, but of no use

    def lost(self, key: str) -> None:
        """Remembers that `key` was meant to be here, so that what refers to it is not blamed too."""
        if self.missing is None:
            self.missing = set()
        self.missing.add(key)

    def origin(self, key: str) -> Branch:
        """The branch of the layer that set `key`."""
        return self.origins.get(key, self) if self.origins else self

    def branch(self, key: str) -> Branch:
        """The mapping under `key`; an empty one where there is none."""
        found = self.get(key)
        return found if isinstance(found, Branch) else EMPTY_BRANCH

    @property
    def place(self) -> Place:
        return place_of(self.file, self.mark)

    def key_place(self, key: str) -> Place:
        """Where the key `key` is written; the branch itself where it isn't."""
        origin = self.origin(key)
        return place_of(origin.file, origin.marks.get(key, (origin.mark, 0))[0])

    def value_place(self, key: str) -> Place:
        """Where the value of `key` begins."""
        origin = self.origin(key)
        return place_of(origin.file, origin.marks.get(key, (0, origin.mark))[1])

    def text_place(self, key: str) -> Place:
        """Where the first character of the text of `key` stands, behind an opening quote."""
        origin = self.origin(key)
        mark = origin.marks.get(key, (0, origin.mark))[1]
        return place_of(origin.file, mark + ((mark & 1) << 1))


class Items(list[Any]):
    """A list of a document that remembers where each item stands."""

    __slots__ = ("file", "files", "mark", "marks")

    def __init__(self, file: File, mark: int = 0) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.marks: list[int] = []
        self.files: list[File] | None = None  # where layers joined their lists: the file of every item

    def item_file(self, index: int) -> File:
        return self.files[index] if self.files else self.file

    def item_place(self, index: int) -> Place:
        return place_of(self.item_file(index), self.marks[index])


EMPTY_BRANCH = Branch(File("<platform>", ""))


def place_of(file: File, mark: int) -> Place:
    """A mark holds line, column and (lowest bit) whether a quote stands before the text."""
    return Place(file.path, mark >> 16, (mark & 0xFFFF) >> 1) if mark else Place(file.path)


def _marked(line: int, column: int, quoted: bool = False) -> int:
    return (line + 1) << 16 | min(column + 1, 0x7FFF) << 1 | quoted


def read(file: File, text: str) -> tuple[Branch | None, Problems]:
    """The document in `text`, or None and why not."""
    problems = Problems()
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        problems.add(faults.FILE_TOO_LARGE, Place(file.path), limit=f"{MAX_BYTES:,}")
        return None, problems
    text = text.removeprefix("\ufeff")
    try:
        root = _Reader(file, text, problems).document()
    except _Refusal as refusal:
        problems.extend([refusal.problem])
        return None, problems
    except yaml.YAMLError as error:
        problems.extend([stumbled(file.path, text, error)])
        return None, problems
    return (None if problems.errors else root), problems


class _Refusal(Exception):  # noqa: N818 - it carries a Problem, and ends the reading of one file
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    node: Branch | Items
    name: str = ""  # what it is called in its own parent
    key: str | None = None
    key_mark: int = 0


class _Reader:
    """Builds one document out of the parser's events with a stack of its own."""

    def __init__(self, file: File, text: str, problems: Problems) -> None:
        self.file = file
        self.text = text
        self.problems = problems
        self.stack: list[_Open] = []
        self.root: Any = None
        self.has_root = False
        self.documents = 0
        self.nodes = 0
        self.lines: list[str] | None = None

    def document(self) -> Branch | None:
        for event in self._events():
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, Branch(self.file, self._mark(event)))
            elif kind is yaml.SequenceStartEvent:
                self._open(event, Items(self.file, self._mark(event)))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.stack.pop()
            elif kind is yaml.AliasEvent:
                self._refuse(faults.ALIAS, event, name=event.anchor)
            elif kind is yaml.DocumentStartEvent:
                self._next_document(event)
        return self._root()

    def _events(self) -> Iterator[Any]:
        loader = yaml.CSafeLoader(self.text)
        try:
            while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
                yield event
        finally:
            loader.dispose()

    def _root(self) -> Branch | None:
        if self.root is None:
            self.problems.add(faults.EMPTY_FILE, Place(self.file.path))
            return None
        if not isinstance(self.root, Branch):
            fix = phrase("Type the colon in ASCII (: and a space), not the full-width ：.") if "：" in self.text else None
            self.problems.add(faults.NOT_A_MAPPING, Place(self.file.path, 1, 1), fix=fix)
            return None
        return self.root

    def _next_document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if event.tags or event.version:
            self._refuse(faults.DIRECTIVE, event)
        if self.documents > 1:
            self._refuse(faults.MANY_DOCUMENTS, event)

    def _open(self, event: yaml.CollectionStartEvent, node: Branch | Items) -> None:
        self._admit(event)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(faults.TOO_DEEP, event, limit=MAX_DEPTH)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.node, Branch) and top.key is None:
            self._refuse(
                faults.KEY_NOT_TEXT, event, key=phrase("a list or mapping"), fix=phrase("Write a plain name before the colon.")
            )
        name = "" if top is None else str(len(top.node)) if isinstance(top.node, Items) else top.key or ""
        self._put(node, node.mark)
        self.stack.append(_Open(node, name))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._admit(event)
        if len(event.value) > MAX_SCALAR:
            self._refuse(faults.TEXT_TOO_LONG, event, limit=f"{MAX_SCALAR:,}")
        mark = self._scalar_mark(event)
        top = self.stack[-1] if self.stack else None
        if top and top.key is None and isinstance(top.node, Branch):
            self._key(top, event, mark)
            return
        self._put(self._value(event), mark)

    def _admit(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse(faults.TOO_MANY_NODES, event, limit=f"{MAX_NODES:,}")
        if event.anchor is not None:
            self._refuse(faults.ANCHOR, event, name=event.anchor)
        if event.tag is not None:
            self._refuse(faults.TAG, event, tag=event.tag)

    def _key(self, top: _Open, event: yaml.ScalarEvent, mark: int) -> None:
        key = event.value
        if event.implicit[0]:
            if key == "<<":
                self._refuse(faults.MERGE_KEY, event)
            if key in _FIXED or _NUMBER.fullmatch(key):
                fix = phrase('If it is meant, write "{key}" in quotes.', key=key) if key else None
                if key.isdigit() and len(key) == 3 and top.node:
                    comma = phrase("A comma begins a new entry here: write 1000, not 1,000.")
                    fix = phrase("{first} {second}", first=comma, second=fix)
                self._report(faults.KEY_NOT_TEXT, mark, key=key or phrase("nothing"), fix=fix)
        if key in top.node:
            first = top.node.key_place(key) if isinstance(top.node, Branch) else ""
            self._report(faults.DUPLICATE_KEY, mark, key=key, first=first)
        top.key, top.key_mark = key, mark

    def _put(self, value: Any, mark: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        node = top.node
        if isinstance(node, Branch):
            if len(node) >= MAX_KEYS and "sample" not in self.root:
                self._refuse_at(faults.TOO_MANY_KEYS, mark, limit=f"{MAX_KEYS:,}")
            key = top.key or ""
            node[key] = value
            node.marks[key] = (top.key_mark, mark)
            top.key = None
        else:
            node.append(value)
            node.marks.append(mark)

    def _value(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if not event.implicit[0]:
            return text
        if text in _FIXED:
            return _FIXED[text]
        if text[0] in "-+.0123456789" and _NUMBER.fullmatch(text):
            return self._number(event, text)
        return text

    def _number(self, event: yaml.ScalarEvent, text: str) -> Any:
        digits = text.lstrip("+-")
        if not digits.isdigit():
            return float(text)
        if len(digits) > 1 and digits[0] == "0":
            self._report(
                faults.LEADING_ZERO,
                self._mark(event),
                number=text,
                fix=phrase('Write "{text}" in quotes if it is a text.', text=text),
            )
        if len(digits) > 19 or abs(int(text)) >= MAX_INTEGER:
            self._report(faults.NUMBER_TOO_LARGE, self._mark(event), number=text[:40])
            return 0
        return int(text)

    def _mark(self, event: Any) -> int:
        start = event.start_mark
        return _marked(start.line, start.column)

    def _scalar_mark(self, event: Any) -> int:
        start = event.start_mark
        if event.style in ("|", ">"):
            return self._block_mark(start.line)
        return _marked(start.line, start.column, event.style in ("'", '"'))

    def _block_mark(self, line: int) -> int:
        """The first character of a block text stands on one of the lines below its | or >."""
        if self.lines is None:
            self.lines = self.text.splitlines()
        for number in range(line + 1, len(self.lines)):
            stripped = self.lines[number].lstrip(" ")
            if stripped:
                return _marked(number, len(self.lines[number]) - len(stripped))
        return _marked(line, 0)

    def _path(self) -> Path:
        if not self.stack:
            return Path()
        top = self.stack[-1]
        last = str(len(top.node)) if isinstance(top.node, Items) else top.key
        names = [each.name for each in self.stack[1:8]]
        return Path((*names, *([last] if last and len(self.stack) <= 8 else [])))

    def _report(self, kind: Any, mark: int, **values: Any) -> None:
        self.problems.add(kind, place_of(self.file, mark), self._path(), **values)

    def _refuse(self, kind: Any, event: Any, **values: Any) -> None:
        self._refuse_at(kind, self._mark(event), **values)

    def _refuse_at(self, kind: Any, mark: int, **values: Any) -> None:
        found = Problems()
        found.add(kind, place_of(self.file, mark), self._path(), **values)
        raise _Refusal(found.found[0])
