"""What a record would be if it were saved now, for forms that are being filled in: nothing is written, nothing is refused.

Conditions are judged on what the actor may read; the save judges them again on everything. A typed value that can't be
understood counts as what stood there before.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import ValueProblem
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field, Object
from newel.rules.conditions import OPEN, State
from newel.runtime.records.access import verdict
from newel.runtime.records.drafting import new_draft, plan_of
from newel.runtime.records.errors import NotFound
from newel.runtime.records.loading import Values, load_seen, raw
from newel.runtime.records.rules import rules_on

if TYPE_CHECKING:
    from newel.runtime.records.record import Record
    from newel.runtime.records.work import Work


@dataclass(frozen=True)
class Preview:
    """The values that would be saved, and the states of the fields that conditions decide."""

    values: Values
    states: Mapping[str, State]

    def state(self, name: str) -> State:
        return self.states.get(name, OPEN)


def of_new(work: Work, object_name: str, given: Mapping[str, Any], form: str | None = None) -> Preview:
    """A new record with its defaults; `form` names a form ("task.quick") whose conditions count too."""
    allowed = verdict(work.installation, work.actor, object_name).creatable
    draft = new_draft(work, object_name, _open_to(work, object_name, given, allowed))
    values = {**draft.values, **draft.many}
    return Preview(values, states(work, object_name, values, form))


def of_changed(work: Work, record: Record, given: Mapping[str, Any], form: str | None = None) -> Preview:
    """A record as the actor reads it, with what was typed laid over it. Locks are those of what is stored."""
    parsers = plan_of(work.installation, record.object).parsers
    values = dict(record.values)
    for name, typed in given.items():
        if name in parsers:
            field, parse, _ = parsers[name]
            try:
                values[name] = parse(field, typed, work.locale)
            except ValueProblem:
                continue
    before, after = (states(work, record.object, each, form, record.values) for each in (record.values, values))
    return Preview(values, {name: replace(each, read_only=before[name].read_only) for name, each in after.items()})


def of_line(work: Work, object_name: str, given: Mapping[str, Any]) -> Values:
    """A line that is being typed, with the defaults that it would get."""
    allowed = plan_of(work.installation, object_name).parsers
    return new_draft(work, object_name, _open_to(work, object_name, given, allowed)).values


def _open_to(work: Work, object_name: str, given: Mapping[str, Any], allowed: Container[str]) -> dict[str, Any]:
    """What was given of these fields, without references to records that the actor can't read: no default looks into them."""
    fields = work.model.objects[object_name].fields
    return {name: value for name, value in given.items() if name in allowed and _may_follow(work, fields[name], value)}


def _may_follow(work: Work, field: Field, given: Any) -> bool:
    if not field.is_reference or field.is_many:
        return True
    try:
        aim = type_of(field).parse(field, given, work.locale)
        if aim is not None:
            target, record_id = (aim.object, aim.id) if isinstance(aim, Reference) else (field.to[0], aim)
            load_seen(work, target, record_id)
    except ValueProblem:
        return True
    except NotFound:
        return False
    return True


def states(
    work: Work, object_name: str, values: Mapping[str, Any], form: str | None = None, prior: Mapping[str, Any] | None = None
) -> dict[str, State]:
    """The state of every field that has conditions, in a record with these values; `prior` are the stored ones."""
    target = work.model.objects[object_name]
    rules = rules_on(work.installation, plan_of(work.installation, object_name).rules, target, form)
    facts = work.facts if prior is None else replace(work.facts, prior=Shown(work, target, prior))
    seen = Shown(work, target, values)
    return {name: rules.state(name, seen, facts) for name in rules.conditions}


class Shown(Mapping[str, Any]):
    """A record as rules see it who may not see more than the actor: blank where the actor may not look."""

    def __init__(self, work: Work, target: Object, values: Mapping[str, Any]) -> None:
        self._work, self._target, self._values = work, target, values

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    def __getitem__(self, path: str) -> Any:
        target, values = self._target, self._values
        *hops, last = path.split(".")
        for hop in hops:
            field = target.fields[hop]
            there, record_id = field.to[0], values.get(hop)
            if not isinstance(record_id, str):
                return None
            try:
                shown = load_seen(self._work, there, record_id)
            except NotFound:
                return None
            values = {name: each for name, each in (raw(self._work, there, record_id) or {}).items() if name in shown}
            target = self._work.model.objects[there]
        value = values.get(last)
        if value is None or target.fields[last].system or target.fields[last].is_many:
            return value
        return type_of(target.fields[last]).expression_value(target.fields[last], value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
