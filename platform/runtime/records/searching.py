"""Full-text search over the declared fields of all objects, as one actor may see them.

`indexing` keeps one index row a record, with the words of all its searched fields. What an actor may find is decided twice:
the row rules of each object are part of the SQL, and every hit is proven again on the text that this actor can read. So a word in
a masked field finds nothing. docs/decisions/0011-searching.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlalchemy.types import Text as PlainText

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale
from newel.metadata.model import App, Field, MenuItem, Object
from newel.runtime.records import finding
from newel.runtime.records.access import verdict
from newel.runtime.records.indexing import WORDS, searched, tokens_in
from newel.runtime.records.offering import Narrowing, narrowed
from newel.runtime.records.reach import Reach
from newel.runtime.records.record import Record
from newel.runtime.records.statements import kept, prepared
from newel.runtime.records.tokens import matches, readings_of
from newel.runtime.storage.dialects import postgresql
from newel.runtime.storage.system_records import SEARCH

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

PLAIN = Locale()
AT_ONCE = 100  # candidates of one object that are looked at before the next ones are fetched
MOST_LOOKS = 5
MOST_HITS = 200
MOST_READS = 9  # objects whose records one search reads: a page that searches stays within its dozen of statements
AROUND = 40  # characters of a snippet on each side of what was found


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that answers a search, and the text in which it was found where that is not the title."""

    object: str
    id: str
    title: str
    snippet: str = ""
    record: Record | None = None  # with the fields that were asked for beside the searched ones


Beside = Callable[[str], Sequence[str]]


def search(
    work: Work,
    query: str,
    objects: Sequence[str] | None = None,
    limit: int = 20,
    beside: Beside = lambda name: (),
    narrowing: Narrowing | None = None,
) -> list[Hit]:
    """The records that answer every word of the query, those first whose title begins with it, then the latest changed.

    `beside(object)` names fields to be read along; `narrowing` finds only what is offered for a reference. Where a short word is
    in records of very many objects, those of the objects that stand first in the apps' menus are found; a longer word, or naming
    the object, finds the others.
    """
    limit = max(1, min(limit, MOST_HITS))
    for begun in (False, True):  # first as people type: only the last word may be unfinished
        for groups in readings_of(query):
            if begun and len(groups) == 1:
                continue
            found = _search(work, query, groups, objects, limit, beside, begun, narrowing)
            if found:
                return found
    return []


def _search(
    work: Work,
    query: str,
    groups: list[tuple[str, ...]],
    objects: Sequence[str] | None,
    limit: int,
    beside: Beside,
    begun: bool,
    narrowing: Narrowing | None,
) -> list[Hit]:
    """The hits of one reading of the query; `begun`: each of its words may be the beginning of one, not only the last."""
    asked = tuple(_searchable(work, objects))
    hits: dict[str, tuple[tuple[Any, ...], Hit]] = {}
    reads = MOST_READS
    for look in range(MOST_LOOKS if asked else 0):
        candidates = _candidates(work, asked, _alternatives(groups, begun), look, narrowing)
        for name in _foremost(work, candidates)[:reads]:
            for record in _proven(work, name, candidates[name], groups, beside(name)):
                hits[record.id] = _ranked(work, record, query, groups)
        reads -= len(candidates)
        asked = tuple(name for name in asked if len(candidates.get(name, ())) == AT_ONCE)
        if len(hits) >= limit or not asked or reads <= 0:
            break
    return [hit for _, hit in sorted(hits.values(), key=lambda each: each[0])][:limit]


def _foremost(work: Work, names: Iterable[str]) -> list[str]:
    """The objects in the order in which the apps' menus name them; those that no menu names come last."""
    order: dict[str, int] = kept(work.installation, "menu order", lambda: _menu_order(work.model.apps.values()))
    return sorted(names, key=lambda name: order.get(name, len(order)))


