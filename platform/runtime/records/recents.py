"""What each person looked at lately: a short list, kept cheaply, for the home page and for choosing in lookups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, bindparam, delete, select

from newel.runtime.records.ids import is_id
from newel.runtime.records.statements import prepared
from newel.runtime.storage.dialects import postgresql, sqlite
from newel.runtime.storage.system_records import RECENT

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

KEPT = 100  # of each person


def remember(work: Work, object_name: str, record_id: str) -> None:
    """Notes that the actor looked at a record; what was looked at longest ago is forgotten now and then."""
    user = work.actor.user_id
    if user is None or not is_id(record_id) or object_name not in work.model.objects:
        return
    statement = prepared(work, ("recent",), lambda: _upsert(work.dialect))
    statement.run(work, {"user_id": user, "object": object_name, "record": record_id, "at": work.now})
    if int(record_id[-2:], 16) < 16:
        prepared(work, ("recent trim",), _trim).run(work, {"nw_user_id": user})


def _upsert(dialect: str) -> Any:
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(RECENT)
    values = {each.name: bindparam(each.name, type_=each.type) for each in RECENT.c}
    return made.values(values).on_conflict_do_update(
        index_elements=[RECENT.c.user_id, RECENT.c.record], set_={"at": made.excluded.at}
    )


def _trim() -> Any:
    mine = RECENT.c.user_id == bindparam("nw_user_id", type_=RECENT.c.user_id.type)
    latest = select(RECENT.c.record).where(mine).order_by(RECENT.c.at.desc()).limit(KEPT)
    return delete(RECENT).where(mine, RECENT.c.record.not_in(latest))


def of_actor(work: Work, limit: int = 20) -> list[tuple[str, str]]:
    """Object and id of what the actor looked at last. The caller reads titles through `finding`, which drops what is closed."""
    rows = prepared(work, ("recents",), lambda: _latest(None)).read(work, {"nw_user_id": work.actor.user_id, "nw_limit": limit})
    return [(row[0], row[1]) for row in rows if row[0] in work.model.objects]


def of_object(work: Work, object_name: str, limit: int = 10) -> list[str]:
    """Ids of the records of one object that the actor looked at last."""
    statement = prepared(work, ("recents of",), lambda: _latest("nw_object"))
    given = {"nw_user_id": work.actor.user_id, "nw_limit": limit, "nw_object": object_name}
    return [row[1] for row in statement.read(work, given)]


def _latest(of: str | None) -> Any:
    mine = RECENT.c.user_id == bindparam("nw_user_id", type_=RECENT.c.user_id.type)
    wanted = and_(mine, RECENT.c.object == bindparam(of)) if of else mine
    limit: Any = bindparam("nw_limit", type_=Integer())
    return select(RECENT.c.object, RECENT.c.record).where(wanted).order_by(RECENT.c.at.desc()).limit(limit)
