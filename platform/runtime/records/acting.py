"""Declared actions: what one would do to a record, and doing it. All steps of an action are one transaction.

Steps run with the rights of who acts and read what that person may read; only the locks (`read_only`) of the fields that a step
sets do not hold for it, though they hold for what the person types instead. A step that creates may offer existing records
instead, found by its `match` fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import ValueProblem
from newel.metadata.field_types.values import Reference
from newel.metadata.model import EMPTY, Action, Field, Object, Step
from newel.metadata.words import word
from newel.rules.expressions import Expression
from newel.rules.object_rules import ActionRules, StepRules
from newel.runtime.records import finding, saving
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, NotFound
from newel.runtime.records.loading import Seen, load_seen, raw
from newel.runtime.records.record import Record

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

MOST_DUPLICATES = 5
CHOICES = frozenset({"skip", "use", "set"})


@dataclass
class Run:
    """One action on its way: the record that it is done with, and what its steps have given so far."""

    work: Work
    target: Object
    rules: ActionRules
    record: Record
    made: dict[str, str | None] = field(default_factory=dict)

    @property
    def facts(self) -> Any:
        return replace(self.work.facts, steps=self.made)

    def value(self, expression: Expression) -> Any:
        """What an expression gives over the part of the record that the actor may read."""
        return expression.run(Readable(self), self.facts)


class Readable(Mapping[str, Any]):
    """The record as rules see it, with blanks where the actor may not look."""

    def __init__(self, run: Run) -> None:
        self._work, self._target, self._record = run.work, run.target, run.record
        self._seen = Seen(run.work, run.target, run.record.values)

    def get(self, name: str, default: Any = None) -> Any:
        return self._seen.get(name, default)

    def __getitem__(self, path: str) -> Any:
        target, values = self._target, self._record.values
        *hops, last = path.split(".")
        for hop in hops:
            there = target.fields[hop].to[0]
            record_id = values.get(hop)
            try:
                shown = load_seen(self._work, there, record_id or "")
            except NotFound:
                return None
            found = raw(self._work, there, record_id) or {}
            target, values = self._work.model.objects[there], {name: value for name, value in found.items() if name in shown}
        return Seen(self._work, target, values).get(last)

    def __iter__(self) -> Any:
        return iter(self._record.values)

    def __len__(self) -> int:
        return len(self._record.values)


def offered(work: Work, object_name: str, record_id: str, record: Record | None = None) -> list[Action]:
    """The actions that can be done with a record now, in their order. `record`: where the caller has read it already."""
    record = record or finding.get(work, object_name, record_id)
    rules = work.installation.rulebook.object(object_name).actions
    return [each.action for each in rules.values() if _is_open(Run(work, work.model.objects[object_name], each, record))]


def prepare(work: Work, object_name: str, record_id: str, action: str) -> dict[str, Any]:
    """The steps of an action with the values that they would write (as JSON), and existing records that could be used instead."""
    run = _begun(work, object_name, record_id, action)
    steps = []
    for name, each in run.rules.steps.items():
        if _applies(run, each):
            steps.append(_prepared(run, name, each))
        run.made[name] = None
    said = run.rules.action
    return {"action": action, "label": said.label.say(work.locale.language), "steps": steps}


def perform(work: Work, object_name: str, record_id: str, action: str, choices: Mapping[str, Any] = EMPTY) -> dict[str, Any]:
    """Runs every step. `choices` says by step: {"skip": true} an optional one, {"use": id} instead of creating, {"set": values}.

    Gives {"steps": {step: {"object", "id"}}}; a step that was left out gives None.
    """
    run = _begun(work, object_name, record_id, action)
    _check_choices(run, choices)
    done: dict[str, Any] = {}
    for name, each in run.rules.steps.items():
        chosen = choices.get(name, EMPTY)
        made = None if chosen.get("skip") or not _applies(run, each) else _done(run, name, each, chosen)
        run.made[name] = made
        done[name] = {"object": each.step.object, "id": made} if made else None
    return {"action": action, "steps": done}


def _begun(work: Work, object_name: str, record_id: str, action: str) -> Run:
    record = finding.get(work, object_name, record_id)
    rules = work.installation.rulebook.object(object_name).actions.get(action)
    if rules is None:
        raise NotFound(object_name, record_id)
    run = Run(work, work.model.objects[object_name], rules, record)
    if not _is_open(run):
        raise Forbidden(word("This can't be done with the record as it is now."))
    return run


def _is_open(run: Run) -> bool:
    if run.rules.when is None:
        return True
    stored = Seen(run.work, run.target, raw(run.work, run.target.name, run.record.id) or {})
    return bool(run.rules.when.run(stored, replace(run.facts, prior=stored)))


def _applies(run: Run, each: StepRules) -> bool:
    return each.when is None or bool(run.value(each.when))


def _prepared(run: Run, name: str, each: StepRules) -> dict[str, Any]:
    step, target = each.step, run.work.model.objects[each.step.object]
    readable = verdict(run.work.installation, run.work.actor, target.name).readable
    values = {field: value for field, value in _values(run, each).items() if field in readable}
    label = step.label or target.label
    return {
        "step": name,
        "kind": step.kind,
        "object": target.name,
        "label": label.say(run.work.locale.language),
        "optional": step.optional,
        "values": {field: _dumped(target.fields[field], value) for field, value in values.items()},
        "duplicates": _duplicates(run, step, target, values),
    }


def _values(run: Run, each: StepRules) -> dict[str, Any]:
    """What the step sets, as the fields hold it."""
    fields = run.work.model.objects[each.step.object].fields
    return {name: _fitting(run.work, fields[name], expression, run.value(expression)) for name, expression in each.set.items()}


def _fitting(work: Work, each: Field, expression: Expression, value: Any) -> Any:
    if value is None:
        return None
    if each.type == "polymorphic" and isinstance(value, str):
        value = _reference(work, expression.type.objects, value)
    try:
        return type_of(each).parse(each, value, work.locale)
    except ValueProblem:
        return value


def _reference(work: Work, objects: tuple[str, ...], record_id: str) -> Reference | None:
    """Expressions know references by their id; a polymorphic field wants the object too."""
    if len(objects) == 1:
        return Reference(objects[0], record_id)
    return next((Reference(name, record_id) for name in objects if raw(work, name, record_id) is not None), None)


def _dumped(each: Field, value: Any) -> Any:
    return None if value is None else type_of(each).dump(each, value)


def _duplicates(run: Run, step: Step, target: Object, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Records that the actor may read and that equal the new one in one of the match fields."""
    found: dict[str, None] = {}
    for name in step.match if step.kind == "create" else ():
        if values.get(name) is not None and verdict(run.work.installation, run.work.actor, target.name).read:
            page = finding.find(run.work, target.name, where={name: values[name]}, fields=("id",), limit=MOST_DUPLICATES)
            found.update(dict.fromkeys(record.id for record in page))
    offers = finding.suggestions(run.work, target.name, list(found)[:MOST_DUPLICATES])
    return [{"object": each.object, "id": each.id, "title": each.title, "facts": list(each.facts)} for each in offers]