def _menu_order(holders: Iterable[App | MenuItem]) -> dict[str, int]:
    named = dict.fromkeys(name for holder in holders for name in _named_in(holder))
    return {name: at for at, name in enumerate(named)}


def _named_in(holder: App | MenuItem) -> Iterator[str]:
    for item in (holder.menu if isinstance(holder, App) else holder.items).values():
        if item.object is not None:
            yield item.object
        yield from _named_in(item)


def _searchable(work: Work, objects: Sequence[str] | None) -> Iterable[str]:
    for name in work.model.objects if objects is None else dict.fromkeys(objects):
        target = work.model.objects.get(name)
        if target is not None and _readable_paths(work, target):
            yield name


def _readable_paths(work: Work, target: Object) -> tuple[str, ...]:
    """The searched fields that the actor may read in some record."""
    judged = verdict(work.installation, work.actor, target.name)

    def found() -> tuple[str, ...]:
        return tuple(path for path in searched(target) if _is_readable(work, target, path)) if judged.read else ()

    paths: tuple[str, ...] = kept(work.installation, ("searched", target.name, work.actor.role_set), found)
    return paths


def _is_readable(work: Work, target: Object, path: str) -> bool:
    name, _, beyond = path.partition(".")
    if name not in verdict(work.installation, work.actor, target.name).readable:
        return False
    return not beyond or beyond in verdict(work.installation, work.actor, target.fields[name].to[0]).readable


def _alternatives(groups: list[tuple[str, ...]], begun: bool) -> list[tuple[list[str], bool]]:
    """For each word of the query what it may be in the index, and whether that may go on."""
    last = len(groups) - 1
    return [(list(group), begun or at == last) for at, group in enumerate(groups)]


def _candidates(
    work: Work, asked: tuple[str, ...], words: list[tuple[list[str], bool]], look: int, narrowing: Narrowing | None
) -> dict[str, list[str]]:
    """For each object the next ids whose index row answers the query and whose record the actor may read: one statement."""
    only = narrowing.key if narrowing else None
    key = ("search", asked, work.actor.role_set, only)
    statement = prepared(
        work, key, lambda: _arms(work, asked, only), planned_anew=True
    )  # a rare word and a usual one need other ways
    binds = {f"query_{at}": _as_query(work.dialect, name, words) for at, name in enumerate(asked)}
    given = narrowing.parameters if narrowing else {}
    rows = statement.read(work, {**binds, **given, "nw_skip": look * AT_ONCE})
    found: dict[str, list[str]] = {}
    for name, record_id in rows:
        found.setdefault(name, []).append(record_id)
    return found


def _arms(work: Work, asked: tuple[str, ...], only: tuple[str, str] | None) -> Any:
    arms: list[Any] = []
    for at, name in enumerate(asked):
        arm = _arm(work, name, f"query_{at}", only).subquery(f"a{at}")
        arms.append(select(arm.c.object, arm.c.id))
    return union_all(*arms) if len(arms) > 1 else arms[0]


def _arm(work: Work, name: str, bind: str, only: tuple[str, str] | None) -> Select[Any]:
    reach = Reach(work.installation, work.actor.role_set, name)
    found = reach.top.table.join(SEARCH, SEARCH.c.record == reach.top.id)
    if work.dialect == "sqlite":
        found = found.join(WORDS, WORDS.c.rowid == SEARCH.c.id)
        answer = WORDS.c.nw_search_words.op("MATCH")(bindparam(bind, type_=PlainText()))
        latest = WORDS.c.rowid.desc()  # the order in which the index itself can answer, so that it stops when it has enough
    else:
        answer = SEARCH.c.words.op("@@")(bindparam(bind, type_=postgresql.TSQUERY()))
        latest = SEARCH.c.id.desc()
    skip: Any = bindparam("nw_skip", type_=SEARCH.c.id.type)
    columns = (literal(name, PlainText()).label("object"), reach.top.id.label("id"))
    return (
        select(*columns)
        .select_from(found)
        .where(answer, reach.top.live, reach.readable, *([narrowed(reach, only)] if only else []))
        .order_by(latest)
        .limit(AT_ONCE)
        .offset(skip)
    )


