"""Aggregates in Python: the records of a collection, those of which `where` holds, in their order, folded into one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from newel.rules.facts import Facts
from newel.rules.functions.folding import fold_of
from newel.rules.functions.money import as_amount
from newel.rules.records import NotLoaded
from newel.rules.tree import Aggregate, Node

Record = Mapping[str, Any]
Run = Callable[[Record, Facts], Any]


def gathered(node: Aggregate, compiled: Callable[[Node], Run]) -> Run:
    """The function that computes an aggregate; `compiled` makes those of its value, order and where."""
    value, where, order = (None if each is None else compiled(each) for each in (node.value, node.where, node.order))
    rows = _rows(node.collection, where)
    if node.function in ("any", "all"):
        return _quantified(node.function == "all", rows, value)
    if value is None:
        return lambda record, facts: len(rows(record, facts))
    if node.function == "count":
        return lambda record, facts: sum(value(row, facts) is not None for row in rows(record, facts))
    in_order = _in_order(rows, order, node.downwards)
    if node.function == "first":
        return _first(in_order, value, node.type.kind)
    fold = fold_of(node.function, node.type.kind, node.separator, node.currency)
    source = in_order if node.function == "concat_list" else rows

    def folded(record: Record, facts: Facts) -> Any:
        values = [value(row, facts) for row in source(record, facts)]
        return fold([each for each in values if each is not None])

    return folded


def _rows(collection: str, where: Run | None) -> Callable[[Record, Facts], Sequence[Record]]:
    def rows(record: Record, facts: Facts) -> Sequence[Record]:
        try:
            found: Sequence[Record] = record[collection] or ()
        except KeyError:
            raise NotLoaded(collection) from None
        return found if where is None else [row for row in found if where(row, facts)]

    return rows


def _quantified(every: bool, rows: Callable[[Record, Facts], Sequence[Record]], value: Run | None) -> Run:
    if value is None:
        return lambda record, facts: bool(rows(record, facts))
    if every:
        return lambda record, facts: all(value(row, facts) for row in rows(record, facts))
    return lambda record, facts: any(value(row, facts) for row in rows(record, facts))


def _in_order(
    rows: Callable[[Record, Facts], Sequence[Record]], order: Run | None, downwards: bool
) -> Callable[[Record, Facts], Sequence[Record]]:
    """By the value of `order`, blanks last; then by id, which is as they were made; records without one yet stay last."""

    def in_order(record: Record, facts: Facts) -> Sequence[Record]:
        found = sorted(rows(record, facts), key=_made)
        if order is None:
            return found
        ranked = [(as_amount(rank), row) for row in found if (rank := order(row, facts)) is not None]
        ranked.sort(key=lambda pair: pair[0], reverse=downwards)
        return [*(row for _, row in ranked), *(row for row in found if order(row, facts) is None)]

    return in_order


def _made(row: Record) -> tuple[bool, str]:
    key = row.get("id")
    return key is None, str(key or "")


def _first(in_order: Callable[[Record, Facts], Sequence[Record]], value: Run, kind: str) -> Run:
    def first(record: Record, facts: Facts) -> Any:
        found = in_order(record, facts)
        return value(found[0], facts) if found else (False if kind == "boolean" else None)

    return first
