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
from newel.runtime.records.rewriting import Changed, lineage, lock, rewrite
from newel.runtime.records.work import UNSETTLED

if TYPE_CHECKING:
    from newel.metadata.model import Object
    from newel.rules.lineage import Kept
    from newel.runtime.records.drafting import Draft
    from newel.runtime.records.work import Work

STAMPS = frozenset({"version", "updated_at", "updated_by"})  # what every change of a record changes


def touched(work: Work, target: Object, rows: Iterable[Mapping[str, Any]]) -> None:
    """These records have come, gone or come back: every rollup that gathers them changes."""
    for each in _over(work, target):
        _note(work, each, (_parent(each, values.get(str(each.by))) for values in rows))


def changed(work: Work, target: Object, drafts: Iterable[Draft]) -> None:
    """Fields of these records have changed: rollups that read them change, of the old parent and of the new one."""
    for each in _over(work, target):
        by = str(each.by)
        for draft in drafts:
            if by in draft.changes:
                _note(work, each, (_parent(each, value) for value in draft.changes[by]))
            elif not (each.reads.isdisjoint(draft.changes) and each.reads.isdisjoint(STAMPS)):
                _note(work, each, (_parent(each, draft.values.get(by)),))


def moved(work: Work, target: Object, name: str, rows: Sequence[str], at: str | None) -> None:
    """The lookup `name` of these records is about to point at `at`, by a statement over all of them."""
    from newel.runtime.records.recycling import rows_of

    concerned = [each for each in _over(work, target) if name == each.by or not each.reads.isdisjoint((name, "version"))]
    if not concerned:
        return
    lock(work, target.name, rows)
    stored = rows_of(work, target.name, rows)
    for each in concerned:
        _note(work, each, (_parent(each, values[str(each.by)]) for values in stored))
        if name == each.by:
            _note(work, each, (at,))


def is_watched(work: Work, target: Object) -> bool:
    """Whether any rollup gathers records of the object."""
    return bool(_over(work, target))


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
    follow(work, object_name, rollups, rewrite(work, object_name, rollups, ids))


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


def _is_straight(work: Work, object_name: str) -> bool:
    found = lineage(work.installation)
    places = found.places
    mine = (each for each in found.fields if each.object == object_name and each.gathers is not None)
    return all(places[str(each.gathers)] < places[object_name] for each in mine)


def _parent(each: Kept, value: Any) -> str | None:
    if isinstance(value, Reference):
        return value.id if value.object == each.object else None
    return None if value is None else str(value)


def _note(work: Work, each: Kept, parents: Iterable[str | None]) -> None:
    found = tuple(dict.fromkeys(parent for parent in parents if parent is not None))
    if found:
        work.kept[UNSETTLED] = (*work.kept.get(UNSETTLED, ()), (each, found))
