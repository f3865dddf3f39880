"""A plan: what has to happen so that the database is as a Model asks. Nothing happens here; `applying` carries it out.

`make` compares what the catalog records with what the Model asks for. A plan with problems can't be applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from newel.metadata.model import Model
from newel.metadata.solutions import CORE, Layer
from newel.runtime.storage.catalog import Installed
from newel.runtime.storage.database import Database
from newel.runtime.storage.operations import Operation, Plan

if TYPE_CHECKING:
    from newel.rules.rulebook import Rulebook

__all__ = ["Operation", "Plan", "make"]


def make(
    source: Database | Connection,
    model: Model,
    layers: Sequence[Layer] = (),
    old: Model | None = None,
    installed: Installed | None = None,
    rulebook: Rulebook | None = None,
) -> Plan:
    """The plan that brings a database (or an open connection) to `model`, which `layers` were compiled to.

    `old` is the Model that is served now; with it the plan also shows what changes in labels, forms, views and roles,
    and can tell whether an option that goes is in use. `installed` is what the catalog holds, where somebody has just read it;
    `rulebook` the compiled rules of `model`, where they are at hand.
    """
    from newel.runtime.storage.planning import Planner  # only here: Alembic takes long to load

    if isinstance(source, Database):
        with source.reading() as connection:
            return Planner(connection, model, _without_core(layers), old, installed, rulebook).plan()
    return Planner(source, model, _without_core(layers), old, installed, rulebook).plan()


def _without_core(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """The core is part of the platform, not of what is installed on it."""
    return tuple(sorted((each for each in layers if each.name != CORE), key=lambda each: each.name))
