"""Validations that look at the records beneath one hold as well when those are saved, moved, deleted or restored by themselves.

An order whose rule sums its lines, or reads a rollup of them, is not saved when a line is; yet the rule must hold afterwards. It
is judged once the write is done, on what is then stored, and a breach undoes the write. Who writes to the same holder
at the same time waits, so that each is judged with what the other has done. Where no rule looks beneath, this costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newel.metadata.words import word
from newel.rules.object_rules import Breach
from newel.runtime.records import finding, rolling
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.holdings import HELD, Holding, Note, holdings
from newel.runtime.records.judging import BROKEN
from newel.runtime.records.loading import Seen, fetch, raw, rows_beneath
from newel.runtime.records.rewriting import lineage, lock
from newel.runtime.records.rules import LOG
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.rules.lineage import Kept
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

Row = tuple[str, Mapping[str, Any]]  # the object of a record, and its values
BREACH = word("{object} “{title}”: {message}")


@contextmanager
def judged_above(
    work: Work, objects: Iterable[str] | None, saved: Collection[str], *, staying: Callable[[], Iterable[Row]] | None = None
) -> Iterator[None]:
    """A write of records of these objects (None: whichever); Invalid, and undone, where a record above then breaks its rules.

    `saved`: ids of records that were judged themselves. `staying`: what this write leaves somewhere; a record above none of
    these has only lost something, and may stay as broken as it was. None: whatever is above has gained something.
    """
    if not _are_held(work.installation, objects):
        yield
        return
    with work.savepoint():
        work.kept.pop(HELD, None)
        yield
        rolling.settle(work)
        problems = list(_problems(work, saved, staying))
        if problems:
            raise Invalid(problems)


def _are_held(installation: Installation, objects: Iterable[str] | None) -> bool:
    if objects is None:
        return bool(holdings(installation))
    return any(_is_held(installation, each) for each in objects)


def _is_held(installation: Installation, object_name: str) -> bool:
    """Whether a rule of an object above looks beneath as far as this one."""
    found: tuple[bool] = kept(installation, ("held", object_name), lambda: (_looks_so_far(installation, object_name, set()),))
    return found[0]


def _looks_so_far(installation: Installation, object_name: str, known: set[str]) -> bool:
    known.add(object_name)
    found, above = holdings(installation), {each.object for each in lineage(installation).over(object_name)}
    if object_name in found.over or any(each in found.watching or each in found.over for each in above):
        return True
    return any(_looks_so_far(installation, each, known) for each in above - known)


def _problems(work: Work, saved: Collection[str], staying: Callable[[], Iterable[Row]] | None) -> Iterator[FieldProblem]:
    notes = [each for each in work.kept.pop(HELD, ()) if each.holder not in saved]
    _hold(work, notes)
    once: dict[tuple[str, str, str], list[Note]] = {}
    for each in notes:
        once.setdefault((each.object, each.holder, each.rule.validation.address), []).append(each)
    for (object_name, holder, _), several in once.items():
        values = raw(work, object_name, holder)
        if values is None or values.get("deleted_at") is not None:
            continue
        breach = _breach(work, several, values)
        if breach is None:
            continue
        if staying is None or holder in _above(work, staying()) or not _was_broken(work, several, values):
            yield _told(work, object_name, holder, several[0], breach)


def _above(work: Work, rows: Iterable[Row]) -> set[str]:
    """The ids of all records above these, however far."""
    found: set[str] = set()
    todo = list(rows)
    while todo:
        object_name, values = todo.pop()
        gathering: Iterable[Kept | Holding] = (
            *lineage(work.installation).over(object_name),
            *holdings(work.installation).over.get(object_name, ()),
        )
        for each in gathering:
            parent = rolling.parent_of(each, values.get(str(each.by)))
            if parent is not None and parent not in found:
                found.add(parent)
                todo.append((each.object, raw(work, each.object, parent) or {}))
    return found


def _hold(work: Work, notes: Iterable[Note]) -> None:
    """Holds the records until the transaction ends, and reads them as they are now."""
    by_object: dict[str, set[str]] = {}
    for each in notes:
        by_object.setdefault(each.object, set()).add(each.holder)
    for object_name, ids in by_object.items():
        lock(work, object_name, sorted(ids))
        for each_id in ids:
            work.kept.pop(("raw", object_name, each_id), None)
        fetch(work, object_name, sorted(ids))


def _breach(work: Work, notes: list[Note], values: Mapping[str, Any]) -> Breach | None:
    target = work.model.objects[notes[0].object]
    before = next((each.before for each in notes if each.before is not None), values)
    return notes[0].rule.breach(Seen(work, target, values), replace(work.facts, prior=Seen(work, target, before)))


def _was_broken(work: Work, notes: list[Note], values: Mapping[str, Any]) -> bool:
    """Whether the rule was broken already when what is gone was there."""
    target = work.model.objects[notes[0].object]
    before = next((each.before for each in notes if each.before is not None), values)
    seen = Seen(work, target, before)
    for name in {each.collection for each in notes if each.collection is not None}:
        child, by = target.children(name) or ("", "")
        gone = [dict(row) for each in notes if each.collection == name for row in each.gone]
        seen.hold(name, [*rows_beneath(work, child, by, notes[0].holder), *gone])
    return notes[0].rule.breach(seen, replace(work.facts, prior=seen)) is not None


def _told(work: Work, object_name: str, holder: str, note: Note, breach: Breach) -> FieldProblem:
    """The rule's message, and which record it is about, as far as the actor may know that."""
    params: dict[str, Any] = {"rule": note.rule.validation.name}
    if breach.failed:
        LOG.error("%s can't be computed", breach.address)
        return FieldProblem(None, "validation", BROKEN, params)
    title = finding.titles(work, object_name, [holder]).get(holder)
    if not title:
        return FieldProblem(None, "validation", breach.message, params)
    label = work.model.objects[object_name].label
    return FieldProblem(None, "validation", BREACH, {**params, "object": label, "title": title, "message": breach.message})
