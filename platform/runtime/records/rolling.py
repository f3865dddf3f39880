"""Rollups: kept in the transaction that writes the records they gather, by statements over sets of parents.

Whoever writes records says so here (`touched`, `moved`); which parents that concerns is only noted. `settle` then computes their
rollups, what follows from them in the parents themselves, and the rollups above. It runs before the transaction ends, and before
something is read that may show a rollup, so that nobody sees one that is behind. docs/decisions/0040 has the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types.values import Reference
from newel.runtime.records import holdings
from newel.runtime.records.holdings import Holding, Note
from newel.runtime.records.rewriting import Changed, lineage, lock, rewrite
from newel.runtime.records.work import UNSETTLED

if TYPE_CHECKING:
    from newel.metadata.model import Object
    from newel.rules.lineage import Kept
    from newel.rules.object_rules import ValidationRule
    from newel.runtime.records.drafting import Draft
    from newel.runtime.records.work import Work

STAMPS = frozenset({"version", "updated_at", "updated_by"})  # what every change of a record changes


def touched(work: Work, target: Object, rows: Iterable[Mapping[str, Any]]) -> None:
    """These records have come, gone or come back: every rollup that gathers them changes."""
    rows = list(rows)
    for each in _over(work, target):
        _note(work, each, (parent_of(each, values.get(str(each.by))) for values in rows))
    for holding in _holding(work, target):
        gone = (values for values in rows if values.get("deleted_at") is not None)
        _note_holders(work, holding, (parent_of(holding, values.get(holding.by)) for values in rows), gone)


def changed(work: Work, target: Object, drafts: Sequence[Draft]) -> None:
    """Fields of these records have changed: rollups that read them change, of the old parent and of the new one."""
    for each in _over(work, target):
        by = str(each.by)
        for draft in drafts:
            if by in draft.changes:
                _note(work, each, (parent_of(each, value) for value in draft.changes[by]))
            elif not (each.reads.isdisjoint(draft.changes) and each.reads.isdisjoint(STAMPS)):
                _note(work, each, (parent_of(each, draft.values.get(by)),))
    for holding in _holding(work, target):
        for draft in drafts:
            if holding.by in draft.changes or not holding.reads.isdisjoint(draft.changes):
                aims = draft.changes.get(holding.by, (draft.values.get(holding.by),))
                gone = (draft.before,) if holding.by in draft.changes else ()
                _note_holders(work, holding, (parent_of(holding, value) for value in aims), gone)


def moved(work: Work, target: Object, name: str, rows: Sequence[str], at: Any) -> None:
    """The lookup `name` of these records is about to point at `at`, by a statement over all of them."""
    from newel.runtime.records.recycling import rows_of

    concerned = [each for each in _over(work, target) if name == each.by or not each.reads.isdisjoint((name, "version"))]
    judged = [each for each in _holding(work, target) if name == each.by or name in each.reads]
    if not concerned and not judged:
        return
    lock(work, target.name, rows)
    stored = rows_of(work, target.name, rows)
    for each in concerned:
        _note(work, each, (parent_of(each, values[str(each.by)]) for values in stored))
        if name == each.by:
            _note(work, each, (parent_of(each, at),))
    for holding in judged:
        gone = stored if name == holding.by else ()
        _note_holders(work, holding, (parent_of(holding, values[holding.by]) for values in stored), gone)
        if name == holding.by:
            _note_holders(work, holding, (parent_of(holding, at),))


def is_watched(work: Work, target: Object) -> bool:
    """Whether any rollup gathers records of the object, or a rule does."""
    return bool(_over(work, target) or _holding(work, target))


def settle(work: Work) -> None:
    """Computes all rollups that are noted, from the gathered records upwards."""
    places = lineage(work.installation).places
    while todo := work.kept.pop(UNSETTLED, ()):
        name = min((each.object for each, _ in todo), key=places.__getitem__)
        highest = max(each.rank for each, _ in todo)
        if not _is_straight(work, name):  # it gathers records of its own object: those beneath come first
            highest = min(each.rank for each, _ in todo if each.object == name)
        later = tuple(each for each in todo if each[0].object != name or each[0].rank > highest)
        if later:
            work.kept[UNSETTLED] = later
        _settle(work, name, [each for each in todo if each[0].object == name and each[0].rank <= highest])


def settle_before(work: Work, object_name: str) -> None:
    """Settles where rollups of this object are noted: its records are about to be read as they are stored."""
    if any(each.object == object_name for each, _ in work.kept.get(UNSETTLED, ())):
        settle(work)


def _settle(work: Work, object_name: str, noted: Sequence[tuple[Kept, tuple[str, ...]]]) -> None:
    """Rollups of one object, then what the object makes of them."""
    rollups = sorted({each.key: each for each, _ in noted}.values(), key=lambda each: each.key)
    ids = sorted({record_id for _, found in noted for record_id in found})
    lock(work, object_name, ids)
    rules = _rules_reading(work, object_name, rollups)
    before = _rows_before(work, object_name, ids) if rules else {}
    found = rewrite(work, object_name, rollups, ids)
    for rule in rules:
        holdings.note(work, (Note(object_name, each.id, rule, before=before.get(each.id)) for each in found))
    follow(work, object_name, rollups, found)


def _rules_reading(work: Work, object_name: str, rollups: Sequence[Kept]) -> Sequence[ValidationRule]:
    """The validations of an object that look at these rollups, or at what its stored formulas make of them."""
    if object_name not in holdings.holdings(work.installation).watching:
        return ()
    names = [each.field for each in rollups]
    following = lineage(work.installation).after(object_name, names)
    return holdings.watching(work, object_name, (*names, *(each.field for each in following)))


def _rows_before(work: Work, object_name: str, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    from newel.runtime.records.recycling import rows_of

    return {values["id"]: values for values in rows_of(work, object_name, ids)}


def follow(work: Work, object_name: str, fields: Sequence[Kept], found: Sequence[Changed]) -> None:
    """What changes because kept fields of these records have changed: formulas of the records themselves, and rollups above."""
    _pass_on(work, object_name, fields, found)
    following = lineage(work.installation).after(object_name, (each.field for each in fields)) if found else []
    ids = sorted({each.id for each in found})
    for _, formulas in groupby(following, key=lambda each: each.rank):
        same_rank = tuple(formulas)
        rewritten = rewrite(work, object_name, same_rank, ids)
        _pass_on(work, object_name, same_rank, rewritten)
        index_again(work, object_name, same_rank, rewritten)


def _pass_on(work: Work, object_name: str, fields: Sequence[Kept], found: Sequence[Changed]) -> None:
    """What the change means for rollups above, and for what this transaction remembers of the records."""
    names = {each.field for each in fields}
    for changed_record in found:
        work.kept.pop(("raw", object_name, changed_record.id), None)
    for above in lineage(work.installation).over(object_name):
        if found and not above.reads.isdisjoint(names):
            _note(work, above, (each.parent(str(above.by), above.object) for each in found))


def index_again(work: Work, object_name: str, formulas: Collection[Kept], found: Sequence[Changed]) -> None:
    """Records that are found by the words of a formula are found by its new words."""
    from newel.runtime.records import indexing
    from newel.runtime.records.recycling import rows_of

    target = work.model.objects[object_name]
    if found and {each.field for each in formulas} & set(indexing.searched(target)):
        rows = rows_of(work, object_name, [each.id for each in found])
        live = [values for values in rows if values["deleted_at"] is None]
        indexing.index(work, target, [(values["id"], values, None) for values in live])


def _over(work: Work, target: Object) -> Iterable[Kept]:
    return lineage(work.installation).over(target.name)


def _holding(work: Work, target: Object) -> Sequence[Holding]:
    return holdings.holdings(work.installation).over.get(target.name, ())


def _is_straight(work: Work, object_name: str) -> bool:
    found = lineage(work.installation)
    places = found.places
    mine = (each for each in found.fields if each.object == object_name and each.gathers is not None)
    return all(places[str(each.gathers)] < places[object_name] for each in mine)


def parent_of(each: Kept | Holding, value: Any) -> str | None:
    """The record that a lookup's value points at, where it is one of the object that gathers."""
    if isinstance(value, Reference):
        return value.id if value.object == each.object else None
    return None if value is None else str(value)


def _note(work: Work, each: Kept, parents: Iterable[str | None]) -> None:
    found = tuple(dict.fromkeys(parent for parent in parents if parent is not None))
    if found:
        work.kept[UNSETTLED] = (*work.kept.get(UNSETTLED, ()), (each, found))


def _note_holders(work: Work, each: Holding, holders: Iterable[str | None], gone: Iterable[Mapping[str, Any]] = ()) -> None:
    """The records that hold these must keep their rule, which is judged once the write is done."""
    left: dict[str | None, list[Mapping[str, Any]]] = {}
    for values in gone:
        left.setdefault(parent_of(each, values.get(each.by)), []).append(values)
    found = (holder for holder in dict.fromkeys(holders) if holder is not None)
    notes = (Note(each.object, holder, each.rule, each.collection, gone=tuple(left.get(holder, ()))) for holder in found)
    holdings.note(work, notes)
