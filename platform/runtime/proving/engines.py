"""What an engine is: it answers the cases of a world. Here are the two that are Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from newel.rules.expressions import Expression
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.vectors.worlds import Bound, World


@dataclass(frozen=True)
class Answer:
    """What an engine gave for one case: a value, or a `fault` in which it ended; `silent`: it is not made for such a case."""

    value: Any = None
    fault: str | None = None
    silent: bool = False


class Engine(Protocol):
    """Runs the checked expressions of a world."""

    name: str

    def answers(self, world: World) -> Iterable[tuple[Bound, Answer]]: ...


class Closures:
    """The compiled closures, which the platform runs."""

    name = "python"

    def answers(self, world: World) -> Iterator[tuple[Bound, Answer]]:
        for case, expression in checked(world):
            yield case, caught(partial(evaluate, expression, case.record, case.facts))


class Simpleeval:
    """The reference that the closures are tested against."""

    name = "reference"

    def answers(self, world: World) -> Iterator[tuple[Bound, Answer]]:
        for case, expression in checked(world):
            yield case, caught(partial(Reference(expression).evaluate, case.record, case.facts))


def checked(world: World) -> Iterator[tuple[Bound, Expression]]:
    """The cases whose expression was taken."""
    return ((each, each.expression) for each in world.cases if each.expression is not None)


def caught(run: Callable[[], Any]) -> Answer:
    """An engine never ends a run: what it raises is its answer."""
    try:
        return Answer(run())
    except Exception as error:
        return Answer(fault=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
