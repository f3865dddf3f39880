"""What happened to a record: who changed which field from what to what, when and through which door.

One row is kept for each save. Reading masks it by the rights of the reader: a field that doesn't show in the record now doesn't
show in its history, and a save of which nothing shows is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import bindparam, insert, select

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.field_types.values import Reference
from newel.metadata.model import USER_OBJECT, Field, Object
from newel.runtime.records import finding
from newel.runtime.records.access import verdict
from newel.runtime.records.actors import ADMIN
from newel.runtime.records.errors import NotFound
from newel.runtime.records.ids import new_id
from newel.runtime.records.loading import load_seen
from newel.runtime.records.statements import prepared
from newel.runtime.storage.system_records import HISTORY

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

MOST = 500
PLAIN = Locale()
Changes = dict[str, tuple[Any, Any]]  # field -> old and new value


class Change(TypedDict):
    """One field of a save; values are those of the field's type, titles are there for references that may be read."""

    field: str
    old: Any
    new: Any
    old_title: Any
    new_title: Any


class Entry(TypedDict):
    """One save, as the reader may see it."""

    at: datetime
    event: str  # created | updated | deleted | restored | purged
    version: int
    who: str | None
    who_name: str | None
    door: str
    changes: list[Change]


def keep(work: Work, target: Object, event: str, rows: Iterable[tuple[str, int, Changes]]) -> None:
    """Writes down what was done to records of one object: their ids, new versions and changes."""
    if not target.history and event == "updated":
        return
    statement = prepared(
        work, ("history",), lambda: insert(HISTORY).values({each.name: bindparam(each.name) for each in HISTORY.c})
    )
    same = {"object": target.name, "event": event, "at": work.now, "who": work.actor.user_id, "door": work.actor.door}
    statement.run_many(
        work,
        [
            {**same, "id": new_id(), "record": record_id, "version": version, "changes": _dumped(target, changes)}
            for record_id, version, changes in rows
        ],
    )


def _dumped(target: Object, changes: Changes) -> dict[str, Any]:
    if not target.history:
        return {}
    return {name: [_dump(target.fields[name], old), _dump(target.fields[name], new)] for name, (old, new) in changes.items()}


def _dump(field: Field, value: Any) -> Any:
    return None if value is None else type_of(field).dump(field, value)


def of(work: Work, object_name: str, record_id: str, *, limit: int = MOST) -> list[Entry]:
    """The history of a record, the latest first; of a deleted one too, as long as the actor may read it."""
    target = work.model.objects.get(object_name)
    if target is None:
        raise NotFound(object_name, record_id)
    shown = load_seen(work, object_name, record_id)
    statement = prepared(work, ("history of",), _of)
    rows = statement.read(work, {"nw_record": record_id.lower(), "nw_limit": max(1, min(limit, MOST))})
    people = finding.titles(work, USER_OBJECT, [row[4] for row in rows if row[4]])
    sees_who = "updated_by" in verdict(work.installation, work.actor, object_name).readable
    entries = [_entry(target, shown, row, people if sees_who else {}, sees_who) for row in rows]
    entries = [entry for entry in entries if entry["changes"] or entry["event"] != "updated"]
    _add_titles(work, target, entries)
    return entries


def of_purged(work: Work, record_id: str) -> list[Entry]:
    """What is left of a record that is gone for good: its history, for the system and administrators alone."""
    if not (work.actor.system or ADMIN in work.actor.roles):
        raise NotFound("nw_history", record_id)
    statement = prepared(work, ("history of",), _of)
    rows = statement.read(work, {"nw_record": record_id.lower(), "nw_limit": MOST})
    return [
        Entry(at=at, event=event, version=version, who=who, who_name=None, door=door, changes=[])
        for at, event, version, door, who, _ in rows
    ]


def _of() -> Any:
    columns = (HISTORY.c.at, HISTORY.c.event, HISTORY.c.version, HISTORY.c.door, HISTORY.c.who, HISTORY.c.changes)
    wanted = HISTORY.c.record == bindparam("nw_record", type_=HISTORY.c.record.type)
    return select(*columns).where(wanted).order_by(HISTORY.c.id.desc()).limit(bindparam("nw_limit", type_=HISTORY.c.version.type))


def _entry(target: Object, shown: frozenset[str], row: tuple[Any, ...], people: Mapping[str, str], sees_who: bool) -> Entry:
    at, event, version, door, who, changes = row
    visible = [
        _change(target.fields[name], old, new)
        for name, (old, new) in (changes or {}).items()
        if name in shown and name in target.fields
    ]
    return Entry(
        at=at,
        event=event,
        version=version,
        who=who if sees_who else None,
        who_name=people.get(who) if who else None,
        door=door,
        changes=visible,
    )


def _change(field: Field, old: Any, new: Any) -> Change:
    return Change(field=field.name, old=_loaded(field, old), new=_loaded(field, new), old_title=None, new_title=None)


def _loaded(field: Field, value: Any) -> Any:
    """The value that was kept; as it stands, where the field has changed its kind since."""
    if value is None:
        return None
    try:
        return type_of(field).parse(field, value, PLAIN)
    except ValueProblem:
        return value


def _add_titles(work: Work, target: Object, entries: list[Entry]) -> None:
    """What the records are called that references named before and after."""
    changes = [change for entry in entries for change in entry["changes"] if target.fields[change["field"]].to]
    wanted: dict[str, set[str]] = {}
    for change in changes:
        for value in (change["old"], change["new"]):
            for object_name, record_id in _referred(target.fields[change["field"]], value):
                wanted.setdefault(object_name, set()).add(record_id)
    named = {name: finding.titles(work, name, ids) for name, ids in wanted.items()}
    for change in changes:
        field = target.fields[change["field"]]
        change["old_title"] = _title(field, change["old"], named)
        change["new_title"] = _title(field, change["new"], named)


def _referred(field: Field, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Reference):
        return [(value.object, value.id)]
    if isinstance(value, tuple):
        return [(field.to[0], each) for each in value]
    return [(field.to[0], value)] if isinstance(value, str) else []


def _title(field: Field, value: Any, named: Mapping[str, Mapping[str, str]]) -> Any:
    found = [named.get(object_name, {}).get(record_id) for object_name, record_id in _referred(field, value)]
    if isinstance(value, tuple):
        return tuple(found)
    return found[0] if found else None
