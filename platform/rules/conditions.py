"""Whether a field is visible, required and read-only in one record.

Where a condition can't be computed, the field is hidden (visible fails closed) and required and read-only hold (they fail safe).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newel.rules.expressions import Expression
from newel.rules.facts import Facts

Rule = bool | Expression | tuple[Expression, ...]  # fixed, decided by an expression, or all of several


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a field in one record. A field that is not visible is not required."""

    visible: bool = True
    required: bool = False
    read_only: bool = False


OPEN = State()


@dataclass(frozen=True, slots=True)
class FieldConditions:
    """The three conditions of one field, or of its place on a form."""

    visible: Rule = True
    required: Rule = False
    read_only: Rule = False

    def state(self, record: Mapping[str, Any], facts: Facts) -> State:
        visible = holds(self.visible, record, facts, failing=False)
        required = visible and holds(self.required, record, facts, failing=True)
        return State(visible, required, holds(self.read_only, record, facts, failing=True))

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*_expressions(self.visible), *_expressions(self.required), *_expressions(self.read_only))


EDITABLE = FieldConditions()


def holds(rule: Rule, record: Mapping[str, Any], facts: Facts, failing: bool) -> bool:
    """Whether a rule holds; `failing` where it can't be computed."""
    if isinstance(rule, bool):
        return rule
    try:
        return all(each.run(record, facts) for each in _expressions(rule))
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return failing


def joined(first: State, second: State) -> State:
    """What two elements say together: visible where both are, required and read-only where either is."""
    visible = first.visible and second.visible
    return State(visible, visible and (first.required or second.required), first.read_only or second.read_only)


def both(first: Rule, second: Rule) -> Rule:
    """The rule that holds where both do."""
    if first is False or second is False:
        return False
    together = (*_expressions(first), *_expressions(second))
    return together if together else True


def _expressions(rule: Rule) -> tuple[Expression, ...]:
    if isinstance(rule, bool):
        return ()
    return rule if isinstance(rule, tuple) else (rule,)
