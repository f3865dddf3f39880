"""SQL that is built once and run often: the compiled text, the order of its parameters and the readers of its rows are kept.

Building a statement anew costs more than running it. `kept` remembers what was built, per installation and at most so many;
a Prepared runs on the transaction's own driver cursor and binds nothing but parameters.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine

from newel.metadata.model import EMPTY

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

MOST = 2_000  # statements, verdicts and shapes that one installation keeps; those with long keys count several times
ROOM = 1_000  # characters of a key that count once: what is made of a long filter is large
NUMERIC_OID = 1700  # PostgreSQL's numeric: the only number type that our decimals come as
Convert = Callable[[Any], Any]
Row = tuple[Any, ...]


class Kept:
    """A bounded memory: what was used longest ago is forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._room = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        found = self._things.get(key)
        if found is None:
            return self._keep(key, make())
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
        return found[0]

    def _keep(self, key: Hashable, made: Any) -> Any:
        room = 1 + len(repr(key)) // ROOM
        with self._lock:
            self._room += room - self._things.pop(key, (None, 0))[1]
            self._things[key] = (made, room)
            while self._room > self._most and len(self._things) > 1:
                self._room -= self._things.popitem(last=False)[1][1]
        return made

    def __len__(self) -> int:
        return len(self._things)


def kept(installation: Installation, key: Hashable, make: Callable[[], Any]) -> Any:
    """What `make` gave when `key` was first asked for in this installation."""
    memory = installation.cache.get("records")
    if memory is None:
        memory = installation.cache.setdefault("records", Kept())
    return memory.get(key, make)


class Prepared:
    """One statement, compiled for one dialect. Parameters are given by name at each run; literals are bound already.

    `planned_anew`: the best way to run it depends on the values, so the database plans each run for itself.
    """

    __slots__ = ("_fixed", "_slots", "converters", "planned_anew", "positional", "text", "types")

    def __init__(self, statement: Any, dialect: Dialect, planned_anew: bool = False) -> None:
        self.planned_anew = planned_anew and dialect.name == "postgresql"
        compiled = statement.compile(dialect=dialect)
        binds: dict[str, BindParameter[Any]] = compiled.binds
        given = {bind.key: (None if bind.required else bind.effective_value) for bind in binds.values()}
        state = compiled.construct_expanded_state(given)
        self.text: str = state.statement
        self.positional: bool = state.positiontup is not None
        self.types: tuple[TypeEngine[Any], ...] = _types_of(statement)
        self.converters = _converters(self.types, dialect)
        named = {name: bind for bind in binds.values() for name in (bind.key, compiled.bind_names[bind])}
        self._fixed: dict[str, Any] = {}
        self._slots: list[tuple[str, str, Convert | None]] = []  # name in the text, name of the parameter, processor
        order = state.positiontup if self.positional else list(state.parameters)
        written = [name for name in order if self.positional or f"%({name})s" in self.text]
        for name in written:
            bind = named.get(name)
            if bind is not None and (bind.required or bind.value is None) and not bind.unique:
                self._slots.append((name, bind.key, _processor(bind, dialect)))
                continue
            processor = state.processors.get(name) or (_processor(bind, dialect) if bind is not None else None)
            value = state.parameters[name]
            self._fixed[name] = processor(value) if processor else value
        self._order(written)

    def _order(self, written: Sequence[str]) -> None:
        """For drivers that bind by position, the slots are laid out in the text's order, literals among them."""
        if self.positional:
            processors = {name: (key, processor) for name, key, processor in self._slots}
            self._slots = [(name, *processors.get(name, ("", None))) for name in written]

    def bind(self, work: Work, parameters: Mapping[str, Any]) -> Any:
        """The parameters as the driver wants them: a list by position or a dict by name. What isn't given, the work knows."""
        fixed = self._fixed
        if self.positional:
            bound = []
            for name, key, processor in self._slots:
                if not key:
                    bound.append(fixed[name])
                    continue
                value = parameters[key] if key in parameters else work.bound(key)
                bound.append(value if processor is None else processor(value))
            return bound
        named = dict(fixed)
        for name, key, processor in self._slots:
            value = parameters[key] if key in parameters else work.bound(key)
            named[name] = value if processor is None else processor(value)
        return named

    def rows(self, work: Work, parameters: Mapping[str, Any] = EMPTY) -> list[Row]:
        """Every row, with the driver's values; `converters` say which columns still need turning into ours."""
        return work.fetch(self.text, self.bind(work, parameters), self.planned_anew)

    def read(self, work: Work, parameters: Mapping[str, Any] = EMPTY) -> list[Row]:
        """Every row, with our values."""
        rows = self.rows(work, parameters)
        return [self.convert(row) for row in rows] if self.converters else rows

    def one(self, work: Work, parameters: Mapping[str, Any] = EMPTY) -> Row | None:
        """The first row, with our values; None where there is none."""
        rows = self.rows(work, parameters)
        return self.convert(rows[0]) if rows else None

    def convert(self, row: Row) -> Row:
        if not self.converters:
            return tuple(row)
        values = list(row)
        for position, converter in self.converters:
            if values[position] is not None:
                values[position] = converter(values[position])
        return tuple(values)

    def run(self, work: Work, parameters: Mapping[str, Any] = EMPTY) -> int:
        """Runs a write and says how many rows it touched."""
        cursor = work.execute(self.text, self.bind(work, parameters))
        return int(cursor.rowcount)

    def run_many(self, work: Work, many: Iterable[Mapping[str, Any]]) -> None:
        """Runs a write once for each set of parameters."""
        bound = [self.bind(work, each) for each in many]
        if bound:
            work.execute_many(self.text, bound)


def prepared(work: Work, key: Hashable, build: Callable[[], Executable], planned_anew: bool = False) -> Prepared:
    """The statement known by `key`, built at first use."""
    made: Prepared = kept(work.installation, ("sql", key), lambda: Prepared(build(), work.connection.dialect, planned_anew))
    return made


def _types_of(statement: Executable) -> tuple[TypeEngine[Any], ...]:
    columns = statement.selected_columns if isinstance(statement, Select) else getattr(statement, "exported_columns", ())
    return tuple(column.type for column in columns)


def _processor(bind: BindParameter[Any], dialect: Dialect) -> Convert | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _converters(types: Sequence[TypeEngine[Any]], dialect: Dialect) -> tuple[tuple[int, Convert], ...]:
    found = ((position, _converter(each, dialect)) for position, each in enumerate(types))
    return tuple((position, converter) for position, converter in found if converter is not None)


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, NUMERIC_OID)
