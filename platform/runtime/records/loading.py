"""Whole records with the kernel's own eyes: what rules judge, what saving changes. Never handed to an actor as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, false, select, true

from newel.metadata.field_types import type_of
from newel.metadata.model import Field, Object
from newel.runtime.records import rolling
from newel.runtime.records.access import Verdict, verdict
from newel.runtime.records.computing import Formula, formulas_of
from newel.runtime.records.errors import NotFound
from newel.runtime.records.filtering import listed, within
from newel.runtime.records.ids import is_id
from newel.runtime.records.reach import Reach, Spot
from newel.runtime.records.scopes import RowRule
from newel.runtime.records.statements import Prepared, Row, kept
from newel.runtime.storage.layout import column_key

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

Values = dict[str, Any]
AS_THEY_ARE = frozenset({str, int, bool, type(None), Decimal, date, datetime, tuple})  # what rules see as it is kept


class Layout:
    """How one object's values lie in its columns: from row to values, and from values to columns."""

    def __init__(self, installation: Installation, target: Object) -> None:
        self.object = target
        self.table = installation.tables[target.name]
        self.fields = tuple(each for each in target.stored if not each.system or each.name in self.table.columns)
        self.keys = {each.name: _keys(each) for each in self.fields}
        self.names = tuple(key for keys in self.keys.values() for key in keys)  # of all columns, in the row's order
        self._binds = tuple(f"c_{at}" for at in range(len(self.names)))
        self._writers = [
            (each.name, None if each.system or type_of(each).plain else type_of(each), each, len(self.keys[each.name]))
            for each in self.fields
        ]
        self._composed = tuple(
            each for each in self.fields if not each.system and (len(_keys(each)) > 1 or not type_of(each).plain)
        )

    def columns(self, spot: Spot) -> list[ColumnElement[Any]]:
        return [column for each in self.fields for column in spot.columns(each)]

    def values(self, row: Row) -> Values:
        """Every stored field with its value."""
        by_column = dict(zip(self.names, row, strict=False))
        if not self._composed:
            return by_column
        values = {name: by_column[name] for name in self.keys}
        for each in self._composed:
            parts = tuple(by_column[key] for key in self.keys[each.name])
            values[each.name] = None if all(part is None for part in parts) else type_of(each).from_columns(each, parts)
        return values

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A whole record as parameters: c_0, c_1... for the columns in their order."""
        found: list[Any] = []
        for name, kind, field, width in self._writers:
            value = values[name]
            if kind is None:
                found.append(value)
            elif value is None:
                found.extend((None,) * width)
            else:
                found.extend(kind.to_columns(field, value))
        return dict(zip(self._binds, found, strict=True))

    def parts(self, name: str, value: Any) -> tuple[tuple[str, Any], ...]:
        """The columns of a field with their database values."""
        keys = self.keys[name]
        field = self.object.fields[name]
        if value is None:
            return tuple((key, None) for key in keys)
        if field.system:
            return ((keys[0], value),)
        return tuple(zip(keys, type_of(field).to_columns(field, value), strict=True))


def _keys(field: Field) -> tuple[str, ...]:
    return (
        (field.name,)
        if field.system
        else tuple(column_key(field.name, column.suffix) for column in type_of(field).columns(field))
    )


def layout_of(installation: Installation, object_name: str) -> Layout:
    found: Layout = kept(
        installation, ("layout", object_name), lambda: Layout(installation, installation.model.objects[object_name])
    )
    return found


@dataclass(frozen=True, slots=True)
class Loaded:
    """One row as it is stored, and for each part of the actor's verdict whether the row is in its update and delete scope."""

    id: str
    version: int
    values: Values
    updates: tuple[bool, ...] = ()
    deletes: tuple[bool, ...] = ()


def load(work: Work, object_name: str, record_id: str, *, deleted: bool = False, going: bool = False) -> Loaded:
    """The row for a change: locked, and only if the actor may read it; else NotFound.

    `going`: it is to be deleted, so that nobody may begin to refer to it, and who just has is waited for.
    """
    judged = verdict(work.installation, work.actor, object_name)
    record_id = record_id.lower() if isinstance(record_id, str) else ""
    if not is_id(record_id) or not judged.read:
        raise NotFound(object_name, record_id)
    rolling.settle_before(work, object_name)
    statement, layout = _for_change(work, judged, deleted, going)
    row = statement.one(work, {"nw_id": record_id})
    if row is None:
        raise NotFound(object_name, record_id)
    parts = len(judged.parts)
    flags = row[len(layout.names) :]
    values = layout.values(row)
    return Loaded(record_id, values["version"], values, flags[:parts], flags[parts:])


