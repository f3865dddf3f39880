"""Comparisons: of values of one type, and with what a list holds."""

from __future__ import annotations

from dataclasses import replace

from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.hints import first_upper
from newel.rules.checking.operating import Operating
from newel.rules.tree import Comparison, Items, Literal, Node
from newel.rules.types import LIST, ORDERED, TEXT, Type


class Comparing(Operating):
    """Checks that what is compared can be compared."""

    def _comparison(self, node: Comparison) -> Node:
        checked: list[Node] = [self.node(node.operands[0])]
        for op, operand in zip(node.ops, node.operands[1:], strict=True):
            if op in ("in", "not in"):
                checked[-1], right = self._membership(checked[-1], operand, op)
            else:
                checked[-1], right = self._compared(checked[-1], op, self.node(operand))
            checked.append(right)
        return replace(node, operands=tuple(checked))

    def _compared(self, left: Node, op: str, right: Node) -> tuple[Node, Node]:
        left, right = self._pushed_by(left, right.type), self._pushed_by(right, left.type)
        kinds = (left.type.kind, right.type.kind)
        if "unknown" in kinds:
            return left, right
        if not _comparable(*kinds) or "list" in kinds:
            return left, self._not_comparable(left, right)
        if op not in ("==", "!="):
            self._ordered(left, op, right)
        if kinds == ("money", "money"):
            self._same_currency(replace(right, start=left.start), left.type, right.type)
        if kinds == ("reference", "reference"):
            self._may_meet(left, right)
        return left, right

    def _pushed_by(self, node: Node, other: Type) -> Node:
        return self._pushed(node, other) if other.kind in ("choice", "reference") else node

    def _ordered(self, left: Node, op: str, right: Node) -> None:
        for each in (left, right):
            if each.type.kind not in (*ORDERED, "blank"):
                dated = phrase("Compare dates that are written as texts with date('2026-11-21').")
                fix = dated if each.type.kind == "text" else None
                what = first_upper(str(each.type))
                self._fault(faults.NO_ORDER, replace(right, start=left.start), what=what, op=op, fix=fix)
                return

    def _may_meet(self, left: Node, right: Node) -> None:
        mine, theirs = set(left.type.objects), set(right.type.objects)
        if mine and theirs and not mine & theirs:
            shown = (
                phrase("A reference to {object}", object=left.type.objects[0]),
                phrase("one to {object}", object=right.type.objects[0]),
            )
            self._fault(faults.NEVER_EQUAL, replace(right, start=left.start), left=shown[0], right=shown[1])

    def _not_comparable(self, left: Node, right: Node) -> Node:
        whole = replace(right, start=left.start)
        fix = hints.comparison(left, right)
        return self._fault(faults.NOT_COMPARABLE, whole, left=first_upper(str(left.type)), right=str(right.type), fix=fix)

    def _membership(self, left: Node, right: Node, op: str) -> tuple[Node, Node]:
        if not isinstance(right, Items):
            return self._in_list_value(left, right)
        items = [self._pushed_by(self.node(each), left.type) for each in right.items]
        for each in items:
            if left.type.kind != "unknown" and each.type.kind != "unknown" and not _comparable(left.type.kind, each.type.kind):
                self._not_comparable(replace(left, start=each.start), each)
        leading = next((each.type for each in items if each.type.kind in ("choice", "reference")), None)
        pushed = self._pushed_by(left, leading) if leading else left
        return pushed, replace(right, items=tuple(items), type=LIST)

    def _in_list_value(self, left: Node, right: Node) -> tuple[Node, Node]:
        """`'vip' in tags`: the list is a field."""
        values = self.node(right)
        if values.type.kind == "unknown":
            return left, values
        if values.type.kind != "list":
            fix = phrase("Write {text}.", text=f"[{hints.excerpt(right)}]") if isinstance(right, Literal) else None
            if fix is None and left.type.kind == values.type.kind == "text":
                fix = hints.WITHIN
            return left, self._fault(faults.LIST_NEEDED, values, given=str(values.type), fix=fix)
        left = self._pushed_by(left, element_of(values.type))
        if left.type.kind not in ("text", "choice", "blank", "unknown"):
            self._fault(faults.NOT_COMPARABLE, left, left=first_upper(str(left.type)), right=phrase("the texts of a list"))
        return left, values


def _comparable(left: str, right: str) -> bool:
    return left == right or "blank" in (left, right) or {left, right} == {"money", "number"}


def element_of(kind: Type) -> Type:
    """The type of what a list holds."""
    return Type("choice", options=kind.options, field=kind.field) if kind.options is not None else TEXT
