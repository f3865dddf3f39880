"""Every write of records: read, judged with all faults at once, checked against the database, written, told in the history.

Each function works inside the caller's `writing` transaction; an error rolls all of it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from newel.runtime.records import finding
from newel.runtime.records.access import verdict
from newel.runtime.records.checking import check
from newel.runtime.records.conflicts import clashes_are_problems
from newel.runtime.records.detailing import draft_details, store_details
from newel.runtime.records.drafting import Draft, changed_draft, new_draft
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, KernelError, NotFound, Stale
from newel.runtime.records.holders import judged_above
from newel.runtime.records.judging import judge, judge_validations
from newel.runtime.records.loading import load
from newel.runtime.records.offering import judge_options_beneath
from newel.runtime.records.outcomes import Outcome, outcome_of
from newel.runtime.records.record import May, Record
from newel.runtime.records.recycling import delete_record, purge, restore
from newel.runtime.records.storing import insert_all, update_one
from newel.runtime.records.work import Work

__all__ = ["bulk_create", "bulk_delete", "bulk_update", "create", "delete", "purge", "restore", "update"]


def create(
    work: Work,
    object_name: str,
    values: Mapping[str, Any],
    fields: Sequence[str] | None = None,
    *,
    unlocked: Collection[str] = (),
    form: str | None = None,
) -> Record:
    """Makes a record. `values` are as a form, the API or Python code holds them; lines and links may be among them.

    `fields` says what to give back (None: all); `unlocked` names the fields that a declared action sets, whose locks don't hold;
    `form` is the form that was filled in, whose conditions hold, too.
    """
    draft = _new(work, object_name, values, unlocked, form)
    check(work, draft.plan, [draft])
    _refuse(draft.problems)
    with _written(work, object_name, [draft]):
        _insert(work, [draft])
    return _shown(work, draft, fields)


def update(
    work: Work,
    object_name: str,
    record_id: str,
    values: Mapping[str, Any],
    version: int | None = None,
    fields: Sequence[str] | None = None,
    *,
    unlocked: Collection[str] = (),
) -> Record:
    """Changes the named fields. `version` is the one that the actor saw (None: whatever is stored); Stale if it has passed."""
    old = load(work, object_name, record_id)
    if version is not None and version != old.version:
        raise Stale(finding.get(work, object_name, old.id), values)
    draft = changed_draft(work, object_name, old, values)
    draft.unlocked = frozenset(unlocked)
    _judge(draft)
    check(work, draft.plan, [draft])
    _refuse(draft.problems)
    if draft.changes or any(draft.details):
        with _written(work, object_name, [draft]):
            if not update_one(work, draft.plan, draft):
                raise Stale(finding.get(work, object_name, old.id), values)
            store_details(work, draft.details)
    return _shown(work, draft, fields)


def delete(work: Work, object_name: str, record_id: str, version: int | None = None) -> None:
    """Moves a record to the recycle bin, with what can't be without it; Restricted where others need it."""
    delete_record(work, object_name, record_id, version)


def bulk_create(work: Work, object_name: str, rows: Sequence[Mapping[str, Any]], *, partial: bool = False) -> Any:
    """Makes many records, set by set: all of them, or Invalid with every row's faults (`3.name`: the fourth row).

    Gives Records that know no more than id and version. With `partial` the good rows are made, and each row has its Outcome.
    """
    drafts = [_attempted(work, object_name, values) for values in rows]
    good = [draft for draft in drafts if isinstance(draft, Draft)]
    if good:
        check(work, good[0].plan, good)
    outcomes = [outcome_of(each) for each in drafts]
    if not partial:
        _refuse([problem.within(str(at)) for at, each in enumerate(outcomes) for problem in each.problems])
    sound = [draft for draft in good if not draft.problems]
    if sound:
        _insert_as_many(work, object_name, sound, partial)
    if partial:
        return [outcome_of(each) for each in drafts]
    return [Record(object_name, draft.id, 1, {}, {}, May(False, False)) for draft in sound]


