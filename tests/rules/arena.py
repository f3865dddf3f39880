"""Where engines meet: records of an object with everything that expressions know, in Python, in databases and in Node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import Connection, case, false, select, true

from newel.metadata.model import Model, Source
from newel.metadata.problems import NOWHERE
from newel.rules.browser import is_browser_able
from newel.rules.browser.node import Failed, Node
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.facts import Facts
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import emit, emit_value, parameters
from newel.rules.vectors.cases import Case
from newel.rules.vectors.facts import facts_of, zone_of
from newel.rules.vectors.placing import Placed, place, rows_of, seen
from newel.rules.vectors.shapes import Shape, shape_of
from newel.rules.vectors.values import as_json, same
from newel.rules.vectors.worlds import TablesOf, World, worlds_of
from newel.runtime.installation import Installation
from newel.runtime.proving import databases
from newel.runtime.records.reach import RawColumns, Spot
from newel.runtime.storage.database import Database

FIELDS = """
name: {type: text}
note: {type: long_text}
n: {type: integer}
a: {type: decimal, scale: 2}
b: {type: decimal, precision: 12, scale: 4}
p: {type: percent}
m: {type: money}
fee: {type: money, currency: CNY, fixed_currency: true}
f: {type: boolean}
d: {type: date}
e: {type: date}
s: {type: datetime}
z: {type: datetime}
h: {type: time}
x: {type: duration}
stage:
  type: choice
  options:
    new: {label: New, chance: 10, word: fresh}
    won: {label: Won, chance: 99.5, closed: true}
    lost: {label: Lost, closed: true, word: gone}
level: {type: choice, options: [low, high]}
tags: {type: tags}
colours: {type: multi_choice, options: [red, green, blue]}
rep: {type: user}
team: {type: team}
acc:
  type: lookup
  fields:
    name: {type: text}
    size: {type: integer}
    open: {type: boolean}
    limit: {type: money}
    since: {type: date}
    kind: {type: choice, options: [shop, office]}
    parent: {type: lookup, fields: {name: {type: text}, rank: {type: decimal, scale: 6}}}
lines:
  type: child_table
  fields:
    name: {type: text}
    qty: {type: integer}
    rate: {type: decimal, scale: 3}
    cost: {type: money}
    fee: {type: money, currency: CNY, fixed_currency: true}
    done: {type: boolean}
    due: {type: date}
    at: {type: datetime}
    spent: {type: duration}
    kind: {type: choice, options: [low, high]}
    item: {type: lookup, fields: {name: {type: text}, price: {type: decimal, scale: 2}}}
