"""The recycle bin: what is deleted together lies there as one batch, comes back together, and is purged together.

Deleting asks every reference to the record: `restrict` refuses and says who refers, `clear` empties the reference (and remembers
it for a restore), `cascade` takes the referring record along. History stays, also after a purge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from newel.metadata.field_types.values import Reference
from newel.metadata.model import USER_OBJECT, Field, Object
from newel.metadata.words import word
from newel.runtime.records import files, finding, history, indexing, rolling
from newel.runtime.records.access import verdict
from newel.runtime.records.checking import blame_taken, existing, is_taken
from newel.runtime.records.drafting import Draft, plan_of
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, NotFound, Referring, Restricted, Stale
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.holders import judged_above
from newel.runtime.records.ids import new_id
from newel.runtime.records.loading import Loaded, Values, layout_of, load
from newel.runtime.records.record import Record
from newel.runtime.records.referring import referrers, rows_referring
from newel.runtime.records.statements import prepared
from newel.runtime.storage.system_records import DELETED, RECENT

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

MOST_TOGETHER = 20_000
NOT_ALIVE = word("The record that this refers to is deleted.")


@dataclass
class Reaped:
    """What a deletion takes along: records by object, references to empty, and who stands against it."""

    records: dict[str, dict[str, None]] = field(default_factory=dict)
    cleared: list[tuple[Object, Field, str, str]] = field(default_factory=list)  # object, field, its row, what it pointed at
    against: list[Referring] = field(default_factory=list)


def delete_record(work: Work, object_name: str, record_id: str, version: int | None = None) -> None:
    """Moves a record to the recycle bin, with all that can't be without it."""
    loaded = load(work, object_name, record_id, going=True)
    if not any(loaded.deletes):
        raise Forbidden(word("You may not delete this record."))
    if version is not None and version != loaded.version:
        raise Stale(finding.get(work, object_name, record_id), {})
    with judged_above(work, None, (), staying=tuple):
        _bin(work, work.model.objects[object_name], [loaded.id])


def bin_lines(work: Work, target: Object, ids: list[str]) -> None:
    """Moves lines to the bin whose master's rights were judged already."""
    _bin(work, target, ids)


def _bin(work: Work, target: Object, ids: list[str]) -> None:
    reaped = Reaped({target.name: dict.fromkeys(ids)})
    _gather(work, target.name, ids, reaped)
    if reaped.against:
        raise Restricted(reaped.against)
    batch = new_id()
    kinds = {record_id: name for name, members in reaped.records.items() for record_id in members}
    for at, each, pointing in _grouped(reaped.cleared):
        _clear(work, at, each, {row: _aim(each, kinds[pointed], pointed) for row, pointed in pointing.items()})
    rows = []
    for name, members in reaped.records.items():
        _mark(work, name, list(members), deleted=True)
        for record_id in members:
            root = name == target.name and record_id in ids
            cleared = [(each.name, row, at.name) for each, at, row, pointed in reaped.cleared if pointed == record_id]
            rows.append({"record": record_id, "object": name, "batch": batch, "root": root, "cleared": cleared or None})
    _remember(work, rows)


def _gather(work: Work, object_name: str, ids: Iterable[str], reaped: Reaped) -> None:
    """Walks the references to these records, as deep as they cascade."""
    for each in referrers(work.installation, object_name):
        taken = reaped.records.get(each.object.name, {})
        rows = [(row, pointed) for row, pointed in rows_referring(work, each, ids) if row not in taken]
        if not rows:
            continue
        if each.on_delete == "cascade":
            reaped.records.setdefault(each.object.name, {}).update(dict.fromkeys(row for row, _ in rows))
            if sum(map(len, reaped.records.values())) > MOST_TOGETHER:
                raise Forbidden(word("This would delete more than {limit} records at once."), limit=MOST_TOGETHER)
            _gather(work, each.object.name, [row for row, _ in rows], reaped)
        elif each.on_delete == "clear":
            reaped.cleared.extend((each.object, each.field, row, pointed) for row, pointed in rows)
        else:
            reaped.against.extend(_told(work, each.object, each.field, [row for row, _ in rows]))


