"""A real server, in processes of its own: it tells its address, takes up what is applied, and stops when told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from newel.runtime.storage.database import Database

NEWEL = Path(sys.executable).with_name("newel")
SOLUTION = "solution: shop\nversion: 1.2.0\nlabel: Shop\nprefix: sh\n"
DEAL = "object: deal\nlabel: Deal\nfields:\n  name: {type: text, required: true}\n"


@pytest.fixture
def home(tmp_path: Path, dialect: str, new_database: Callable[[str], Database]) -> dict[str, str]:
    """The environment of an installation without solutions."""
    environment = {**os.environ, "NEWEL_HOME": str(tmp_path / "home")}
    environment.pop("NEWEL_DATABASE_URL", None)
    if dialect == "postgresql":
        environment["NEWEL_DATABASE_URL"] = new_database(dialect).url.render_as_string(hide_password=False)
    newel(environment, "init", "--no-standard")
    return environment


def newel(environment: dict[str, str], *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [NEWEL, *arguments], env=environment, input=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def serving(environment: dict[str, str], *options: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """A running server: its address, and a function that reads its next line."""
    command = [NEWEL, "serve", "--port", "0", *options]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split()[-1], server.stdout.readline
    finally:
        server.terminate()
        assert server.wait(30) == 0
        server.stdout.close()


def asked(address: str, key: str | None = None) -> tuple[int, Any]:
    request = Request(address, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_first_administrator_is_let_in_by_a_link(home: dict[str, str]) -> None:
    with serving(home) as (address, line):
        line()
        link = line().strip()
        assert link.startswith(f"{address}/setup-token/")
        assert asked(f"{address}/health")[0] == 200
        assert asked(link)[0] == 200


def test_what_is_applied_is_served_by_every_worker_without_a_restart(home: dict[str, str], tmp_path: Path) -> None:
    newel(home, "user", "create", "li@example.com", "--role", "admin", "--password-stdin", given="a long sentence\n")
    key = newel(home, "apikey", "create", "li@example.com").strip()
    folder = tmp_path / "shop"
    (folder / "objects").mkdir(parents=True)
    (folder / "solution.yaml").write_text(SOLUTION)
    with serving(home, "--workers", "2") as (address, _):
        assert asked(f"{address}/api/v1/meta/objects/deal", key)[0] == 404
        for fields in (DEAL, DEAL + "  code: {type: text}\n"):
            (folder / "objects" / "deal.yaml").write_text(fields)
            newel(home, "apply", str(folder), "--yes")
            for _ in range(6):
                status, body = asked(f"{address}/api/v1/meta/objects/deal", key)
                assert status == 200
                assert ("code" in json.dumps(json.loads(body))) == ("code" in fields)