def _for_change(work: Work, judged: Verdict, deleted: bool, going: bool) -> tuple[Prepared, Layout]:
    def build() -> tuple[Prepared, Layout]:
        reach = Reach(work.installation, work.actor.role_set, judged.object)
        layout = layout_of(work.installation, judged.object)
        flags = [_flag(reach, part.update) for part in judged.parts] + [_flag(reach, part.delete) for part in judged.parts]
        in_bin = reach.top.column("deleted_at").is_not(None) if deleted else reach.top.live
        wanted = reach.top.id == bindparam("nw_id", type_=reach.top.id.type)
        statement = select(*layout.columns(reach.top), *(flag.label(f"flag_{at}") for at, flag in enumerate(flags)))
        statement = statement.where(wanted, in_bin, reach.readable).select_from(reach.top.table)
        return Prepared(_locked(statement, reach.top, going), work.connection.dialect), layout

    key = ("change", judged.object, work.actor.role_set, deleted, going)
    found: tuple[Prepared, Layout] = kept(work.installation, key, build)
    return found


def load_seen(work: Work, object_name: str, record_id: str) -> frozenset[str]:
    """The fields that show to the actor in this very row, deleted or not; NotFound where the row doesn't."""
    judged = verdict(work.installation, work.actor, object_name)
    record_id = record_id.lower() if isinstance(record_id, str) else ""
    if not is_id(record_id) or not judged.read:
        raise NotFound(object_name, record_id)

    def build() -> tuple[Prepared, list[RowRule]]:
        reach = Reach(work.installation, work.actor.role_set, object_name)
        rules = list(dict.fromkeys(judged.readable.values()))
        flags = [_flag(reach, rule).label(f"flag_{at}") for at, rule in enumerate(rules)]
        wanted = reach.top.id == bindparam("nw_id", type_=reach.top.id.type)
        statement = select(*flags).where(wanted, reach.readable).select_from(reach.top.table)
        return Prepared(statement, work.connection.dialect), rules

    statement, rules = kept(work.installation, ("seen", object_name, work.actor.role_set), build)
    row = statement.one(work, {"nw_id": record_id})
    if row is None:
        raise NotFound(object_name, record_id)
    met = dict(zip(rules, row, strict=True))
    return frozenset(name for name, rule in judged.readable.items() if met[rule])


def _flag(reach: Reach, rule: RowRule) -> ColumnElement[bool]:
    if not rule:
        return false()
    return true() if rule.is_everything else reach.top.meets(rule)


def _locked(statement: Select[Any], spot: Spot, going: bool) -> Select[Any]:
    """On PostgreSQL the row stays locked until the end of the transaction; SQLite locks the whole database already.

    A change of values lets references to the row come meanwhile: waiting for one another, the two could not end.
    """
    return statement.with_for_update(of=spot.table, key_share=not going)


def raw(work: Work, object_name: str, record_id: str | None) -> Values | None:
    """The values of any row by id, deleted ones too, remembered until the end of the transaction."""
    if record_id is None:
        return None
    key = ("raw", object_name, record_id)
    rolling.settle_before(work, object_name)
    if key not in work.kept:
        statement, layout = kept(work.installation, ("raw", object_name), lambda: _raw(work, object_name))
        row = statement.one(work, {"nw_id": record_id})
        work.kept[key] = None if row is None else layout.values(row)
    found: Values | None = work.kept[key]
    return found


