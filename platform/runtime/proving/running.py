"""All cases on all engines: what each gave, and where that is not what the case wants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from newel.rules.vectors.cases import Case
from newel.rules.vectors.values import Misfit, as_json, same, wanted_value
from newel.rules.vectors.worlds import Bound, World
from newel.runtime.proving.engines import Answer, Engine

LOADING = "load"  # what no engine decides: whether the expression is taken, and which fault refuses it


@dataclass(frozen=True)
class Difference:
    """A case of which one engine says something else."""

    case: Case
    engine: str
    wanted: Any
    found: Any

    def as_json(self) -> dict[str, Any]:
        return {
            "case": self.case.number,
            "file": self.case.place.file,
            "line": self.case.place.line,
            "expr": self.case.expr,
            "engine": self.engine,
            "wanted": self.wanted,
            "found": self.found,
        }


@dataclass
class Tally:
    """How many cases one engine ran, and how many of them came out as wanted; `silent`: not made for it."""

    ran: int = 0
    right: int = 0
    silent: int = 0


@dataclass
class Report:
    """The outcome of a run, by engine."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def add(self, engine: str, case: Case, wanted: Any, found: Any, right: bool) -> None:
        tally = self.tallies.setdefault(engine, Tally())
        tally.ran += 1
        tally.right += right
        if not right:
            self.differences.append(Difference(case, engine, wanted, found))


def run(worlds: Iterable[World], engines: Sequence[Engine]) -> Report:
    """Every case on every engine."""
    report = Report({LOADING: Tally(), **{engine.name: Tally() for engine in engines}})
    for world in worlds:
        for bound in world.cases:
            _judge_loading(report, bound)
        for engine in engines:
            for bound, answer in engine.answers(world):
                if bound.case.error is None and bound.expression is not None:
                    _judge(report, engine.name, bound, bound.expression.type.kind, answer)
    report.differences.sort(key=lambda each: (each.case.place, each.case.number, list(report.tallies).index(each.engine)))
    return report


def _judge_loading(report: Report, bound: Bound) -> None:
    """A case that wants a value must load; one that wants a fault must be refused for it."""
    codes = [problem.code for problem in bound.problems]
    found = {"error": ", ".join(dict.fromkeys(codes)) or None, "said": str(bound.problems[0])} if codes else "it is taken"
    if bound.case.error is None:
        report.add(LOADING, bound.case, "it is taken", found, bound.expression is not None)
    else:
        right = bound.expression is None and bound.case.error in ("", *codes)
        report.add(LOADING, bound.case, {"error": bound.case.error or "any"}, found, right)


def _judge(report: Report, engine: str, bound: Bound, kind: str, answer: Answer) -> None:
    if answer.silent:
        report.tallies[engine].silent += 1
        return
    try:
        wanted = wanted_value(kind, bound.case.value, ZoneInfo("UTC"))
    except Misfit as fault:
        report.add(engine, bound.case, as_json(bound.case.value), f"{as_json(answer.value)}: {fault}", False)
        return
    right = answer.fault is None and same(kind, wanted, answer.value)
    found = as_json(answer.value) if answer.fault is None else {"fault": answer.fault}
    report.add(engine, bound.case, as_json(wanted), found, right)