def _check_choices(run: Run, choices: Mapping[str, Any]) -> None:
    """Choices may name steps of the action, and say what such a step allows."""
    problems: list[FieldProblem] = []
    for name, chosen in choices.items():
        each = run.rules.steps.get(name)
        if each is None or not isinstance(chosen, Mapping) or not chosen.keys() <= CHOICES:
            problems.append(FieldProblem(name, "unknown_choice", "This action has no such choice."))
        elif chosen.get("skip") and not each.step.optional:
            problems.append(FieldProblem(name, "not_optional", "This step can't be left out."))
        elif chosen.get("use") is not None and not _may_be_used(run, each.step, chosen["use"]):
            problems.append(FieldProblem(name, "unknown_reference", "There is no such record."))
        elif not isinstance(chosen.get("set", EMPTY), Mapping):
            problems.append(FieldProblem(name, "unknown_choice", "This action has no such choice."))
    if problems:
        raise Invalid(problems)


def _may_be_used(run: Run, step: Step, record_id: Any) -> bool:
    if step.kind != "create" or not isinstance(record_id, str):
        return False
    try:
        finding.get(run.work, step.object, record_id, ("id",))
    except NotFound:
        return False
    return True


def _done(run: Run, name: str, each: StepRules, chosen: Mapping[str, Any]) -> str | None:
    """Runs one step and gives the id of its record."""
    step = each.step
    if chosen.get("use"):
        return str(chosen["use"]).lower()
    typed = chosen.get("set", EMPTY)
    values, unlocked = {**_values(run, each), **typed}, each.set.keys() - typed.keys()
    try:
        if step.kind == "create":
            return saving.create(run.work, step.object, values, ("id",), unlocked=unlocked).id
        target_id = run.record.id if step.target == "self" else run.made.get(str(step.target))
        if target_id is None:
            return None
        return saving.update(run.work, step.object, target_id, values, None, ("id",), unlocked=unlocked).id
    except Invalid as error:
        raise Invalid([problem.within(name) for problem in error.problems]) from error
