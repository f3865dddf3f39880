"""Measures Newel against the hand-written floor, block by block in turn, on the same server, database and data.

    python -m benchmarks.run --rows 10000 --database both --json bench.json

Both programs run under gunicorn with one worker of eight threads. A block drives one program for a second over four connections;
blocks alternate, so a drift of the machine's speed falls on both. The ratio is time a request, Newel over floor: below 1 is
faster.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import floor
from benchmarks.load import Request, Timing, drive, send

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OWNERS = 10
CHUNK = 2000
BY_KERNEL = 10_000  # rows that go through the kernel; more are copied inside the database


@dataclass
class Program:
    """A running program: where it listens, how to sign in, which of its records may be read, and how it spells its addresses."""

    name: str
    port: int
    headers: dict[str, str]
    ids: list[str]
    paths: dict[str, str]
    process: subprocess.Popen[bytes]
    cold_start: float
    memory: float = 0.0
    versions: dict[str, int] = field(default_factory=dict)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options.add_argument("--rounds", type=int, default=4, help="blocks of one second a program and kind of work")
    options.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = options.parse_args()
    kinds = ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]
    results = {kind: measure(kind, chosen.rows, chosen.rounds) for kind in kinds}
    if chosen.json:
        chosen.json.write_text(json.dumps({"rows": chosen.rows, "results": results}, indent=2))
    return 0


def measure(kind: str, rows: int, rounds: int) -> dict[str, Any]:
    print(f"\n{kind}, {rows:,} rows, 1 worker x 8 threads, 4 connections, {rounds} blocks each")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newel-bench-")))
        floor_url, newel_url = stack.enter_context(databases(kind, home))
        data = list(make_rows(rows))
        by_hand = stack.enter_context(running_floor(floor_url, data))
        ours = stack.enter_context(running_newel(newel_url, home, data))
        works = work_list()
        figures = {name: compare(name, make, by_hand, ours, rounds) for name, make in works.items()}
        figures |= alone("search", lambda n: Request("GET", f"/api/v1/search?q=City+{n % 40}"), ours, rounds)
        for program in (by_hand, ours):
            program.memory = resident(program.process.pid)
        print(f"  cold start      floor {by_hand.cold_start:.2f} s   Newel {ours.cold_start:.2f} s")
        print(f"  memory          floor {by_hand.memory:.0f} MB   Newel {ours.memory:.0f} MB")
        figures["cold_start_s"] = {"floor": by_hand.cold_start, "newel": ours.cold_start}
        figures["memory_mb"] = {"floor": by_hand.memory, "newel": ours.memory}
        return figures


# What is measured


def work_list() -> dict[str, Callable[[Program, int], Request]]:
    return {
        "read one": lambda p, n: Request("GET", p.paths["read"].format(id=p.ids[n % len(p.ids)])),
        "list of 50": lambda p, n: Request("GET", p.paths["list"]),
        "create": lambda p, n: Request("POST", p.paths["create"], new_values()),
        "update": update_request,
        "HTML list": lambda p, n: Request("GET", p.paths["html list"]),
        "HTML form": lambda p, n: Request("GET", p.paths["html form"].format(id=p.ids[n % len(p.ids)])),
    }


def update_request(program: Program, number: int) -> Request:
    """Each record is changed by one request only, so that no version is stale."""
    chosen = program.ids[program.versions.setdefault("next", 0) % len(program.ids)]
    program.versions["next"] += 1
    version = program.versions.get(chosen, 1)
    program.versions[chosen] = version + 1
    body = {"amount": f"{100 + number % 900}.50", "note": f"Changed {number}"}
    return Request("PATCH", program.paths["update"].format(id=chosen), body, {"If-Match": f'"{version}"'})


def compare(name: str, make: Callable[[Program, int], Request], by_hand: Program, ours: Program, rounds: int) -> dict[str, Any]:
    timings = {by_hand.name: Timing(), ours.name: Timing()}
    for program in (by_hand, ours):
        drive(program.port, lambda n, p=program: make(p, n), program.headers, 0.5, 4)  # type: ignore[misc]
    for _ in range(rounds):
        for program in (by_hand, ours):
            timings[program.name].add(drive(program.port, lambda n, p=program: make(p, n), program.headers, 1.0, 4))  # type: ignore[misc]
    ratio = timings[by_hand.name].rate / timings[ours.name].rate
    shown = {program: figures(timing) for program, timing in timings.items()}
    print(f"  {name:<14} " + "   ".join(f"{p} {line(timing)}" for p, timing in timings.items()) + f"   ratio {ratio:.2f}")
    return {**shown, "ratio": round(ratio, 3)}


def alone(name: str, make: Callable[[int], Request], ours: Program, rounds: int) -> dict[str, Any]:
    timing = Timing()
    for _ in range(rounds):
        timing.add(drive(ours.port, make, ours.headers, 1.0, 1))
    print(f"  {name:<14} {ours.name} {line(timing)} (one connection)")
    return {name: {ours.name: figures(timing)}}


def figures(timing: Timing) -> dict[str, float]:
    return {
        "per_second": round(timing.rate, 1),
        "p50_ms": round(timing.at(0.5), 3),
        "p95_ms": round(timing.at(0.95), 3),
        "failed": timing.failed,
    }


def line(timing: Timing) -> str:
    failed = f", {timing.failed} FAILED" if timing.failed else ""
    return f"{timing.rate:7.0f}/s p50 {timing.at(0.5):6.2f} p95 {timing.at(0.95):6.2f} ms{failed}"


# The data


def make_rows(count: int) -> Iterator[dict[str, Any]]:
    pick = random.Random(20)
    start = date(2026, 1, 1)
    for number in range(count):
        status = pick.choice(["open", "open", "won", "lost"])
        yield {
            "name": f"Deal {number} {pick.choice(['Harbour', 'Summit', '东方', '长江'])}",
            "code": f"D{number:08}",
            "status": status,
            "priority": pick.choice(["low", "normal", "high"]),
            "category": pick.choice(["a", "b", "c"]),
            "amount": Decimal(pick.randrange(100, 90_000_000)) / 100,
            "discount": Decimal(pick.randrange(0, 4000)) / 100,
            "quantity": pick.randrange(1, 500),
            "score": pick.randrange(0, 101),
            "active": pick.random() < 0.8,
            "due_on": start + timedelta(days=pick.randrange(0, 600)),
            "started_on": start,
            "email": f"buyer{number}@example.com",
            "phone": f"+86 138 {number:08}",
            "website": f"https://example.com/{number}",
            "city": f"City {number % 400}",
            "country": "China",
            "street": f"{number % 900} Long Street",
            "source": "fair",
            "note": "A note of some length about this deal and what was said. " * 2,
        }


def new_values() -> dict[str, Any]:
    return {
        "name": "A new deal",
        "code": uuid.uuid4().hex[:16],
        "status": "open",
        "priority": "high",
        "category": "a",
        "amount": "1250.50",
        "discount": "12.5",
        "quantity": 4,
        "score": 70,
        "active": True,
        "due_on": "2026-12-24",
        "started_on": "2026-11-01",
        "email": "someone@example.com",
        "phone": "+86 138 0000 0000",
        "website": "https://example.com/new",
        "city": "Hangzhou",
        "country": "China",
        "street": "1 Lake Road",
        "source": "web",
        "note": "Met at the fair.",
    }


# The two programs


@contextmanager
def databases(kind: str, home: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of one kind: the floor's and Newel's."""
    if kind == "sqlite":
        yield f"sqlite:///{home / 'floor.db'}", f"sqlite:///{home / 'newel.db'}"
        return
    from sqlalchemy import create_engine

    from newel.runtime.proving import postgres

    server_home = postgres.new_home()
    url = postgres.started(server_home)
    try:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("floor", "newel"):
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        engine.dispose()
        yield named(url, "floor"), named(url, "newel")
    finally:
        postgres.stop(server_home)


