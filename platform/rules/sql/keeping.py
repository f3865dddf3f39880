"""Computed values on their way into the columns of their fields: at the field's scale, blank where they do not fit.

`raw_columns` gives what is computed, `fitted` what of it is kept. They are two, so that a statement computes first and looks
then: a gathered sum is not gathered twice to see whether it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Numeric, bindparam, case, cast, func

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Column
from newel.metadata.field_types.numbers import DIGITS, SAFE_INTEGER
from newel.metadata.model import Field
from newel.rules.expressions import Expression
from newel.rules.sql.emitting import Emitter
from newel.rules.sql.sqlite import SqliteEmitter
from newel.rules.sql.values import Value

Elements = tuple[ColumnElement[Any], ...]


def raw_columns(emitter: Emitter, expression: Expression, field: Field) -> Elements:
    """The computed value as one element for each column of its field, in the type's order."""
    tree = expression.tree
    if field.type == "boolean":
        return (emitter.truth(tree),)
    value, shape = emitter.value(tree), type_of(field).columns(field)[0]
    if value.kind == "blank":
        value = emitter.blank("money" if field.type == "money" else expression.type.kind)
    if field.type == "money":
        named = value.currency if value.kind == "money" else emitter.words(field.options.get("currency", ""))
        return _at_scale(emitter, value.number, shape), emitter.typed_null("text") if named is None else named
    return (_at_scale(emitter, value, shape) if shape.kind in ("decimal", "integer") else value.sql,)


def fitted(dialect: str, columns: Sequence[ColumnElement[Any]], field: Field) -> Elements:
    """What is kept of computed columns; what is too large or too long becomes blank."""
    shapes = type_of(field).columns(field)
    first, shape = columns[0], shapes[0]
    if shape.kind in ("decimal", "integer") and dialect == "postgresql":
        first = cast(_bounded(first, shape), BigInteger()) if shape.kind == "integer" else _bounded(first, shape)
    elif shape.kind == "string":
        first = case((func.length(first) <= bindparam(None, shape.length, type_=Integer(), unique=True), first))
    if len(shapes) == 1:
        return (first,)
    return first, case((first.is_not(None), columns[1]))


def _bounded(number: ColumnElement[Any], shape: Column) -> ColumnElement[Any]:
    """The number where the column holds it, else NULL; it is named once, for it may be dear to compute.

    LEAST and GREATEST pass over NULL, which so becomes one of the two bounds, and NULL again.
    """
    beyond = _most(shape) + Decimal(1).scaleb(-(shape.scale or 0))
    low, high = (cast(bindparam(None, each, type_=Numeric(), unique=True), Numeric()) for each in (-beyond, beyond))
    held = func.least(func.greatest(number, low), high, type_=Numeric())
    return func.nullif(func.nullif(held, high, type_=Numeric()), low, type_=Numeric())


def _at_scale(emitter: Emitter, value: Value, shape: Column) -> ColumnElement[Any]:
    """The number rounded to the column's scale; on SQLite the integer that stands for it, or NULL where it is too large."""
    scale = shape.scale or 0
    if not isinstance(emitter, SqliteEmitter):
        return emitter.rounded(value, emitter.number_literal(scale, "number")).sql
    whole = int(_most(shape).scaleb(scale))
    aligned = emitter.at_scale(value, scale)
    if aligned is not None:
        return aligned.sql if aligned.bound <= whole else _within(aligned.sql, whole)
    bounds = (bindparam(None, each, type_=BigInteger(), unique=True) for each in (scale, whole))
    return func.nw_kept(emitter.as_decimal(value).sql, *bounds, type_=BigInteger())


def _within(number: ColumnElement[Any], whole: int) -> ColumnElement[Any]:
    """An integer of SQLite where it is no larger than `whole`, else NULL; it is named once, for it may be dear to compute."""
    low, high = (bindparam(None, each, type_=BigInteger(), unique=True) for each in (-whole - 1, whole + 1))
    held = func.max(func.min(number, high, type_=BigInteger()), low, type_=BigInteger())
    return func.nullif(func.nullif(held, high, type_=BigInteger()), low, type_=BigInteger())


def _most(shape: Column) -> Decimal:
    """The largest number that the column holds."""
    if shape.kind == "integer":
        return Decimal(SAFE_INTEGER)
    scale = shape.scale or 0
    return Decimal(10 ** (shape.precision or DIGITS) - 1).scaleb(-scale)
