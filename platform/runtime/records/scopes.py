"""Row rules as values: which rows, said as alternatives of conditions, so that they can be joined, narrowed and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newel.rules.expressions import Expression


@dataclass(frozen=True, slots=True)
class Own:
    """The row's owner is the actor."""


@dataclass(frozen=True, slots=True)
class Meets:
    """An expression of a role is true of the row. Two are the same where object and text are."""

    object: str
    text: str
    expression: Expression = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Through:
    """The rule holds for the master that the row's lookup `field` names."""

    field: str
    object: str
    rule: RowRule


Atom = Own | Meets | Through
Clause = frozenset[Any]  # of atoms, all of which must hold


@dataclass(frozen=True, slots=True)
class RowRule:
    """Any one clause must hold, whole. No clause: nobody. An empty clause: everybody."""

    clauses: frozenset[Clause]

    def __or__(self, other: RowRule) -> RowRule:
        return _simplest(self.clauses | other.clauses)

    def __and__(self, other: RowRule) -> RowRule:
        if self.is_everything:
            return other
        if other.is_everything:
            return self
        return _simplest(frozenset(mine | theirs for mine in self.clauses for theirs in other.clauses))

    def __bool__(self) -> bool:
        """False where the rule lets nobody in."""
        return bool(self.clauses)

    @property
    def is_everything(self) -> bool:
        return frozenset() in self.clauses

    @property
    def atoms(self) -> frozenset[Any]:
        return frozenset(atom for clause in self.clauses for atom in clause)


NOTHING = RowRule(frozenset())
EVERYTHING = RowRule(frozenset({frozenset()}))


def only(atom: Atom) -> RowRule:
    return RowRule(frozenset({frozenset({atom})}))


def through(field_name: str, master: str, rule: RowRule) -> RowRule:
    """The master's rule as a rule of its children."""
    if not rule or rule.is_everything:
        return rule
    return only(Through(field_name, master, rule))


def any_of(rules: Iterable[RowRule]) -> RowRule:
    found = NOTHING
    for rule in rules:
        found = found | rule
    return found


def _simplest(clauses: frozenset[Clause]) -> RowRule:
    """A clause that asks for more than another one adds nothing to it."""
    return RowRule(frozenset(clause for clause in clauses if not any(other < clause for other in clauses)))
