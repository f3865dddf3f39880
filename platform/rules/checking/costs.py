"""How much an expression costs to run."""

from __future__ import annotations

from newel.metadata.model import Model
from newel.rules.functions import REGISTRY
from newel.rules.functions.registry import LONGEST_RESULT
from newel.rules.tree import Aggregate, Arithmetic, Call, Choose, Comparison, Items, Literal, LookUp, Node, Read
from newel.rules.types import Type

MOST_COST = 5_000
OF_A_SUBQUERY = 20
MOST_TEXT = 2_000_000  # characters of one text while an expression runs
LONG, SHORT = 20_000, 4_000  # what fields of texts take where they say no `max_length`


def cost(node: Node) -> int:
    """How large the costliest SQL of a tree can get: what repeats a value multiplies all that is within it."""
    if isinstance(node, Comparison) and any(op in ("in", "not in") for op in node.ops):
        times = max((len(each.items) for each in node.operands if isinstance(each, Items)), default=1)
        return (
            1
            + times * sum(cost(each) for each in node.operands if not isinstance(each, Items))
            + sum(cost(item) for each in node.operands if isinstance(each, Items) for item in each.items)
        )
    own = OF_A_SUBQUERY if isinstance(node, Aggregate | LookUp) else 1
    return own + _copies(node) * sum(cost(part) for part in node.parts)


def _copies(node: Node) -> int:
    """How often SQL repeats the parts of a node, at most."""
    match node:
        case Call():
            function = REGISTRY[node.name]
            return function.copies * (len(node.args) // 2 if function.pairs else 1)
        case Comparison():
            of_kind = {"money": 3, "boolean": 2}.get(node.parts[0].type.kind, 1)
            return of_kind * (2 if len(node.ops) > 1 else 1)
        case Aggregate():
            return 2 if node.type.kind == "money" or node.function == "avg" else 1
        case Choose():
            return 2 if node.type.kind == "money" else 1
        case Arithmetic():
            return 2 if node.op == "%" else 1
        case _:
            return 1


def longest_text(node: Node, model: Model) -> int:
    """The most characters that any text within a tree can have: what joins texts adds their lengths up."""
    return max(_length(node, model), *(longest_text(part, model) for part in node.parts), 0)


def _length(node: Node, model: Model) -> int:
    match node:
        case Literal():
            return len(node.value) if isinstance(node.value, str) else 0
        case Read():
            return _length_of(node.type, model)
        case Call() if node.name == "replace":
            return LONGEST_RESULT
        case Call() if node.name in ("concat", "join"):
            return sum(_length(each, model) for each in node.args)
        case Arithmetic() if node.type.kind == "text":
            return _length(node.left, model) + _length(node.right, model)
        case _ if node.type.kind in ("text", "blank"):
            return max((_length(each, model) for each in node.parts), default=0)
        case _:
            return 0


def _length_of(kind: Type, model: Model) -> int:
    """The most characters that a field takes."""
    if kind.kind != "text" or kind.field is None:
        return 0
    of, _, name = kind.field.removeprefix("object:").partition("/field:")
    found = model.objects[of].fields.get(name) if of in model.objects else None
    usual = LONG if found is not None and found.type in ("long_text", "rich_text", "markdown") else SHORT
    return int(found.options.get("max_length", usual)) if found is not None else usual
