"""What a plan is made of: operations, in order, as data to look at, to print and to keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from newel.metadata.model import EMPTY
from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer
from newel.metadata.words import Phrase, say, word
from newel.runtime.storage.layout import TableLayout

SHOWN_STATEMENTS = 40


@dataclass(frozen=True, slots=True)
class Operation:
    """One step: a sign (+ ~ -), the element that it is about, a sentence, its statements and how many records they touch."""

    sign: str
    kind: str  # create_table add_column fill widen add_foreign_key create_index drop_index leave recompute metadata
    address: str
    summary: Phrase
    statements: tuple[str, ...] = ()
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        shown = {name: getattr(self, name) for name in ("sign", "kind", "address", "summary", "rows")}
        return {**shown, "statements": list(self.statements)}


@dataclass(frozen=True)
class Plan:
    """The way from revision `revision` of one database to the Model with hash `model_hash`."""

    revision: int
    dialect: str
    model_hash: str
    operations: tuple[Operation, ...]
    layers: tuple[Layer, ...] = ()  # what is installed afterwards
    versions: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    layout: Mapping[str, TableLayout] = field(default_factory=lambda: EMPTY)  # of the objects that are made or changed
    kept: Mapping[tuple[str, str], str] = field(default_factory=dict)  # kept computed fields, and what makes them
    problems: Problems = field(default_factory=Problems)

    @property
    def empty(self) -> bool:
        """True where the database is already as the Model asks."""
        return not self.operations

    @cached_property
    def steps_hash(self) -> str:
        """Equal for equal operations, from whatever revision they start: who agreed to one plan has agreed to the other."""
        return _hash([self.dialect, self.model_hash, [each.as_json() for each in self.operations]])

    @cached_property
    def hash(self) -> str:
        return _hash([self.revision, self.steps_hash])

    def as_json(self) -> dict[str, Any]:
        return {
            "hash": self.hash,
            "revision": self.revision,
            "dialect": self.dialect,
            "model": self.model_hash,
            "operations": [each.as_json() for each in self.operations],
            "rows": sum(each.rows for each in self.operations),
            "problems": [each.as_json() for each in self.problems],
        }

    def as_text(self, sql: bool | None = None, language: str = "en") -> str:
        """The plan for people: a line an operation, with its SQL (by default only where that is not too long to read)."""
        if self.empty and not self.problems:
            return say(language, "Nothing to do: the database is as the solutions ask.")
        if sql is None:
            sql = sum(len(each.statements) for each in self.operations) <= SHOWN_STATEMENTS
        about = {"hash": self.hash[:12], "old": self.revision, "new": self.revision + 1, "database": self.dialect}
        lines = [say(language, "Plan {hash}: from revision {old} to {new} on {database}", **about)]
        for each in self.operations:
            lines += _shown(each, sql, language)
        return "\n".join((*lines, self.totals(language)))

    def totals(self, language: str = "en") -> str:
        counted = {sign: sum(each.sign == sign for each in self.operations) for sign in "+~-"}
        rows = sum(each.rows for each in self.operations)
        said = word("{new} to add, {changed} to change, {gone} to take away; {rows} records touched.")
        return say(language, said, new=counted["+"], changed=counted["~"], gone=counted["-"], rows=f"{rows:,}")


def _shown(operation: Operation, sql: bool, language: str) -> Iterator[str]:
    rows = say(language, " ({n} records)", n=f"{operation.rows:,}") if operation.rows else ""
    yield f"  {operation.sign} {operation.address}: {operation.summary.say(language)}{rows}"
    if sql:
        for statement in operation.statements:
            yield from (f"        {line}" for line in " ".join(statement.split()).splitlines())


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
