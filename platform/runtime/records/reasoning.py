"""Why a record looks as it does: which rules speak about it, what each came to, and of what.

An actor is told of a rule's parts only where every value that the rule reads is one that this actor may read in this record;
of other rules it is told that they hold, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.model import Object
from newel.rules.conditions import FieldConditions
from newel.rules.explaining import Part, explained
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.runtime.records.access import knows_given, verdict
from newel.runtime.records.computing import formulas_of
from newel.runtime.records.errors import NotFound
from newel.runtime.records.ids import is_id
from newel.runtime.records.judging import holds
from newel.runtime.records.loading import Seen, raw
from newel.runtime.records.record import Record
from newel.runtime.records.rules import rules_of
from newel.runtime.records.work import Work

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

KINDS = ("formula", "rollup", "visible", "required", "read_only", "option", "validation")  # in the order in which they are told


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule and what it came to. `parts`: the whole expression first; none where the actor may not read all of it."""

    kind: str  # one of KINDS
    address: str
    expression: Expression
    field: str | None = None  # the field that the rule is about; of a validation, the one that shows its message
    option: str | None = None  # option: the one that is offered, or not
    parts: tuple[Part, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.parts)


def ruled(installation: Installation, object_name: str) -> frozenset[str]:
    """The fields that a rule speaks about: how they are worked out, when they are shown, demanded or locked, what they offer."""
    target, compiled = installation.model.objects[object_name], installation.rulebook.object(object_name)
    conditions = rules_of(installation, target).conditions
    decided = (name for name, some in conditions.items() if any(each.expressions for each in some))
    return frozenset((*compiled.formulas, *compiled.rollups, *compiled.options, *decided))


def reasons(work: Work, object_name: str, record_id: str) -> list[Reason]:
    """The rules about the fields that the actor sees of a record, with what they come to now; NotFound as for reading it."""
    target, seen = work.model.objects[object_name], _seen(work, object_name, record_id)
    found = [each for each in _rules(work, target) if each.field is None or _shows(work, target, seen, (each.field,))]
    once: dict[Any, Reason] = {}
    for each in found:
        once.setdefault((each.kind, each.field, each.option, each.expression.text), each)  # a form may say it again
    told = [_with_parts(work, target, seen, each) for each in once.values()]
    return sorted(told, key=lambda each: KINDS.index(each.kind))


def failing(work: Work, record: Record, names: Iterable[str]) -> frozenset[str]:
    """Those of a record's computed fields that are blank for the actor because their formula can't be worked out."""
    formulas = formulas_of(work.installation, record.object)
    made = {each.field.name: each for each in (*formulas.stored, *formulas.read.values())}
    blank = [name for name in names if name in made and name in record and record[name] is None]
    values = raw(work, record.object, record.id) if blank else None
    if values is None:
        return frozenset()
    seen = Seen(work, work.model.objects[record.object], values)
    return frozenset(name for name in blank if made[name].fails(seen, work.facts))


@dataclass(frozen=True, slots=True)
class Trial:
    """What an expression came to on a record. `parts`: the whole first; none where the actor may not read all that it reads."""

    record: Mapping[str, Any]
    facts: Facts
    parts: tuple[Part, ...] = ()


def tried(work: Work, expression: Expression, object_name: str, record_id: str, chosen_in: str | None = None) -> Trial | None:
    """An expression on a record that the actor sees, as it is stored; NotFound as for reading it.

    chosen_in: the expression says which records a lookup offers; it is tried on the one that is chosen in this field of the
    record. None where nothing is.
    """
    seen = _seen(work, object_name, record_id)
    facts = replace(work.facts, prior=seen)
    if chosen_in is not None:
        edited, target = seen, seen.object.fields[chosen_in].to[0]
        chosen = raw(work, target, seen.own.get(chosen_in))
        given = [tuple(each.split(".")[1:]) for each in expression.given if each.startswith("record.")]
        if chosen is None or not _shows(work, edited.object, edited, (chosen_in,)):
            return None
        seen, facts = Seen(work, work.model.objects[target], chosen), replace(facts, record=edited)
        if not all(_shows(work, edited.object, edited, path) for path in given) or not _is_seen(work, seen):
            return Trial(seen, facts)
    if not may_read_all(work, seen.object, seen, expression):
        return Trial(seen, facts)
    return Trial(seen, facts, explained(expression, seen, facts))


