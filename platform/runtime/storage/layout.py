"""Which tables, columns and indexes a Model asks for, and under which physical names: data, not SQL.

A name is given once, readable and at most 63 bytes long, and kept for good: `lay_out` takes over what is recorded in the
catalog and names only what is new. The same Model on the same record gives the same layout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import takewhile
from typing import Any

from newel.metadata import field_types
from newel.metadata.field_types.base import Column
from newel.metadata.model import EMPTY, Field, Model, Object, View
from newel.runtime.storage import system

LONGEST_NAME = 63
MOST_VIEW_INDEXES = 6
NOT_NULL = frozenset({"id", "version", "created_at", "updated_at"})  # the system fields that every record has
# Names that one of the databases keeps for itself in every table.
RESERVED_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "rowid", "oid", "_rowid_"})
# What every table has, beside `owner` where records have one.
SYSTEM_COLUMNS: Mapping[str, str] = {
    "id": "uuid",
    "version": "integer",
    "created_at": "datetime",
    "created_by": "uuid",
    "updated_at": "datetime",
    "updated_by": "uuid",
    "owner": "uuid",
    "deleted_at": "datetime",
}


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """One column: its physical name, the field that it is part of, its kind, and for a reference the object that it points at."""

    name: str
    field: str
    kind: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    references: str | None = None


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """One index over column keys ("-amount" sorts downwards); `rows` says which rows it holds: all, live or deleted."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    rows: str = "all"

    @property
    def signature(self) -> str:
        return f"{'unique ' if self.unique else ''}{','.join(self.columns)} {self.rows}"


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The table of one object. Columns are found by `column_key`, indexes by their signature."""

    object: str
    table: str
    columns: Mapping[str, ColumnLayout]
    indexes: Mapping[str, IndexLayout] = field(default_factory=lambda: EMPTY)

    def as_json(self) -> dict[str, Any]:
        return {
            "object": self.object,
            "table": self.table,
            "columns": {key: _without_blanks(asdict(column)) for key, column in self.columns.items()},
            "indexes": {key: _without_blanks(asdict(index)) for key, index in self.indexes.items()},
        }


Layout = Mapping[str, TableLayout]


def column_key(field: str, suffix: str = "") -> str:
    """How a layout knows a column: a colon keeps `price` + `_currency` apart from a field named `price_currency`."""
    return f"{field}:{suffix}" if suffix else field


def from_json(data: Mapping[str, Any]) -> TableLayout:
    return TableLayout(
        data["object"],
        data["table"],
        {key: ColumnLayout(**column) for key, column in data["columns"].items()},
        {key: IndexLayout(**{**index, "columns": tuple(index["columns"])}) for key, index in data["indexes"].items()},
    )


def lay_out(model: Model, recorded: Layout = EMPTY) -> dict[str, TableLayout]:
    """The layout that `model` asks for, with the names of `recorded` where it has them."""
    taken = set(system.SYSTEM.tables)
    for known in recorded.values():
        taken.update((known.table, *(index.name for index in known.indexes.values())))
    tables = {name: _table_name(each, recorded.get(name), taken) for name, each in model.objects.items()}
    return {name: _table(model, each, tables[name], recorded.get(name), taken) for name, each in model.objects.items()}


def _table_name(target: Object, known: TableLayout | None, taken: set[str]) -> str:
    if known is not None:
        return known.table
    shadowed = target.name.startswith(("pg_", "sqlite_"))
    return _give(f"o_{target.name}" if shadowed else target.name, taken)


def _table(model: Model, target: Object, table: str, known: TableLayout | None, taken: set[str]) -> TableLayout:
    names = {key: column.name for key, column in known.columns.items()} if known else {}
    columns: dict[str, ColumnLayout] = {}
    used = {*RESERVED_COLUMNS, *SYSTEM_COLUMNS, *names.values()}
    for owner, column, references in _wanted_columns(target):
        key = column_key(owner, column.suffix)
        name = names.get(key) or (owner if owner in SYSTEM_COLUMNS else _give(owner + column.suffix, used))
        columns[key] = ColumnLayout(name, owner, column.kind, column.length, column.precision, column.scale, references)
    columns.update(_left(target, known))
    return TableLayout(target.name, table, columns, _indexes(model, target, table, columns, known, taken))


def _wanted_columns(target: Object) -> Iterator[tuple[str, Column, str | None]]:
    for name, kind in SYSTEM_COLUMNS.items():
        if name != "owner" or target.ownership == "user":
            yield name, Column(kind), None
    for each in target.stored:
        if not each.system:
            for column in field_types.type_of(each).columns(each):
                yield each.name, column, _referred(each, column)


def _left(target: Object, known: TableLayout | None) -> Iterator[tuple[str, ColumnLayout]]:
    """The columns of fields that are by now computed whenever they are read: nobody uses them, and nothing is lost."""
    for key, column in known.columns.items() if known else ():
        each = target.fields.get(column.field)
        if each is not None and each.computed == "query":
            yield key, column


def _referred(each: Field, column: Column) -> str | None:
    single = each.is_reference and each.type != "polymorphic"
    return each.to[0] if single and column.kind == "uuid" else None


def _indexes(
    model: Model, target: Object, table: str, columns: Mapping[str, ColumnLayout], known: TableLayout | None, taken: set[str]
) -> dict[str, IndexLayout]:
    found: dict[str, IndexLayout] = {}
    for wanted in _wanted_indexes(model, target):
        if wanted.signature in found or not all(_has_column(target, columns, key.lstrip("-")) for key in wanted.columns):
            continue
        if known is not None and wanted.signature in known.indexes:
            found[wanted.signature] = known.indexes[wanted.signature]
            continue
        kind = "uq" if wanted.unique else "ix"
        name = _give("_".join(("nw", kind, table, *(columns[key.lstrip("-")].name for key in wanted.columns))), taken)
        found[wanted.signature] = IndexLayout(name, wanted.columns, wanted.unique, wanted.rows)
    return found


def _has_column(target: Object, columns: Mapping[str, ColumnLayout], key: str) -> bool:
    each = target.fields.get(key)
    return key in columns and (each is None or each.computed != "query")


def _wanted_indexes(model: Model, target: Object) -> Iterator[IndexLayout]:
    yield from _unique_indexes(target)
    for each in target.stored:
        if not each.system:
            yield from _field_indexes(each)
    for name in _gathering_lookups(model, target):
        yield IndexLayout("", _keys_of(target.fields[name]), rows="live")
    yield IndexLayout("", ("deleted_at",), rows="deleted")
    yield from _view_indexes(model, target)


def _unique_indexes(target: Object) -> Iterator[IndexLayout]:
    for each in target.declared:
        if each.unique and not each.is_many:
            yield IndexLayout("", (each.name,), unique=True, rows="live")
    for key in target.keys.values():
        yield IndexLayout("", tuple(key), unique=True, rows="live")


def _field_indexes(each: Field) -> Iterator[IndexLayout]:
    if each.type == "polymorphic":
        yield IndexLayout("", _keys_of(each))
    elif each.is_reference:
        yield IndexLayout("", (each.name,))
    elif (each.indexed or each.type == "auto_number") and not each.unique:
        yield IndexLayout("", (each.name, "id"), rows="live")


def _gathering_lookups(model: Model, target: Object) -> Iterator[str]:
    """The lookups through which rollups gather live records of this object, each in one go."""
    for owner in model.objects.values():
        rollups = (each.rollup for each in owner.declared if each.computed == "rollup")
        for source in rollups:
            found = owner.children(_collection_of(source.text)) if source else None
            if found is not None and found[0] == target.name:
                yield found[1]


def _collection_of(rollup: str) -> str:
    """`lines` of sum(lines.amount, where=...)."""
    return rollup.partition("(")[2].partition(",")[0].partition(".")[0].strip(" )")


def _keys_of(each: Field) -> tuple[str, ...]:
    return tuple(column_key(each.name, column.suffix) for column in field_types.type_of(each).columns(each))


def _view_indexes(model: Model, target: Object) -> Iterator[IndexLayout]:
    """For each order that a view shows: all live records in it, and where records have owners, one owner's."""
    orders = [order for order in dict.fromkeys(_view_orders(target, model.views_of.get(target.name, ()))) if order]
    for order in orders[:MOST_VIEW_INDEXES]:
        yield IndexLayout("", order, rows="live")
        if target.ownership == "user":
            yield IndexLayout("", ("owner", *order), rows="live")


