"""Tree -> typed tree. Names are looked up in the Model, operators and calls must fit their values; all faults are told."""

from newel.rules.checking.checker import Checker
from newel.rules.checking.contexts import ALLOWED, KINDS, Context
from newel.rules.checking.costs import MOST_COST, cost
from newel.rules.checking.naming import MOST_HOPS

__all__ = ["ALLOWED", "KINDS", "MOST_COST", "MOST_HOPS", "Checker", "Context", "cost"]
