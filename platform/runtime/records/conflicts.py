"""Races that the database decides: a key taken, or a record gone, between the check and the write, told as field problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from newel.runtime.records.access import verdict
from newel.runtime.records.checking import TAKEN, UNKNOWN
from newel.runtime.records.errors import FieldProblem, Invalid

if TYPE_CHECKING:
    from newel.runtime.records.work import Work


@contextmanager
def clashes_are_problems(work: Work, object_name: str) -> Iterator[None]:
    """What breaks a unique index or a foreign key here is a fault of the fields that it is about."""
    driver: Any = work.connection.dialect.loaded_dbapi
    try:
        yield
    except driver.IntegrityError as error:
        problems = _problems(work, object_name, error)
        if problems is None:
            raise
        raise Invalid(problems) from error


def _problems(work: Work, object_name: str, error: Exception) -> list[FieldProblem] | None:
    said, constraint = str(error), getattr(getattr(error, "diag", None), "constraint_name", None)
    if "foreign key" in said.lower():
        return [FieldProblem(None, "unknown_reference", UNKNOWN)]
    layout = work.installation.tables[object_name].layout
    for index in layout.indexes.values():
        columns = [f"{layout.table}.{layout.columns[key].name}" for key in index.columns]
        if index.unique and (index.name == constraint or said.endswith(f"failed: {', '.join(columns)}")):
            readable = verdict(work.installation, work.actor, object_name).readable
            names = [name for name in index.columns if name in readable]
            return [FieldProblem(name, "taken", TAKEN) for name in names or (None,)]
    return None
