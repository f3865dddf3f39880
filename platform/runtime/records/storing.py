"""Drafts that were judged good become rows: written with their history and search words, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, bindparam, insert, update

from newel.metadata.model import USER_OBJECT
from newel.runtime.records import files, history, indexing, numbering, rolling
from newel.runtime.records.drafting import Draft, Plan
from newel.runtime.records.loading import layout_of, pending
from newel.runtime.records.statements import Prepared, prepared

if TYPE_CHECKING:
    from newel.runtime.records.work import Work


def insert_all(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Writes new records, however many, in one go."""
    for field in plan.numbered:
        blank = [draft for draft in drafts if draft.values[field.name] is None]
        for draft, number in zip(
            blank, numbering.numbers(work, plan.target.name, field, len(blank)) if blank else (), strict=True
        ):
            draft.values[field.name] = number
    for draft in drafts:
        _stamp(work, draft)
        draft.work_out()  # a formula may read the number that it has just been given, or when and by whom it was made
    layout = layout_of(work.installation, plan.target.name)
    _insertion(work, plan).run_many(work, [layout.row(draft.values) for draft in drafts])
    rolling.touched(work, plan.target, [draft.values for draft in drafts])
    _aftermath(work, plan, drafts, "created")


def update_one(work: Work, plan: Plan, draft: Draft) -> bool:
    """Writes the changes of a stored record; False where somebody else was faster."""
    seen = draft.old.version if draft.old else 0
    layout = layout_of(work.installation, plan.target.name)
    _stamp(work, draft)
    named = [*draft.changes, "version", "updated_at", "updated_by"]
    parts = {key: value for name in named for key, value in layout.parts(name, draft.values[name])}
    keys = tuple(parts)
    statement: Prepared = prepared(work, ("update", plan.target.name, keys), lambda: _update(work, plan, keys))
    bound = {f"c_{at}": value for at, value in enumerate(parts.values())}
    if statement.run(work, {**bound, "nw_id": draft.id, "nw_version": seen}) != 1:
        return False
    rolling.changed(work, plan.target, [draft])
    _aftermath(work, plan, [draft], "updated")
    return True


def _stamp(work: Work, draft: Draft) -> None:
    values, who = draft.values, work.actor.user_id
    values["version"] = 1 if draft.old is None else draft.old.version + 1
    values["updated_at"], values["updated_by"] = work.now, who
    if draft.old is None:
        values["created_at"], values["created_by"] = work.now, who


def _insertion(work: Work, plan: Plan) -> Prepared:
    """The INSERT of all columns."""
    layout = layout_of(work.installation, plan.target.name)

    def build() -> Any:
        values = {
            column.name: bindparam(f"c_{at}", type_=column.type) for at, column in enumerate(_columns(work, plan, layout.names))
        }
        return insert(layout.table.table).values(values)

    return prepared(work, ("insert", plan.target.name), build)


def _columns(work: Work, plan: Plan, keys: Sequence[str]) -> list[Column[Any]]:
    table = work.installation.tables[plan.target.name]
    return [table.columns[key] for key in keys]


def _update(work: Work, plan: Plan, keys: Sequence[str]) -> Any:
    table = work.installation.tables[plan.target.name]
    values = {column.name: bindparam(f"c_{at}", type_=column.type) for at, column in enumerate(_columns(work, plan, keys))}
    id_column, version = table.column("id"), table.column("version")
    same = (id_column == bindparam("nw_id", type_=id_column.type)) & (version == bindparam("nw_version", type_=version.type))
    return update(table.table).where(same).values(values)


def _aftermath(work: Work, plan: Plan, drafts: Sequence[Draft], event: str) -> None:
    """What follows every write: history, search words, files that the record now holds; of a user, the end of their sessions."""
    target = plan.target
    if target.name == USER_OBJECT and event == "updated":
        from newel.runtime.records.identity import leaving

        leaving.after_changes(work, {draft.id: draft.changes for draft in drafts})
    history.keep(
        work, target, event, [(draft.id, draft.values["version"], {**_told(plan, draft), **_links(draft)}) for draft in drafts]
    )
    indexing.index(work, target, [(draft.id, draft.values, draft.changes) for draft in drafts])
    for draft in drafts:
        pending(work, target.name, draft.id, draft.values)
        for field in plan.files:
            if field.name in draft.changes:
                files.claim(work, target, field, draft.id, draft.values[field.name])


def _told(plan: Plan, draft: Draft) -> dict[str, tuple[Any, Any]]:
    """What history tells: what is computed follows from the rest of it."""
    return {name: change for name, change in draft.changes.items() if name not in plan.computed}


def _links(draft: Draft) -> dict[str, tuple[Any, Any]]:
    return {name: change for name, change in draft.linked.items() if change[0] != change[1]}
