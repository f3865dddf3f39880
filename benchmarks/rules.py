"""Measures rules: one rule on every engine, and lists with formulas, against the same written by hand, block by block in turn.

    python -m benchmarks.rules --rows 1000000 --database both --json rules.json

Five rules of everyday CRM run on Python's closures, the simpleeval reference, SQLite, PostgreSQL and the browser's engine in
Node. By hand means what a good programmer writes: a Python function with the same answers (blanks and decimals included), and SQL
with the database's own numbers (on SQLite: floats). A list of 50 shows three formula columns, a path and a rollup: our statement
against one that is written by hand, and the whole of the kernel's answer. Ratios above 1 mean that we are slower.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import timeit
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.run import databases
from newel.metadata.field_types.values import Money
from newel.metadata.model import Source
from newel.rules.browser.node import Node
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.facts import Facts
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import emit, emit_value, parameters
from newel.runtime.installation import Installation
from newel.runtime.records.actors import as_system
from newel.runtime.records.finding import find
from newel.runtime.records.reach import RawColumns, Spot
from newel.runtime.records.work import Work, reading
from newel.runtime.storage.database import Database
from tests.support.databases import install, settings_for

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FACTS = Facts.at(NOW, "Asia/Shanghai", user="0190aaaa-0000-7000-8000-000000000001")
ROUNDS = 7
ACCOUNT = """
object: account
label: Account
fields:
  name: {type: text, required: true}
  credit: {type: money}
"""
DEAL = """
object: deal
label: Deal
fields:
  name: {type: text, required: true}
  stage: {type: choice, options: {new: {label: New, chance: 10}, open: {label: Open, chance: 40}, won: {label: Won, chance: 100}}}
  amount: {type: money}
  quantity: {type: integer}
  price: {type: decimal, scale: 2}
  discount: {type: percent}
  due: {type: date}
  reason: {type: text}
  email: {type: email}
  budget: {type: integer}
  account: {type: lookup, to: account, on_delete: clear}
  lines: {type: child_table, of: line}
  expected: {type: money, formula: amount * option(stage).chance / 100}
  days_left: {type: integer, formula: "days_between(today(), due)"}
  late: {type: boolean, formula: "due < today() and stage != 'won'"}
  room: {type: money, formula: account.credit - amount}
  total: {type: money, rollup: "sum(lines.amount)"}
"""
LINE = """
object: line
label: Line
ownership: parent
parent: deal
fields:
  deal: {type: lookup, to: deal, on_delete: cascade}
  amount: {type: money}
"""
FILES = {"objects/account.yaml": ACCOUNT, "objects/deal.yaml": DEAL, "objects/line.yaml": LINE}


@dataclass(frozen=True)
class Rule:
    """A rule, and the same by hand. `sql` is a condition or a value over the table deal; {hundred} divides by a hundred."""

    name: str
    text: str
    by_hand: Callable[[Mapping[str, Any], Facts], Any]
    sql: str


def _late(record: Mapping[str, Any], facts: Facts) -> bool:
    due = record.get("due")
    return due is not None and due < facts.today and record.get("stage") not in ("won", "new")


def _expected(record: Mapping[str, Any], facts: Facts) -> Money | None:
    amount, chance = record.get("amount"), {"new": 10, "open": 40, "won": 100}.get(record.get("stage") or "")
    if amount is None or chance is None:
        return None
    return Money((amount.amount * chance / 100).quantize(Decimal("0.0000000001"), ROUND_HALF_UP), amount.currency)


def _line_total(record: Mapping[str, Any], facts: Facts) -> Decimal | None:
    quantity, price, discount = record.get("quantity"), record.get("price"), record.get("discount")
    if quantity is None or price is None or discount is None:
        return None
    share = (discount / 100).quantize(Decimal("0.0000000001"), ROUND_HALF_UP)
    return (quantity * price * (1 - share)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _score(record: Mapping[str, Any], facts: Facts) -> int:
    budget = record.get("budget")
    return (
        (20 if budget is not None and budget > 100_000 else 0)
        + (30 if record.get("stage") == "open" else 0)
        + (10 if record.get("email") is not None else 0)
    )


def _says_why(record: Mapping[str, Any], facts: Facts) -> bool:
    return record.get("stage") != "won" or bool(record.get("reason"))


RULES = (
    Rule("overdue", "due < today() and stage not in ['won', 'new']", _late, "due < :today AND stage NOT IN ('won', 'new')"),
    Rule("a reason where it is won", "stage != 'won' or not_blank(reason)", _says_why, "stage <> 'won' OR reason IS NOT NULL"),
    Rule(
        "lead score",
        "(20 if budget > 100000 else 0) + (30 if stage == 'open' else 0) + (10 if not_blank(email) else 0)",
        _score,
        "CASE WHEN budget > 100000 THEN 20 ELSE 0 END + CASE WHEN stage = 'open' THEN 30 ELSE 0 END"
        " + CASE WHEN email IS NOT NULL THEN 10 ELSE 0 END",
    ),
    Rule(
        "expected amount",
        "amount * option(stage).chance / 100",
        _expected,
        "round(amount * CASE stage WHEN 'new' THEN 10 WHEN 'open' THEN 40 WHEN 'won' THEN 100 END / {hundred}, 10)",
    ),
    Rule(
        "line total",
        "round(quantity * price * (1 - discount / 100), 2)",
        _line_total,
        "round(quantity * price * (1 - discount / {hundred}), 2)",
    ),
)
OWN = ("name", "stage", "amount", "due", "price")
SHOWN = (*OWN, "expected", "days_left", "late", "room", "total")
BY_HAND = """
SELECT t.id, t.version, t.name, t.stage, t.amount, t.amount_currency, t.due, t.price,
  t.expected, t.expected_currency, {days} AS days_left, CASE WHEN t.due < {today} AND t.stage <> 'won' THEN 1 ELSE 0 END AS late,
  a.credit - t.amount AS room, a.credit_currency, t.total, t.total_currency
