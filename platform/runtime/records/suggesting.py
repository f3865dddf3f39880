"""What there is to choose from: records while somebody types, as far as the reference offers them; options of a record.

The reference's filter is evaluated in the statements that find the records, over what the actor can read: a field that the actor
can't read is blank in it, so that nothing is told by what is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from newel.runtime.records import finding, indexing, recents, searching
from newel.runtime.records.access import verdict
from newel.runtime.records.offering import Narrowing, offers_of
from newel.runtime.records.previewing import Shown
from newel.runtime.records.record import Suggestion
from newel.runtime.records.tokens import groups_of, matches

if TYPE_CHECKING:
    from typing import Any

    from newel.runtime.records.work import Work

MOST_OFFERED = 50
MOST_COMPARED = 200


def suggest(work: Work, object_name: str, query: str, limit: int = 10, narrowing: Narrowing | None = None) -> list[Suggestion]:
    """The records that answer the query; what was looked at lately, then what changed lately, where it is empty."""
    limit = max(1, min(limit, MOST_OFFERED))
    if query.strip():
        hits = searching.search(work, query, (object_name,), limit, narrowing=narrowing)
        ids = [hit.id for hit in hits] or _by_title(work, object_name, query, limit, narrowing)
    else:
        ids = _latest(work, object_name, limit, narrowing)
    return finding.suggestions(work, object_name, ids, narrowing)[:limit]


def _latest(work: Work, object_name: str, limit: int, narrowing: Narrowing | None) -> list[str]:
    ids = recents.of_object(work, object_name, limit)
    sort = ("-updated_at",) if _shows(work, object_name, "updated_at") else ()
    latest = finding.find(work, object_name, fields=("id",), sort=sort, limit=limit, narrowing=narrowing)
    return list(dict.fromkeys((*ids, *(each.id for each in latest))))


def _by_title(work: Work, object_name: str, query: str, limit: int, narrowing: Narrowing | None) -> list[str]:
    """Objects without search fields are found by their titles' beginning."""
    target = work.model.objects[object_name]
    if indexing.searched(target) or not _shows(work, object_name, target.title):
        return []
    shown, by_title = (target.title,), (target.title,)
    page = finding.find(work, object_name, fields=shown, sort=by_title, limit=MOST_COMPARED, narrowing=narrowing)
    wanted, field = groups_of(query), target.fields[target.title]
    named = [each for each in page if each[target.title] is not None]
    return [each.id for each in named if matches(wanted, indexing.tokens_in(field, each[target.title]))][:limit]


def _shows(work: Work, object_name: str, name: str) -> bool:
    return name in verdict(work.installation, work.actor, object_name).readable


def options_of(work: Work, object_name: str, name: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The options that a record with these values may choose, as its reader sees it; what is chosen is among them."""
    field = work.model.objects[object_name].fields[name]
    found = offers_of(work.installation, object_name).options.get(name)
    if found is None:
        return tuple(field.choices)
    seen = Shown(work, work.model.objects[object_name], values)
    return tuple(key for key in field.choices if key == values.get(name) or found.allows(key, seen, work.facts))


def depends_on(work: Work, object_name: str, field: str) -> tuple[str, ...] | None:
    """The fields of a record that decide which others its reference may be pointed at; None where nothing is decided."""
    found = offers_of(work.installation, object_name).pointing.get(field)
    return None if found is None else found.reads


def narrowing_of(work: Work, object_name: str, field: str, values: Mapping[str, Any]) -> Narrowing | None:
    """How a reference of a record with these values narrows what is offered; values that the actor can't read count as blank."""
    found = offers_of(work.installation, object_name).pointing.get(field)
    if found is None:
        return None
    readable = verdict(work.installation, work.actor, object_name).readable
    known = {name: value for name, value in values.items() if name in readable}
    return Narrowing.of(found, object_name, Shown(work, work.model.objects[object_name], known))
