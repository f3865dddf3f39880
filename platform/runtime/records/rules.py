"""The rules that hold when a record of one object is saved, taken from the rulebook and made ready to be asked.

The conditions of a field and those of its place on the main form hold at every door: whoever sends a record through the API
meets the same demands as who fills the form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import Field, Object
from newel.rules.conditions import OPEN, FieldConditions, State, joined
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.object_rules import ValidationRule

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

PLAIN = Locale()
Default = Callable[[Mapping[str, Any], Facts], Any]


@dataclass(frozen=True)
class Validation:
    """A validation, and the own fields that it looks at."""

    rule: ValidationRule
    reads: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """What is demanded of every record of an object."""

    defaults: Mapping[str, Default]
    conditions: Mapping[str, tuple[FieldConditions, ...]]
    demanding: tuple[str, ...]  # the fields that may be required
    validations: tuple[Validation, ...]

    def state(self, name: str, record: Mapping[str, Any], facts: Facts) -> State:
        """Whether a field is visible, required and locked in a record."""
        found = OPEN
        for each in self.conditions.get(name, ()):
            found = joined(found, each.state(record, facts))
        return found


def rules_of(installation: Installation, target: Object) -> Rules:
    """The rules of an object as the rulebook has compiled them."""
    compiled = installation.rulebook.object(target.name)
    conditions = _conditions(installation, target)
    defaults = ((each, _default(each, compiled.defaults.get(each.name))) for each in target.fields.values() if not each.is_many)
    return Rules(
        defaults={each.name: default for each, default in defaults if default is not None},
        conditions=conditions,
        demanding=tuple(name for name, found in conditions.items() if any(each.required is not False for each in found)),
        validations=tuple(Validation(each, _reads(each)) for each in compiled.validations),
    )


def _conditions(installation: Installation, target: Object) -> dict[str, tuple[FieldConditions, ...]]:
    own = installation.rulebook.object(target.name).conditions
    form = installation.rulebook.form(installation.model.main_form(target.name).name)
    names = [name for name in target.fields if name in own or name in form]
    return {name: tuple(said[name] for said in (own, form) if name in said) for name in names}


def _default(field: Field, expression: Expression | None) -> Default | None:
    if field.default is None:
        return None
    if field.default.expression is None:
        fixed = _fitting(field, field.default.value)
        return lambda record, facts: fixed
    if expression is None:
        return None
    found = expression
    return lambda record, facts: _fitting(field, _computed(found, record, facts))


def _computed(expression: Expression, record: Mapping[str, Any], facts: Facts) -> Any:
    """A default that can't be computed is blank."""
    try:
        return expression.run(record, facts)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None


def _fitting(field: Field, value: Any) -> Any:
    """The value as the field holds it: at its scale, within its bounds; blank where it does not fit."""
    if value is None:
        return None
    kind = type_of(field)
    try:
        fitting = kind.parse(field, value, PLAIN)
        kind.check(field, fitting)
    except ValueProblem:
        return None
    return fitting


def _reads(rule: ValidationRule) -> frozenset[str]:
    expressions = [each for each in (rule.when, rule.require) if each is not None]
    return frozenset(path[0] for each in expressions for path in each.paths)
