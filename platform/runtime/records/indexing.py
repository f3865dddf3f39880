"""The index of full-text search: the words of each record's searched fields, kept in the transaction that writes the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, literal_column, select, table, text
from sqlalchemy import column as sql_column
from sqlalchemy.types import Text as PlainText

from newel.metadata.field_types import type_of
from newel.metadata.model import Field, Object
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.loading import Values, layout_of, raw
from newel.runtime.records.referring import referrers, rows_referring
from newel.runtime.records.statements import kept, prepared
from newel.runtime.records.tokens import tokens_of
from newel.runtime.storage.dialects import postgresql, sqlite
from newel.runtime.storage.system_records import SEARCH

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

MOST_DEPENDENTS = 2_000  # records named by another's title that are indexed again with it
WORDS = table("nw_search_words", sql_column("rowid"), sql_column("words"), sql_column("nw_search_words"))


def searched(target: Object) -> tuple[str, ...]:
    """The fields and one-hop paths that records of an object are found by."""
    flagged = [field.name for field in target.declared if field.searchable]
    return tuple(dict.fromkeys((*target.search, *flagged)))


def index(work: Work, target: Object, rows: Iterable[tuple[str, Values, Mapping[str, Any] | None]]) -> None:
    """Writes down the words of records that were saved: ids, values, and what changed (None: everything)."""
    paths = searched(target)
    own = {path.partition(".")[0] for path in paths}
    rows = [(record_id, values, changes) for record_id, values, changes in rows]
    if paths:
        concerned = [(record_id, values) for record_id, values, changes in rows if changes is None or own & changes.keys()]
        _write(work, target.name, [(record_id, _words(work, target, values)) for record_id, values in concerned])
    for path in _depending(work.installation, target.name):
        ids = [record_id for record_id, values, changes in rows if changes is None or path.names & changes.keys()]
        if ids:
            _index_dependents(work, path, ids)


@dataclass(frozen=True)
class Depending:
    """Records of another object that are found by fields of this one, through a lookup."""

    object: Object
    lookup: Field
    names: frozenset[str]


def _depending(installation: Installation, object_name: str) -> Sequence[Depending]:
    def found() -> Sequence[Depending]:
        every = []
        for each in referrers(installation, object_name):
            names = {path.partition(".")[2] for path in searched(each.object) if path.startswith(f"{each.field.name}.")}
            if names:
                every.append(Depending(each.object, each.field, frozenset(names)))
        return tuple(every)

    known: Sequence[Depending] = kept(installation, ("depending", object_name), found)
    return known


def _index_dependents(work: Work, path: Depending, ids: list[str]) -> None:
    from newel.runtime.records.recycling import rows_of

    each = next(each for each in referrers(work.installation, path.lookup.to[0]) if each.field is path.lookup)
    rows = [row for row, _ in rows_referring(work, each, ids)][:MOST_DEPENDENTS]
    values = rows_of(work, path.object.name, rows) if rows else []
    _write(work, path.object.name, [(each["id"], _words(work, path.object, each)) for each in values])


def _words(work: Work, target: Object, values: Values) -> list[str]:
    """Every token of a record's searched fields, each once; the first names its object."""
    tokens: dict[str, None] = {f"o_{target.name}": None}
    for path in searched(target):
        name, _, beyond = path.partition(".")
        field, value = target.fields[name], values.get(name)
        if beyond and value is not None:
            found = raw(work, field.to[0], value)
            field, value = work.model.objects[field.to[0]].fields[beyond], (found or {}).get(beyond)
        if value is not None:
            tokens.update(dict.fromkeys(tokens_in(field, value)))
    return list(tokens)


def tokens_in(field: Field, value: Any) -> Iterable[str]:
    kind = type_of(field)
    written = kind.search_text(field, value)
    if field.type == "choice" and value in field.choices:
        label = field.choices[value].label
        written = " ".join((label.source, *label.translations.values()))
    return tokens_of(written, "phone" if field.type == "phone" else "text")


def _write(work: Work, object_name: str, rows: Sequence[tuple[str, list[str]]]) -> None:
    if not rows:
        return
    if work.dialect == "postgresql":
        statement = prepared(work, ("search write",), _upsert_postgresql)
        statement.run_many(work, [{"object": object_name, "record": each, "tokens": words} for each, words in rows])
        return
    keys = prepared(work, ("search write",), _upsert_sqlite)
    words_in = prepared(
        work, ("search words",), lambda: text("INSERT OR REPLACE INTO nw_search_words(rowid, words) VALUES (:id, :words)")
    )
    many = []
    for record_id, words in rows:
        row = keys.one(work, {"object": object_name, "record": record_id})
        many.append({"id": row[0] if row else None, "words": " ".join(words)})
    words_in.run_many(work, many)


def _upsert_postgresql() -> Any:
    tokens = func.array_to_tsvector(bindparam("tokens", type_=postgresql.ARRAY(PlainText())))
    made = postgresql.insert(SEARCH).values({"object": bindparam("object"), "record": bindparam("record"), "words": tokens})
    return made.on_conflict_do_update(index_elements=[SEARCH.c.record], set_={"words": made.excluded.words})


def _upsert_sqlite() -> Any:
    made = sqlite.insert(SEARCH).values({"object": bindparam("object"), "record": bindparam("record")})
    return made.on_conflict_do_update(index_elements=[SEARCH.c.record], set_={"object": made.excluded.object}).returning(
        SEARCH.c.id
    )


def forget(work: Work, ids: Sequence[str]) -> None:
    """Takes records out of the index."""
    given = {"nw_ids": listed(ids, work.dialect)}
    mine = within(SEARCH.c.record, "nw_ids", work.dialect)
    if work.dialect == "sqlite":
        words = prepared(
            work, ("search words out",), lambda: delete(WORDS).where(WORDS.c.rowid.in_(select(SEARCH.c.id).where(mine)))
        )
        words.run(work, given)
    prepared(work, ("search out",), lambda: delete(SEARCH).where(mine)).run(work, given)


def rebuild(installation: Installation, progress: Callable[[str, int], None] = lambda name, done: None) -> int:
    """Writes the whole index anew and says how many records it holds; `progress` hears object names and counts."""
    from newel.runtime.records.actors import as_system
    from newel.runtime.records.work import writing

    total = 0
    with writing(installation, as_system(installation, "rebuild the search index")) as work:
        if work.dialect == "sqlite":
            prepared(work, ("search words clear",), lambda: text("DELETE FROM nw_search_words")).run(work)
        prepared(work, ("search clear",), lambda: delete(SEARCH)).run(work)
        for target in installation.model.objects.values():
            if searched(target):
                total += _rebuild_one(work, target, progress)
    return total


def _rebuild_one(work: Work, target: Object, progress: Callable[[str, int], None]) -> int:
    layout, object_table = layout_of(work.installation, target.name), work.installation.tables[target.name]
    columns = [object_table.columns[key] for key in layout.names]
    id_column = object_table.column("id")

    def build() -> Any:
        later = and_(object_table.live, id_column > bindparam("nw_after", type_=id_column.type))
        return select(*columns).where(later).order_by(id_column).limit(literal_column("1000"))

    done, after = 0, "00000000-0000-0000-0000-000000000000"
    statement = prepared(work, ("search rebuild", target.name), build)
    while rows := [layout.values(row) for row in statement.read(work, {"nw_after": after})]:
        _write(work, target.name, [(each["id"], _words(work, target, each)) for each in rows])
        done, after = done + len(rows), rows[-1]["id"]
        for each in rows:
            work.kept.pop(("raw", target.name, each["id"]), None)
        progress(target.name, done)
    return done