FROM deal t LEFT JOIN account a ON a.id = t.account
WHERE t.deleted_at IS NULL ORDER BY {order} LIMIT 50
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = options.parse_args()
    found: dict[str, Any] = {"python": on_python(), "node": on_node()}
    for kind in ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,):
        found[kind] = on_database(kind, chosen.rows)
    if chosen.json:
        chosen.json.write_text(json.dumps({"rows": chosen.rows, "results": found}, indent=2))
    return 0


def expression(rule: Rule, installation: Installation | None = None) -> Expression:
    model = installation.model if installation else _model()
    found, problems = compile_expression(Source(rule.text), model, Context("formula", "deal", None))
    if found is None:
        raise SystemExit("\n".join(map(str, problems)))
    return found


def _model() -> Any:
    from newel.metadata.compiling import compile_model
    from newel.metadata.solutions import Layer

    solution = "solution: bench\nversion: 1.0.0\nlabel: Bench\nlanguage: en\nprefix: b\n"
    return compile_model([Layer("bench", {"solution.yaml": solution, **FILES})])[0]


def records(count: int) -> list[dict[str, Any]]:
    chance = Random(1)
    return [_record(chance) for _ in range(count)]


def _record(chance: Random) -> dict[str, Any]:
    return {
        "name": f"Deal {chance.randrange(1000)}",
        "stage": chance.choice(("new", "open", "won")),
        "amount": Money(Decimal(chance.randrange(10**8)).scaleb(-2), "CNY"),
        "quantity": chance.randrange(1, 200),
        "price": Decimal(chance.randrange(10**6)).scaleb(-2),
        "discount": Decimal(chance.choice((0, 5, 10, 12))).quantize(Decimal("0.01")),
        "due": date(2026, 11, 21) + timedelta(days=chance.randrange(-90, 90)),
        "reason": chance.choice((None, "price")),
        "email": chance.choice((None, "a@b.co")),
        "budget": chance.choice((None, 5_000, 500_000)),
    }


# One rule, one record


def on_python() -> dict[str, Any]:
    print("\nPython, microseconds a rule; the best of each engine's rounds")
    print(f"{'rule':26} {'closures':>9} {'by hand':>9} {'ratio':>6} {'simpleeval':>11}")
    found = {}
    rows = records(200)
    for rule in RULES:
        checked = expression(rule)
        for row in rows:
            if evaluate(checked, row, FACTS) != rule.by_hand(row, FACTS):
                raise SystemExit(f"{rule.name} differs from what is written by hand on {row}")
        best = {name: seconds * 1e6 / len(rows) for name, seconds in in_turn(_python_blocks(rule, checked, rows), 20).items()}
        found[rule.name] = {**best, "ratio": best["closures"] / best["by_hand"]}
        shown = f"{best['closures']:9.3f} {best['by_hand']:9.3f} {found[rule.name]['ratio']:6.2f} {best['simpleeval']:11.2f}"
        print(f"{rule.name:26} {shown}")
    return found


def _python_blocks(rule: Rule, checked: Expression, rows: list[dict[str, Any]]) -> dict[str, Callable[[], Any]]:
    run, by_hand, reference = checked.run, rule.by_hand, Reference(checked).evaluate
    return {
        "closures": lambda: [run(row, FACTS) for row in rows],
        "by_hand": lambda: [by_hand(row, FACTS) for row in rows],
        "simpleeval": lambda: [reference(row, FACTS) for row in rows],
    }


