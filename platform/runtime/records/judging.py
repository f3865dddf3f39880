"""Whether a draft may be saved: the actor's rights on old and new values, and what the solution demands of every record.

All faults of a draft are gathered; nothing is written before every one is known. What the actor can't see is never named.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newel.metadata.model import Field
from newel.metadata.words import word
from newel.runtime.records.access import Part
from newel.runtime.records.checking import check_references
from newel.runtime.records.drafting import Draft
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, unknown_field
from newel.runtime.records.loading import Seen, raw
from newel.runtime.records.offering import judge_options
from newel.runtime.records.rules import LOG
from newel.runtime.records.scopes import Meets, Own, RowRule, Through

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

MISSING = word("This can't be blank.")
MISSING_UNSEEN = word("Something that must be filled in is blank, and your role can't see it. Ask an administrator.")
LOCKED = word("This can't be changed now.")
BROKEN = word("The rule “{rule}” can't be worked out for this record. Ask an administrator.")
HIDDEN = word("This does not apply here, so it can't be filled in.")


def judge(draft: Draft) -> None:
    """Notes every fault of the draft itself; raises Forbidden where the actor may not save such a record at all.

    Its validations are judged once the draft knows its lines: `judge_validations`.
    """
    clear_hidden(draft)
    judge_rights(draft)
    draft.before_rules = len(draft.problems)
    judge_conditions(draft)
    judge_options(draft)


def clear_hidden(draft: Draft) -> None:
    """Fields that become blank when they are hidden do so, which may hide others. A value that was given now is a fault."""
    for _ in draft.rules.clearing:
        hidden = [each for each in draft.rules.clearing if _is_to_clear(draft, each)]
        if not hidden:
            return
        for each in hidden:
            _clear(draft, each)
        draft.work_out()


def _is_to_clear(draft: Draft, each: Field) -> bool:
    if each.name in draft.given and _is_changed(draft, each.name):
        return False
    if each.is_many:
        is_there = bool(draft.many[each.name]) if each.name in draft.many else draft.old is not None
    else:
        is_there = draft.values.get(each.name) not in (None, False)
    return is_there and draft.rules.hides(each.name, draft.seen, draft.facts)


def _clear(draft: Draft, each: Field) -> None:
    if each.is_many:
        draft.many[each.name] = ()
    else:
        draft.values[each.name] = None if draft.values[each.name] is not True else False


def judge_rights(draft: Draft) -> None:
    """A role speaks for the change if its rule holds before and after; each field must be one that such a role lets edit."""
    before = _parts_before(draft)
    _look_before_following(draft, before)
    parts = [part for part in before if _holds_after(draft, part)]
    if not parts:
        raise Forbidden(word("You may not change this record so that it leaves what your role works on."))
    draft.speakers = tuple(part.role for part in parts)
    edited: frozenset[str] = frozenset().union(*(part.edited for part in parts))
    for name in sorted(draft.given - edited):
        draft.problems.append(unknown_field(name))


def _look_before_following(draft: Draft, parts: Iterable[Part]) -> None:
    """A rule that looks through a lookup must not tell anything of a record that the actor can't read."""
    if any(_follows(part.update if draft.old else part.create) for part in parts):
        check_references(draft.work, draft.plan, [draft])
        if any(problem.code == "unknown_reference" for problem in draft.problems):
            raise Invalid(draft.problems)


@lru_cache(maxsize=1_000)
def _follows(rule: RowRule) -> bool:
    through = any(isinstance(atom, Through) for atom in rule.atoms)
    return through or any(len(path) > 1 for atom in rule.atoms if isinstance(atom, Meets) for path in atom.expression.paths)


def _parts_before(draft: Draft) -> list[Part]:
    parts = draft.verdict.parts
    if draft.old is None:
        found = [part for part in parts if part.create]
        if not found:
            raise Forbidden(word("You may not create records of this kind."))
        return found
    allowed = _updates(draft, parts) if draft.is_line else draft.old.updates
    found = [part for part, may in zip(parts, allowed, strict=True) if may]
    if not found:
        raise Forbidden(word("You may not change this record."))
    return found


