"""The shell's side of computed fields: applying computes anew with its progress, the doctor compares and repairs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from newel.cli import main
from newel.runtime.installation import InstallationHolder
from newel.runtime.records import as_system, finding, reading, recomputing, saving, writing
from newel.runtime.settings import Settings
from newel.runtime.storage.database import Database
from tests.runtime.records.rollup_world import FILES

SOLUTION = "solution: shop\nversion: 1.0.0\nlabel: Shop\nlanguage: en\nprefix: s\n"


@pytest.fixture
def shell(
    tmp_path: Path,
    dialect: str,
    new_database: Callable[[str], Database],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Runs `newel` in a home of its own; gives its exit code and what it said."""
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NEWEL_DATABASE_URL", raising=False)
    if dialect == "postgresql":
        monkeypatch.setenv("NEWEL_DATABASE_URL", new_database(dialect).url.render_as_string(hide_password=False))

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["newel", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture
def shop(tmp_path: Path, shell: Callable[..., tuple[int, str]]) -> Path:
    """The shop, applied, with an order of ten lines."""
    folder = tmp_path / "shop"
    for name, said in {"solution.yaml": SOLUTION, **FILES}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said)
    assert shell("init", "--no-standard")[0] == 0
    assert shell("apply", str(folder), "--yes")[0] == 0

    def fill(installation: Any) -> None:
        with writing(installation, as_system(installation, "a test")) as work:
            order = saving.create(work, "order", {"name": "O"}, ("id",)).id
            saving.bulk_create(work, "line", [{"order": order, "what": "x", "quantity": 2, "price": 5}] * 10)

    _within(fill)
    return folder


def _within(act: Callable[[Any], Any]) -> Any:
    """Does something with the installation that the commands use."""
    settings = Settings.from_environment()
    database = Database(settings.database_url)
    try:
        return act(InstallationHolder(settings, database).current())
    finally:
        database.close()


def _net(installation: Any) -> Any:
    with reading(installation, as_system(installation, "a test")) as work:
        return finding.find(work, "order", fields=("net",)).records[0]["net"].amount


def _change(folder: Path) -> None:
    line = folder / "objects" / "line.yaml"
    line.write_text(line.read_text().replace("formula: quantity * price", "formula: quantity * price * 2"))


def test_applying_a_changed_formula_computes_it_anew(shell: Callable[..., tuple[int, str]], shop: Path) -> None:
    assert _within(_net) == 100
    _change(shop)
    code, said = shell("plan", str(shop))
    assert code == 0
    assert "object:line/field:amount: its values are computed anew, in the background (10 records)" in said
    code, said = shell("apply", str(shop), "--yes")
    assert code == 0, said
    assert "Computed anew: 3 fields." in said
    assert _within(_net) == 200
    assert shell("apply", str(shop), "--yes")[0] == 0


def test_who_stops_it_is_told_how_it_goes_on(
    shell: Callable[..., tuple[int, str]], shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change(shop)

    def stopped(*given: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(recomputing, "run", stopped)
        code, said = shell("apply", str(shop), "--yes")
    assert code == 1
    assert "is live." in said
    assert "`newel serve` goes on with it in the background; `newel doctor --fix` does it at once." in said
    assert "3 fields are being computed anew: line.amount (0%)" in shell("doctor")[1]
    code, said = shell("doctor", "--fix")
    assert code == 0, said
    assert _within(_net) == 200


def test_the_doctor_finds_and_repairs_what_was_written_around_newel(shell: Callable[..., tuple[int, str]], shop: Path) -> None:
    code, said = shell("doctor")
    assert code == 0, said
    assert "order.net: 1 records hold what is computed" in said

    def spoil(installation: Any) -> None:
        scale = 100 if installation.database.dialect == "sqlite" else 1
        with installation.database.writing() as connection:
            connection.execute(text(f"UPDATE line SET amount = {7 * scale}"))

    _within(spoil)
    code, said = shell("doctor")
    assert code == 1
    assert "line.amount: 10 of 10 records hold something else" in said
    assert "order.net: 1 of 1 records hold something else" in said
    assert "Run `newel doctor --fix`." in said
    code, said = shell("doctor", "--fix")
    assert code == 0, said
    assert "line.amount: 10 of 10 records were computed anew" in said
    assert _within(_net) == 100
    assert shell("doctor")[0] == 0