def fetch(work: Work, object_name: str, ids: Iterable[str], paths: Iterable[Sequence[str]] = ()) -> None:
    """Remembers rows by id for `raw`, however many, in one statement; and so on for what lies behind them on paths."""
    wanted = list(dict.fromkeys(ids))
    missing = [each for each in wanted if ("raw", object_name, each) not in work.kept]
    if missing:
        rolling.settle_before(work, object_name)
        statement, layout = kept(work.installation, ("raws", object_name), lambda: _raw(work, object_name, many=True))
        for row in statement.read(work, {"nw_ids": listed(missing, work.dialect)}):
            values = layout.values(row)
            work.kept[("raw", object_name, values["id"])] = values
    hops: dict[str, list[Sequence[str]]] = {}
    for path in paths:
        if len(path) > 1:
            hops.setdefault(path[0], []).append(path[1:])
    for name, rest in hops.items():
        beyond = (values.get(name) for each in wanted if (values := raw(work, object_name, each)))
        fetch(work, work.model.objects[object_name].fields[name].to[0], [each for each in beyond if each], rest)


def _raw(work: Work, object_name: str, many: bool = False) -> tuple[Prepared, Layout]:
    layout = layout_of(work.installation, object_name)
    spot = Spot(work.installation, layout.object, layout.table.table.alias("t"))
    wanted = within(spot.id, "nw_ids", work.dialect) if many else spot.id == bindparam("nw_id", type_=spot.id.type)
    return Prepared(select(*layout.columns(spot)).where(wanted), work.connection.dialect), layout


def pending(work: Work, object_name: str, record_id: str, values: Values) -> None:
    """What the row is about to be, for rules that look at it before it is written."""
    work.kept[("raw", object_name, record_id)] = values


def rows_beneath(work: Work, object_name: str, by: str, record_id: str) -> list[Values]:
    """The live records of an object that point at a record through a lookup, oldest first."""

    def build() -> Prepared:
        spot = Spot(work.installation, work.model.objects[object_name], work.installation.tables[object_name].table.alias("t"))
        column = spot.column(by)
        columns = layout_of(work.installation, object_name).columns(spot)
        wanted = column == bindparam("nw_master", type_=column.type)
        return Prepared(select(*columns).where(wanted, spot.live).order_by(spot.id), work.connection.dialect)

    statement: Prepared = kept(work.installation, ("beneath", object_name, by), build)
    layout = layout_of(work.installation, object_name)
    return [layout.values(row) for row in statement.read(work, {"nw_master": record_id})]


class Seen(Mapping[str, Any]):
    """A record as rules read it: own fields by name, what lies behind lookups by dotted path. Blank where nothing is there.

    A collection (`lines`) is a sequence of such records: those that `beneath` holds for it, else those that are stored. Fields
    that are computed when they are read are so here; a rollup is, where the records that it gathers are yet to be stored.
    """

    __slots__ = ("beneath", "object", "own", "work")

    def __init__(self, work: Work, target: Object, values: Mapping[str, Any]) -> None:
        self.work = work
        self.object = target
        self.own = values
        self.beneath: dict[str, Sequence[Seen]] = {}

    def get(self, name: str, default: Any = None) -> Any:
        value = self.own.get(name, self)  # itself where the values lack the name: what is computed, and collections
        return value if type(value) in AS_THEY_ARE and not self.beneath else self[name]

    def hold(self, collection: str, rows: Iterable[Values]) -> None:
        """Says what a collection is going to be."""
        child, _ = self.object.children(collection) or ("", "")
        self.beneath[collection] = [Seen(self.work, self.work.model.objects[child], row) for row in rows]

    def _rows_of(self, collection: str) -> Sequence[Seen]:
        if collection not in self.beneath:
            child, by = self.object.children(collection) or ("", "")
            self.hold(collection, rows_beneath(self.work, child, by, self.own["id"]) if self.own.get("id") else ())
        return self.beneath[collection]

    def __getitem__(self, path: str) -> Any:
        name, _, rest = path.partition(".")
        if rest:
            there = self.object.fields[name].to[0]
            found = raw(self.work, there, self.own.get(name))
            return None if found is None else Seen(self.work, self.work.model.objects[there], found)[rest]
        if name not in self.own and self.object.children(name):
            return self._rows_of(name)
        formula = self._formula(name)
        if formula is not None:
            return formula.value(self, self.work.facts)
        value = self.own.get(name)
        field = self.object.fields[name]
        return value if value is None or field.system else type_of(field).expression_value(field, value)

    def _formula(self, name: str) -> Formula | None:
        formulas = formulas_of(self.work.installation, self.object.name)
        rollup = formulas.rollups.get(name)
        if rollup is not None and not rollup.gathers(self.beneath):
            return None
        return rollup or formulas.read.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)
