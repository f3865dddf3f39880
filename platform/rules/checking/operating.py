"""Operators: arithmetic, logic, and the choice between two outcomes."""

from __future__ import annotations

from dataclasses import replace

from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.arithmetic import NEGATIVES, OPERATIONS
from newel.rules.checking import hints
from newel.rules.checking.hints import first_upper
from newel.rules.checking.naming import Naming
from newel.rules.functions import REGISTRY
from newel.rules.tree import Arithmetic, Call, Choose, Literal, Name, Negative, Node
from newel.rules.types import BLANK, UNKNOWN, Type, common_type


class Operating(Naming):
    """Checks that operators fit their values."""

    def _negative(self, node: Negative) -> Node:
        operand = self.node(node.operand)
        kind = operand.type.kind
        if kind in ("unknown", "blank") or kind in NEGATIVES:
            return replace(node, operand=operand, type=operand.type)
        return self._fault(faults.NO_NEGATIVE, node, what=first_upper(str(operand.type)))

    def _yes_or_no(self, node: Node, role: str) -> Node:
        checked = self.node(node)
        if checked.type.kind in ("boolean", "unknown"):
            return checked
        fix = None
        if checked.type.kind == "blank":
            fix = phrase("Write false for no.")
        elif isinstance(node, Name):
            fix = hints.as_condition(node.path)
        return self._fault(faults.NOT_YES_OR_NO, checked, role=role, given=str(checked.type), fix=fix)

    def _arithmetic(self, node: Arithmetic) -> Node:
        left, right = self.node(node.left), self.node(node.right)
        kinds = (left.type.kind, right.type.kind)
        made = replace(node, left=left, right=right)
        if "unknown" in kinds:
            return replace(made, type=UNKNOWN)
        if kinds == ("blank", "blank"):
            return replace(made, type=BLANK)
        kinds = (_filled_by(kinds[0], node.op, kinds[1]), _filled_by(kinds[1], node.op, kinds[0]))
        operation = OPERATIONS.get((kinds[0], node.op, kinds[1]))
        if operation is None:
            return self._not_calculable(made)
        return replace(made, type=self._gives(made, operation.gives))

    def _gives(self, node: Arithmetic, kind: str) -> Type:
        if kind != "money":
            return Type(kind)
        left, right = node.left.type, node.right.type
        if left.kind == right.kind == "money":
            self._same_currency(node, left, right)
            return Type(kind, currency=left.currency if left.currency == right.currency else None)
        return Type(kind, currency=left.currency or right.currency)

    def _same_currency(self, node: Node, left: Type, right: Type) -> None:
        if left.currency and right.currency and left.currency != right.currency:
            fix = phrase("Write {text}.", text=f"convert(..., '{left.currency}')")
            self._fault(faults.CURRENCIES_DIFFER, node, left=left.currency, right=right.currency, fix=fix)

    def _not_calculable(self, node: Arithmetic) -> Node:
        left, right = node.left.type, node.right.type
        fix = hints.calculation(node.op, left, right)
        shown = (first_upper(str(left)), str(right))
        return self._fault(faults.NOT_CALCULABLE, node, left=shown[0], right=shown[1], op=node.op, fix=fix)

    def _choose(self, node: Choose, wanted: Type | None) -> Node:
        test = self._yes_or_no(node.test, phrase("The condition after if"))
        then, other = self._alike([node.then, node.other], wanted)
        kind = common_type([then.type, other.type])
        made = replace(node, test=test, then=then, other=other)
        if kind is None:
            return self._fault(faults.BRANCHES_DIFFER, made, left=first_upper(str(then.type)), right=str(other.type))
        return replace(made, type=kind)

    def _alike(self, nodes: list[Node], wanted: Type | None) -> list[Node]:
        """Values that belong together: where one is a choice or a reference, the texts among them are options or ids."""
        checked = [self.node(each, wanted) for each in nodes]
        if wanted is None:
            leading = next((each.type for each in checked if each.type.kind in ("choice", "reference")), None)
            if leading is not None:
                return [self._pushed(each, leading) for each in checked]
        return checked

    def _pushed(self, node: Node, wanted: Type) -> Node:
        """An already checked node, its written-out texts taken as options or ids."""
        if isinstance(node, Literal):
            return self._literal(node, wanted)
        if isinstance(node, Choose) and node.type.kind == "text":
            then, other = self._pushed(node.then, wanted), self._pushed(node.other, wanted)
            return replace(node, then=then, other=other, type=common_type([then.type, other.type]) or node.type)
        if isinstance(node, Call) and node.type.kind == "text" and REGISTRY[node.name].same:
            args = tuple(self._pushed(each, wanted) for each in node.args)
            return replace(node, args=args, type=common_type([each.type for each in args]) or node.type)
        return node


def _filled_by(kind: str, op: str, other: str) -> str:
    """What a blank counts as beside a value of kind `other`."""
    if kind != "blank":
        return kind
    return "number" if other == "money" and op in "*/" else other
