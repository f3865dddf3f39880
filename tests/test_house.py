"""The house is built as ARCHITECTURE says: rooms, floors, one door to the data."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLATFORM = ROOT / "platform"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Who may know SQLAlchemy: the storage room, the kernel, the emitter of expressions, and what proves that it writes them rightly.
DATABASE_ROOMS = ("runtime/storage", "runtime/records", "rules/sql", "runtime/proving")
# Who may also know the shape of its errors, to say them in a sentence.
DATABASE_ERRORS = ("runtime/commands/faults.py",)


def modules() -> list[Path]:
    return sorted(path for path in PLATFORM.rglob("*.py") if "__pycache__" not in path.parts and "node_modules" not in path.parts)


def rooms() -> list[Path]:
    """The folders that hold modules, but for the house itself."""
    return sorted({path.parent for path in modules()} - {PLATFORM})


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def shown(path: Path) -> str:
    return path.relative_to(PLATFORM).as_posix()


def test_the_folder_platform_has_no_init_file() -> None:
    """It would shadow the standard library's module of the same name for whoever starts Python at the repository's root."""
    assert not (PLATFORM / "__init__.py").exists()


def test_the_package_list_names_every_room() -> None:
    """Every folder with modules, and the solutions, which travel along as data."""
    expected = {"newel", "newel.solutions", *(f"newel.{shown(room).replace('/', '.')}" for room in rooms())}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == expected


def test_every_room_is_typed_and_a_package() -> None:
    without = [shown(room) for room in rooms() if not (room / "py.typed").exists() or not (room / "__init__.py").exists()]
    assert without == []


def test_only_storage_and_the_kernel_know_the_database() -> None:
    strangers = {
        shown(path)
        for path in modules()
        if not shown(path).startswith(DATABASE_ROOMS) and shown(path) not in DATABASE_ERRORS
        for name in imports(path)
        if name.split(".")[0] in ("sqlalchemy", "psycopg", "sqlite3", "pysqlite3", "alembic")
    }
    assert strangers == set()


def test_nobody_above_the_kernel_asks_the_engine() -> None:
    """Screens, API and Setup call records; the connection of a Database is not theirs to use."""
    calls = {
        f"{shown(path)}:{node.lineno}"
        for path in modules()
        if shown(path).startswith("runtime/web")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("engine", "exec_driver_sql", "execute", "connection")
    }
    assert calls == set()


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "service", "misc"}
    allowed = {"metadata/field_types/base.py"}
    assert {shown(path) for path in modules() if path.stem in vague} - allowed == set()


def test_every_dependency_is_pinned() -> None:
    pins = {
        line.partition("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().splitlines() if line
    }
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    names = {each.split(";")[0].split(">")[0].split("[")[0].strip().lower() for each in wanted}
    assert names - pins == set()


def test_every_command_can_be_loaded_and_shows_an_example() -> None:
    from newel.cli import COMMANDS, cli

    for name in COMMANDS:
        command = cli.get_command(None, name)  # type: ignore[attr-defined]
        assert command is not None
        subcommands = getattr(command, "commands", {"": command}).values()
        for each in subcommands:
            assert each.help, name
            example = each.epilog or ""
            assert example.startswith("Example: "), name
            assert "newel " in example, name