def _view_orders(target: Object, views: tuple[View, ...]) -> Iterator[tuple[str, ...]]:
    wanted = [(target.title,), *(view.sort for view in views), *((view.start,) for view in views if view.start)]
    for order in wanted:
        columns = tuple(takewhile(lambda key: _sorts_by_its_column(target, key.lstrip("-")), order))
        if columns:
            yield _with_tie_break(columns) if columns == tuple(order) else columns


def _sorts_by_its_column(target: Object, name: str) -> bool:
    """References sort by the title of what they point at, choices by the order of their options: no index gives that."""
    each = target.fields.get(name)
    if each is None or each.computed == "query":
        return name in SYSTEM_COLUMNS
    return name in SYSTEM_COLUMNS or not (each.is_many or each.is_reference or each.type == "choice")


def _with_tie_break(order: tuple[str, ...]) -> tuple[str, ...]:
    """Each field once; records equal in all of them go by id, upwards."""
    once = {key.lstrip("-"): key for key in reversed(order)}
    kept = [key for key in dict.fromkeys(key.lstrip("-") for key in order) if key != "id"]
    return (*(once[key] for key in kept), "id") if kept else ()


def _give(wanted: str, taken: set[str]) -> str:
    """The wanted name, or one like it that is short enough and free; it is then taken."""
    name = wanted
    attempt = 1
    while len(name.encode()) > LONGEST_NAME or name in taken:
        mark = hashlib.sha256(f"{wanted}#{attempt}".encode()).hexdigest()[:6]
        name = f"{wanted[: LONGEST_NAME - 7]}_{mark}"
        attempt += 1
    taken.add(name)
    return name


def short_name(wanted: str) -> str:
    """A name of at most 63 bytes that always comes out the same."""
    return _give(wanted, set())


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, False)}
