"""The browser's engine, in one Node process for all cases."""

from __future__ import annotations

from collections.abc import Iterator

from newel.rules.browser import is_browser_able, node
from newel.rules.expressions import Expression
from newel.rules.vectors.worlds import Bound, World
from newel.runtime.proving.engines import Answer, caught, checked


class NodeEngine:
    """What the browser evaluates; what it leaves to the server, it is silent about."""

    name = "node"

    def __init__(self, process: node.Node) -> None:
        self.process = process

    def answers(self, world: World) -> Iterator[tuple[Bound, Answer]]:
        for case, expression in checked(world):
            yield case, self._answer(case, expression)

    def _answer(self, case: Bound, expression: Expression) -> Answer:
        if not is_browser_able(expression):
            return Answer(silent=True)
        answer = caught(lambda: self.process.evaluate(expression, [case.record], case.facts)[0])
        return Answer(fault=answer.value.why) if isinstance(answer.value, node.Failed) else answer
