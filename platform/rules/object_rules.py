"""The compiled rules of one object, and what they find in a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from newel.metadata.model import EMPTY, Action, Object, Step, Text, Validation
from newel.rules.conditions import FAILURES, OPEN, FieldConditions, State, joined
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.records import Asked, RecordReader


@dataclass(frozen=True, slots=True)
class Breach:
    """A validation that a record breaks: its address, the field it is shown at (None: the top) and what people read.

    failed: the rule could not be computed, which breaks it as well.
    """

    address: str
    field: str | None
    message: Text
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A validation with its compiled expressions."""

    validation: Validation
    when: Expression | None
    require: Expression

    def breach(self, record: Mapping[str, Any], facts: Facts) -> Breach | None:
        found = self.validation
        try:
            if self.when is not None and not self.when.run(record, facts):
                return None
            holds = self.require.run(record, facts)
        except FAILURES:
            return Breach(found.address, found.field, found.message, failed=True)
        return None if holds else Breach(found.address, found.field, found.message)


@dataclass(frozen=True, slots=True)
class StepRules:
    """One step of an action: when it is taken, and what it sets."""

    step: Step
    when: Expression | None
    set: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class ActionRules:
    """An action: when it is offered, and its steps in order."""

    action: Action
    when: Expression | None
    steps: Mapping[str, StepRules]


@dataclass(frozen=True)
class ObjectRules:
    """What is decided for the records of one object.

    `defaults` holds the defaults that are expressions; plain values stand in the Model. `conditions` holds the fields that have
    any; the others are visible, optional and editable. `done`: whether an activity is done.
    `formulas` come each after those of the same object that it reads; how a field is had says Field.computed. `options`: by field
    and option, of which records an option is offered. `offered`: by reference, over its target and `record.<field>`, which
    records are.
    """

    object: Object
    defaults: Mapping[str, Expression] = field(default_factory=lambda: EMPTY)
    conditions: Mapping[str, FieldConditions] = field(default_factory=lambda: EMPTY)
    validations: tuple[ValidationRule, ...] = ()
    actions: Mapping[str, ActionRules] = field(default_factory=lambda: EMPTY)
    done: Expression | None = None
    formulas: Mapping[str, Expression] = field(default_factory=lambda: EMPTY)
    rollups: Mapping[str, Expression] = field(default_factory=lambda: EMPTY)
    options: Mapping[str, Mapping[str, Expression]] = field(default_factory=lambda: EMPTY)
    offered: Mapping[str, Expression] = field(default_factory=lambda: EMPTY)

    def check(self, record: Mapping[str, Any] | RecordReader, facts: Facts) -> list[Breach]:
        """Every validation that the record breaks, in declared order."""
        values = _mapping(record)
        breaches = (rule.breach(values, facts) for rule in self.validations)
        return [breach for breach in breaches if breach is not None]

    def states(
        self, record: Mapping[str, Any] | RecordReader, facts: Facts, form: Mapping[str, FieldConditions] = EMPTY
    ) -> dict[str, State]:
        """The state of every field that a condition decides, those of `form` (Rulebook.form) included; the rest are OPEN."""
        values = _mapping(record)
        found = {name: each.state(values, facts) for name, each in self.conditions.items()}
        for name, each in form.items():
            found[name] = joined(found.get(name, OPEN), each.state(values, facts))
        return found

    @cached_property
    def reads(self) -> frozenset[tuple[str, ...]]:
        """Every field and path that conditions, validations and options read: what a record must hold to be judged."""
        return frozenset(path for rule in self._judging for path in rule.paths)

    @cached_property
    def collections(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """The collections that the same rules gather from, each with all paths that they read there."""
        found: dict[str, dict[tuple[str, ...], None]] = {}
        for rule in self._judging:
            for name, paths in rule.collections.items():
                found.setdefault(name, {}).update(dict.fromkeys(paths))
        return {name: tuple(paths) for name, paths in found.items()}

    @property
    def _judging(self) -> Iterator[Expression]:
        for rule in self.validations:
            yield rule.require
            if rule.when is not None:
                yield rule.when
        for each in self.conditions.values():
            yield from each.expressions
        for options in self.options.values():
            yield from options.values()


def _mapping(record: Mapping[str, Any] | RecordReader) -> Mapping[str, Any]:
    return record if isinstance(record, Mapping) else Asked(record)
