"""How much an expression costs to run."""

from __future__ import annotations

from newel.rules.functions import REGISTRY
from newel.rules.tree import Aggregate, Arithmetic, Call, Choose, Comparison, Items, LookUp, Node

MOST_COST = 5_000
OF_A_SUBQUERY = 20


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
