"""Lines of a document in its form: what was posted as raw values, and the rows of the grid that shows them.

Inputs are named `<field>.<row>.<column>`; `<field>.<row>.id` tells stored lines from new ones, and a bare `<field>` that the form
had the grid at all. New rows that are blank all through do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from newel.metadata.field_types.base import ValueProblem
from newel.metadata.field_types.values import Money
from newel.metadata.words import word
from newel.runtime.records.record import Record
from newel.runtime.web.screens import posted
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.binding_forms import BoundLines

MOST_ROWS = 1000
MISSING = word("This can't be blank.")
QUANTITIES = frozenset({"integer", "decimal"})
BLANK_ROW = "_"  # the row number in the names of the template row
Raw = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One cell of the grid, with what its editor needs."""

    field: BoundField
    name: str
    value: Any
    title: Any = None
    problem: str | None = None
    read_only: bool = False

    @property
    def shown(self) -> Markup | str:
        """The value of a cell that can't be changed."""
        if is_blank(self.value):
            return ""
        try:
            return self.field.show(self.field.type.parse(self.field.field, self.value, self.field.locale), self.title)
        except ValueProblem:
            return str(self.value)


@dataclass(frozen=True)
class Row:
    id: str
    number: str
    cells: tuple[Cell, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Grid:
    """A child table being edited."""

    lines: BoundLines
    rows: tuple[Row, ...]
    blank: Row
    totals: tuple[bool, ...]  # which columns are summed


def read(lines: BoundLines, form: MultiDict[str, str]) -> list[Raw]:
    """The lines that the form posted, in order."""
    rows = []
    for number in _numbers(lines.field.name, form):
        prefix = f"{lines.field.name}.{number}."
        known = form.get(f"{prefix}id", "")
        values = posted.read(lines.columns, form, prefix)
        if f"{prefix}remove" in form or (not known and all(is_blank(each) for each in values.values())):
            continue
        rows.append({**({"id": known} if known else {}), **values})
    return rows


def _numbers(name: str, form: MultiDict[str, str]) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,6}})\.")
    found = {int(match[1]) for key in form if (match := pattern.match(key))}
    return sorted(found)[: MOST_ROWS + 1]


def is_blank(raw: Any) -> bool:
    """Whether a raw value holds nothing; an unticked box is nothing, too."""
    return raw is None or raw is False or raw in ("", "false", (), [], {}) or (isinstance(raw, str) and not raw.strip())


def to_save(rows: Sequence[Raw]) -> list[Raw]:
    """The lines as the kernel takes them: the blanks of new lines are left to their defaults."""
    return [row if "id" in row else {name: value for name, value in row.items() if not is_blank(value)} for row in rows]


def of_records(lines: BoundLines, records: Iterable[Record]) -> list[Raw]:
    """Stored lines as an editor starts with them."""
    return [
        {"id": each.id, **{column.name: column.edit_text(each.get(column.name)) for column in lines.columns}} for each in records
    ]


def titles_of_records(lines: BoundLines, records: Iterable[Record]) -> dict[str, Any]:
    """What the references in stored lines are called, by input name."""
    name = lines.field.name
    return {f"{name}.{number}.{column}": title for number, each in enumerate(records) for column, title in each.titles.items()}


def grid(lines: BoundLines, rows: Sequence[Raw], titles: Mapping[str, Any], problems: Mapping[str, str]) -> Grid:
    """The rows with their cells, and the blank one that new rows are made from."""
    made = tuple(_row(lines, str(number), row, titles, problems) for number, row in enumerate(rows))
    blank = _row(lines, BLANK_ROW, {}, {}, {})
    return Grid(lines, made, blank, tuple(is_summed(lines, each) for each in lines.columns))


def _row(lines: BoundLines, number: str, row: Raw, titles: Mapping[str, Any], problems: Mapping[str, str]) -> Row:
    prefix = f"{lines.field.name}.{number}"
    known = str(row.get("id") or "")
    cells = (
        _cell(lines, each, f"{prefix}.{each.name}", row.get(each.name), not known, titles, problems) for each in lines.columns
    )
    return Row(known, number, tuple(cells), problems.get(prefix))


def _cell(
    lines: BoundLines,
    field: BoundField,
    name: str,
    value: Any,
    is_new: bool,
    titles: Mapping[str, Any],
    problems: Mapping[str, str],
) -> Cell:
    locked = not lines.may_edit(field.name, is_new) or field.field.read_only.always
    return Cell(field, name, value, titles.get(name), problems.get(name), locked)


def is_summed(lines: BoundLines, field: BoundField) -> bool:
    """Quantities are summed, and amounts; not shares, nor prices: what a column multiplies with a quantity."""
    if field.field.type != "money":
        return field.field.type in QUANTITIES
    quantities = [each for each in lines.columns if each.field.type in QUANTITIES]
    made = [each for each in lines.columns if each is not field and _is_made_of(each, field)]
    return not any(_is_made_of(each, quantity) for each in made for quantity in quantities)


def _is_made_of(column: BoundField, other: BoundField) -> bool:
    """Whether a column's formula or default reads another column."""
    default = column.field.default.expression if column.field.default is not None else None
    said = column.field.formula or default
    return said is not None and bool(re.search(rf"\b{other.name}\b", said.text))


def defaults(lines: BoundLines, row: Raw, values: Mapping[str, Any]) -> dict[str, str]:
    """What the blanks of a new line would be filled with, as texts."""
    if "id" in row:
        return {}
    blank = [each for each in lines.columns if is_blank(row.get(each.name)) and not each.field.is_reference]
    found = {each.name: _plain(each, values.get(each.name)) for each in blank if values.get(each.name) is not None}
    return {name: text for name, text in found.items() if text}


def _plain(field: BoundField, value: Any) -> str:
    """As it would be typed; of money the amount alone."""
    return f"{value.amount:f}" if isinstance(value, Money) else str(field.edit_text(value))