def _seen(work: Work, object_name: str, record_id: str) -> Seen:
    """The record, where the actor may read it; else NotFound."""
    values = raw(work, object_name, record_id) if is_id(record_id) else None
    seen = Seen(work, work.model.objects[object_name], values or {})
    if values is None or values.get("deleted_at") is not None or not _is_seen(work, seen):
        raise NotFound(object_name, record_id)
    return seen


def _is_seen(work: Work, seen: Seen) -> bool:
    return holds(work, verdict(work.installation, work.actor, seen.object.name).read, seen)


def _rules(work: Work, target: Object) -> Iterator[Reason]:
    compiled = work.installation.rulebook.object(target.name)
    for kind, formulas in (("formula", compiled.formulas), ("rollup", compiled.rollups)):
        for name, expression in formulas.items():
            yield Reason(kind, f"{target.fields[name].address}/{kind}", expression, name)
    for name, several in rules_of(work.installation, target).conditions.items():
        for conditions in several:
            yield from _conditions(name, conditions)
    for name, options in compiled.options.items():
        for key, expression in options.items():
            yield Reason("option", f"{target.fields[name].address}/option:{key}/when", expression, name, key)
    for each in compiled.validations:
        if each.when is not None:
            yield Reason("validation", f"{each.validation.address}/when", each.when, each.validation.field)
        yield Reason("validation", f"{each.validation.address}/require", each.require, each.validation.field)


def _conditions(name: str, conditions: FieldConditions) -> Iterator[Reason]:
    said = {"visible": conditions.visible, "required": conditions.required, "read_only": conditions.read_only}
    for kind, rule in said.items():
        for expression in () if isinstance(rule, bool) else rule if isinstance(rule, tuple) else (rule,):
            yield Reason(kind, f"{conditions.address}/{kind}", expression, name)


def _with_parts(work: Work, target: Object, seen: Seen, reason: Reason) -> Reason:
    if not may_read_all(work, target, seen, reason.expression):
        return reason
    parts = explained(reason.expression, seen, replace(work.facts, prior=seen))
    return Reason(reason.kind, reason.address, reason.expression, reason.field, reason.option, parts)


def may_read_all(work: Work, target: Object, seen: Seen, expression: Expression) -> bool:
    """Whether the actor may read everything that an expression reads of this record, and of others through it."""
    own = all(_shows(work, target, seen, path) for path in expression.paths)
    self_known = knows_given(work.installation, work.actor.role_set, expression.given)
    beneath = own and self_known and _shows_all_beneath(work, target, expression.collections)
    return beneath and _shows_tables(work, expression.lookups)


def _shows(work: Work, target: Object, seen: Seen, path: tuple[str, ...]) -> bool:
    """Whether the actor may read what stands at the end of a path, and everything on the way, in these very records."""
    for at, name in enumerate(path):
        rule = verdict(work.installation, work.actor, target.name).readable.get(name)
        if rule is None or not holds(work, rule, seen):
            return False
        if at == len(path) - 1:
            return True
        target = work.model.objects[target.fields[name].to[0]]
        values = raw(work, target.name, seen.own.get(name))
        if values is None:
            return True
        seen = Seen(work, target, values)
    return True


def _shows_all_beneath(work: Work, target: Object, collections: Mapping[str, tuple[tuple[str, ...], ...]]) -> bool:
    """Of records that are gathered, every one must be readable, and what is read of them in every one."""
    for collection, paths in collections.items():
        child, by = target.children(collection) or ("", "")
        if not _shows_always(work, child, [by, *(path[0] for path in paths)]) or any(len(path) > 1 for path in paths):
            return False
    return True


def _shows_tables(work: Work, lookups: tuple[tuple[str, str, str], ...]) -> bool:
    return all(_shows_always(work, name, [key, field]) for name, key, field in lookups)


def _shows_always(work: Work, object_name: str, names: list[str]) -> bool:
    judged = verdict(work.installation, work.actor, object_name)
    return judged.read.is_everything and all(judged.always_shows(name) for name in names)
