"""How a plan is found: tables, columns, indexes and metadata, each compared with what the catalog records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy import String as SqlString

from newel.metadata import field_types
from newel.metadata.field_types.base import Locale
from newel.metadata.model import Field, Model, Object
from newel.metadata.problems import NOWHERE, Path, Place, Problems
from newel.metadata.solutions import Layer
from newel.runtime.storage import catalog, refusals
from newel.runtime.storage.ddl import Ddl
from newel.runtime.storage.layout import ColumnLayout, IndexLayout, TableLayout, lay_out
from newel.runtime.storage.plan import Operation, Plan
from newel.runtime.storage.tables import ObjectTable
from newel.runtime.storage.types import LONGEST_DECIMAL


class Planner:
    """Compares one Model with one database; used once."""

    def __init__(self, connection: Connection, model: Model, layers: tuple[Layer, ...], old: Model | None) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self.model = model
        self.layers = layers
        self.old = old
        self.installed = catalog.installed(connection)
        self.recorded = self.installed.layout
        self.layout = lay_out(model, self.recorded)
        self.ddl = Ddl(self.dialect)
        self.problems = Problems()
        self._rows: dict[str, int] = {}

    def plan(self) -> Plan:
        """The whole plan, in the order in which it is carried out."""
        self._refuse_removed_objects()
        operations = [
            *self._new_tables(),
            *self._changed_columns(),
            *self._new_columns(),
            *self._indexes(),
            *self._metadata(),
        ]
        self._refuse_removed_options()
        return Plan(
            revision=self.installed.revision,
            dialect=self.dialect,
            model_hash=self.model.hash,
            operations=tuple(operations),
            layers=self.layers,
            versions={name: each.version for name, each in self.model.solutions.items()},
            layout={name: each for name, each in self.layout.items() if self._differs(name, each)},
            problems=self.problems,
        )

    # Tables

    def _refuse_removed_objects(self) -> None:
        for name, known in self.recorded.items():
            if name not in self.model.objects:
                self.problems.add(
                    refusals.OBJECT_REMOVED,
                    NOWHERE,
                    Path(("objects", name)),
                    object=name,
                    rows=self._count(known),
                    fix="Bring the object back; roles decide who sees it.",
                )

    def _new_tables(self) -> Iterator[Operation]:
        """New tables in an order in which each finds the tables that it refers to; where they refer in a circle, later."""
        made = set(self.recorded)
        waiting: list[tuple[TableLayout, str, str]] = []
        for name in self._by_need():
            layout = self.layout[name]
            self._check_decimals(self.model.objects[name], layout, layout.columns)
            references = {}
            for key, target in _references(layout):
                if self.dialect == "sqlite" or target == name or target in made:
                    references[key] = self.layout[target].table
                else:
                    waiting.append((layout, key, target))
            made.add(name)
            yield self._new_table(layout, references)
        for layout, key, target in waiting:
            yield self._new_foreign_key(layout, key, target)

    def _new_table(self, layout: TableLayout, references: dict[str, str]) -> Operation:
        target = self.model.objects[layout.object]
        summary = f"new object, table {layout.table} with {len(layout.columns)} columns"
        return Operation("+", "create_table", target.address, summary, tuple(self.ddl.create_table(layout, references)))

    def _new_foreign_key(self, layout: TableLayout, key: str, target: str) -> Operation:
        address = self._address(layout.object, key)
        statements = self.ddl.add_foreign_key(layout, key, self.layout[target].table)
        return Operation("+", "add_foreign_key", address, f"points at {target}", tuple(statements))

    def _by_need(self) -> list[str]:
        """The new objects, targets before those that refer to them as far as there is no circle."""
        new = [name for name in self.layout if name not in self.recorded]
        ordered: dict[str, None] = {}

        def visit(name: str, above: frozenset[str]) -> None:
            if name in ordered or name in above or name in self.recorded:
                return
            for _, target in _references(self.layout[name]):
                visit(target, above | {name})
            ordered[name] = None

        for name in new:
            visit(name, frozenset())
        return list(ordered)

    # Columns

    def _changed_columns(self) -> Iterator[Operation]:
        for layout, known in self._kept_tables():
            target = self.model.objects[layout.object]
            for key, old in known.columns.items():
                new = layout.columns.get(key)
                if new is None:
                    self._refuse_removed_column(target, known, key)
                elif new.references != old.references:
                    self._refuse_target(target, key, old, new)
                elif not new.same_kind(old):
                    yield from self._changed_column(target, layout, key, old)

    def _changed_column(self, target: Object, layout: TableLayout, key: str, old: ColumnLayout) -> Iterator[Operation]:
        new = layout.columns[key]
        verdict = _widening(old, new)
        if verdict == "widen":
            self._check_decimals(target, layout, [key])
            statements = self.ddl.widen(layout, key, old)
            rows = self._count(layout) if statements and (new.scale or 0) != (old.scale or 0) else 0
            summary = f"widen from {_kind_words(old)} to {_kind_words(new)}"
            yield Operation("~", "widen", self._address(target.name, key), summary, tuple(statements), rows)
            return
        kind = refusals.NARROWED if verdict == "narrow" else refusals.TYPE_CHANGED
        self._refuse(kind, target, key, old=_kind_words(old), new=_kind_words(new))

    def _refuse_removed_column(self, target: Object, known: TableLayout, key: str) -> None:
        if key == "owner":
            self.problems.add(refusals.OWNER_REMOVED, target.place, object=target.name, fix="Keep `ownership: user`.")
            return
        table = ObjectTable(known)
        rows = self._scalar(select(func.count()).select_from(table.table).where(table.columns[key].is_not(None)))
        self._refuse(refusals.FIELD_REMOVED, target, key, rows=rows, fix="Bring the field back; `visible: false` hides it.")

    def _refuse_target(self, target: Object, key: str, old: ColumnLayout, new: ColumnLayout) -> None:
        if old.references is None or new.references is None:
            words = {side: f"a reference to {column.references}" if column.references else _kind_words(column) for side, column in
                     (("old", old), ("new", new))}  # fmt: skip
            self._refuse(refusals.TYPE_CHANGED, target, key, **words)
            return
        self._refuse(refusals.TARGET_CHANGED, target, key, old=old.references, new=new.references)

    def _new_columns(self) -> Iterator[Operation]:
        for layout, known in self._kept_tables():
            target = self.model.objects[layout.object]
            fresh = [key for key in layout.columns if key not in known.columns]
            self._check_decimals(target, layout, fresh)
            for key in fresh:
                column = layout.columns[key]
                reference = self.layout[column.references].table if column.references else None
                statements = self.ddl.add_column(layout, key, reference)
                address = self._address(target.name, key)
                yield Operation("+", "add_column", address, f"new column {column.name} of {layout.table}", tuple(statements))
            yield from self._filled(target, layout, fresh)

    def _filled(self, target: Object, layout: TableLayout, fresh: list[str]) -> Iterator[Operation]:
        """Existing records get the plain default of a new field that is required, or that is a yes or no."""
        for each in target.declared:
            if each.is_many or each.name not in fresh or not (each.required.always or each.type == "boolean"):
                continue
            rows = self._count(layout)
            plain = each.default is not None and each.default.expression is None and each.default.value is not None
            if rows and plain:
                yield Operation("~", "fill", each.address, "existing records get the default", self._fill(layout, each), rows)
            elif rows and each.required.always and each.type != "auto_number":
                self._refuse(
                    refusals.REQUIRED_WITHOUT_VALUE,
                    target,
                    each.name,
                    rows=rows,
                    fix="Give it a `default:`, or make it optional.",
                )

    def _fill(self, layout: TableLayout, each: Field) -> tuple[str, ...]:
        kind = field_types.type_of(each)
        assert each.default is not None  # noqa: S101 - the caller has looked
        value = kind.parse(each, each.default.value, Locale())
        table = ObjectTable(layout)
        stored = kind.to_columns(each, value)
        values = {
            table.column(each.name, column.suffix).name: part for column, part in zip(kind.columns(each), stored, strict=True)
        }
        statement = update(table.table).values(values)
        return (str(statement.compile(dialect=self.connection.dialect, compile_kwargs={"literal_binds": True})),)

    # Indexes

    def _indexes(self) -> Iterator[Operation]:
        for name, layout in self.layout.items():
            known = self.recorded.get(name)
            old = known.indexes if known is not None else {}
            address = self.model.objects[name].address
            for signature in (each for each in old if each not in layout.indexes):
                index = old[signature]
                yield Operation(
                    "-", "drop_index", address, f"drop index {index.name}", (f"DROP INDEX {self.ddl.quote(index.name)}",)
                )
            for signature in (each for each in layout.indexes if each not in old):
                yield self._new_index(layout, known, layout.indexes[signature])

    def _new_index(self, layout: TableLayout, known: TableLayout | None, index: IndexLayout) -> Operation:
        if index.unique and known is not None:
            self._refuse_duplicates(layout, known, index)
        columns = ", ".join(index.columns)
        summary = f"{'unique over' if index.unique else 'index over'} {columns}"
        rows = self._count(layout) if known is not None else 0
        address = self.model.objects[layout.object].address
        return Operation("+", "create_index", address, summary, tuple(self.ddl.create_index(layout, index)), rows)

    def _refuse_duplicates(self, layout: TableLayout, known: TableLayout, index: IndexLayout) -> None:
        target = self.model.objects[layout.object]
        new = [key for key in index.columns if key not in known.columns]
        if new:
            self._refuse_shared_default(target, layout, index, new)
            return
        table = ObjectTable(known)
        columns = [table.columns[key] for key in index.columns]
        groups = (
            select(*columns)
            .where(table.live, *(column.is_not(None) for column in columns))
            .group_by(*columns)
            .having(func.count() > 1)
        )
        found = self.connection.execute(groups.limit(1)).first()
        if found is not None:
            count = self._scalar(select(func.count()).select_from(groups.subquery()))
            self._refuse_unique(target, index, count, " / ".join(str(value) for value in found))

    def _refuse_shared_default(self, target: Object, layout: TableLayout, index: IndexLayout, new: list[str]) -> None:
        """A new field is blank in all records, which is fine, or has the same default in all, which is not unique."""
        filled = [target.fields[key] for key in new if key in target.fields and target.fields[key].required.always]
        if len(index.columns) == 1 and filled and filled[0].default is not None and self._count(layout) > 1:
            self._refuse_unique(target, index, 1, str(filled[0].default.value))

    def _refuse_unique(self, target: Object, index: IndexLayout, groups: int, example: str) -> None:
        place = _place(target, index.columns[0])
        fields = ", ".join(f'"{key}"' for key in index.columns)
        path = Path(("objects", target.name, "fields", index.columns[0]))
        self.problems.add(
            refusals.DUPLICATES,
            place,
            path,
            fields=fields,
            object=target.name,
            groups=groups,
            example=f'"{example}"',
            fix="Make the records differ, then apply again.",
        )

    # Metadata

    def _metadata(self) -> Iterator[Operation]:
        """What changes without touching a table. Where nothing is said about it, the change of the Model's hash is."""
        if self.installed.model_hash == self.model.hash:
            return
        from newel.metadata.changes import compare

        for change in compare(self.old, self.model):
            yield Operation(change.sign, "metadata", change.address, change.summary)

    def _refuse_removed_options(self) -> None:
        for layout, known in self._kept_tables():
            before = self.old.objects.get(layout.object) if self.old else None
            if before is None:
                continue
            for each in before.declared:
                now = self.model.objects[layout.object].fields.get(each.name)
                if each.choices and now is not None:
                    for gone in [option for option in each.choices if option not in now.choices]:
                        self._refuse_option(known, now, gone)

    def _refuse_option(self, known: TableLayout, each: Field, option: str) -> None:
        table = ObjectTable(known)
        column = table.column(each.name)
        if known.columns[each.name].kind == "list":
            holds: Any = column.cast(SqlString).contains(f'"{option}"', autoescape=True)
        else:
            holds = column == option
        rows = self._scalar(select(func.count()).select_from(table.table).where(holds))
        if rows:
            target = self.model.objects[known.object]
            self._refuse(refusals.OPTION_REMOVED, target, each.name, option=option, rows=rows, fix="Bring the option back.")

    # What the others share

    def _kept_tables(self) -> Iterator[tuple[TableLayout, TableLayout]]:
        for name, layout in self.layout.items():
            known = self.recorded.get(name)
            if known is not None and self._differs(name, layout, always=self.old is not None):
                yield layout, known

    def _differs(self, name: str, layout: TableLayout, always: bool = False) -> bool:
        return always or self.recorded.get(name) != layout

    def _check_decimals(self, target: Object, layout: TableLayout, keys: Any) -> None:
        for key in keys:
            column = layout.columns[key]
            if self.dialect == "sqlite" and column.kind == "decimal" and (column.precision or 0) > LONGEST_DECIMAL:
                self._refuse(refusals.DECIMAL_TOO_LONG, target, key, precision=column.precision, limit=LONGEST_DECIMAL)

    def _refuse(self, kind: Any, target: Object, key: str, **values: Any) -> None:
        field = _field_name(key)
        path = Path(("objects", target.name, "fields", field))
        self.problems.add(kind, _place(target, key), path, object=target.name, field=field, **values)

    def _address(self, name: str, key: str) -> str:
        target = self.model.objects[name]
        each = target.fields.get(_field_name(key))
        return each.address if each is not None else f"{target.address}/field:{_field_name(key)}"

    def _count(self, layout: TableLayout) -> int:
        if layout.object not in self._rows:
            known = self.recorded[layout.object]
            self._rows[layout.object] = self._scalar(select(func.count()).select_from(ObjectTable(known).table))
        return self._rows[layout.object]

    def _scalar(self, statement: Any) -> int:
        return int(self.connection.execute(statement).scalar_one())


def _references(layout: TableLayout) -> Iterator[tuple[str, str]]:
    for key, column in layout.columns.items():
        if column.references is not None:
            yield key, column.references


def _widening(old: ColumnLayout, new: ColumnLayout) -> str:
    """widen: everything stored still fits; narrow: it might not; change: it is something else."""
    if (old.kind, new.kind) == ("string", "text"):
        return "widen"
    if old.kind != new.kind:
        return "change"
    if old.kind == "decimal":
        scale, before = new.scale or 0, old.scale or 0
        whole = (new.precision or 0) - scale >= (old.precision or 0) - before
        return "widen" if scale >= before and whole else "narrow"
    return "widen" if (new.length or 0) >= (old.length or 0) else "narrow"


def _kind_words(column: ColumnLayout) -> str:
    if column.kind == "string":
        return f"text of {column.length} characters"
    if column.kind == "decimal":
        return f"a number of {column.precision} digits, {column.scale} after the point"
    return {"uuid": "a reference", "text": "text of any length"}.get(column.kind, f"of kind {column.kind}")


def _field_name(key: str) -> str:
    return key.partition(":")[0]


def _place(target: Object, key: str) -> Place:
    each = target.fields.get(_field_name(key))
    return each.place if each is not None else target.place