def on_node() -> dict[str, Any]:
    """The time a record takes in Node, the reading and writing of JSON between the processes taken off."""
    print("\nThe browser's engine in Node, microseconds a rule")
    found = {}
    with Node() as node:
        nothing, _ = compile_expression(Source("true"), _model(), Context("formula", "deal", None))
        if nothing is None:
            raise AssertionError("true is an expression")
        rows = records(2_000)
        idle = partial(node.evaluate, nothing, rows, FACTS)
        for rule in RULES:
            checked = expression(rule)
            if not _runs_in_a_browser(checked):
                print(f"{rule.name:26} is asked from the server")
                continue
            best = in_turn({"rule": partial(node.evaluate, checked, rows, FACTS), "nothing": idle}, repeat=1)
            found[rule.name] = max(0.0, best["rule"] - best["nothing"]) * 1e6 / len(rows)
            print(f"{rule.name:26} {found[rule.name]:9.2f}")
    return found


def _runs_in_a_browser(checked: Expression) -> bool:
    from newel.rules.browser import is_browser_able

    return is_browser_able(checked)


def in_turn(blocks: Mapping[str, Callable[[], Any]], repeat: int, rounds: int = ROUNDS) -> dict[str, float]:
    """The best time of each block; they run in turn, so that a drift of the machine's speed falls on all."""
    best = dict.fromkeys(blocks, float("inf"))
    for _ in range(rounds):
        for name, block in blocks.items():
            best[name] = min(best[name], timeit.timeit(block, number=repeat) / repeat)
    return best


# Many records


def on_database(kind: str, rows: int) -> dict[str, Any]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newel-rules-")))
        _, url = stack.enter_context(databases(kind, home))
        database = Database(url)
        stack.callback(database.close)
        from newel.runtime.storage import catalog

        catalog.prepare(database)
        installation = install(FILES, database, settings_for(database, home))
        fill(installation, rows)
        print(f"\n{kind}, {rows:,} rows")
        return {"rules": whole_tables(installation, rows), "lists": lists(installation)}


def fill(installation: Installation, rows: int) -> None:
    """Accounts, deals and lines, made inside the database."""
    sqlite = installation.database.dialect == "sqlite"
    with installation.database.writing() as connection:
        for statement in _filling(sqlite, rows):
            connection.exec_driver_sql(statement if sqlite else statement.replace("%", "%%"))
    with installation.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")


def _filling(sqlite: bool, rows: int) -> list[str]:
    cents = 100 if sqlite else 1
    n = "CAST(i AS TEXT)" if sqlite else "i::text"
    pad = f"substr('000000000000' || {n}, -12)" if sqlite else f"lpad({n}, 12, '0')"

    def key(prefix: str) -> str:
        made = f"'0190{prefix}-0000-7000-8000-' || {pad}"
        return made if sqlite else f"({made})::uuid"

    def series(count: int) -> str:
        if sqlite:
            return f"(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) SELECT i FROM s)"
        return f"generate_series(1, {count}) AS s(i)"

    stamp = "'2026-11-01 00:00:00.000000'" if sqlite else "timestamptz '2026-11-01 00:00:00Z'"
    day = "date('2026-08-21', '+' || (i % 180) || ' days')" if sqlite else "(date '2026-08-21' + (i % 180))"
    account = key("aaaa").replace(n, f"CAST(i % {rows // 10 + 1} + 1 AS TEXT)" if sqlite else f"(i % {rows // 10 + 1} + 1)::text")
    common = "id, version, created_at, updated_at"
    choose = "CASE i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'open' ELSE 'won' END"
    chance = "CASE i % 3 WHEN 0 THEN 10 WHEN 1 THEN 40 ELSE 100 END"
    expected = f"(i % 100000) * {chance}" if sqlite else f"(i % 100000) * {chance} / 100.0"
    return [
        f"INSERT INTO account ({common}, name, credit, credit_currency)"
        f" SELECT {key('aaaa')}, 1, {stamp}, {stamp}, 'Account ' || {n}, 500000 * {cents}, 'CNY' FROM {series(rows // 10 + 1)}",
        f"INSERT INTO deal ({common}, name, stage, amount, amount_currency, quantity, price, discount, due, reason, email,"
        f" budget, account, expected, expected_currency, total, total_currency)"
        f" SELECT {key('bbbb')}, 1, {stamp}, {stamp}, 'Deal ' || {n}, {choose},"
        f" (i % 100000) * {cents}, 'CNY', i % 200, (i % 9000) * {cents}, 10 * {cents}, {day},"
        f" CASE WHEN i % 2 = 0 THEN 'price' END, CASE WHEN i % 3 = 0 THEN 'a@b.co' END, i % 700000, {account},"
        f" {expected}, 'CNY', 20 * {cents}, 'CNY' FROM {series(rows)}",
        f"INSERT INTO line ({common}, deal, amount, amount_currency) SELECT {key('cccc')}, 1, {stamp}, {stamp}, {key('bbbb')},"
        f" 20 * {cents}, 'CNY' FROM {series(rows)}",
    ]