"""
TABLES = {
    "rate_card": {
        "fields": {"code": {"type": "text", "unique": True}, "discount": {"type": "decimal"}},
        "records": [{"code": "gold", "discount": "0.20"}, {"code": "a", "discount": "-0.01"}, {"code": "ä"}],
    }
}
ORG = {
    "currency": "CNY",
    "fiscal_start": 4,
    "holidays": ["2026-10-01", "2026-11-23", "2024-02-29"],
    "extra_workdays": ["2026-10-10", "2026-11-22"],
    "rates": {"USD": {"2024-01-01": "7.05", "2026-11-01": "7.123456"}, "EUR": {"2026-01-01": "7.8"}},
}
ASKERS: tuple[dict[str, Any], ...] = (
    {
        "tz": "Asia/Shanghai",
        "now": "2026-11-21T17:30:00Z",
        "user": {"id": "u1", "email": "ada@x.co"},
        "roles": ["seller"],
        "org": ORG,
    },
    {"tz": "America/New_York", "now": "2026-11-01T05:30:00Z", "user": {"id": "u2"}, "teams": ["t1"], "reports": ["u1", "u3"]},
    {
        "tz": "Europe/Berlin",
        "now": "2026-03-29T00:59:59Z",
        "user": None,
        "roles": ["boss", "seller"],
        "org": {**ORG, "workdays": [7, 2]},
    },
)
_TEXTS = (
    "a",
    "A",
    "ä",
    "ß",
    "İx",
    "Σς",
    "中柱",
    "100%",
    "_",
    "a b",
    "𝒜",
    "O'H",
    "12",
    "7.50",
    "\\",
    "ab",
    "1１",
    "e\u0301",
    "gold",
    "2026-01-31",
)
_NUMBERS = ("0", "1", "-1", "2", "3", "10", "-7", "1234567")
_CENTS = ("0", "0.01", "-0.01", "2.50", "-2.50", "1.01", "99.99", "1234567890.12")
_FINE = ("0", "0.0001", "-1.5", "2.5", "0.005", "99999.9999")
_DAYS = ("2026-11-21", "2026-11-20", "2024-02-29", "2026-01-31", "1999-12-31", "2099-12-31", "2026-03-31")
_MOMENTS = (
    "2026-11-20T16:00:00Z",
    "2026-11-21T15:59:59.999999Z",
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:30:00Z",
    "1999-12-31T23:59:59Z",
)


@cache
def world() -> tuple[World, Shape]:
    """The Model of the arena, and the shape of its records."""
    import yaml

    fields = yaml.safe_load(FIELDS)
    worlds, problems = worlds_of(
        [Case(1, NOWHERE, "n", NOWHERE, fields, {}, {"tables": TABLES, "roles": ["seller", "boss"]}, None)]
    )
    assert not problems.errors, problems.as_text()
    return worlds[0], shape_of("case_1", fields, {})


def records(count: int, seed: int) -> list[Placed]:
    """Records by chance, with blanks everywhere and the values where engines differ most."""
    chance = Random(seed)
    found, shape = world()
    zone = zone_of({})
    return [place(_record(chance), shape, found.model, zone, f"{seed}/{at:05}") for at in range(count)]


def _record(chance: Random) -> dict[str, Any]:
    def maybe(*values: Any, blank: float = 0.25) -> Any:
        return None if chance.random() < blank else chance.choice(values)

    def money() -> str | None:
        return maybe(*(f"{cents} {currency}" for cents in _CENTS for currency in ("CNY", "CNY", "USD")))

    def line() -> dict[str, Any]:
        return {
            "name": maybe(*_TEXTS),
            "qty": maybe(*_NUMBERS),
            "rate": maybe("0.001", "-0.001", "2.5", "0"),
            "cost": money(),
            "fee": maybe(*(f"{cents} CNY" for cents in _CENTS)),
            "done": chance.random() < 0.5,
            "due": maybe(*_DAYS),
            "at": maybe(*_MOMENTS),
            "spent": maybe(0, 60, 3601),
            "kind": maybe("low", "high"),
            "item": maybe({"name": maybe(*_TEXTS), "price": maybe(*_CENTS)}),
            **({"deleted_at": "2026-01-01T00:00:00Z"} if chance.random() < 0.1 else {}),
        }

    mother = {"name": maybe(*_TEXTS), "rank": maybe("0.000001", "-2.5", "3")}
    account = {
        "name": maybe(*_TEXTS),
        "size": maybe(*_NUMBERS),
        "open": chance.random() < 0.5,
        "limit": money(),
        "since": maybe(*_DAYS),
        "kind": maybe("shop", "office"),
        "parent": maybe(mother),
    }
    return {
        "name": maybe(*_TEXTS),
        "note": maybe(*_TEXTS, "A longer text: Ärger, 中柱 and more"),
        "n": maybe(*_NUMBERS, 9007199254740991, -9007199254740991),
        "a": maybe(*_CENTS),
        "b": maybe(*_FINE),
        "p": maybe("0", "12.50", "-3.5", "100"),
        "m": money(),
        "fee": maybe(*(f"{cents} CNY" for cents in _CENTS)),
        "f": chance.random() < 0.5,
        "d": maybe(*_DAYS),
        "e": maybe(*_DAYS),
        "s": maybe(*_MOMENTS),
        "z": maybe(*_MOMENTS),
        "h": maybe("08:30", "00:00", "17:45:30"),
        "x": maybe(0, 1800, -3600, 7205),
        "stage": maybe("new", "won", "lost"),
        "level": maybe("low", "high"),
        "tags": maybe(["vip"], ["a b", "ä"], ["中柱", "a"]),
        "colours": maybe(["red"], ["red", "green"], ["blue"]),
        "rep": maybe({"id": "u1", "name": "Ada"}, {"id": "u2", "name": "ß"}, {"id": "u3"}),
        "owner": maybe("u1", "u2"),
        "team": maybe("t1", "t2"),
        "acc": maybe(account),
        "lines": [line() for _ in range(chance.choice((0, 0, 1, 2, 4)))],
    }


def facts(model: Model, prior: Mapping[str, Any] | None = None) -> list[Facts]:
    """Those who ask: each in another zone, with other rights and another organisation."""
    return [facts_of(each, model, prior, _tables()) for each in ASKERS]


@cache
def _tables() -> Any:
    found, _ = world()
    shapes = {name: shape_of(name, said["fields"], said["records"][0]) for name, said in TABLES.items()}
    return TablesOf(TABLES, shapes, World(found.model))


@dataclass
class Arena:
    """All engines over the same records."""

    placed: Sequence[Placed]
    stages: list[tuple[str, Connection, Installation]] = field(default_factory=list)
    node: Node | None = None
    tried: int = 0
    refused: int = 0

    def compiled(self, text: str) -> Expression | None:
        found, shape = world()
        return compile_expression(Source(text), found.model, Context("validate", shape.name, None))[0]

    def agree(self, text: str, asks: int = 0) -> None:
        """Fails where one engine says something else than the reference; what loading refuses is passed over."""
        expression = self.compiled(text)
        if expression is None:
            self.refused += 1
            return
        self.tried += 1
        seen_records = [seen(each, expression) for each in self.placed]
        before = seen_records[0] if asks else None
        known = facts(world()[0].model, before)[asks]
        reference = Reference(expression)
        wanted = [reference.evaluate(each, known) for each in seen_records]
        self._same(text, expression, "python", wanted, [evaluate(expression, each, known) for each in seen_records])
        if not expression.reads_prior:
            for name, connection, installation in self.stages:
                self._same(text, expression, name, wanted, self._selected(connection, installation, expression, known))
        if self.node is not None and is_browser_able(expression):
            found = self.node.evaluate(expression, seen_records, known)
            failed = next((each.why for each in found if isinstance(each, Failed)), None)
            assert failed is None, f"{text} on node: {failed}"
            self._same(text, expression, "node", wanted, found)

    def _selected(self, connection: Connection, installation: Installation, expression: Expression, known: Facts) -> list[Any]:
        name = world()[1].name
        spot = Spot(installation, installation.model.objects[name], installation.tables[name].table.alias("t"))
        columns = list(emit_value(expression, RawColumns(spot)))
        boolean = expression.type.kind == "boolean"
        if boolean:
            columns.append(case((emit(expression, RawColumns(spot)), true()), else_=false()))
        statement = select(spot.id, *columns).select_from(spot.table)
        with connection.begin_nested():
            rows = {row[0]: tuple(row[1:]) for row in connection.execute(statement, parameters(known, [expression]))}
        found = [rows[each.id] for each in self.placed]
        if boolean:
            assert all(value is chosen for value, chosen in found), f"{expression.text}: as a filter it selects other rows"
        return [databases.value_of(expression.type.kind, each) for each in found]

    def _same(self, text: str, expression: Expression, engine: str, wanted: list[Any], found: list[Any]) -> None:
        kind = expression.type.kind
        for record, one, other in zip(self.placed, wanted, found, strict=True):
            if not same(kind, one, other):
                said = f"{as_json(one)!r}, {engine} {as_json(other)!r}"
                raise AssertionError(f"{text}\nthe reference gives {said}\non {_shown(record, expression)}")


def _shown(record: Placed, expression: Expression) -> str:
    found = seen(record, expression)
    names = {".".join(path) for path in expression.paths} | set(expression.collections)
    return ", ".join(f"{name} = {found.get(name)!r}" for name in sorted(names))


@contextmanager
def arena(bases: Sequence[Database], count: int, seed: int, with_node: bool = True) -> Iterator[Arena]:
    """Records in every database, and a Node beside them; gone when the block ends."""
    found, _ = world()
    placed = records(count, seed)
    with ExitStack() as stack:
        made = Arena(placed)
        for database in bases:
            installation = databases.installed(found.model, database)
            connection = stack.enter_context(database.engine.connect())
            transaction = connection.begin()
            stack.callback(transaction.rollback)
            databases.set_apart(connection, database.dialect)
            databases.prepare(connection, installation)
            databases.lay(connection, installation, [*found.rows, *(row for each in placed for row in rows_of(each))])
            made.stages.append((database.dialect, connection, installation))
        if with_node:
            made.node = stack.enter_context(Node())
        yield made
