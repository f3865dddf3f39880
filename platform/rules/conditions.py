"""Whether a field is visible, required and read-only in one record.

Where a condition can't be computed, the field is hidden (visible fails closed) and required and read-only hold (they fail safe).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newel.rules.expressions import Expression
from newel.rules.facts import Facts

FAILURES = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)  # what a rule that fails may raise
Rule = bool | Expression | tuple[Expression, ...]  # fixed, decided by an expression, or all of several


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a field in one record. A field that is not visible is not required.

    `failed`: the addresses of the conditions that could not be computed.
    """

    visible: bool = True
    required: bool = False
    read_only: bool = False
    failed: tuple[str, ...] = field(default=(), compare=False)


OPEN = State()


@dataclass(frozen=True, slots=True)
class FieldConditions:
    """The three conditions of one field, or of its place on a form."""

    visible: Rule = True
    required: Rule = False
    read_only: Rule = False
    address: str = field(default="", compare=False)

    def state(self, record: Mapping[str, Any], facts: Facts) -> State:
        visible = holds(self.visible, record, facts)
        required = holds(self.required, record, facts) if visible else False
        read_only = holds(self.read_only, record, facts)
        if visible is not None and required is not None and read_only is not None:
            return State(visible, required, read_only)
        found = {"visible": visible, "required": required, "read_only": read_only}
        failed = tuple(f"{self.address}/{name}" for name, each in found.items() if each is None)
        return State(bool(visible), required is not False, read_only is not False, failed)

    def hides(self, record: Mapping[str, Any], facts: Facts) -> bool:
        """Whether the field is hidden, and not only because nobody can tell."""
        return holds(self.visible, record, facts) is False

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*_expressions(self.visible), *_expressions(self.required), *_expressions(self.read_only))


EDITABLE = FieldConditions()


def holds(rule: Rule, record: Mapping[str, Any], facts: Facts) -> bool | None:
    """Whether a rule holds; None where it can't be computed."""
    if isinstance(rule, bool):
        return rule
    try:
        return all(each.run(record, facts) for each in _expressions(rule))
    except FAILURES:
        return None


def joined(first: State, second: State) -> State:
    """What two elements say together: visible where both are, required and read-only where either is."""
    visible = first.visible and second.visible
    required = visible and (first.required or second.required)
    return State(visible, required, first.read_only or second.read_only, (*first.failed, *second.failed))


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
