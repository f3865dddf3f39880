"""Computed fields in memory: what a formula or rollup gives for a record on its way to be saved, or as it is seen by rules.

Stored formulas are worked out with every save; those that are computed when they are read, only where a rule asks for them. The
SQL of both is that of `reach`, and gives the same: `rules.keeping` and `rules.sql.keeping` are twins. A formula that can't be
worked out gives a blank, and a line in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from newel.metadata.model import EMPTY, Field
from newel.rules.conditions import FAILURES
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.keeping import Keep, keeper
from newel.runtime.records.rules import LOG
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation


@dataclass(frozen=True)
class Formula:
    """The formula or rollup of one field."""

    field: Field
    expression: Expression
    keep: Keep

    def value(self, record: Mapping[str, Any], facts: Facts) -> Any:
        """What the field holds for this record."""
        try:
            return self.keep(self.expression.run(record, facts))
        except FAILURES as fault:
            LOG.warning("%s can't be computed: %r", self.field.address, fault)
            return self.keep(None)

    def fails(self, record: Mapping[str, Any], facts: Facts) -> bool:
        """Whether it is blank only because it can't be worked out, or because its field can't hold what comes out."""
        try:
            found = self.expression.run(record, facts)
        except FAILURES as fault:
            LOG.warning("%s can't be computed: %r", self.field.address, fault)
            return True
        if found in (None, "") or self.keep(found) is not None:
            return False
        LOG.warning("%s can't hold what is computed for it", self.field.address)
        return True

    def gathers(self, collections: Iterable[str]) -> bool:
        """Whether it is made of the records of one of these collections."""
        return any(each in self.expression.collections for each in collections)


@dataclass(frozen=True)
class Formulas:
    """The computed fields of one object. `stored` are in an order in which each comes after those that it reads."""

    stored: tuple[Formula, ...] = ()
    read: Mapping[str, Formula] = field(default_factory=lambda: EMPTY)  # computed whenever they are read
    rollups: Mapping[str, Formula] = field(default_factory=lambda: EMPTY)

    @cached_property
    def of_nothing(self) -> dict[str, Any]:
        """What the rollups hold for a record that nothing points at yet."""
        now = Facts.at(datetime.fromtimestamp(0, UTC))
        return {name: each.value(dict.fromkeys(each.expression.collections, ()), now) for name, each in self.rollups.items()}

    def work_out(self, values: dict[str, Any], seen: Mapping[str, Any], facts: Facts) -> None:
        """Puts the stored formulas into `values`; `seen` is the record that they read, which shows these values."""
        for each in self.stored:
            values[each.field.name] = each.value(seen, facts)


NONE = Formulas()


def formulas_of(installation: Installation, object_name: str) -> Formulas:
    found: Formulas = kept(installation, ("formulas", object_name), lambda: _formulas(installation, object_name))
    return found


def expression_of(installation: Installation, object_name: str, of: Field) -> Expression:
    """The compiled formula or rollup of a field."""
    rules = installation.rulebook.object(object_name)
    return rules.rollups[of.name] if of.rollup is not None else rules.formulas[of.name]


def _formulas(installation: Installation, object_name: str) -> Formulas:
    target = installation.model.objects[object_name]
    if not any(each.computed for each in target.declared):
        return NONE
    rules = installation.rulebook.object(object_name)
    made = {
        name: Formula(target.fields[name], expression, keeper(target.fields[name]))
        for name, expression in (*rules.formulas.items(), *rules.rollups.items())
    }
    return Formulas(
        stored=tuple(each for each in made.values() if each.field.computed == "stored"),
        read={name: each for name, each in made.items() if each.field.computed == "query"},
        rollups={name: each for name, each in made.items() if each.field.computed == "rollup"},
    )