def _told(work: Work, target: Object, each: Field, rows: Sequence[str]) -> list[Referring]:
    """Who refers, as far as the actor may know."""
    seen = (
        len(existing(work, target.name, rows)) if each.name in verdict(work.installation, work.actor, target.name).readable else 0
    )
    told = [Referring(target.name, each.name, seen)] if seen else []
    return told if seen == len(rows) else [*told, Referring(None, None, len(rows) - seen)]


def _grouped(cleared: Iterable[tuple[Object, Field, str, str]]) -> list[tuple[Object, Field, dict[str, str]]]:
    found: dict[tuple[str, str], tuple[Object, Field, dict[str, str]]] = {}
    for target, each, row, pointed in cleared:
        found.setdefault((target.name, each.name), (target, each, {}))[2][row] = pointed
    return list(found.values())


def _clear(work: Work, target: Object, each: Field, rows: Mapping[str, Any]) -> None:
    """Empties a reference in many rows at once; `rows` says what each has pointed at."""
    _point(work, target, each, list(rows), None)
    history.keep(work, target, "updated", [(row, 0, {each.name: (aim, None)}) for row, aim in rows.items()])


def _aim(each: Field, object_name: str, record_id: str) -> Any:
    """What a field holds that points at a record."""
    return Reference(object_name, record_id) if each.type == "polymorphic" else record_id


def _point(work: Work, target: Object, each: Field, rows: Sequence[str], at: Any) -> None:
    """Sets a reference in many rows at once."""
    rolling.moved(work, target, each.name, rows, at)
    table = work.installation.tables[target.name]
    keys = layout_of(work.installation, target.name).keys[each.name]

    def build() -> Any:
        values: dict[str, Any] = {
            table.columns[key].name: bindparam(f"c_{n}", type_=table.columns[key].type) for n, key in enumerate(keys)
        }
        values[table.column("version").name] = table.column("version") + 1
        return update(table.table).where(within(table.column("id"), "nw_ids", work.dialect)).values(values)

    statement = prepared(work, ("point", target.name, each.name), build)
    parts = layout_of(work.installation, target.name).parts(each.name, at)
    statement.run(work, {**{f"c_{n}": value for n, (_, value) in enumerate(parts)}, "nw_ids": listed(rows, work.dialect)})
    for row in rows:
        work.kept.pop(("raw", target.name, row), None)


def _mark(work: Work, object_name: str, ids: list[str], *, deleted: bool) -> None:
    """Sets or takes away the mark of deletion, with history and search words."""
    if object_name == USER_OBJECT:
        from newel.runtime.records.identity import leaving

        leaving.end_all_of(work, ids) if deleted else leaving.refuse_lower_ranks(work, ids)
    table = work.installation.tables[object_name]

    def build() -> Any:
        moment = bindparam("nw_at", type_=table.column("deleted_at").type)
        values = {table.column("deleted_at").name: moment, table.column("version").name: table.column("version") + 1}
        return update(table.table).where(within(table.column("id"), "nw_ids", work.dialect)).values(values)

    statement = prepared(work, ("mark", object_name), build)
    statement.run(work, {"nw_at": work.now if deleted else None, "nw_ids": listed(ids, work.dialect)})
    for record_id in ids:
        work.kept.pop(("raw", object_name, record_id), None)
    rows = rows_of(work, object_name, ids)
    rolling.touched(work, work.model.objects[object_name], rows)
    versions = {values["id"]: values["version"] for values in rows}
    event = "deleted" if deleted else "restored"
    history.keep(work, work.model.objects[object_name], event, [(record_id, versions[record_id], {}) for record_id in ids])
    if deleted:
        indexing.forget(work, ids)


def rows_of(work: Work, object_name: str, ids: Sequence[str]) -> list[Values]:
    """Whole rows by id, deleted or not, with the kernel's eyes."""
    layout, table = layout_of(work.installation, object_name), work.installation.tables[object_name]
    columns = [table.columns[key] for key in layout.names]
    statement = prepared(
        work, ("rows", object_name), lambda: select(*columns).where(within(table.column("id"), "nw_ids", work.dialect))
    )
    return [layout.values(row) for row in statement.read(work, {"nw_ids": listed(ids, work.dialect)})]


