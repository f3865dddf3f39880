"""What drafts must agree with in the database: keys that are taken, records that references name, trees without circles.

Works on many drafts of one object at once; each kind of question is one statement, however many drafts ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, and_, bindparam, func, literal, literal_column, select

from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field
from newel.metadata.words import word
from newel.runtime.records import files
from newel.runtime.records.access import verdict
from newel.runtime.records.drafting import Draft, Plan
from newel.runtime.records.errors import FieldProblem
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.loading import layout_of
from newel.runtime.records.offering import check_offered
from newel.runtime.records.reach import Reach, Spot
from newel.runtime.records.statements import prepared

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

TAKEN = word("Another record has this already.")
UNKNOWN = word("There is no such record.")
CIRCLE = word("A record can't stand below itself.")


def check(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Notes on each draft what the database says against it."""
    for key in plan.uniques:
        touching = [draft for draft in drafts if _touches(draft, key)]
        if touching:
            _check_key(work, key, touching)
    check_references(work, plan, drafts)
    check_offered(work, plan.target.name, drafts)
    if plan.target.tree is not None:
        for draft in drafts:
            _check_tree(work, plan.target.tree, draft)
    for field in plan.files:
        for draft in drafts:
            if draft.values.get(field.name) is not None and field.name in draft.changes:
                problem = files.claimable(work, draft.target, field, draft.id, draft.values[field.name])
                if problem is not None:
                    draft.problems.append(problem)
    for draft in drafts:
        _keep_rules_silent(draft)


def _keep_rules_silent(draft: Draft) -> None:
    """Rules may have looked through a reference that the actor can't follow: what they found there is not told."""
    names = {each.name for each in draft.plan.references}
    if any(each.code == "unknown_reference" and each.field in names for each in draft.problems):
        early, late = draft.problems[: draft.before_rules], draft.problems[draft.before_rules :]
        draft.problems = [*early, *(each for each in late if _tells_nothing(draft, each))]


def _tells_nothing(draft: Draft, problem: FieldProblem) -> bool:
    """Whether a fault would be there whatever the references lead to."""
    field = draft.target.fields.get(problem.field or "")
    missing = problem.code == "required" and field is not None and field.required.always
    return problem.code == "unknown_reference" or missing


def _touches(draft: Draft, key: tuple[str, ...]) -> bool:
    """A key with a blank in it is no key; one that has not changed was good before."""
    return all(draft.values.get(name) is not None for name in key) and any(name in draft.changes for name in key)


def _check_key(work: Work, key: tuple[str, ...], drafts: list[Draft]) -> None:
    seen: set[tuple[Any, ...]] = set()
    known = _known_keys(work, key[0], drafts) if len(drafts) > 1 and _is_text(key, drafts[0]) else None
    for draft in drafts:
        wanted = _key_values(draft, key)
        taken = is_taken(work, draft, key) if known is None else known.get(wanted[0], draft.id) != draft.id
        if wanted in seen or taken:
            blame_taken(draft, key)
        seen.add(wanted)


def _is_text(key: tuple[str, ...], draft: Draft) -> bool:
    column = draft.work.installation.tables[draft.target.name].column(key[0])
    return len(key) == 1 and isinstance(column.type, String | Text)


def _known_keys(work: Work, name: str, drafts: Sequence[Draft]) -> dict[Any, str]:
    """Which of the values that many drafts want are taken, and by whom: one statement."""
    table = work.installation.tables[drafts[0].target.name]
    column = table.column(name)
    statement = prepared(
        work,
        ("keys", drafts[0].target.name, name),
        lambda: select(column, table.column("id")).where(within(column, "nw_keys", work.dialect), table.live),
    )
    wanted = [_key_values(draft, (name,))[0] for draft in drafts]
    return {row[0]: row[1] for row in statement.read(work, {"nw_keys": listed(wanted, work.dialect)})}


def is_taken(work: Work, draft: Draft, key: tuple[str, ...]) -> bool:
    """Whether another live record has this key already. A key with a blank in it is none."""
    if any(draft.values[name] is None for name in key):
        return False
    statement = prepared(work, ("key", draft.target.name, key), lambda: _taken(work, draft.plan, key))
    binds = {f"key_{at}": value for at, value in enumerate(_key_values(draft, key))}
    return bool(statement.rows(work, {**binds, "nw_id": draft.id}))


