"""How a plan is found: tables, columns, indexes and metadata, each compared with what the catalog records."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, update

from newel.metadata import field_types
from newel.metadata.changes import compare
from newel.metadata.field_types.base import Locale
from newel.metadata.model import Field, Model, Object
from newel.metadata.solutions import Layer
from newel.metadata.words import phrase
from newel.rules.lineage import KEPT, lineage_of
from newel.rules.rulebook import Rulebook
from newel.runtime.storage import catalog, recomputations
from newel.runtime.storage.ddl import Ddl
from newel.runtime.storage.guarding import Guard, kind_words
from newel.runtime.storage.layout import ColumnLayout, IndexLayout, TableLayout, lay_out
from newel.runtime.storage.operations import Operation, Plan
from newel.runtime.storage.tables import ObjectTable


class Planner:
    """Compares one Model with one database; used once."""

    def __init__(
        self,
        connection: Connection,
        model: Model,
        layers: tuple[Layer, ...],
        old: Model | None,
        installed: catalog.Installed | None = None,
        rulebook: Rulebook | None = None,
    ) -> None:
        self.connection = connection
        self.model = model
        self.layers = layers
        self.old = old
        self.installed = installed or catalog.installed(connection)
        self.recorded = self.installed.layout
        self.layout = lay_out(model, self.recorded)
        self.changed = {name: each for name, each in self.layout.items() if self.recorded.get(name) != each}
        self.ddl = Ddl(connection.dialect.name)
        self.guard = Guard(connection, model, self.recorded)
        self.kept = lineage_of(model, rulebook).fingerprints

    def plan(self) -> Plan:
        """The whole plan, its operations in the order in which they are carried out."""
        self.guard.objects_stay()
        self.guard.options_stay(self.old)
        steps = (*self._new_tables(), *self._changed_columns(), *self._new_columns(), *self._indexes(), *self._computed())
        told = {each.address for each in steps if each.kind in ("create_table", "add_column")}
        operations = (*steps, *self._metadata(told))
        return Plan(
            revision=self.installed.revision,
            dialect=self.ddl.dialect,
            model_hash=self.model.hash,
            operations=operations,
            layers=self.layers,
            versions={name: each.version for name, each in self.model.solutions.items()},
            layout=self.changed,
            kept=self.kept,
            problems=self.guard.problems,
        )

    def _new_tables(self) -> Iterator[Operation]:
        """New tables in an order in which each finds the tables that it refers to; where they refer in a circle, later."""
        made = set(self.recorded)
        waiting: list[tuple[TableLayout, str, str]] = []
        for name in self._by_need():
            layout = self.layout[name]
            self.guard.decimals_fit(self.model.objects[name], layout.columns, layout.columns)
            references = {}
            for key, target in _references(layout):
                if self.ddl.dialect == "sqlite" or target == name or target in made:
                    references[key] = self.layout[target].table
                else:
                    waiting.append((layout, key, target))
            made.add(name)
            yield self._new_table(layout, references)
        for layout, key, target in waiting:
            yield self._new_foreign_key(layout, key, target)

    def _by_need(self) -> list[str]:
        """The new objects, targets before those that refer to them as far as there is no circle."""
        ordered: dict[str, None] = {}

        def visit(name: str, above: frozenset[str]) -> None:
            if name in ordered or name in above or name in self.recorded:
                return
            for _, target in _references(self.layout[name]):
                visit(target, above | {name})
            ordered[name] = None

        for name in self.layout:
            visit(name, frozenset())
        return list(ordered)

    def _new_table(self, layout: TableLayout, references: dict[str, str]) -> Operation:
        target = self.model.objects[layout.object]
        summary = phrase("new object, table {table} with {n} columns", table=layout.table, n=len(layout.columns))
        return Operation("+", "create_table", target.address, summary, tuple(self.ddl.create_table(layout, references)))

    def _new_foreign_key(self, layout: TableLayout, key: str, target: str) -> Operation:
        summary = phrase("points at {object}", object=target)
        statements = self.ddl.add_foreign_key(layout, key, self.layout[target].table)
        return Operation("+", "add_foreign_key", self._address(layout, key), summary, tuple(statements))

    def _changed_columns(self) -> Iterator[Operation]:
        for layout, known in self._kept():
            target = self.model.objects[layout.object]
            for key, old in known.columns.items():
                new = layout.columns.get(key)
                if new is None:
                    self.guard.column_stays(target, known, key)
                elif new != old and self.guard.change_is_widening(target, key, old, new):
                    yield self._widened(target, layout, key, old)

    def _widened(self, target: Object, layout: TableLayout, key: str, old: ColumnLayout) -> Operation:
        self.guard.decimals_fit(target, layout.columns, [key])
        new = layout.columns[key]
        statements = tuple(self.ddl.widen(layout, key, old))
        rows = self.guard.rows(target.name) if statements and new.scale != old.scale else 0
        summary = phrase("widen from {old} to {new}", old=kind_words(old), new=kind_words(new))
        return Operation("~", "widen", self._address(layout, key), summary, statements, rows)

    def _new_columns(self) -> Iterator[Operation]:
        for layout, known in self._kept():
            target = self.model.objects[layout.object]
            fresh = [key for key in layout.columns if key not in known.columns]
            self.guard.decimals_fit(target, layout.columns, fresh)
            for key in fresh:
                yield self._new_column(layout, key)
            for name in dict.fromkeys(layout.columns[key].field for key in fresh):
                if name in target.fields and not target.fields[name].system:
                    yield from self._filled(target, layout, target.fields[name])

    def _new_column(self, layout: TableLayout, key: str) -> Operation:
        column = layout.columns[key]
        target = self.layout[column.references].table if column.references else None
        summary = phrase("new column {column} of {table}", column=column.name, table=layout.table)
        return Operation("+", "add_column", self._address(layout, key), summary, tuple(self.ddl.add_column(layout, key, target)))

    def _filled(self, target: Object, layout: TableLayout, each: Field) -> Iterator[Operation]:
        """Existing records get the plain default of a new field that is required, or that is a yes or no."""
        plain = each.default is not None and each.default.expression is None and each.default.value is not None
        if not plain:
            self.guard.new_field_has_values(target, each)
        elif (each.required.always or each.type == "boolean") and self.guard.rows(target.name):
            summary = phrase("existing records get the default")
            yield Operation("~", "fill", each.address, summary, (self._fill(layout, each),), self.guard.rows(target.name))

    def _fill(self, layout: TableLayout, each: Field) -> str:
        kind = field_types.type_of(each)
        value = kind.parse(each, each.default.value if each.default else None, Locale())
        table = ObjectTable(layout)
        parts = zip(kind.columns(each), kind.to_columns(each, value), strict=True)
        values = {table.column(each.name, column.suffix).name: part for column, part in parts}
        statement = update(table.table).values(values)
        return str(statement.compile(dialect=self.connection.dialect, compile_kwargs={"literal_binds": True}))

    def _indexes(self) -> Iterator[Operation]:
        for name, layout in self.changed.items():
            known = self.recorded.get(name)
            old = known.indexes if known is not None else {}
            for signature in [each for each in old if each not in layout.indexes]:
                yield self._dropped_index(layout, old[signature])
            for signature in [each for each in layout.indexes if each not in old]:
                yield self._new_index(layout, known, layout.indexes[signature])

    def _dropped_index(self, layout: TableLayout, index: IndexLayout) -> Operation:
        address = self.model.objects[layout.object].address
        statement = f"DROP INDEX {self.ddl.quote(index.name)}"
        summary = phrase("no view or key needs index {index}", index=index.name)
        return Operation("-", "drop_index", address, summary, (statement,))

    def _new_index(self, layout: TableLayout, known: TableLayout | None, index: IndexLayout) -> Operation:
        target = self.model.objects[layout.object]
        if index.unique and known is not None:
            self.guard.records_differ(target, known, index)
        columns = ", ".join(index.columns)
        summary = phrase("unique over {columns}" if index.unique else "index over {columns}", columns=columns)
        statements = tuple(self.ddl.create_index(layout, index))
        return Operation("+", "create_index", target.address, summary, statements, self.guard.rows(layout.object))

    def _computed(self) -> Iterator[Operation]:
        """What is kept of computed values and is now outdated; and columns that a formula no longer needs."""
        for target in self.model.objects.values():
            before = self.old.objects.get(target.name) if self.old else None
            for each in target.declared:
                was = before.fields.get(each.name) if before else None
                if each.computed in KEPT:
                    self.guard.values_stay(target, was, each)
                elif each.computed and was is not None and was.computed in KEPT:
                    summary = phrase("from now on it is computed when it is read; its column stays, and nobody uses it")
                    yield Operation("~", "leave", each.address, summary)
        known = recomputations.known(self.connection) if self.kept else {}
        for (name, field), made_of in self.kept.items():
            rows = self.guard.rows(name) if known.get((name, field)) != made_of else 0
            if rows:
                address = self.model.objects[name].fields[field].address
                summary = phrase("its values are computed anew, in the background")
                yield Operation("~", "recompute", address, summary, (), rows)

    def _metadata(self, told: set[str]) -> Iterator[Operation]:
        """What changes without touching a table: labels, options, forms, views, roles; what is new, by its outermost part."""
        if self.installed.model_hash == self.model.hash:
            return
        changes = compare(self.old, self.model)
        whole = {each.address for each in changes if each.sign != "~"} | told
        for each in changes:
            element = each.after or each.before
            if each.address in told or (element is not None and element.within in whole):
                continue
            changed = phrase("changed: {properties}", properties=", ".join(each.properties))
            summary = {"+": phrase("new"), "-": phrase("goes"), "~": changed}[each.sign]
            yield Operation(each.sign, "metadata", each.address, summary)
        if changes.order and not (changes.added or changes.changed or changes.removed):
            yield Operation("~", "metadata", "model", phrase("another order"))
        if not changes:
            yield Operation("~", "metadata", "model", phrase("becomes {hash}", hash=self.model.hash[:12]))

    def _kept(self) -> Iterator[tuple[TableLayout, TableLayout]]:
        """The changed tables that are there already, each with its recorded layout."""
        for name, layout in self.changed.items():
            known = self.recorded.get(name)
            if known is not None:
                yield layout, known

    def _address(self, layout: TableLayout, key: str) -> str:
        target = self.model.objects[layout.object]
        name = layout.columns[key].field
        each = target.fields.get(name)
        return each.address if each is not None else f"{target.address}/field:{name}"


def _references(layout: TableLayout) -> Iterator[tuple[str, str]]:
    for key, column in layout.columns.items():
        if column.references is not None:
            yield key, column.references
