"""What an expression came to on one record, part by part: for trying a rule out, and for saying why it held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newel.rules.closures import compiled
from newel.rules.conditions import FAILURES
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.tree import Aggregate, Items, Literal, Node


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression and what it came to. `depth` 0 is the whole; `failed` says why there is no value."""

    node: Node
    text: str
    depth: int
    value: Any = None
    failed: str | None = None


def explained(expression: Expression, record: Mapping[str, Any], facts: Facts) -> tuple[Part, ...]:
    """Every part that is not written out, the whole first, each but once; parts over children are told by what they gather."""
    found: dict[str, Part] = {}
    for node, depth in _parts(expression.tree, 0):
        text = expression.text[node.start : node.end]
        if text not in found:
            found[text] = _valued(node, text, depth, record, facts)
    return tuple(found.values())


def _parts(node: Node, depth: int) -> Iterator[tuple[Node, int]]:
    if isinstance(node, Literal | Items):
        return
    yield node, depth
    if not isinstance(node, Aggregate):
        for part in node.parts:
            yield from _parts(part, depth + 1)


def _valued(node: Node, text: str, depth: int, record: Mapping[str, Any], facts: Facts) -> Part:
    try:
        return Part(node, text, depth, compiled(node)(record, facts))
    except FAILURES as error:
        return Part(node, text, depth, failed=f"{type(error).__name__}: {error}")
