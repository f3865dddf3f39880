"""The shell's side: every command says what it did, what is wrong and what to do, and ends with 0, 1 or 2."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newel.cli import main
from newel.runtime.storage.database import Database

NEWEL = Path(sys.executable).with_name("newel")
SOLUTION = "solution: shop\nversion: 1.2.0\nlabel: Shop\nprefix: sh\n"
DEAL = "object: deal\nlabel: Deal\nfields:\n  name: {type: text, required: true}\n"


@dataclass
class Ran:
    """What a command has printed, and its exit code."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def shell(
    tmp_path: Path,
    dialect: str,
    new_database: Callable[[str], Database],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Ran]:
    """Runs `newel` in a home of its own, on an empty database of either kind."""
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEWEL_DATABASE_URL", raising=False)
    if dialect == "postgresql":
        monkeypatch.setenv("NEWEL_DATABASE_URL", new_database(dialect).url.render_as_string(hide_password=False))

    def run(*arguments: str, given: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["newel", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "objects").mkdir(parents=True)
    (folder / "solution.yaml").write_text(SOLUTION)
    (folder / "objects" / "deal.yaml").write_text(DEAL)
    return folder


def test_init_installs_the_standard_crm_and_again_changes_nothing(shell: Callable[..., Ran]) -> None:
    first = shell("init")
    assert first.code == 0, first.err
    assert "Applied standard" in first.out
    again = shell("init")
    assert again.code == 0
    assert "Up to date: standard" in again.out
    assert "Loaded" not in again.out
    done = shell("doctor", "--clean-up")
    assert "Removed 0 files" in done.err
    assert done.out.endswith("All is well.\n")


def test_a_solution_is_planned_applied_and_listed(shell: Callable[..., Ran], shop: Path) -> None:
    assert shell("init", "--no-standard").code == 0
    planned = shell("plan", str(shop))
    assert planned.code == 0
    assert "+ object:deal: new object" in planned.out
    assert "CREATE TABLE deal" in planned.out
    assert shell("solutions", "--json").json()["solutions"] == []
    applied = shell("apply", str(shop), "--yes")
    assert (applied.code, applied.out.splitlines()[-1]) == (0, "Applied: revision 2 is live.")
    listed = shell("solutions", "--json").json()
    assert listed["solutions"] == [{"name": "shop", "version": "1.2.0", "layer": "pack"}]
    assert len(listed["model"]) == 64
    assert shell("apply", str(shop), "--yes").out == "Nothing to do.\n"
    assert shell("plan", str(shop), "--json").json()["operations"] == []


def test_a_new_solution_builds_on_the_standard_crm_where_that_is_installed(shell: Callable[..., Ran], tmp_path: Path) -> None:
    assert shell("new", "solution", "alone", "--in", str(tmp_path)).code == 0
    assert "\n# requires:" in (tmp_path / "alone" / "solution.yaml").read_text()
    assert shell("init").code == 0
    assert shell("new", "solution", "together", "--in", str(tmp_path)).code == 0
    assert '\nrequires: {standard: ">=1.0 <2"}\n' in (tmp_path / "together" / "solution.yaml").read_text()
    (tmp_path / "together" / "account.yaml").write_text("extend: account\nfields: {x_fair: {type: text}}\n")
    for folder in ("alone", "together"):
        assert shell("check", str(tmp_path / folder)).code == 0


def test_a_refused_plan_says_why_and_ends_with_one(shell: Callable[..., Ran], shop: Path) -> None:
    shell("init", "--no-standard")
    shell("apply", str(shop), "--yes")
    (shop / "objects" / "deal.yaml").write_text(DEAL.replace("name: {", "title: {"))
    planned = shell("plan", str(shop))
    assert planned.code == 1
    assert "NW-P102" in planned.err
    refused = shell("apply", str(shop), "--yes", "--json")
    assert refused.code == 1
    assert [each["code"] for each in refused.json()["problems"]] == ["NW-P102"]


def test_a_faulty_solution_is_refused_with_all_its_faults(shell: Callable[..., Ran], shop: Path) -> None:
    shell("init", "--no-standard")
    (shop / "objects" / "deal.yaml").write_text(DEAL + "  a: {type: picklst}\n  b: {type: txt}\n")
    refused = shell("apply", str(shop), "--yes")
    assert refused.code == 1
    assert "shop/objects/deal.yaml:5:" in refused.err
    assert "2 problems; nothing was changed." in refused.err


def test_before_init_every_command_says_so(
    shell: Callable[..., Ran], shop: Path, dialect: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect == "postgresql":
        monkeypatch.setenv("NEWEL_DATABASE_URL", request.getfixturevalue("postgres_url"))
    for command in (["solutions"], ["doctor"], ["plan", str(shop)], ["serve"]):
        ran = shell(*command)
        assert (ran.code, "newel init" in ran.err) == (1, True)


def test_wrong_use_ends_with_two(shell: Callable[..., Ran], shop: Path) -> None:
    assert shell("nosuch").code == 2
    assert 'Did you mean "serve"?' in shell("serv").err
    assert shell("plan").code == 2
    assert shell("plan", "/no/such/folder").code == 2
    shell("init", "--no-standard")
    assert shell("apply", str(shop)).code == 2


def test_a_database_that_does_not_answer_is_a_sentence() -> None:
    environment = {**os.environ, "NEWEL_DATABASE_URL": "postgresql://me@127.0.0.1:1/none", "NEWEL_HOME": "/nonexistent"}
    done = subprocess.run([NEWEL, "solutions"], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The database can't be used: ")


def test_a_user_is_made_and_given_a_key(shell: Callable[..., Ran]) -> None:
    shell("init", "--no-standard")
    made = shell("user", "create", "li@example.com", "--role", "admin", "--password-stdin", "--json", given="a long sentence\n")
    assert made.code == 0, made.err
    assert made.json()["roles"] == ["admin"]
    again = shell("user", "create", "li@example.com", "--role", "admin", "--password-stdin", given="a long sentence\n")
    assert again.code == 1
    assert shell("user", "create", "x@example.com", "--role", "nosuch", "--password-stdin", given="a long sentence\n").code == 1
    assert shell("user", "create", "x@example.com").code == 2
    key = shell("apikey", "create", "li@example.com")
    assert (key.code, len(key.out.splitlines())) == (0, 1)
    assert shell("apikey", "create", "nobody@example.com").code == 1


def test_a_port_that_is_taken_is_said_in_a_sentence(shell: Callable[..., Ran]) -> None:
    shell("init", "--no-standard")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = shell("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 1
    assert "Try another --port" in ran.err


def test_records_are_exported_as_csv_and_as_json_lines(shell: Callable[..., Ran], shop: Path, tmp_path: Path) -> None:
    shell("init", "--no-standard")
    shell("apply", str(shop), "--yes")
    shell("user", "create", "li@example.com", "--role", "admin", "--name", "=1+1", "--password-stdin", given="a long sentence\n")
    shown = shell("export", "nw_user", "--fields", "name,email")
    assert shown.code == 0, shown.err
    assert [line.split(",")[2:] for line in shown.out.splitlines()] == [["name", "email"], ["'=1+1", "li@example.com"]]
    assert json.loads(shell("export", "nw_user", "--json").out)["name"] == "=1+1"
    assert shell("export", "nw_user", "--filter", "name == 'x'", "--output", str(tmp_path / "a.csv")).code == 0
    assert (tmp_path / "a.csv").read_text() == ""
    assert shell("export", "nw_user", "--filter", "nosuch > 1").code == 1
    assert shell("export", "nosuch").code == 2
