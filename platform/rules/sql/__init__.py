"""The SQL engines: an Expression as a SQLAlchemy element for SQLite and PostgreSQL, every literal bound.

The context is bound under fixed names (nw_today, nw_now, nw_time_zone, nw_user, nw_roles, nw_user_email...), so that one compiled
statement serves every request; `parameters` gives their values. SQLite connections need SQLITE_FUNCTIONS.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, func, type_coerce

from newel.metadata.model import Field
from newel.rules.expressions import Expression
from newel.rules.facts import NOBODY, Facts
from newel.rules.sql.binds import BINDS
from newel.rules.sql.clocks import local_day
from newel.rules.sql.emitting import Emitter, parameter_of
from newel.rules.sql.keeping import Elements, fitted, raw_columns
from newel.rules.sql.ports import Rows, TablesPort
from newel.rules.sql.postgresql import PostgresEmitter
from newel.rules.sql.sqlite import SqliteEmitter
from newel.rules.sql.sqlite_functions import SQLITE_FUNCTIONS
from newel.rules.sql.types import sql_type

__all__ = [
    "BINDS",
    "SQLITE_FUNCTIONS",
    "Rows",
    "TablesPort",
    "emit",
    "emit_raw",
    "emit_value",
    "fitted",
    "local_day",
    "parameters",
]


def emit(expression: Expression, tables: TablesPort) -> ColumnElement[Any]:
    """A yes-or-no expression as a condition: its NULL means no. For WHERE, AND, OR, CASE WHEN and JOIN; never put it beneath NOT
    (emit_value is made for that). Other expressions as their value."""
    emitter = _emitter(tables)
    if expression.type.kind == "boolean":
        return emitter.holds(expression.tree)
    return emitter.given_out(emitter.value(expression.tree))


def emit_value(expression: Expression, tables: TablesPort) -> tuple[ColumnElement[Any], ...]:
    """The expression as result columns that give what Python gives: one; amount and currency for money. Yes or no is no NULL."""
    emitter = _emitter(tables)
    if expression.type.kind == "boolean":
        return (type_coerce(emitter.truth(expression.tree), Boolean()),)
    value = emitter.value(expression.tree)
    if expression.type.kind == "money":
        return emitter.given_out(value), emitter.currency(value).sql
    if expression.may_be_nobody:
        kind = sql_type("reference")
        return (func.nullif(value.sql, emitter.bind(NOBODY, "reference"), type_=kind),)
    return (emitter.given_out(value),)


def emit_raw(expression: Expression, tables: TablesPort, field: Field) -> Elements:
    """The expression as the columns of a field that keeps it, before `fitted` has looked whether it fits."""
    return raw_columns(_emitter(tables), expression, field)


def parameters(facts: Facts, expressions: Iterable[Expression] = ()) -> dict[str, Any]:
    """The values of the named binds; those of user fields and of the edited record as far as `expressions` read them."""
    found: dict[str, Any] = {name: read(facts) for name, read in BINDS.items()}
    for expression in expressions:
        for name in expression.given:
            if name.startswith(("user.", "org.", "record.")) and name != "user.roles":
                found[parameter_of(name)] = facts.given(name)
    return found


def _emitter(tables: TablesPort) -> Emitter:
    return SqliteEmitter(tables) if tables.dialect == "sqlite" else PostgresEmitter(tables)
