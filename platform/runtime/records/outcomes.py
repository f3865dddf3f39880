"""What became of each record of a bulk operation."""

from __future__ import annotations

from dataclasses import dataclass

from newel.runtime.records.drafting import Draft
from newel.runtime.records.errors import FieldProblem, Invalid, KernelError


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record's result: its id where there is one, and what stood against it."""

    id: str | None
    error: KernelError | None = None
    problems: tuple[FieldProblem, ...] = ()

    @property
    def done(self) -> bool:
        return self.error is None


def outcome_of(attempt: Draft | Outcome) -> Outcome:
    """The result of a draft that was checked, or of an attempt that failed before."""
    if isinstance(attempt, Outcome):
        return attempt
    if attempt.problems:
        return Outcome(None, Invalid(attempt.problems), tuple(attempt.problems))
    return Outcome(attempt.id)
