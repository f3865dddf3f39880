"""The Python engines' door: an Expression, a record and the Facts give a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.records import Asked, NotLoaded, RecordReader

__all__ = ["Facts", "NotLoaded", "RecordReader", "evaluate"]


def evaluate(expression: Expression, record: Mapping[str, Any] | RecordReader, facts: Facts) -> Any:
    """The value of the expression; None is blank. Yes-or-no expressions always give True or False.

    `record` maps field names to values as field types hold them (missing is blank), and dotted paths ("account.name") to what
    is at their end; NotLoaded is raised where the record lacks a path.
    """
    values = record if type(record) is dict or isinstance(record, Mapping) else Asked(record)
    return expression.run(values, facts)
