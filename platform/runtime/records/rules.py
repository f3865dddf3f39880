"""The rules that hold when a record of one object is saved, taken from the rulebook and made ready to be asked.

The conditions of a field and those of its place on the main form hold at every door: whoever sends a record through the API
meets the same demands as who fills the form. Those of another form (a quick one) hold for what is sent with that form.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import Field, Object
from newel.rules.conditions import FAILURES, OPEN, FieldConditions, State, joined
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.object_rules import ValidationRule
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

LOG = logging.getLogger("newel.rules")
PLAIN = Locale()
Default = Callable[[Mapping[str, Any], Facts], Any]


@dataclass(frozen=True)
class Validation:
    """A validation, and the own fields and collections that it looks at."""

    rule: ValidationRule
    reads: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """What is demanded of every record of an object."""

    defaults: Mapping[str, Default]
    conditions: Mapping[str, tuple[FieldConditions, ...]]
    demanding: tuple[str, ...]  # the fields that may be required
    clearing: tuple[Field, ...]  # the fields that become blank when they are hidden
    validations: tuple[Validation, ...]

    def state(self, name: str, record: Mapping[str, Any], facts: Facts) -> State:
        """Whether a field is visible, required and locked in a record."""
        found = OPEN
        for each in self.conditions.get(name, ()):
            found = joined(found, each.state(record, facts))
        for address in found.failed:
            LOG.warning("%s can't be computed", address)
        return found

    def hides(self, name: str, record: Mapping[str, Any], facts: Facts) -> bool:
        """Whether a field is hidden, and not only because nobody can tell."""
        return any(each.hides(record, facts) for each in self.conditions.get(name, ()))

    def with_form(self, form: Mapping[str, FieldConditions]) -> Rules:
        """These rules, and the conditions of one more form."""
        names = dict.fromkeys((*self.conditions, *form))
        conditions = {name: (*self.conditions.get(name, ()), *((form[name],) if name in form else ())) for name in names}
        return replace(self, conditions=conditions, demanding=_demanding(conditions))


def rules_of(installation: Installation, target: Object) -> Rules:
    """The rules of an object as the rulebook has compiled them."""
    compiled = installation.rulebook.object(target.name)
    conditions = _conditions(installation, target)
    defaults = ((each, _default(each, compiled.defaults.get(each.name))) for each in target.fields.values() if not each.is_many)
    return Rules(
        defaults={each.name: default for each, default in defaults if default is not None},
        conditions=conditions,
        demanding=_demanding(conditions),
        clearing=tuple(target.fields[name] for name in conditions if target.fields[name].clear_when_hidden),
        validations=tuple(Validation(each, _reads(each)) for each in compiled.validations),
    )


def rules_on(installation: Installation, rules: Rules, target: Object, form: str | None) -> Rules:
    """The rules of an object for what is sent with a form of that name; the main form's hold anyhow."""
    if form is None or form not in installation.model.forms or form == installation.model.main_form(target.name).name:
        return rules
    found: Rules = kept(installation, ("rules", form), lambda: rules.with_form(installation.rulebook.form(form)))
    return found


def _demanding(conditions: Mapping[str, tuple[FieldConditions, ...]]) -> tuple[str, ...]:
    return tuple(name for name, found in conditions.items() if any(each.required is not False for each in found))


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
    except FAILURES:
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
    paths = (path[0] for each in expressions for path in each.paths)
    return frozenset((*paths, *(name for each in expressions for name in each.collections)))