def bulk_update(
    work: Work, object_name: str, ids: Sequence[str], values: Mapping[str, Any], *, partial: bool = False
) -> list[Outcome]:
    """Changes the same fields of many records: all of them, or the first refusal. With `partial` each record has its Outcome."""
    return _one_by_one(work, ids, lambda each: update(work, object_name, each, values, None, ("id",)), partial)


def bulk_delete(work: Work, object_name: str, ids: Sequence[str], *, partial: bool = False) -> list[Outcome]:
    """Moves many records to the bin: all of them, or the first refusal. With `partial` each record has its Outcome."""
    return _one_by_one(work, ids, lambda each: delete(work, object_name, each), partial)


def _new(
    work: Work, object_name: str, values: Mapping[str, Any], unlocked: Collection[str] = (), form: str | None = None
) -> Draft:
    """A new record's draft, judged, its lines and links too."""
    if not verdict(work.installation, work.actor, object_name):
        raise NotFound(object_name)
    draft = new_draft(work, object_name, values)
    draft.unlocked, draft.form = frozenset(unlocked), form
    _judge(draft)
    return draft


def _judge(draft: Draft) -> None:
    """The record, its lines and links, then the rules that look at all of them together."""
    judge(draft)
    draft.details = draft_details(draft)
    judge_options_beneath(draft)
    draft.work_out()
    judge_validations(draft)


def _attempted(work: Work, object_name: str, values: Mapping[str, Any]) -> Draft | Outcome:
    try:
        return _new(work, object_name, values)
    except Forbidden as error:
        return Outcome(None, error, (FieldProblem(None, error.code, error.message, error.params),))


def _insert(work: Work, drafts: Sequence[Draft]) -> None:
    insert_all(work, drafts[0].plan, drafts)
    for draft in drafts:
        store_details(work, draft.details)


def _insert_as_many(work: Work, object_name: str, drafts: Sequence[Draft], partial: bool) -> None:
    """In one go. With `partial`, where the database or a record above refuses that, what holds of one half, then of the other."""
    try:
        with work.savepoint() if partial else nullcontext(), _written(work, object_name, drafts):
            _insert(work, drafts)
    except Invalid as error:
        if not partial:
            raise
        if len(drafts) == 1:
            drafts[0].problems += error.problems
            return
        for draft in drafts:
            draft.values.update(dict.fromkeys(each.name for each in draft.plan.numbered if each.name not in draft.given))
        half = len(drafts) // 2
        _insert_as_many(work, object_name, drafts[:half], partial)
        _insert_as_many(work, object_name, drafts[half:], partial)


@contextmanager
def _written(work: Work, object_name: str, drafts: Sequence[Draft]) -> Iterator[None]:
    """A write that is undone where the database, or a record above, has something against it."""
    objects = dict.fromkeys((object_name, *(str(each.of.of) for draft in drafts for each in draft.details)))
    saved = {draft.id for draft in drafts}
    with clashes_are_problems(work, object_name), judged_above(work, objects, saved, staying=lambda: _rows(drafts)):
        yield


def _rows(drafts: Iterable[Draft]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is written, with its lines."""
    for draft in drafts:
        yield draft.target.name, draft.values
        yield from _rows(line for each in draft.details for line in (*each.new, *each.changed))


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise Invalid([each for at, each in enumerate(problems) if each not in problems[:at]])


def _shown(work: Work, draft: Draft, fields: Sequence[str] | None) -> Record:
    """The record as the actor sees it now; bare, where it has left the actor's sight."""
    try:
        return finding.get(work, draft.target.name, draft.id, fields)
    except NotFound:
        return Record(draft.target.name, draft.id, draft.values["version"], {}, {}, May(False, False))


def _one_by_one(work: Work, ids: Sequence[str], act: Any, partial: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for each in dict.fromkeys(ids):
        if not partial:
            act(each)
            outcomes.append(Outcome(each))
            continue
        try:
            with work.savepoint():
                act(each)
            outcomes.append(Outcome(each))
        except KernelError as error:
            outcomes.append(Outcome(each, error, error.problems if isinstance(error, Invalid) else ()))
    return outcomes
