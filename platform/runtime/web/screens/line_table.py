"""Lines of a document as its page shows them: no column that no line fills, one currency said once, sums below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from markupsafe import Markup

from newel.metadata.field_types.money import symbol
from newel.metadata.field_types.values import Money
from newel.runtime.records.record import Record
from newel.runtime.web.screens.binding import BLANK, BoundField
from newel.runtime.web.screens.binding_forms import BoundLines
from newel.runtime.web.screens.lines import is_summed


@dataclass(frozen=True)
class LineColumn:
    """One column with what the lines hold in it."""

    field: BoundField
    values: Sequence[Any]
    summed: bool = False

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def is_number(self) -> bool:
        return self.field.is_number

    @cached_property
    def currencies(self) -> list[str]:
        return sorted({each.currency for each in self.values if isinstance(each, Money)})

    @property
    def unit(self) -> str:
        """The currency, where every amount is in the same: the head says it, so that the cells need not."""
        return symbol(self.currencies[0], self.field.language[:2]) if len(self.currencies) == 1 else ""

    def cell(self, record: Record) -> Markup:
        value = record.get(self.field.name)
        if isinstance(value, Money):
            return self._amount(value)
        return self.field.show(value, record.titles.get(self.field.name)) if value is not None else BLANK

    @property
    def sums(self) -> list[Markup]:
        """What the values come to; of amounts one sum a currency."""
        known = [value for value in self.values if value is not None]
        if not self.summed or not known:
            return []
        if not isinstance(known[0], Money):
            return [self.field.show(sum(known))]
        return [self._amount(Money(_together(known, each), each)) for each in self.currencies]

    def _amount(self, value: Money) -> Markup:
        text = self.field.text(value)
        return Markup('<span class="number">{}</span>').format(text.replace(self.unit, "", 1) if self.unit else text)


@dataclass(frozen=True)
class LineTable:
    """The lines with their columns."""

    records: Sequence[Record]
    columns: tuple[LineColumn, ...]

    @property
    def has_sums(self) -> bool:
        return len(self.records) > 1 and any(each.sums for each in self.columns)


def table_of(lines: BoundLines, records: Sequence[Record]) -> LineTable:
    """The table of stored lines. Its first column is always there."""
    columns = (LineColumn(each, [record.get(each.name) for record in records], is_summed(lines, each)) for each in lines.columns)
    shown = (each for at, each in enumerate(columns) if at == 0 or any(_is_there(value) for value in each.values))
    return LineTable(records, tuple(shown))


def _is_there(value: Any) -> bool:
    return value is not None and value not in ("", False)


def _together(amounts: Sequence[Money], currency: str) -> Decimal:
    return sum((each.amount for each in amounts if each.currency == currency), Decimal(0))