def _remember(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = prepared(work, ("bin",), lambda: insert(DELETED).values({each.name: bindparam(each.name) for each in DELETED.c}))
    statement.run_many(work, [{**row, "at": work.now, "who": work.actor.user_id} for row in rows])


def restore(work: Work, object_name: str, record_id: str) -> Record:
    """Brings a record back from the bin, with everything that went with it."""
    loaded, batch = _binned(work, object_name, record_id)
    members = _members(work, batch, loaded.id)
    problems = [problem for name, ids in members.items() for problem in _against_restoring(work, name, ids, members)]
    if problems:
        raise Invalid(problems)
    all_ids = [each for ids in members.values() for each in ids]
    with judged_above(work, None, all_ids):
        for name, ids in members.items():
            _mark(work, name, list(ids), deleted=False)
            target = work.model.objects[name]
            indexing.index(work, target, [(values["id"], values, None) for values in rows_of(work, name, list(ids))])
        _point_again(work, all_ids)
    _forget(work, all_ids)
    return finding.get(work, object_name, loaded.id)


def _binned(work: Work, object_name: str, record_id: str) -> tuple[Loaded, str]:
    """A deleted record that the actor may bring back or purge, and the batch that it went with."""
    loaded = load(work, object_name, record_id, deleted=True)
    if not any(loaded.deletes):
        raise Forbidden(word("You may not restore or purge this record."))
    statement = prepared(work, ("bin batch",), _batch)
    row = statement.one(work, {"nw_id": loaded.id})
    if row is None or not row[1]:
        raise NotFound(object_name, record_id)
    return loaded, row[0]


def _batch() -> Any:
    return select(DELETED.c.batch, DELETED.c.root).where(DELETED.c.record == bindparam("nw_id", type_=DELETED.c.record.type))


def _members(work: Work, batch: str, root: str) -> dict[str, dict[str, None]]:
    """The records of a batch by object; those of other roots (lines deleted at once) stay where they are."""
    statement = prepared(work, ("bin members",), _of_batch)
    found: dict[str, dict[str, None]] = {}
    for object_name, record_id, is_root in statement.read(work, {"nw_batch": batch}):
        if (not is_root or record_id == root) and object_name in work.model.objects:
            found.setdefault(object_name, {})[record_id] = None
    return found


def _of_batch() -> Any:
    wanted = DELETED.c.batch == bindparam("nw_batch", type_=DELETED.c.batch.type)
    return select(DELETED.c.object, DELETED.c.record, DELETED.c.root).where(wanted).order_by(DELETED.c.record)


def _against_restoring(work: Work, object_name: str, ids: Iterable[str], members: Mapping[str, Any]) -> list[FieldProblem]:
    """Keys that somebody else has taken since, and references to records that are still deleted."""
    plan = plan_of(work.installation, object_name)
    problems: list[FieldProblem] = []
    for values in rows_of(work, object_name, list(ids)):
        draft = Draft(work, plan, verdict(work.installation, work.actor, object_name), values["id"], values)
        problems += _keys_taken(work, draft)
        readable = draft.verdict.readable
        for each in plan.references:
            if each.name != "owner" and each.type != "polymorphic" and values[each.name] is not None:
                target = each.to[0]
                there = values[each.name] in members.get(target, ()) or is_alive(work, target, values[each.name])
                shown = each.name if each.name in readable else None
                problems += [] if there else [FieldProblem(shown, "deleted_reference", NOT_ALIVE)]
    return problems


def _keys_taken(work: Work, draft: Draft) -> list[FieldProblem]:
    for key in draft.plan.uniques:
        if is_taken(work, draft, key):
            blame_taken(draft, key)
    return draft.problems


def is_alive(work: Work, object_name: str, record_id: str) -> bool:
    found = rows_of(work, object_name, [record_id])
    return bool(found) and found[0]["deleted_at"] is None


def _point_again(work: Work, ids: list[str]) -> None:
    """References that the deletion emptied point at the record again, where they are still blank."""
    statement = prepared(work, ("bin cleared",), lambda: _cleared(work))
    for kind, record_id, cleared in statement.read(work, {"nw_ids": listed(ids, work.dialect)}):
        for object_name, row, name in cleared or ():
            target = work.model.objects.get(object_name)
            each = target.fields.get(name) if target else None
            if target and each and kind in each.to:
                stored, aim = rows_of(work, object_name, [row]), _aim(each, kind, record_id)
                if stored and stored[0][name] is None:
                    _point(work, target, each, [row], aim)
                    history.keep(work, target, "updated", [(row, stored[0]["version"] + 1, {name: (None, aim)})])


def _cleared(work: Work) -> Any:
    wanted = and_(within(DELETED.c.record, "nw_ids", work.dialect), DELETED.c.cleared.is_not(None))
    return select(DELETED.c.object, DELETED.c.record, DELETED.c.cleared).where(wanted)


def _forget(work: Work, ids: list[str]) -> None:
    statement = prepared(work, ("bin out",), lambda: delete(DELETED).where(within(DELETED.c.record, "nw_ids", work.dialect)))
    statement.run(work, {"nw_ids": listed(ids, work.dialect)})


def purge(work: Work, object_name: str, record_id: str) -> None:
    """Removes a deleted record for good, with everything that went with it. Its history stays."""
    loaded, batch = _binned(work, object_name, record_id)
    members = _members(work, batch, loaded.id)
    _gather_deleted(work, members)
    for name in _children_first(work, members):
        ids = list(members[name])
        target = work.model.objects[name]
        versions = {values["id"]: values["version"] for values in rows_of(work, name, ids)}
        history.keep(work, target, "purged", [(each, versions.get(each, 0), {}) for each in ids])
        table = work.installation.tables[name]
        statement = prepared(work, ("purge", name), partial(_purged, work, table))
        statement.run(work, {"nw_ids": listed(ids, work.dialect)})
        files.drop_all(work, ids)
        recent = prepared(work, ("purge recent",), lambda: delete(RECENT).where(within(RECENT.c.record, "nw_ids", work.dialect)))
        recent.run(work, {"nw_ids": listed(ids, work.dialect)})
        _forget(work, ids)


def _purged(work: Work, table: Any) -> Any:
    return delete(table.table).where(within(table.column("id"), "nw_ids", work.dialect))


def _gather_deleted(work: Work, members: dict[str, dict[str, None]]) -> None:
    """Other deleted records may still point here: they go too, lose the reference, or stand against the purge."""
    todo = [(name, list(ids)) for name, ids in members.items()]
    while todo:
        object_name, ids = todo.pop()
        for each in referrers(work.installation, object_name):
            taken = members.get(each.object.name, {})
            rows = [row for row, _ in rows_referring(work, each, ids, deleted=True) if row not in taken]
            if rows and each.on_delete == "cascade":
                members.setdefault(each.object.name, {}).update(dict.fromkeys(rows))
                todo.append((each.object.name, rows))
            elif rows and each.on_delete == "clear":
                _point(work, each.object, each.field, rows, None)
            elif rows:
                raise Restricted(_told_of_deleted(each.object.name, each.field.name, rows))


def _told_of_deleted(object_name: str, field_name: str, rows: Sequence[str]) -> list[Referring]:
    return [Referring(object_name, field_name, len(rows))]


def _children_first(work: Work, members: Mapping[str, Mapping[str, None]]) -> list[str]:
    """Objects in an order in which no row is removed while another of the set points at it; circles are cut by emptying."""
    order: list[str] = []
    waiting = dict.fromkeys(members)
    while waiting:
        free = [name for name in waiting if not _pointed_at(work, name, members, waiting)]
        if not free:
            free = [next(iter(waiting))]
            _cut(work, free[0], members)
        order += free
        for name in free:
            del waiting[name]
    return order


def _pointed_at(work: Work, name: str, members: Mapping[str, Any], waiting: Mapping[str, None]) -> bool:
    return any(each.object.name in waiting and each.object.name != name for each in referrers(work.installation, name))


def _cut(work: Work, name: str, members: Mapping[str, Mapping[str, None]]) -> None:
    for each in referrers(work.installation, name):
        if each.object.name in members:
            rows = [row for row, _ in rows_referring(work, each, list(members[name]), deleted=True)]
            if rows:
                _point(work, each.object, each.field, rows, None)