def whole_tables(installation: Installation, rows: int) -> dict[str, Any]:
    """Each rule over all rows of the table, as a filter where it is one, else counted as a value."""
    print(f"{'rule, microseconds a row':26} {'ours':>9} {'by hand':>9} {'ratio':>6}")
    found = {}
    sqlite = installation.database.dialect == "sqlite"
    rounds = ROUNDS if rows <= 200_000 else 2
    with installation.database.reading() as connection:
        for rule in RULES:
            checked = expression(rule, installation)
            ours = _over_all(installation, checked)
            condition = checked.type.kind == "boolean"
            written = rule.sql.format(hundred="100.0" if sqlite else "100")
            by_hand = text(f"SELECT count(*) FROM deal WHERE {written}" if condition else f"SELECT count({written}) FROM deal")
            values = {"today": FACTS.today.isoformat() if sqlite else FACTS.today} if ":today" in rule.sql else {}
            known = parameters(FACTS, [checked])
            blocks = {
                "ours": lambda ours=ours, known=known: connection.execute(ours, known).scalar(),
                "by_hand": lambda by_hand=by_hand, values=values: connection.execute(by_hand, values).scalar(),
            }
            best = {name: seconds * 1e6 / rows for name, seconds in in_turn(blocks, 1, rounds).items()}
            found[rule.name] = {**best, "ratio": best["ours"] / best["by_hand"]}
            print(f"{rule.name:26} {best['ours']:9.3f} {best['by_hand']:9.3f} {found[rule.name]['ratio']:6.2f}")
    return found


def _over_all(installation: Installation, checked: Expression) -> Any:
    spot = Spot(installation, installation.model.objects["deal"], installation.tables["deal"].table.alias("t"))
    port = RawColumns(spot)
    if checked.type.kind == "boolean":
        return select(func.count()).select_from(spot.table).where(emit(checked, port))
    return select(func.count(emit_value(checked, port)[0])).select_from(spot.table)


def lists(installation: Installation) -> dict[str, Any]:
    """A page of 50 in two orders: our statement, one that is written by hand, and what the kernel makes of ours."""
    head = f"{'ours':>9} {'by hand':>9} {'ratio':>6} {'own fields':>11} {'whole page':>11}"
    print(f"{'list of 50, milliseconds':26} {head}")
    found = {}
    with reading(installation, as_system(installation, "benchmark"), NOW) as work:
        for name, sort, order in (("by name", ("name",), "t.name, t.id"), ("by id", ("id",), "t.id")):
            best = {each: seconds * 1e3 for each, seconds in in_turn(_list_blocks(work, sort, order), repeat=5).items()}
            found[name] = {**best, "ratio": best["ours"] / best["by_hand"]}
            shown = f"{best['ours']:9.3f} {best['by_hand']:9.3f} {found[name]['ratio']:6.2f}"
            print(f"{name:26} {shown} {best['own']:11.3f} {best['page']:11.3f}")
    return found


def _list_blocks(work: Work, sort: tuple[str, ...], order: str) -> dict[str, Callable[[], Any]]:
    sqlite = work.dialect == "sqlite"
    today = "'2026-11-21'" if sqlite else "date '2026-11-21'"
    days = f"CAST(julianday(t.due) - julianday({today}) AS INTEGER)" if sqlite else f"t.due - {today}"
    by_hand = BY_HAND.format(days=days, today=today, order=order)
    statement, values = _executed(work, lambda: find(work, "deal", fields=SHOWN, sort=sort))
    return {
        "ours": lambda: work.execute(statement, values).fetchall(),
        "by_hand": lambda: work.execute(by_hand, () if sqlite else {}).fetchall(),
        "own": lambda: list(find(work, "deal", fields=OWN, sort=sort)),
        "page": lambda: list(find(work, "deal", fields=SHOWN, sort=sort)),
    }


def _executed(work: Work, run: Callable[[], Any]) -> tuple[str, Any]:
    """The statement that `run` executes, with its values."""
    seen: list[tuple[str, Any]] = []
    execute = Work.execute

    def noting(self: Work, statement: str, values: Any, *more: Any, **others: Any) -> Any:
        seen.append((statement, values))
        return execute(self, statement, values, *more, **others)

    Work.execute = noting  # type: ignore[method-assign]
    try:
        run()
    finally:
        Work.execute = execute  # type: ignore[method-assign]
    return seen[-1]


if __name__ == "__main__":
    sys.exit(main())
