"""The same request sent twice happens once: the answer is kept with its key, in the transaction that did the work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from newel.metadata.words import word
from newel.runtime.records.errors import Conflict
from newel.runtime.records.statements import prepared
from newel.runtime.storage.dialects import postgresql, sqlite
from newel.runtime.storage.system_records import IDEMPOTENCY

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

KEPT_FOR = timedelta(days=1)


def once(work: Work, key: str, fingerprint: str, act: Callable[[], Any]) -> Any:
    """What `act` gives (JSON), or what it gave when the actor first used this key; Conflict if that was for something else.

    Where two come at once, the second waits for the first.
    """
    who = work.actor.user_id or f"system: {work.actor.system}"[:80]
    mine = {"nw_who": who, "nw_key": key}
    prepared(work, ("once trim",), _trim).run(work, {"nw_before": work.now - KEPT_FOR, **mine})
    given = {"actor": who, "key": key, "fingerprint": fingerprint, "at": work.now}
    if prepared(work, ("once take",), lambda: _take(work.dialect)).run(work, given) != 1:
        return _answer(work, mine, fingerprint)
    answer = act()
    prepared(work, ("once keep",), _keep).run(work, {**mine, "nw_answer": answer})
    return answer


def _answer(work: Work, mine: dict[str, str], fingerprint: str) -> Any:
    row = prepared(work, ("once answer",), _known).one(work, mine)
    if row is None or row[0] != fingerprint:
        raise Conflict(word("This idempotency key was used for another request."))
    return row[1]


def _of_actor() -> Any:
    return (IDEMPOTENCY.c.actor == bindparam("nw_who")) & (IDEMPOTENCY.c.key == bindparam("nw_key"))


def _take(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    names = ("actor", "key", "fingerprint", "at")
    values = {name: bindparam(name, type_=IDEMPOTENCY.c[name].type) for name in names}
    return insert(IDEMPOTENCY).values(values).on_conflict_do_nothing()


def _keep() -> Any:
    return update(IDEMPOTENCY).where(_of_actor()).values({"answer": bindparam("nw_answer", type_=IDEMPOTENCY.c.answer.type)})


def _known() -> Any:
    return select(IDEMPOTENCY.c.fingerprint, IDEMPOTENCY.c.answer).where(_of_actor())


def _trim() -> Any:
    """A key that is too old counts as new."""
    return delete(IDEMPOTENCY).where(_of_actor(), IDEMPOTENCY.c.at < bindparam("nw_before", type_=IDEMPOTENCY.c.at.type))


def clean_up(work: Work) -> int:
    """Forgets every key that is too old."""
    old = delete(IDEMPOTENCY).where(IDEMPOTENCY.c.at < bindparam("nw_before", type_=IDEMPOTENCY.c.at.type))
    return prepared(work, ("once clean",), lambda: old).run(work, {"nw_before": work.now - KEPT_FOR})
