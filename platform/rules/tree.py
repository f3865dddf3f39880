"""The closed set of nodes that an expression is made of. What is not here can't be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from newel.rules.types import UNKNOWN, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression: where it stands in the text, and, once checked, its type."""

    start: int = 0
    end: int = 0
    type: Type = field(default=UNKNOWN)

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """A value written out: number, text, true, false or none."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Node):
    """A list of values in square brackets."""

    items: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A name or path as written; checking makes it a Read or a Given."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Node):
    """A field of the record, or one reached through lookups. `field` is the address of the last one."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Node):
    """A value that the context gives: user, user.email, steps.account, org.currency, record.account."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative(Node):
    operand: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    operand: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    """`left op right` with + - * / // %."""

    op: str
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Node):
    """`first op second op third ...`, true where each neighbouring pair holds. Ops: == != < <= > >= in, not in."""

    operands: tuple[Node, ...]
    ops: tuple[str, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.operands

    @property
    def pairs(self) -> Iterator[tuple[Node, str, Node]]:
        return zip(self.operands, self.ops, self.operands[1:], strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(Node):
    """Two or more operands joined by one of and, or."""

    op: str
    operands: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Node):
    """`then if test else other`."""

    test: Node
    then: Node
    other: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.then, self.test, self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function with its values."""

    name: str
    args: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*self.args, *(value for _, value in self.keywords))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior(Node):
    """A field of the record's own as it was before the change that is judged; blank for a new record."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionProperty(Node):
    """`option(stage).probability`: what the chosen option says. `values`, once checked: what each option that says it says."""

    operand: Node
    name: str
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Node):
    """`lookup(rate_card, 'gold', discount)`: the `field` of the record of `object` whose unique field `key` is `wanted`."""

    object: str
    key: str
    wanted: Node
    field: str
    key_type: Type = UNKNOWN

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.wanted,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """`sum(lines.amount, where=quantity > 0)`: what the records of a collection give together.

    `object`: whose records the collection holds; `by`: their lookup back to the record. `value`, `order` and `where` read those
    records, not the record itself. `order` None: as they were made (by id). `separator`: of concat_list.
    `currency`: that of a sum of no money.
    """

    function: str
    collection: str
    object: str
    by: str
    value: Node | None = None
    where: Node | None = None
    order: Node | None = None
    downwards: bool = False
    separator: str = ""
    currency: str | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        return tuple(each for each in (self.value, self.where, self.order) if each is not None)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything beneath it."""
    yield node
    for part in node.parts:
        yield from walk(part)
