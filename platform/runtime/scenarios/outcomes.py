"""What a run of scenario tests has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newel.metadata.problems import Place, Problem, problem
from newel.metadata.scenarios import Scenario
from newel.metadata.words import Phrase, phrase, say, say_count, word
from newel.runtime.storage.refusals import TEST_FAILED


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that came otherwise: where it is expected, at which step, what was expected, and what came."""

    place: Place
    step: str
    expected: Phrase
    came: Phrase

    def __str__(self) -> str:
        return self.shown("en")

    def shown(self, language: str) -> str:
        """As a terminal shows it: place, step, what was expected and what came."""
        at = f"{self.step}: " if self.step else ""
        return f"{self.place} {at}{say(language, 'expected {wanted}; {came}.', wanted=self.expected, came=self.came)}"

    def as_json(self) -> dict[str, Any]:
        where = {"file": self.place.file, "line": self.place.line, "column": self.place.column}
        return {**where, "step": self.step or None, "expected": self.expected, "came": self.came}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test that was run."""

    test: Scenario
    failures: tuple[Failure, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.failures

    def problems(self) -> list[Problem]:
        """Every failure as a reason not to apply what is tested."""
        name = f"{self.test.layer}.{self.test.name}"
        return [
            problem(
                TEST_FAILED,
                each.place,
                test=name,
                step=phrase(" at {step}", step=each.step) if each.step else "",
                wanted=each.expected,
                came=each.came,
            )
            for each in self.failures
        ]

    def as_text(self, language: str = "en") -> str:
        mark = "ok     " if self.ok else "FAILED "
        label = f"  {self.test.label.say(language)}" if self.test.label else ""
        lines = [
            f"{mark} {self.test.layer}.{self.test.name}{label}",
            *(f"        {each.shown(language)}" for each in self.failures),
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        return {
            "test": self.test.name,
            "solution": self.test.layer,
            "address": self.test.address,
            "file": self.test.place.file,
            "line": self.test.place.line,
            "ok": self.ok,
            "failures": [each.as_json() for each in self.failures],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All tests of a run, and how long they took once everything stood ready."""

    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if not each.ok)

    def verdict(self, language: str = "en") -> str:
        count, took = len(self.outcomes), f"{self.seconds:.2f}"
        if not count:
            return say(language, "There are no tests.")
        if not self.failed:
            return say_count(language, "1 test passed in {took} s.", "{n} tests passed in {took} s.", count, took=took)
        failed = len(self.failed)
        one, many = "{failed} of 1 test failed in {took} s.", word("{failed} of {n} tests failed in {took} s.")
        return say_count(language, one, many, count, failed=failed, took=took)

    def as_json(self) -> dict[str, Any]:
        failed = len(self.failed)
        counts = {"passed": len(self.outcomes) - failed, "failed": failed, "seconds": round(self.seconds, 3)}
        return {**counts, "tests": [each.as_json() for each in self.outcomes]}