def _as_query(dialect: str, name: str, words: list[tuple[list[str], bool]]) -> str:
    """The query in the database's own words. Tokens hold nothing but letters and digits, so quoting is safe."""
    quote, goes_on, both, either = ('"', " *", " AND ", " OR ") if dialect == "sqlite" else ("'", ":*", " & ", " | ")

    def said(word: str, may_go_on: bool) -> str:
        return f"{quote}{word}{quote}{goes_on if may_go_on else ''}"

    asked = (f"({either.join(said(word, may_go_on) for word in group)})" for group, may_go_on in words)
    return both.join([said(f"o_{name}", False), *asked])


def _proven(work: Work, name: str, ids: list[str], groups: list[tuple[str, ...]], beside: Sequence[str]) -> list[Record]:
    """Those candidates whose text, as this actor reads it, answers the query."""
    target = work.model.objects[name]
    paths = _readable_paths(work, target)
    title = (target.title,) if target.title in verdict(work.installation, work.actor, name).readable else ()
    fields = tuple(dict.fromkeys((*title, *paths, "updated_at"))) if _shows(work, name, "updated_at") else (*title, *paths)
    page = finding.find(work, name, where={"id": list(ids)}, fields=tuple(dict.fromkeys((*fields, *beside))), limit=len(ids))
    return [record for record in page.records if matches(groups, _readable_tokens(work, target, paths, record))]


def _shows(work: Work, object_name: str, field_name: str) -> bool:
    return field_name in verdict(work.installation, work.actor, object_name).readable


def _readable_tokens(work: Work, target: Object, paths: Iterable[str], record: Record) -> set[str]:
    found: set[str] = set()
    for path in paths:
        value = record.values.get(path)
        if value is not None:
            found.update(tokens_in(_field_at(work, target, path), value))
    return found


def _field_at(work: Work, target: Object, path: str) -> Field:
    name, _, beyond = path.partition(".")
    return work.model.objects[target.fields[name].to[0]].fields[beyond] if beyond else target.fields[name]


def _ranked(work: Work, record: Record, query: str, groups: list[tuple[str, ...]]) -> tuple[tuple[Any, ...], Hit]:
    """The hit, and its place: titles that begin with the query first, then hits in titles, then the rest; the latest first."""
    target = work.model.objects[record.object]
    title_field = target.fields[target.title]
    value = record.values.get(target.title)
    title = type_of(title_field).format(title_field, value, work.locale) if value is not None else ""
    begins = title.casefold().startswith(query.strip().casefold())
    in_title = value is not None and matches(groups, tokens_in(title_field, value))
    changed = record.values.get("updated_at")
    place = (0 if begins else 1 if in_title else 2, -changed.timestamp() if changed else 0.0, record.id)
    snippet = "" if in_title else _snippet(work, target, record, groups)
    return place, Hit(record.object, record.id, title, snippet, record)


def _snippet(work: Work, target: Object, record: Record, groups: list[tuple[str, ...]]) -> str:
    """A piece of the first readable text that holds one of the words."""
    for path in _readable_paths(work, target):
        value = record.values.get(path)
        if value is None or path == target.title:
            continue
        field = _field_at(work, target, path)
        if any(matches([group], tokens_in(field, value)) for group in groups):
            return _cut(type_of(field).format(field, value, PLAIN), groups)
    return ""


def _cut(written: str, groups: list[tuple[str, ...]]) -> str:
    folded = written.casefold()
    places = [at for group in groups for word in group if (at := folded.find(word)) >= 0]
    start = max(0, min(places, default=0) - AROUND)
    piece = " ".join(written[start : start + 3 * AROUND].split())
    return f"{'…' if start else ''}{piece}{'…' if start + 3 * AROUND < len(written) else ''}"
