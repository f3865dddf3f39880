"""What a record would be if it were saved now, for forms that are being filled in: nothing is written, nothing is refused.

Conditions are judged on what the actor may read; the save judges them again on everything. A typed value that can't be
understood counts as what stood there before.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import ValueProblem
from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field, Object
from newel.rules.conditions import OPEN, State
from newel.runtime.records.access import verdict
from newel.runtime.records.computing import formulas_of
from newel.runtime.records.drafting import new_draft, plan_of
from newel.runtime.records.errors import NotFound
from newel.runtime.records.loading import Seen, Values, load_seen, raw, rows_beneath
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
    judged = verdict(work.installation, work.actor, object_name)
    draft = new_draft(work, object_name, _open_to(work, object_name, given, judged.creatable))
    values = {**draft.values, **draft.many}
    values |= _computed(work, draft.target, values, given, judged.readable)
    return Preview(values, states(work, object_name, values, form))


def of_changed(work: Work, record: Record, given: Mapping[str, Any], form: str | None = None) -> Preview:
    """A record as the actor reads it, with what was typed laid over it. Locks are those of what is stored."""
    typed = _understood(work, record.object, given)
    values = {**record.values, **typed}
    if typed:
        stored = raw(work, record.object, record.id) or {}
        whole = {**stored, **_followable(work, record.object, typed, stored)}
        shown = [name for name in record.values if name in verdict(work.installation, work.actor, record.object).readable]
        values |= _computed(work, work.model.objects[record.object], whole, given, shown)
    before, after = (states(work, record.object, each, form, record.values) for each in (record.values, values))
    return Preview(values, {name: replace(each, read_only=before[name].read_only) for name, each in after.items()})


def _understood(work: Work, object_name: str, given: Mapping[str, Any]) -> Values:
    """What was typed, as values; what can't be understood is left out."""
    plan, found = plan_of(work.installation, object_name), {}
    for name, typed in given.items():
        if name in plan.parsers and name not in plan.computed:
            field, parse, _ = plan.parsers[name]
            with suppress(ValueProblem):
                found[name] = parse(field, typed, work.locale)
    return found


def _followable(work: Work, object_name: str, typed: Values, stored: Values) -> Values:
    """What was typed, blank where it newly points at a record that the actor can't read: no formula looks into it."""
    fields = work.model.objects[object_name].fields
    return {
        name: value if value == stored.get(name) or _may_point(work, fields[name], value) else None
        for name, value in typed.items()
    }


def _computed(
    work: Work, target: Object, values: Mapping[str, Any], given: Mapping[str, Any], shown: Container[str]
) -> dict[str, Any]:
    """The computed fields that are shown to the actor, of a record with these values and the lines that were typed."""
    formulas = formulas_of(work.installation, target.name)
    whole = {name: value for name, value in values.items() if not target.fields[name].is_many}
    seen = Seen(work, target, whole)
    lines = [name for name in given if target.fields[name].type == "child_table"]
    for name in lines:
        seen.hold(name, _lines(work, target.fields[name], given[name] or (), values.get("id")))
    for each in formulas.rollups.values():
        if each.gathers(lines):
            whole[each.field.name] = each.value(seen, work.facts)
    formulas.work_out(whole, seen, work.facts)
    for name, each in formulas.read.items():
        whole[name] = each.value(seen, work.facts)
    names = (*(each.field.name for each in formulas.stored), *formulas.rollups, *formulas.read)
    return {name: whole.get(name) for name in names if name in shown}


def _lines(work: Work, of: Field, rows: Iterable[Mapping[str, Any]], master: str | None) -> list[Values]:
    """Lines as they would be saved: new ones, and those that are stored in this very record with what was typed."""
    child = str(of.of)
    stored = {each["id"]: each for each in rows_beneath(work, child, str(of.by), master)} if master else {}
    return [_line(work, child, row, stored.get(row.get("id"))) for row in rows]


def _line(work: Work, object_name: str, row: Mapping[str, Any], stored: Values | None) -> Values:
    if stored is None:
        given = {name: value for name, value in row.items() if name != "id" and value not in (None, "")}
        return of_line(work, object_name, given)
    return {**stored, **_followable(work, object_name, _understood(work, object_name, row), stored)}


def of_line(work: Work, object_name: str, given: Mapping[str, Any]) -> Values:
    """A line that is being typed, with the defaults that it would get."""
    allowed = plan_of(work.installation, object_name).parsers
    draft = new_draft(work, object_name, _open_to(work, object_name, given, allowed))
    shown = verdict(work.installation, work.actor, object_name).readable
    return {**draft.values, **_computed(work, draft.target, draft.values, {}, shown)}


def _open_to(work: Work, object_name: str, given: Mapping[str, Any], allowed: Container[str]) -> dict[str, Any]:
    """What was given of these fields, without references to records that the actor can't read: no default looks into them."""
    fields = work.model.objects[object_name].fields
    return {name: value for name, value in given.items() if name in allowed and _may_follow(work, fields[name], value)}


def _may_follow(work: Work, field: Field, given: Any) -> bool:
    if not field.is_reference or field.is_many:
        return True
    try:
        return _may_point(work, field, type_of(field).parse(field, given, work.locale))
    except ValueProblem:
        return True


def _may_point(work: Work, field: Field, aim: Any) -> bool:
    """Whether a value leads to nothing that the actor can't read."""
    if aim is None or not field.is_reference or field.is_many:
        return True
    target, record_id = (aim.object, aim.id) if isinstance(aim, Reference) else (field.to[0], aim)
    key = ("may point", target, record_id)
    if key not in work.kept:
        work.kept[key] = _is_there(work, target, record_id)
    return bool(work.kept[key])


def _is_there(work: Work, object_name: str, record_id: str) -> bool:
    try:
        load_seen(work, object_name, record_id)
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


def reached(work: Work, object_name: str, ids: Iterable[str], paths: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By id, what the actor may know at the ends of paths that begin at records of an object; unknown records are left out."""
    target, wanted = work.model.objects[object_name], tuple(paths)
    found = {}
    for record_id in dict.fromkeys(ids):
        values = _shown_of(work, object_name, record_id)
        if values is not None:
            seen = Shown(work, target, values)
            found[record_id] = {path: seen[path] for path in wanted}
    return found


def _shown_of(work: Work, object_name: str, record_id: Any) -> Values | None:
    """What the actor sees of a stored record; None where that is nothing."""
    try:
        shown = load_seen(work, object_name, record_id)
    except NotFound:
        return None
    stored, fields = raw(work, object_name, record_id) or {}, work.model.objects[object_name].fields
    seen = Seen(work, work.model.objects[object_name], stored)
    return {name: seen[name] if fields[name].computed == "query" else stored.get(name) for name in shown}


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
            there = target.fields[hop].to[0]
            found = _shown_of(self._work, there, values.get(hop))
            if found is None:
                return None
            target, values = self._work.model.objects[there], found
        value = values.get(last)
        if value is None or target.fields[last].system or target.fields[last].is_many:
            return value
        return type_of(target.fields[last]).expression_value(target.fields[last], value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