def _key_values(draft: Draft, key: tuple[str, ...]) -> tuple[Any, ...]:
    layout = layout_of(draft.work.installation, draft.target.name)
    return tuple(layout.parts(name, draft.values[name])[0][1] for name in key)


def _taken(work: Work, plan: Plan, key: tuple[str, ...]) -> Any:
    spot = Spot(work.installation, plan.target, work.installation.tables[plan.target.name].table.alias("t"))
    columns = [spot.column(name) for name in key]
    same = and_(*(column == bindparam(f"key_{at}", type_=column.type) for at, column in enumerate(columns)))
    return select(literal_column("1")).where(same, spot.live, spot.id != bindparam("nw_id", type_=spot.id.type)).limit(1)


def blame_taken(draft: Draft, key: Iterable[str]) -> None:
    """Says at the key's fields that somebody has it; at the record, where the actor sees none of them."""
    readable = draft.verdict.readable
    shown = [name for name in key if name in readable]
    for name in shown or (None,):
        draft.problems.append(FieldProblem(name, "taken", TAKEN))


def check_references(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Each changed reference must name a record that is there and that the actor may read."""
    asked: dict[str, dict[str, list[tuple[Draft, str]]]] = {}
    for draft in drafts:
        for field in plan.references:
            if field.name in draft.changes and draft.values[field.name] is not None and field.name not in draft.known:
                target, record_id = _aim(field, draft.values[field.name])
                if (target, record_id) != (draft.target.name, draft.id):
                    asked.setdefault(target, {}).setdefault(record_id, []).append((draft, field.name))
    for target, wanted in asked.items():
        missing = wanted.keys() - existing(work, target, wanted)
        for draft, name in (who for record_id in missing for who in wanted[record_id]):
            draft.problems.append(FieldProblem(name, "unknown_reference", UNKNOWN))


def _aim(field: Field, value: Any) -> tuple[str, str]:
    return (value.object, value.id) if isinstance(value, Reference) else (field.to[0], value)


def existing(work: Work, object_name: str, ids: Iterable[str]) -> set[str]:
    """Those of the ids that name live records which the actor may read; they stay there until the transaction ends."""
    wanted = list(ids)
    own = (object_name, work.actor.user_id)
    if wanted == [work.actor.user_id] and own == ("nw_user", work.actor.user_id):
        return {wanted[0]}
    if not verdict(work.installation, work.actor, object_name).read:
        return set()
    statement = prepared(work, ("existing", object_name, work.actor.role_set), lambda: _existing(work, object_name))
    return {row[0] for row in statement.read(work, {"nw_ids": listed(wanted, work.dialect)})}


def _existing(work: Work, object_name: str) -> Any:
    reach = Reach(work.installation, work.actor.role_set, object_name)
    wanted = within(reach.top.id, "nw_ids", work.dialect)
    statement = select(reach.top.id).where(wanted, reach.top.live, reach.readable).select_from(reach.top.table)
    return statement.with_for_update(key_share=True, read=True, of=reach.top.table)


def _check_tree(work: Work, field: Field, draft: Draft) -> None:
    above = draft.values.get(field.name)
    if above is None or field.name not in draft.changes:
        return
    if work.dialect == "postgresql":
        prepared(work, ("tree lock", draft.target.name), lambda: _tree_lock(draft.target.name)).rows(work)
    statement = prepared(work, ("tree", draft.target.name), lambda: _ancestors(work, draft.plan, field))
    if above == draft.id or statement.rows(work, {"nw_above": above, "nw_id": draft.id}):
        draft.problems.append(FieldProblem(field.name, "circle", CIRCLE))


def _tree_lock(object_name: str) -> Any:
    """Two moves at once could close a circle that neither sees."""
    lock = func.pg_advisory_xact_lock(func.hashtext(literal(f"newel tree {object_name}")))
    return select(literal_column("1")).select_from(lock)


def _ancestors(work: Work, plan: Plan, field: Field) -> Any:
    """Finds the record among the ancestors of its new parent."""
    table = work.installation.tables[plan.target.name]
    id_column, parent = table.column("id"), table.column(field.name)
    up = select(parent.label("id")).where(id_column == bindparam("nw_above", type_=id_column.type)).cte("up", recursive=True)
    up = up.union(select(parent).where(id_column == up.c.id))
    return select(literal_column("1")).select_from(up).where(up.c.id == bindparam("nw_id", type_=id_column.type)).limit(1)