def named(server: str, database: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(server).set(database=database).render_as_string(hide_password=False)


@contextmanager
def running_floor(url: str, rows: list[dict[str, Any]]) -> Iterator[Program]:
    import hashlib

    from sqlalchemy import insert

    floor.prepare(url)
    engine = floor.connect(url)
    owners = [str(uuid.uuid4()) for _ in range(OWNERS)]
    now = datetime.now(UTC).replace(tzinfo=None)
    ids: list[str] = []
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(floor.key_table).values(hash=hashlib.sha256(b"floor-key").hexdigest(), user_id=owners[0]))
        for begin in range(0, len(rows), CHUNK):
            part = []
            for number, row in enumerate(rows[begin : begin + CHUNK], begin):
                key = str(uuid.uuid4())
                if number % OWNERS == 0:
                    ids.append(key)
                part.append(
                    {**row, "id": key, "version": 1, "owner": owners[number % OWNERS], "created_at": now, "updated_at": now}
                )
            connection.execute(insert(floor.deal), part)
    engine.dispose()
    analyse(url)
    paths = {
        "read": "/api/deal/{id}",
        "list": "/api/deal?status=open",
        "create": "/api/deal",
        "update": "/api/deal/{id}",
        "html list": "/deals?status=open",
        "html form": "/deals/{id}",
    }
    command = [
        str(BIN / "gunicorn"),
        "-k",
        "gthread",
        "-w",
        "1",
        "--threads",
        "8",
        "--log-level",
        "error",
        "benchmarks.floor:app",
    ]
    with serving(
        "floor", command, {"FLOOR_DATABASE_URL": url}, "--bind", {"Authorization": "Bearer floor-key"}, ids, paths
    ) as program:
        yield program


