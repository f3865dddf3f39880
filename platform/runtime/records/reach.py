"""The tables that one statement reaches, as one actor may see them.

The object itself, and for each to-one path one LEFT JOIN that only lets readable targets through. Columns come masked: a field
that only some of the actor's roles show is `CASE WHEN <rows of those roles> THEN column END`. Row rules themselves are judged on
the raw values, by scalar subqueries where they follow lookups. Formulas that are computed when they are read stand in for the
columns that such a field lacks, wherever it is mentioned; what they read beyond lookups is joined once for all of them, and
nobody's rights are asked. Who may mention such a field, `access` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    case,
    collate,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.sql.selectable import NamedFromClause, Subquery

from newel.metadata.field_types import Column, type_of
from newel.metadata.model import Field, Object
from newel.rules.sql import Rows, emit, emit_raw, fitted
from newel.runtime.records.access import Verdict, verdict_of
from newel.runtime.records.computing import expression_of
from newel.runtime.records.errors import Invalid, unknown_field
from newel.runtime.records.scopes import Meets, Own, RowRule, Through
from newel.runtime.storage.types import Id, sql_type

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

LONGEST_PATH = 5
ACTOR = bindparam("nw_actor", type_=Id())  # the acting user's id; every Work binds it
_TEXTS = ("string", "text")  # kinds of columns that compare by code point
Columns = tuple[ColumnElement[Any], ...]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Spot:
    """One table in a statement, under one alias: its raw columns, and the row rules over them."""

    installation: Installation
    object: Object
    table: NamedFromClause
    depth: int = 0
    computed: dict[str, Columns] = field(default_factory=dict, compare=False, repr=False)  # what formulas of it are in SQL
    joined: Callable[[Spot, str], Spot] | None = field(default=None, compare=False, repr=False)  # what a lookup leads to

    @property
    def id(self) -> ColumnElement[Any]:
        return self.column("id")

    @property
    def live(self) -> ColumnElement[bool]:
        return self.column("deleted_at").is_(None)

    @property
    def alone(self) -> Spot:
        """The same table for those who can't join others to it: what lies beyond lookups comes by subqueries."""
        return replace(self, joined=None, computed={})

    def column(self, name: str, suffix: str = "") -> ColumnElement[Any]:
        """The column of a field by name and suffix."""
        field = self.object.fields.get(name)
        if field is not None and field.computed == "query":
            return self.columns(field)[[each.suffix for each in type_of(field).columns(field)].index(suffix)]
        plain = self.installation.tables[self.object.name].column(name, suffix)
        return self.table.c[plain.key]

    def columns(self, field: Field) -> Columns:
        """All columns of a field, in its type's order."""
        if field.system:
            return (self.column(field.name),)
        if field.computed == "query":
            if field.name not in self.computed:
                self.computed[field.name] = _worked_out(self, field)
            return self.computed[field.name]
        return tuple(self.column(field.name, each.suffix) for each in type_of(field).columns(field))

    def followed(self, path: Path, suffix: str = "") -> ColumnElement[Any]:
        """A raw value through lookups, joined or as a scalar subquery; nobody's rights are asked."""
        if len(path) == 1:
            return self.column(path[0], suffix)
        if self.joined is not None:
            there, rest = self.joined(self, path[0]), path[1:]
            return there.where_it_is(there.object.fields[rest[0]], there.followed(rest, suffix))
        target = self.beyond(self.object.fields[path[0]].to[0])
        return (
            select(target.followed(path[1:], suffix))
            .where(target.id == self.column(path[0]))
            .correlate(self.table)
            .scalar_subquery()
        )

    def where_it_is(self, field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A column of a joined table: nothing is computed beyond a lookup that leads nowhere."""
        return case((self.id.is_not(None), column)) if field.computed == "query" else column

    def beyond(self, object_name: str) -> Spot:
        """Another object's table under an alias of its own, one level further in."""
        depth = self.depth + 1
        table = self.installation.tables[object_name].table.alias(f"{self.table.name}_{depth}"[-60:])
        return Spot(self.installation, self.installation.model.objects[object_name], table, depth)

    def rows_of(self, collection: str) -> tuple[Spot, ColumnElement[bool]]:
        """The table of a collection's records, and which of its rows they are: those that point here and are not in the bin."""
        found = self.object.children(collection)
        if found is None:
            raise KeyError(collection)
        spot = self.beyond(found[0])
        by = spot.object.fields[found[1]]
        points = spot.column(by.name) == self.id
        if by.type == "polymorphic":
            points = and_(points, spot.column(by.name, "_object") == self.object.name)
        return spot, and_(points, spot.live)

    def meets(self, rule: RowRule) -> ColumnElement[bool]:
        """The row rule over this table's raw values."""
        if rule.is_everything:
            return true()
        if self.joined is not None:
            return self.alone.meets(rule)  # the condition of a join can't wait for other joins
        clauses = [and_(*(self._holds(atom) for atom in _ordered(clause))) for clause in _ordered(rule.clauses)]
        return or_(*clauses) if clauses else false()

    def _holds(self, atom: Any) -> ColumnElement[bool]:
        if isinstance(atom, Own):
            return self.column("owner") == ACTOR
        if isinstance(atom, Meets):
            return emit(atom.expression, RawColumns(self))
        if not isinstance(atom, Through):
            raise TypeError(atom)
        master = self.beyond(atom.object)
        return exists(
            select(master.id).where(master.id == self.column(atom.field), master.meets(atom.rule)).correlate(self.table)
        )


class Reach:
    """What one statement reads for one role set: spots by path, joined as they are first needed."""

    def __init__(
        self, installation: Installation, roles: frozenset[str], object_name: str, verdict: Verdict | None = None
    ) -> None:
        self.installation = installation
        self.roles = roles
        self.object = installation.model.objects[object_name]
        self.verdict = verdict or verdict_of(installation, roles, object_name)
        table = installation.tables[object_name].table.alias("t")
        self.top = Spot(installation, self.object, table, joined=self._joined)
        self._spots: dict[Path, Spot] = {(): self.top}
        self._raw: dict[tuple[str, str], Spot] = {}  # what formulas read beyond lookups, by table and lookup
        self._joins: list[tuple[Spot, ColumnElement[bool]]] = []
        self._masks: dict[tuple[str, RowRule], ColumnElement[bool]] = {}

    @property
    def dialect(self) -> str:
        return self.installation.database.dialect

    @property
    def source(self) -> FromClause:
        """What the statement selects from, with every join that was asked for so far."""
        return self._with_joins(self.top.table)

    def source_of(self, few: Subquery) -> FromClause:
        """The same for some records alone, those whose ids a subquery gives."""
        return self._with_joins(few.join(self.top.table, self.top.id == few.c.id))

    def _with_joins(self, joined: FromClause) -> FromClause:
        for spot, on in self._joins:
            joined = joined.outerjoin(spot.table, on)
        return joined

    @property
    def readable(self) -> ColumnElement[bool]:
        return self.top.meets(self.verdict.read)

    def field(self, path: Path) -> Field:
        """The field at the end of a path that the actor may mention; the same refusal for unknown and hidden ones."""
        return self._resolve(path)[1]

    def columns(self, path: Path) -> Columns:
        """The columns of the field at the end of a path, masked."""
        spot, field = self._resolve(path)
        return tuple(self._masked(spot, field, column) for column in spot.columns(field))

    def column(self, path: Path, suffix: str = "") -> ColumnElement[Any]:
        """One column of the field at the end of a path, masked."""
        spot, field = self._resolve(path)
        return self._masked(spot, field, spot.column(field.name, suffix))

    def children(self, collection: str) -> Rows:
        """The readable records of a collection."""
        return SeenColumns(self, self.top).children(collection)

    def rows(self, object_name: str) -> Rows:
        """The readable records of an object."""
        return SeenColumns(self, self.top).rows(object_name)

    def spot(self, path: Path) -> Spot:
        """The table that a path of lookups leads to, joined once."""
        found = self._spots.get(path)
        return found if found is not None else self._join(path)

    def seen(self, spot: Spot, field: Field, suffix: str = "") -> ColumnElement[Any]:
        """One column of a table, masked."""
        return self._masked(spot, field, spot.column(field.name, suffix))

    def verdict_of(self, spot: Spot) -> Verdict:
        return self.verdict if spot.table is self.top.table else verdict_of(self.installation, self.roles, spot.object.name)

    def verdict_at(self, path: Path) -> Verdict:
        return self.verdict if not path else verdict_of(self.installation, self.roles, self.spot(path).object.name)

    def titles(self, path: Path) -> list[tuple[Field, Columns]]:
        """For the reference at the end of a path: the title fields of its targets with their masked columns."""
        field = self.field(path)
        if field.type != "polymorphic":
            return [self._title_of(self.spot(path))] if self._is_titled(field.to[0]) else []
        return [self._title_of(self._join_one_of(path, target)) for target in field.to if self._is_titled(target)]

    def _is_titled(self, target: str) -> bool:
        title = self.installation.model.objects[target].title
        return title in verdict_of(self.installation, self.roles, target).readable

    def _title_of(self, spot: Spot) -> tuple[Field, Columns]:
        title = spot.object.fields[spot.object.title]
        return title, tuple(self._masked(spot, title, column) for column in spot.columns(title))

    def _resolve(self, path: Path) -> tuple[Spot, Field]:
        if not 1 <= len(path) <= LONGEST_PATH + 1:
            raise Invalid([unknown_field(".".join(path))])
        spot = self.top
        for at, name in enumerate(path):
            field = spot.object.fields.get(name)
            if field is None or name not in self.verdict_at(path[:at]).readable:
                raise Invalid([unknown_field(".".join(path))])
            if at == len(path) - 1:
                return spot, field
            if not field.is_reference or field.type == "polymorphic":
                raise Invalid([unknown_field(".".join(path))])
            spot = self.spot(path[: at + 1])
        raise AssertionError(path)

    def _join(self, path: Path) -> Spot:
        above = self.spot(path[:-1])
        field = above.object.fields[path[-1]]
        spot = self._added(path, field.to[0])
        own = self._masked(above, field, above.column(field.name))
        self._joins.append((spot, self._only_readable(spot, spot.id == own)))
        return spot

    def _join_one_of(self, path: Path, target: str) -> Spot:
        """One of the objects that a polymorphic lookup may point at."""
        key = (*path, f"<{target}>")
        if key in self._spots:
            return self._spots[key]
        spot = self._added(key, target)
        id_column, kind_column = self._reference(path)
        self._joins.append((spot, self._only_readable(spot, and_(kind_column == target, spot.id == id_column))))
        return spot

    def _reference(self, path: Path) -> Columns:
        """The two columns of a polymorphic lookup: the id, and the object's name."""
        field = self.field(path)
        kinds = [each.kind for each in type_of(field).columns(field)]
        columns = self.columns(path)
        at = kinds.index("uuid")
        return columns[at], columns[1 - at]

    def _added(self, key: Path, target: str) -> Spot:
        self._spots[key] = self._beside(target, f"j{len(self._spots)}")
        return self._spots[key]

    def _beside(self, target: str, alias: str) -> Spot:
        table = self.installation.tables[target].table.alias(alias)
        return Spot(self.installation, self.installation.model.objects[target], table, joined=self._joined)

    def _joined(self, above: Spot, lookup: str) -> Spot:
        """What a formula of a table reads beyond a lookup: the raw row, joined once."""
        key = (above.table.name, lookup)
        if key not in self._raw:
            points = above.column(lookup)
            self._raw[key] = spot = self._beside(above.object.fields[lookup].to[0], f"r{len(self._raw)}")
            self._joins.append((spot, spot.id == points))
        return self._raw[key]

    def _only_readable(self, spot: Spot, on: ColumnElement[bool]) -> ColumnElement[bool]:
        rule = verdict_of(self.installation, self.roles, spot.object.name).read
        return on if rule.is_everything else and_(on, spot.meets(rule))

    def _masked(self, spot: Spot, field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
        verdict = self.verdict_of(spot)
        if spot.table is not self.top.table:
            column = spot.where_it_is(field, column)
        if verdict.always_shows(field.name):
            return column
        return case((self._mask(spot, verdict.readable[field.name]), column))

    def _mask(self, spot: Spot, rule: RowRule) -> ColumnElement[bool]:
        key = (spot.table.name, rule)
        if key not in self._masks:
            self._masks[key] = spot.meets(rule)
        return self._masks[key]


@dataclass(frozen=True)
class RawColumns:
    """What rules read in SQL when they judge a row: raw values."""

    spot: Spot

    @property
    def dialect(self) -> str:
        return self.spot.installation.database.dialect

    def column(self, path: Path, suffix: str = "") -> ColumnElement[Any]:
        return self.spot.followed(path, suffix)

    def children(self, collection: str) -> Rows:
        spot, condition = self.spot.rows_of(collection)
        return Rows(RawColumns(spot), spot.table, condition)

    def rows(self, object_name: str) -> Rows:
        spot = self.spot.beyond(object_name)
        return Rows(RawColumns(spot), spot.table, spot.live)


@dataclass(frozen=True)
class SeenColumns:
    """What an actor's expressions read in the subqueries of a statement: only readable rows, masked columns."""

    reach: Reach
    spot: Spot

    @property
    def dialect(self) -> str:
        return self.reach.dialect

    def column(self, path: Path, suffix: str = "") -> ColumnElement[Any]:
        found = self.spot.object.fields.get(path[0])
        if found is None or path[0] not in self._verdict.readable:
            raise Invalid([unknown_field(".".join(path))])
        own = self.reach.seen(self.spot, found, suffix if len(path) == 1 else "")
        if len(path) == 1:
            return own
        beyond = SeenColumns(self.reach, self.spot.beyond(found.to[0]))
        column, target = beyond.column(path[1:], suffix), beyond.spot
        chosen = select(column).where(target.id == own, target.meets(beyond._verdict.read))
        return chosen.correlate_except(target.table).scalar_subquery()

    def children(self, collection: str) -> Rows:
        _, by = self.spot.object.children(collection) or ("", "")
        spot, condition = self.spot.rows_of(collection)
        seen = SeenColumns(self.reach, spot)
        own = collection in self.spot.object.fields
        if collection not in self._verdict.readable if own else by not in seen._verdict.readable:
            raise Invalid([unknown_field(collection)])
        return Rows(seen, spot.table, and_(condition, spot.meets(seen._verdict.read)))

    def rows(self, object_name: str) -> Rows:
        spot = self.spot.beyond(object_name)
        seen = SeenColumns(self.reach, spot)
        return Rows(seen, spot.table, and_(spot.live, spot.meets(seen._verdict.read)))

    @property
    def _verdict(self) -> Verdict:
        return self.reach.verdict_of(self.spot)


def _worked_out(spot: Spot, field: Field) -> Columns:
    """A formula over the raw values of a table, as the columns of its field would hold it."""
    dialect, shapes = spot.installation.database.dialect, type_of(field).columns(field)
    raw = emit_raw(expression_of(spot.installation, spot.object.name, field), RawColumns(spot), field)
    first, *rest = fitted(dialect, raw, field)
    elements = (first, *raw[1:]) if rest else (first,)  # whoever reads an amount that is blank asks for no currency
    return tuple(_as_column(dialect, each, shape) for each, shape in zip(elements, shapes, strict=True))


def _as_column(dialect: str, element: ColumnElement[Any], shape: Column) -> ColumnElement[Any]:
    """A computed element that compares and sorts as a column of its kind does."""
    if dialect == "postgresql":
        typed = type_coerce(element, sql_type(shape))
        return collate(typed, "C") if shape.kind in _TEXTS else typed
    if shape.kind == "boolean":  # SQLAlchemy writes `condition = 1` where a database has no booleans, and no brackets around it
        element = case((element, literal_column("1")), else_=literal_column("0"))
    return type_coerce(element, sql_type(shape))


def _ordered(things: Iterable[Any]) -> list[Any]:
    """The same order every time, so that equal rules give equal SQL."""
    return sorted(things, key=repr)
