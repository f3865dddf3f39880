"""Applies a change again and again and dies in the middle, as a machine does.

`python -m tests.support.crashing URL walk STRIDE | chance SEED | race`

Each attempt is a process of its own that kills itself (kill -9) before or after its n-th statement, before its commit or
after it; with a seed it is killed from outside at moments of chance. After each death the database must be as before the
change, or as after it, whole. `race` lets six processes apply at once and live. Prints one line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import event, insert

from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage.database import Database
from newel.runtime.storage.tables import Tables
from tests.support.models import a_model, a_view, an_object

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
RATE = {"precision": 8, "scale": 2}
OLD = a_model(
    {
        "account": an_object("account", {"name": "text", "rate": {"type": "decimal", "options": RATE}}),
        "city": an_object("city", {"name": "text"}, ownership="none"),
    },
    {"account.all": a_view("account.all", ("-rate",))},
)
NEW = a_model(
    {
        "account": an_object(
            "account",
            {
                "name": {"type": "text", "unique": True, "options": {"max_length": 400}},
                "rate": {"type": "decimal", "options": {"precision": 12, "scale": 4}},
                "city": {"type": "lookup", "to": "city"},
                "best": {"type": "lookup", "to": "deal"},
                "stage": {"type": "choice", "required": True, "default": "new", "choices": ["new"]},
                "price": "money",
            },
        ),
        "city": an_object("city", {"name": "text"}, ownership="none"),
        "deal": an_object(
            "deal", {"name": "text", "account": {"type": "lookup", "to": "account"}, "line": {"type": "lookup", "to": "line"}}
        ),
        "line": an_object("line", {"name": "text", "deal": {"type": "lookup", "to": "deal"}}, ownership="none"),
    }
)


def main(url: str, how: str, number: int) -> None:
    _begin(url)
    before = fingerprint(url)
    walk = Walk(url, before)
    deaths = walk.statements(number) if how == "walk" else walk.by_chance(random.Random(number))
    _in_a_process(url, "never", 0)
    print(json.dumps({"deaths": deaths, "torn": walk.torn, "changed": fingerprint(url) != before, "done": _is_new(url)}))


def race(url: str) -> None:
    """Six processes apply the change at the same moment."""
    _begin(url)
    start = time.time() + 0.5
    with tempfile.TemporaryDirectory() as folder:
        children = [_publish_at(url, start, Path(folder) / str(number)) for number in range(6)]
        for child in children:
            os.waitpid(child, 0)
        outcomes = [json.loads(path.read_text()) for path in Path(folder).iterdir()]
    print(
        json.dumps({"revisions": [each["revision"] for each in outcomes], "applied": sum(each["applied"] for each in outcomes)})
    )


def _publish_at(url: str, start: float, note: Path) -> int:
    child = os.fork()
    if child == 0:
        try:
            database = Database(url)
            time.sleep(max(0.0, start - time.time()))
            note.write_text(json.dumps(asdict(applying.publish(database, lambda: plan.make(database, NEW)))))
            database.close()
        finally:
            os._exit(0)
    return child


class Walk:
    """Many attempts, each of which dies; `torn` says after which of them the database was neither old nor new."""

    def __init__(self, url: str, before: str) -> None:
        self.url = url
        self.before = before
        self.torn: list[str] = []

    def statements(self, stride: int) -> int:
        """Dies before and after every stride-th statement, and before the commit; returns how often."""
        statements = self._count()
        for moment in ("before_cursor_execute", "after_cursor_execute"):
            for number in range(1, statements + 1, stride):
                if _in_a_process(self.url, moment, number) != signal.SIGKILL:
                    self.torn.append(f"{moment} {number} did not die")
                self._compare(f"{moment} {number}")
        return 2 * len(range(0, statements, stride)) + 1

    def by_chance(self, chance: random.Random) -> int:
        """Dies at sixty moments of chance, or until one attempt has come through; returns how often."""
        deaths = 0
        while deaths < 60 and not _is_new(self.url):
            child = _start(self.url, "never", 0)
            time.sleep(chance.uniform(0.0, 0.2))
            os.kill(child, signal.SIGKILL)
            deaths += os.waitpid(child, 0)[1] == signal.SIGKILL
            if not _is_new(self.url):
                self._compare(f"death {deaths}")
        return deaths

    def _count(self) -> int:
        """How many statements an attempt makes: one dies just before its commit, and leaves a note."""
        with tempfile.TemporaryDirectory() as folder:
            note = Path(folder) / "statements"
            _in_a_process(self.url, "commit", 1, note)
            self._compare("commit")
            return int(note.read_text())

    def _compare(self, where: str) -> None:
        if fingerprint(self.url) != self.before:
            self.torn.append(where)


SCHEMA = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master ORDER BY name",),
    "postgresql": (
        "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    ),
}
TABLES = ("nw_state", "nw_layer", "nw_names", "nw_apply", "account", "city")


def fingerprint(url: str) -> str:
    """Everything that a change may touch: tables, columns, indexes, keys, the catalog and the records."""
    database = Database(url)
    queries = (*SCHEMA[database.dialect], *(f"SELECT * FROM {table}" for table in TABLES))
    with database.reading() as connection:
        seen = [sorted(str(tuple(row)) for row in connection.exec_driver_sql(query)) for query in queries]
    database.close()
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _begin(url: str) -> None:
    database = Database(url)
    applying.apply(database, plan.make(database, OLD))
    with database.writing() as connection:
        table = Tables(OLD, catalog.layout(connection), database.dialect)["account"].table
        system = {"version": 1, "created_at": NOW, "updated_at": NOW}
        ids = [f"0190f7a0-0000-7000-8000-{n:012d}" for n in range(50)]
        rows = [{"id": each, "name": each, "rate": Decimal(n) / 4, **system} for n, each in enumerate(ids)]
        connection.execute(insert(table), rows)
    database.close()


def _is_new(url: str) -> bool:
    database = Database(url)
    done = plan.make(database, NEW).empty
    database.close()
    return done


def _in_a_process(url: str, moment: str, number: int, note: Path | None = None) -> int:
    return os.waitpid(_start(url, moment, number, note), 0)[1]


def _start(url: str, moment: str, number: int, note: Path | None = None) -> int:
    """A process that applies the change, and kills itself at the moment."""
    child = os.fork()
    if child == 0:
        try:
            _apply(url, moment, number, note)
        finally:
            os._exit(0)
    return child


def _apply(url: str, moment: str, number: int, note: Path | None) -> None:
    database = Database(url)
    made = plan.make(database, NEW)
    done = {"before_cursor_execute": 0, "after_cursor_execute": 0, "commit": 0}

    def passed(name: str) -> None:
        done[name] += 1
        if name == moment and done[name] == number:
            if note is not None:
                note.write_text(str(done["before_cursor_execute"]))
            os.kill(os.getpid(), signal.SIGKILL)

    for name in done:
        event.listen(database.engine, name, lambda *_, name=name: passed(name))
    applying.apply(database, made)
    database.close()


if __name__ == "__main__":
    if sys.argv[2] == "race":
        race(sys.argv[1])
    else:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