@contextmanager
def running_newel(url: str, home: Path, rows: list[dict[str, Any]]) -> Iterator[Program]:
    environment = {"NEWEL_HOME": str(home / "home"), "NEWEL_DATABASE_URL": url, "PYTHONWARNINGS": "default"}
    newel = [str(BIN / "newel")]

    def call(*arguments: str, **more: Any) -> str:
        done = subprocess.run(
            [*newel, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False, **more
        )
        if done.returncode:
            raise SystemExit(f"newel {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    call("init", "--no-standard")
    call("apply", str(ROOT / "benchmarks" / "solution"), "--yes")
    for number in range(OWNERS):
        call(
            "user",
            "create",
            f"bench{number}@example.com",
            "--role",
            "seller",
            "--password-stdin",
            input="a long bench password\n",
        )
    key = call("apikey", "create", "bench0@example.com", "--name", "bench").split()[-1]
    ids = fill(environment, rows)
    analyse(url)
    headers = {"Authorization": f"Bearer {key}"}
    paths = {
        "read": "/api/v1/records/deal/{id}",
        "list": "/api/v1/records/deal?filter=status+%3D%3D+%27open%27&sort=-amount&limit=50",
        "create": "/api/v1/records/deal",
        "update": "/api/v1/records/deal/{id}",
        "html list": "/o/deal?filter=status+%3D%3D+%27open%27",
        "html form": "/o/deal/{id}/edit",
    }
    with serving("Newel", [*newel, "serve", "--workers", "1"], environment, "--port", headers, ids, paths) as program:
        sign_in(program)
        yield program


def fill(environment: dict[str, str], rows: list[dict[str, Any]]) -> list[str]:
    """Creates the rows through the kernel in this process; returns the ids that the first owner may read."""
    os.environ.update(environment)
    from newel.runtime.installation import InstallationHolder
    from newel.runtime.records import actors, finding, indexing, reading, saving, writing
    from newel.runtime.settings import Settings

    installation = InstallationHolder(Settings.from_environment()).current()
    system = actors.as_system(installation, "benchmark data")
    with reading(installation, system) as work:
        found = finding.find(work, "nw_user", sort=("email",), filter="starts_with(email, 'bench')", limit=OWNERS)
        owners = [each.id for each in found.records]
    started = time.perf_counter()
    made: list[str] = []
    for begin in range(0, min(len(rows), BY_KERNEL), CHUNK):
        part = [{**row, "owner": owners[(begin + at) % OWNERS]} for at, row in enumerate(rows[begin : begin + CHUNK])]
        with writing(installation, system) as work:
            made += [each.id for each in saving.bulk_create(work, "deal", part)]
    rate = len(made) / (time.perf_counter() - started)
    print(f"  bulk create     {rate:,.0f} rows/s through the kernel, with history and search index")
    copies = len(rows) // len(made) - 1
    if copies > 0:
        multiply(installation, copies)
        indexing.rebuild(installation)
    installation.database.close()
    return made[::OWNERS]


def multiply(installation: Any, copies: int) -> None:
    """Copies every record `copies` times inside the database: a million in a minute, each with an id and a code of its own."""
    table = installation.tables["deal"].table
    hexed = (
        "substr(seed.h, 1, 8) || '-' || substr(seed.h, 9, 4) || '-7' || substr(seed.h, 14, 3) || '-8' || substr(seed.h, 18, 3)"
    )
    by_dialect = {
        "sqlite": (f"lower({hexed} || '-' || substr(seed.h, 21))", "(SELECT *, hex(randomblob(16)) AS h FROM first_deals)"),
        "postgresql": ("gen_random_uuid()", "first_deals"),
    }
    new_id, origin = by_dialect[installation.database.dialect]
    columns = {column.name: f'seed."{column.name}"' for column in table.columns} | {"id": new_id}
    listed = ", ".join(f'"{name}"' for name in columns)
    with installation.database.writing() as connection:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE first_deals AS SELECT * FROM {table.name}")
        for copy in range(1, copies + 1):
            chosen = columns | {"code": f"seed.code || '-' || {copy}", "amount": f"seed.amount + {copy}"}
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({listed}) SELECT {', '.join(chosen.values())} FROM {origin} AS seed"
            )


def analyse(url: str) -> None:
    """Lets the planner know the tables, as an operator's nightly job would."""
    engine = floor.connect(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    engine.dispose()


def sign_in(program: Program) -> None:
    """A session cookie beside the key: the screens know people only."""
    import http.cookiejar
    import re
    import urllib.parse
    import urllib.request

    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"http://127.0.0.1:{program.port}/sign-in").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    body = {"email": "bench0@example.com", "password": "a long bench password", "csrf_token": token.group(1) if token else ""}
    browser.open(f"http://127.0.0.1:{program.port}/sign-in", urllib.parse.urlencode(body).encode()).read()
    program.headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


@contextmanager
def serving(
    name: str,
    command: list[str],
    environment: dict[str, str],
    bind: str,
    headers: dict[str, str],
    ids: list[str],
    paths: dict[str, str],
) -> Iterator[Program]:
    probe = Request("GET", paths["read"].format(id=ids[0]))
    with tempfile.TemporaryDirectory(prefix="newel-bench-bytecode-") as bytecode:
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
        first, _, _ = start(name, command, {**environment, **compiled}, bind, probe, headers)
        stop(first)  # an installed program has its bytecode: from here on both have theirs
        process, port, cold_start = start(name, command, {**environment, **compiled}, bind, probe, headers)
        try:
            yield Program(name, port, headers, ids, paths, process, cold_start)
        finally:
            stop(process)


def start(
    name: str, command: list[str], environment: dict[str, str], bind: str, probe: Request, headers: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int, float]:
    """The program, where it listens, and how many seconds it took to its first answer."""
    port = free_port()
    where = f"127.0.0.1:{port}" if bind == "--bind" else str(port)
    started = time.perf_counter()
    process = subprocess.Popen([*command, bind, where], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    while True:
        try:
            status, answer = send(port, probe, headers)
            break
        except OSError:
            if process.poll() is not None or time.perf_counter() - started > 60:
                stop(process)
                raise SystemExit(f"{name} did not start") from None
            time.sleep(0.01)
    took = time.perf_counter() - started
    if status != 200:
        stop(process)
        raise SystemExit(f"{name} answered {status}: {answer[:500]!r}")
    return process, port, took


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident(pid: int) -> float:
    """Memory in MB of the process's workers (their unique and shared pages, as the kernel counts resident size)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(rss(int(child)) for child in children) if children else rss(pid)


def rss(pid: int) -> float:
    for text in Path(f"/proc/{pid}/status").read_text().splitlines():
        if text.startswith("VmRSS"):
            return int(text.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
