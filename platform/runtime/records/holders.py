"""Validations over a collection hold as well when one of its records is saved by itself: its holder is judged with it.

An order whose rule sums its lines is not saved when a line is; yet the rule must hold afterwards. Only rules that look at what
has changed are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types.values import Reference
from newel.metadata.model import Object
from newel.rules.object_rules import ValidationRule
from newel.runtime.records.errors import FieldProblem
from newel.runtime.records.loading import Seen, raw, rows_beneath
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.drafting import Draft
    from newel.runtime.records.work import Work


@dataclass(frozen=True)
class Holding:
    """A validation of `object` that gathers from `collection`: records whose lookup `by` points at the holder."""

    object: str
    collection: str
    by: str
    rule: ValidationRule
    reads: frozenset[str]  # fields of the collection's records


def judge_holders(work: Work, object_name: str, drafts: Sequence[Draft]) -> None:
    """Notes on drafts what the records that hold them would break by it."""
    for each in _holdings(work.installation, object_name):
        touched = [draft for draft in drafts if not draft.problems and _is_touched(draft, each)]
        for holder in dict.fromkeys(holder for draft in touched for holder in _holders(draft, each)):
            concerned = [draft for draft in touched if holder in _holders(draft, each)]
            _judge(work, each, holder, concerned)


def _holdings(installation: Installation, object_name: str) -> Sequence[Holding]:
    found: Mapping[str, Sequence[Holding]] = kept(installation, "holdings", lambda: _gathered(installation))
    return found.get(object_name, ())


def _gathered(installation: Installation) -> Mapping[str, Sequence[Holding]]:
    found: dict[str, list[Holding]] = {}
    for target in installation.model.objects.values():
        for rule in installation.rulebook.object(target.name).validations if _may_gather(target) else ():
            expressions = [each for each in (rule.when, rule.require) if each is not None]
            for name in dict.fromkeys(name for each in expressions for name in each.collections):
                child, by = target.children(name) or ("", "")
                paths = (path for each in expressions for path in each.collections.get(name, ()))
                found.setdefault(child, []).append(Holding(target.name, name, by, rule, frozenset(path[0] for path in paths)))
    return found


def _may_gather(target: Object) -> bool:
    """Whether a validation has the name of a collection in its text: rules of other objects need not be compiled for this."""
    names = (*target.inverses, *(each.name for each in target.fields.values() if each.is_many))
    texts = [source.text for each in target.validations.values() for source in (each.when, each.require) if source is not None]
    return any(name in text for text in texts for name in names)


def _is_touched(draft: Draft, each: Holding) -> bool:
    if each.by in draft.known and draft.is_line:
        return False  # its master is saved along with it, and judged
    return draft.old is None or each.by in draft.changes or not each.reads.isdisjoint(draft.changes)


def _holders(draft: Draft, each: Holding) -> Iterator[str]:
    for values in (draft.before, draft.values):
        value = values.get(each.by)
        if isinstance(value, Reference):
            value = value.id if value.object == each.object else None
        if value is not None:
            yield value


def _judge(work: Work, each: Holding, holder: str, drafts: Iterable[Draft]) -> None:
    values = raw(work, each.object, holder)
    if values is None or values.get("deleted_at") is not None:
        return
    target = work.model.objects[each.object]
    saved = {draft.id: draft for draft in drafts}
    stored = [
        row for row in rows_beneath(work, next(iter(saved.values())).target.name, each.by, holder) if row["id"] not in saved
    ]
    seen = Seen(work, target, values)
    seen.hold(each.collection, [*stored, *(draft.values for draft in saved.values() if _stays(draft, each, holder))])
    breach = each.rule.breach(seen, replace(work.facts, prior=Seen(work, target, values)))
    if breach is not None:
        params: dict[str, Any] = {"rule": each.rule.validation.name}
        for draft in saved.values():
            draft.problems.append(FieldProblem(None, "validation", breach.message, params))


def _stays(draft: Draft, each: Holding, holder: str) -> bool:
    value = draft.values.get(each.by)
    return (value.id if isinstance(value, Reference) else value) == holder
