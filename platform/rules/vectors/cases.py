"""Text -> cases. The file is YAML (or JSON); numbers are read exactly, and every case knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from newel.metadata.naming import named, nearest
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.stumbling import said_of
from newel.metadata.words import Phrase, phrase
from newel.rules.vectors import faults

KEYS = ("expr", "fields", "record", "context", "value", "error", "kind", "note")
LONGEST_FILE = 20_000_000
DEEPEST = 40
MOST_NODES = 2_000_000
ABSENT = object()

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?")
_PLAIN: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_PLAIN |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True)
class Case:
    """One vector: what is computed over what, and what must come out: `value`, or one of the codes in `error`.

    `error` is a code, or "" where any refusal will do. `kind` says where the expression stands (validate, formula, filter...).
    """

    number: int
    place: Place
    expr: str
    expr_place: Place
    fields: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    value: Any = ABSENT
    error: str | None = None
    kind: str = "validate"

    @property
    def path(self) -> Path:
        return Path((str(self.number),))


def read_cases(file: str, text: str) -> tuple[list[Case], Problems]:
    """The cases of a file, and everything that is wrong with its shape."""
    problems = Problems()
    if len(text) > LONGEST_FILE:
        problems.add(
            faults.NOT_VECTORS, Place(file), fault=phrase("The file has more than {limit} characters.", limit=f"{LONGEST_FILE:,}")
        )
        return [], problems
    try:
        root = _composed(text)
        items = _items(root)
        cases = [case for number, node in enumerate(items, 1) if (case := _case(file, number, node, problems)) is not None]
    except _Unreadable as fault:
        problems.add(faults.NOT_VECTORS, Place(file, fault.line, fault.column), fault=fault.said)
        return [], problems
    return cases, problems


class _Unreadable(Exception):  # noqa: N818 - it says what is so
    def __init__(self, said: Phrase, node: Any = None) -> None:
        super().__init__(str(said))
        self.said = said
        mark = getattr(node, "start_mark", node)
        self.line = mark.line + 1 if mark is not None else 0
        self.column = mark.column + 1 if mark is not None else 0


def _composed(text: str) -> yaml.Node | None:
    """The tree of the file. How deep it is, is looked at first: the parser calls itself."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise _Unreadable(phrase("The file is nested deeper than {limit} levels.", limit=DEEPEST), event)
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        said = phrase("This is not YAML: {said}.", said=said_of(error))
        raise _Unreadable(said, getattr(error, "problem_mark", None)) from None


def _items(root: yaml.Node | None) -> list[yaml.Node]:
    if not isinstance(root, yaml.SequenceNode):
        raise _Unreadable(phrase("A file of vectors is a list of cases: - expr: ..."), root)
    return list(root.value)


def _case(file: str, number: int, node: yaml.Node, problems: Problems) -> Case | None:
    at = Path((str(number),))
    place = _place(file, node)
    if not isinstance(node, yaml.MappingNode):
        problems.add(faults.NOT_VECTORS, place, at, fault=phrase("A case is a mapping with expr, and value or error."))
        return None
    found = _Plain().mapping(node)
    nodes = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    for key in found:
        if key not in KEYS:
            near = nearest(key, KEYS)
            problems.add(
                faults.UNKNOWN_KEY, place, at.key(key), key=key, where=phrase("a case"), nearest=near, expected=named(KEYS)
            )
    fault = _fault(found)
    if fault is not None:
        problems.add(faults.NOT_VECTORS, place, at, fault=fault)
        return None
    error = found.get("error")
    return Case(
        number,
        place,
        found["expr"],
        _place(file, nodes["expr"], inside=True),
        fields=found.get("fields") or {},
        record=found.get("record") or {},
        context=found.get("context") or {},
        value=found.get("value", ABSENT),
        error="" if error is True else error,
        kind=found.get("kind") or "validate",
    )


def _fault(found: Mapping[str, Any]) -> Phrase | None:
    """Why a case is none."""
    if not isinstance(found.get("expr"), str):
        return phrase("A case has an expr, which is a text.")
    if ("value" in found) is (found.get("error") is not None):
        return phrase("A case has a value, or the error that refuses the expression.")
    if found.get("error") is not None and not isinstance(found["error"], str) and found["error"] is not True:
        return phrase("An error is the code of a problem, such as NW-X402, or true for any.")
    for key in ("fields", "record", "context"):
        if not isinstance(found.get(key) or {}, dict):
            return phrase("{key} is a mapping.", key=key)
    if not isinstance(found.get("kind") or "", str):
        return phrase("kind says where the expression stands, such as formula or filter.")
    return None


def _place(file: str, node: yaml.Node, inside: bool = False) -> Place:
    """Where a node begins; `inside`: behind its opening quote, or the first line of a block text."""
    mark = node.start_mark
    style = getattr(node, "style", None) if inside else None
    if style in ("|", ">"):
        return Place(file, mark.line + 2, mark.column + 1)
    return Place(file, mark.line + 1, mark.column + 1 + (style in ("'", '"')))


@dataclass
class _Plain:
    """Nodes -> plain values: mappings, lists, texts, yes or no, exact numbers. Aliases are followed, within bounds."""

    nodes: int = 0

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in self._entries(node):
            if key.value in found:
                raise _Unreadable(phrase('The key "{key}" stands here twice.', key=key.value), key)
            found[key.value] = self.value(value)
        return found

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Unreadable(phrase("A key is a plain name."), key)
            yield key, value

    def value(self, node: yaml.Node) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Unreadable(phrase("A case has more than {limit} parts.", limit=f"{MOST_NODES:,}"), node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return _scalar(node)


def _scalar(node: Any) -> Any:
    text = node.value
    if node.style:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if text[0] in "-+.0123456789" and _NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) and len(text) < 400 else Decimal(text)
    return text
