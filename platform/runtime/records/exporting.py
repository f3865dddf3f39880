"""Records as CSV or XLSX, written as they are read, however many there are.

What is exported is judged by the roles that may export, and by no other. Text that a spreadsheet would take for a formula is
written with an apostrophe before it (CSV) or as a text cell (XLSX).
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.moments import local
from newel.metadata.field_types.values import Money
from newel.metadata.model import EMPTY, Field
from newel.metadata.words import word
from newel.runtime.records import paging
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import Forbidden
from newel.runtime.records.filtering import parameters_of
from newel.runtime.records.lines import fill_in
from newel.runtime.records.listing import asked_for, listing_of
from newel.runtime.records.record import Record

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

LOG = logging.getLogger("newel.exports")
AT_ONCE = 1_000
MOST_ROWS = 1_000_000
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full width ones, too
Cell = str | int | bool | Decimal | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export; money has two, its amount and its currency."""

    path: str
    field: Field
    part: str = ""  # amount | currency, for money

    def heading(self, language: str) -> str:
        said = self.field.label.say(language)
        return f"{said} ({self.field.options.get('currency') or ''})".replace(" ()", "") if self.part == "currency" else said


def rows(
    work: Work,
    object_name: str,
    fields: Sequence[str],
    *,
    filter: str | None = None,  # noqa: A002 - the word of the contract
    where: Mapping[str, Any] = EMPTY,
    sort: Sequence[str] = (),
) -> tuple[list[Column], Iterator[list[Cell]]]:
    """The columns, and the rows one by one; Forbidden where none of the actor's roles may export the object."""
    judged = verdict(work.installation, work.actor, object_name)
    if not judged.export:
        raise Forbidden(word("You may not export records of this kind."))
    LOG.info("%s exports %s: %s", work.actor.user_id or work.actor.system, object_name, ", ".join(fields))
    asked = replace(asked_for(work, object_name, fields, filter, where, sort, False), exporting=True)
    listing = listing_of(work, asked)
    columns = [column for path in fields for column in _columns(path, listing.reach.field(tuple(path.split("."))))]
    return columns, _rows(work, listing, columns, parameters_of(where, listing.reach) if where else {})


def _columns(path: str, field: Field) -> list[Column]:
    if not field.system and type_of(field).expression_type == "money":
        return [Column(path, field, "amount"), Column(path, field, "currency")]
    return [Column(path, field)]


def _rows(work: Work, listing: Any, columns: Sequence[Column], parameters: Mapping[str, Any]) -> Iterator[list[Cell]]:
    at, done = None, 0
    while done < MOST_ROWS:
        found = listing.rows(work, at, parameters, AT_ONCE)
        converted = [listing.page(at)[0].convert(row) for row in found]
        records = [listing.read(row, work.locale) for row in converted]
        fill_in(work, listing.selection.many, records)
        yield from ([_cell(work, column, record) for column in columns] for record in records)
        done += len(records)
        if len(records) < AT_ONCE:
            return
        at = paging.Cursor(listing.sorted_by(converted[-1]))


def _cell(work: Work, column: Column, record: Record) -> Cell:
    """The value as spreadsheets know it: numbers and dates as such, references by title, everything else as people read it."""
    value, field = record.values.get(column.path), column.field
    if value is None:
        return None
    if isinstance(value, Money):
        return value.amount if column.part == "amount" else value.currency
    if field.is_many:
        return _many(column, record)
    if field.is_reference:
        return str(record.titles.get(column.path) or "")
    if isinstance(value, datetime):
        return local(value, work.locale.time_zone)
    if isinstance(value, bool | int | Decimal | date | time):
        return value
    if field.type == "choice" and value in field.choices:
        return field.choices[value].label.say(work.locale.language)
    return value if field.system and isinstance(value, str) else type_of(field).format(field, value, work.locale)


def _many(column: Column, record: Record) -> str:
    """The titles of linked records; of lines, how many there are."""
    value = record.values[column.path]
    if column.field.type == "child_table":
        return str(len(value))
    return ", ".join(title for title in record.titles.get(column.path, ()) if title)


def write_csv(work: Work, out: IO[bytes], columns: Sequence[Column], lines: Iterator[list[Cell]]) -> int:
    """Writes CSV in UTF-8 with a mark that Excel understands; gives the number of records."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(column.heading(work.locale.language)) for column in columns])
    done = 0
    for line in lines:
        writer.writerow([_in_csv(cell) for cell in line])
        done += 1
    text.detach()
    return done


def _in_csv(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return harmless(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA_MARKS) or text.startswith(FORMULA_MARKS) else text


def write_xlsx(work: Work, out: IO[bytes], columns: Sequence[Column], lines: Iterator[list[Cell]]) -> int:
    """Writes one sheet, row by row in constant memory; gives the number of records."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True})
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    formats[time] = book.add_format({"num_format": "hh:mm:ss"})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.heading(work.locale.language), head)
    done = 0
    for line in lines:
        done += 1
        for at, cell in enumerate(line):
            _write_cell(sheet, done, at, cell, formats)
    book.close()
    return done


def _write_cell(sheet: Any, row: int, at: int, cell: Cell, formats: Mapping[type, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, at, cell)
    elif isinstance(cell, int | Decimal):
        sheet.write_number(row, at, cell)
    elif isinstance(cell, datetime | date | time):
        plain = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
        sheet.write_datetime(row, at, plain, formats[type(cell)])
    else:
        sheet.write_string(row, at, cell[:32_767])