def _updates(draft: Draft, parts: Iterable[Part]) -> list[bool]:
    before = draft.seen_before
    return [before is not None and holds(draft.work, part.update, before) for part in parts]


def _holds_after(draft: Draft, part: Part) -> bool:
    """Who gives a record away still must be allowed to change it as it was owned before."""
    rule = part.update if draft.old else part.create
    if rule.is_everything:
        return True
    owner = draft.old.values.get("owner") if draft.old else draft.work.actor.user_id
    values = draft.values
    if "owner" in draft.given and "owner" in part.edited and values.get("owner") != owner:
        values = {**values, "owner": owner}
    return holds(draft.work, rule, Seen(draft.work, draft.target, values))


def holds(work: Work, rule: RowRule, seen: Seen) -> bool:
    """The row rule in memory: the twin of `Spot.meets`."""
    return any(all(_is_met(work, atom, seen) for atom in clause) for clause in rule.clauses)


def _is_met(work: Work, atom: Any, seen: Seen) -> bool:
    if isinstance(atom, Own):
        return work.actor.user_id is not None and seen.own.get("owner") == work.actor.user_id
    if isinstance(atom, Meets):
        return bool(atom.expression.run(seen, work.facts))
    if not isinstance(atom, Through):
        raise TypeError(atom)
    master = raw(work, atom.object, seen.own.get(atom.field))
    return master is not None and holds(work, atom.rule, Seen(work, work.model.objects[atom.object], master))


def judge_conditions(draft: Draft) -> None:
    """Visible, required and read-only hold at every door. What is hidden is not required; what was locked stays as it was."""
    rules, facts = draft.rules, draft.facts
    faulty = {problem.field for problem in draft.problems}
    for name in rules.demanding:
        if name not in faulty and _is_blank(draft, name) and rules.state(name, draft.seen, facts).required:
            _blame_missing(draft, name)
    if draft.work.actor.system:
        return
    for name in sorted(draft.given - faulty - draft.unlocked):
        if name in rules.conditions and _is_changed(draft, name):
            if not rules.state(name, draft.seen, facts).visible:
                if not _is_blank(draft, name):
                    draft.blame(name, "hidden", HIDDEN)
            elif rules.state(name, _before(draft), facts).read_only:
                draft.blame(name, "read_only", LOCKED)


def _before(draft: Draft) -> Seen:
    """Locks are judged on what is stored; a new record's on what it is to be."""
    return draft.seen_before or draft.seen


def _is_blank(draft: Draft, name: str) -> bool:
    if name in draft.values:
        return draft.values[name] is None
    if name in draft.many:
        return not draft.many[name]
    return draft.old is None


def _is_changed(draft: Draft, name: str) -> bool:
    if name in draft.many:
        return bool(draft.many[name]) or draft.old is not None
    return bool(draft.values.get(name) != draft.before.get(name))


def _blame_missing(draft: Draft, name: str) -> None:
    """A blank that was there before, in a field that the actor can't fill, stops nobody."""
    judged = draft.verdict
    may_fill = name in (judged.writable if draft.old else judged.creatable)
    if draft.old is not None and not may_fill and draft.before.get(name) is None:
        return
    if name in judged.readable or may_fill:
        draft.blame(name, "required", MISSING)
    else:
        draft.blame(None, "required", MISSING_UNSEEN)


def judge_validations(draft: Draft) -> None:
    """The solution's own rules. One that reads a field which is faulty already is left until that is mended."""
    faulty = {(problem.field or "").partition(".")[0] for problem in draft.problems}
    readable = draft.verdict.readable
    for each in draft.rules.validations:
        breach = None if faulty & each.reads else each.rule.breach(draft.seen, draft.facts)
        if breach is not None:
            shown = breach.field if breach.field in readable else None
            params = {"rule": each.rule.validation.name}
            if breach.failed:
                LOG.error("%s can't be computed", breach.address)
            draft.problems.append(FieldProblem(shown, "validation", BROKEN if breach.failed else breach.message, params))
