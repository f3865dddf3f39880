"""Runs scenario tests: one database for all of them, and each leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from newel.metadata.scenarios import Scenario
from newel.runtime.installation import Installation
from newel.runtime.records.trying import trial
from newel.runtime.scenarios.outcomes import Outcome, Report
from newel.runtime.scenarios.playing import played

Progress = Callable[[int, int, str], None]  # how many are done, of how many, and which is next


def run(installation: Installation, tests: Sequence[Scenario], progress: Progress | None = None) -> Report:
    """Plays each test in `installation`, whose data is as before at the end."""
    outcomes = []
    began = perf_counter()
    for number, test in enumerate(tests):
        if progress is not None:
            progress(number, len(tests), test.name)
        with trial(installation) as begun:
            outcomes.append(Outcome(test, tuple(played(begun, test))))
    return Report(tuple(outcomes), perf_counter() - began)
