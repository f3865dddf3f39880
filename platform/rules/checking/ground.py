"""What all checking stands on: the Model, the context, the faults found so far."""

from __future__ import annotations

from typing import Any

from newel.metadata.model import Model, Object
from newel.metadata.problems import Kind
from newel.rules.checking.contexts import Context
from newel.rules.faults import Fault, Faults
from newel.rules.tree import Call, Literal, Node
from newel.rules.types import UNKNOWN, Type

Path = tuple[str, ...]


class Ground:
    """Checks one tree; faults gather in `faults`, mentioned addresses in `mentions`, what is read in `reads` and its like."""

    def __init__(self, model: Model, context: Context, faults: Faults) -> None:
        self.model = model
        self.context = context
        self.object: Object | None = model.objects[context.object] if context.object else None
        self.faults = faults
        self.gathered: str | None = None  # the collection of whose records this is checked
        self.mentions: dict[str, None] = {}
        self.reads: dict[Path, None] = {}
        self.given: dict[str, None] = {}
        self.collections: dict[str, dict[Path, None]] = {}
        self.lookups: dict[tuple[str, str, str], None] = {}
        self.is_volatile = False  # it reads what changes without any record changing: day, user, organisation
        self.reads_prior = False

    def node(self, node: Node, wanted: Type | None = None) -> Node:
        """One node and what is beneath it. `wanted` lets a text that is written out become an option or an id."""
        raise NotImplementedError

    def _fault(self, kind: Kind, node: Node, head: bool = False, **values: Any) -> Node:
        """Tells a fault at a node (at the name of a call, if `head`); the node then fits everywhere."""
        end = node.start + len(node.name) if head and isinstance(node, Call) else node.end
        self.faults.add(Fault(kind, node.start, end, **values))
        return unknown(node)


def unknown(node: Node) -> Node:
    """In place of a part that already has its Problem."""
    return Literal(start=node.start, end=node.end, type=UNKNOWN, value=None)
