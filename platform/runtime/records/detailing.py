"""What is saved along with a record: the lines of its child tables, and its links to others.

Lines are given as a list: one with an id changes that line, one without is new, a line that is not in the list goes. Links are
given as a list of ids. The rights that count are those of the master; a role's own grant on the line's object narrows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from newel.metadata.model import Field
from newel.runtime.records import indexing, recycling, rolling
from newel.runtime.records.access import Verdict, for_lines
from newel.runtime.records.checking import check
from newel.runtime.records.drafting import Draft, changed_draft, new_draft, plan_of
from newel.runtime.records.errors import FieldProblem, Forbidden
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.judging import holds, judge, judge_validations
from newel.runtime.records.loading import Loaded, Seen, Values, pending, rows_beneath
from newel.runtime.records.statements import prepared
from newel.runtime.records.storing import insert_all, update_one

if TYPE_CHECKING:
    from newel.runtime.records.work import Work


@dataclass
class Details:
    """The rows of one field that come, change and go, and those that stay as they are."""

    of: Field
    new: list[Draft] = field(default_factory=list)
    changed: list[Draft] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    stay: list[Values] = field(default_factory=list)

    @property
    def rows(self) -> list[Values]:
        """The rows as they will be, oldest first."""
        rows = [*self.stay, *(draft.values for draft in (*self.changed, *self.new))]
        return sorted(rows, key=lambda row: str(row["id"]))

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or any(draft.changes for draft in self.changed))


def draft_details(draft: Draft) -> list[Details]:
    """The details of a draft whose rights are judged, judged themselves; their faults are noted on the draft."""
    found: list[Details] = []
    if draft.many:
        pending(draft.work, draft.target.name, draft.id, draft.values)
    for name, given in draft.many.items():
        each = draft.target.fields[name]
        details = _lines(draft, each, given) if each.type == "child_table" else _links(draft, each, given)
        plan = plan_of(draft.work.installation, str(each.of))
        check(draft.work, plan, [*details.new, *details.changed])
        _gather(draft, details)
        draft.seen.hold(name, details.rows)
        found.append(details)
    return found


def store_details(work: Work, details: Iterable[Details]) -> None:
    """Writes the details of a record that is written already."""
    for each in details:
        plan = plan_of(work.installation, str(each.of.of))
        if each.gone and each.of.type == "child_table":
            recycling.bin_lines(work, plan.target, each.gone)
        elif each.gone:
            _unlink(work, plan.target.name, each.gone)
        for draft in each.changed:
            if draft.changes:
                update_one(work, plan, draft)
        if each.new:
            insert_all(work, plan, each.new)


def _lines(master: Draft, each: Field, given: Iterable[Mapping[str, Any]]) -> Details:
    judged = for_lines(master.work.installation, master.speakers, str(each.of))
    stored = {line.id: line for line in _stored(master, each)} if master.old else {}
    details = Details(each)
    named: set[str] = set()
    for at, line in enumerate(given):
        values = {name: value for name, value in line.items() if name not in ("id", "version")}
        values.pop(str(each.by), None)
        line_id = str(line["id"]).lower() if line.get("id") else None
        if line_id is not None and (line_id not in stored or line_id in named):
            master.problems.append(FieldProblem(f"{each.name}.{at}.id", "unknown_line", "There is no such line."))
        elif line_id is not None:
            named.add(line_id)
            draft = changed_draft(master.work, judged.object, stored[line_id], values, judged)
            draft.known = frozenset({str(each.by)})
            _judged(master, each, at, draft, details.changed)
        else:
            _judged(
                master, each, at, new_draft(master.work, judged.object, values, {str(each.by): master.id}, judged), details.new
            )
    details.gone = [line_id for line_id in stored if line_id not in named]
    _judge_gone(master, each, [stored[line_id] for line_id in details.gone], judged)
    return details


def _judged(master: Draft, each: Field, at: int, draft: Draft, among: list[Draft]) -> None:
    """Judges a line; `place` says where its faults are told."""
    draft.place = f"{each.name}.{at}"
    among.append(draft)
    if draft.old is None or draft.given:
        try:
            judge(draft)
            judge_validations(draft)
        except Forbidden as error:
            draft.problems.append(FieldProblem(None, error.code, error.message, error.params))


def _judge_gone(master: Draft, each: Field, lines: Iterable[Loaded], judged: Verdict) -> None:
    for line in lines:
        seen = Seen(master.work, master.work.model.objects[judged.object], line.values)
        if not any(holds(master.work, part.delete, seen) for part in judged.parts):
            master.problems.append(FieldProblem(each.name, "forbidden", "You may not delete one of these lines."))
            return


def _stored(master: Draft, each: Field) -> list[Loaded]:
    """The lines that the master has now."""
    rows = rows_beneath(master.work, str(each.of), str(each.by), master.id)
    return [Loaded(values["id"], values["version"], values) for values in rows]


def _links(master: Draft, each: Field, given: tuple[str, ...]) -> Details:
    here, there = str(each.by), str(each.by_other)
    judged = for_lines(master.work.installation, ("admin",), str(each.of))
    links = _stored(master, each) if master.old else []
    stored = {link.values[there]: link.id for link in links}
    details = Details(each, stay=[link.values for link in links if link.values[there] in given])
    for other in given:
        if other not in stored:
            draft = new_draft(master.work, judged.object, {there: other}, {here: master.id}, judged)
            _judged(master, each, len(details.new), draft, details.new)
            draft.place = each.name
    details.gone = [link_id for other, link_id in stored.items() if other not in given]
    master.linked[each.name] = (tuple(stored), tuple(given))
    return details


def _gather(master: Draft, details: Details) -> None:
    """The faults of the details as faults of the master; at a link only the field as a whole can be blamed."""
    for draft in (*details.new, *details.changed):
        for problem in draft.problems:
            within_line = details.of.type == "child_table"
            told = problem if within_line else FieldProblem(None, problem.code, problem.message, problem.params)
            master.problems.append(told.within(draft.place))


def _unlink(work: Work, object_name: str, ids: list[str]) -> None:
    """Links leave nothing behind; the master's history tells that they were."""
    target = work.model.objects[object_name]
    if rolling.is_watched(work, target):
        rolling.touched(work, target, recycling.rows_of(work, object_name, ids))
    table = work.installation.tables[object_name]
    statement = prepared(
        work, ("unlink", object_name), lambda: delete(table.table).where(within(table.column("id"), "nw_ids", work.dialect))
    )
    statement.run(work, {"nw_ids": listed(ids, work.dialect)})
    indexing.forget(work, ids)
