"""Tree -> typed tree: the one door of checking."""

from __future__ import annotations

from dataclasses import replace

from newel.metadata.field_types import type_of
from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.costs import MOST_COST, MOST_TEXT, cost, longest_text
from newel.rules.checking.gathering import Gathering
from newel.rules.tree import (
    Arithmetic,
    Call,
    Choose,
    Comparison,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    OptionProperty,
    Read,
)
from newel.rules.types import Type


class Checker(Gathering):
    """Checks one tree. Names are looked up in the Model, operators and calls must fit their values; all faults are told."""

    def checked(self, tree: Node) -> Node:
        """The typed tree, of the type that the context expects."""
        wanted = self.context.expects
        node = self.node(tree, wanted)
        if wanted is not None:
            node = self._result(node, wanted)
        if not self.faults.found and cost(node) > MOST_COST:
            self._fault(faults.TOO_COSTLY, node, fix=phrase("Nest fewer functions in one another."))
        elif not self.faults.found and longest_text(node, self.model) > MOST_TEXT:
            self._fault(faults.TOO_COSTLY, node, fix=phrase("Join fewer or shorter texts."))
        return node

    def is_whole(self, tree: Node) -> bool:
        """Whether the tree is a field of several parts that goes, whole, into another one of its type."""
        target = self.context.field
        if target is None or not isinstance(tree, Read) or type_of(target).plain:
            return False
        return self._field_at(tree.path)[0].type == target.type

    def node(self, node: Node, wanted: Type | None = None) -> Node:
        """One node and what is beneath it. `wanted` lets a text that is written out become an option or an id."""
        match node:
            case Literal():
                return self._literal(node, wanted)
            case Name():
                return self._name(node)
            case Negative():
                return self._negative(node)
            case Not():
                return replace(node, operand=self._yes_or_no(node.operand, phrase("What follows not")))
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic():
                role = phrase("Each side of {op}", op=node.op)
                return replace(node, operands=tuple(self._yes_or_no(each, role) for each in node.operands))
            case Choose():
                return self._choose(node, wanted)
            case Call():
                return self._gathered(node) or self._recalled(node) or self._call(node, wanted)
            case OptionProperty():
                return self._option_property(node)
            case _:
                return self._fault(faults.MISPLACED_LIST, node)

    def _result(self, node: Node, wanted: Type) -> Node:
        node = self._pushed_by(node, wanted)
        kind = node.type.kind
        if kind == "unknown" or kind == wanted.kind or (kind == "blank" and wanted.kind != "boolean"):
            return node
        if (wanted.kind, kind) in (("text", "choice"), ("money", "number")):
            return node
        fix = None
        if wanted.kind == "boolean" and isinstance(node, Read):
            fix = hints.as_condition(node.path)
        elif (wanted.kind, kind) == ("date", "datetime"):
            fix = phrase("Write {text} around it.", text="date(...)")
        return self._fault(faults.WRONG_RESULT, node, given=str(node.type), wanted=str(wanted), fix=fix)
