"""Scenario tests: they travel with a solution and are run on whatever it is merged with."""

from newel.runtime.scenarios.outcomes import Failure, Outcome, Report
from newel.runtime.scenarios.running import run

__all__ = ["Failure", "Outcome", "Report", "run"]
