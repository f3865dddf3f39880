"""A list as a file: CSV that Excel opens rightly in any language, or a workbook. What may be exported, the kernel decides."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response
from werkzeug.exceptions import Forbidden, NotFound

from newel.metadata.field_types.values import Money
from newel.runtime.records import Work, finding, reading
from newel.runtime.records.record import Record
from newel.runtime.web.screens.binding import Column
from newel.runtime.web.screens.lists import BoundList, bind_list
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("exporting", __name__)
MOST_ROWS = 100_000
PER_READ = 1_000
FORMATS = ("csv", "xlsx")
_BOM = "\ufeff"  # tells Excel that the text is UTF-8
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@screen.get("/o/<object_name>/export.<file_format>")
def export(object_name: str, file_format: str) -> Response:
    """The whole list in its present state: columns, filter and order as they are shown."""
    if file_format not in FORMATS:
        raise NotFound
    return export_of(bind_list(viewer(), object_name), file_format)


def export_of(bound: BoundList, file_format: str = "csv", ids: Sequence[str] | None = None) -> Response:
    """The list, or those of its records that `ids` names, as a file."""
    if not bound.may_export:
        raise Forbidden
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        rows = list(_rows(bound, work, ids))
    content, kind = (_csv(rows), "text/csv; charset=utf-8") if file_format == "csv" else (_xlsx(rows), _XLSX)
    return Response(
        content,
        headers={
            "Content-Type": kind,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(_name(bound))}.{file_format}",
        },
    )


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _name(bound: BoundList) -> str:
    return f"{bound.object.plural} {bound.viewer.today.isoformat()}"


def _rows(bound: BoundList, work: Work, ids: Sequence[str] | None) -> Iterator[list[Any]]:
    """The header, then the records, read stretch by stretch."""
    columns = bound.columns
    yield [text for column in columns for text in _heads(column, bound)]
    cursor: str | None = None
    read = 0
    while read < MOST_ROWS:
        page = _page(bound, work, ids, cursor)
        for record in page.records:
            yield [cell for column in columns for cell in _cells(column, record)]
        read += len(page.records)
        cursor = page.next_cursor
        if cursor is None:
            return


def _page(bound: BoundList, work: Work, ids: Sequence[str] | None, cursor: str | None) -> Any:
    return finding.find(
        work,
        bound.object.name,
        filter=bound.filter if ids is None else None,
        where={} if ids is None else {"id": list(ids)},
        sort=bound.sort,
        fields=[column.path for column in bound.columns],
        limit=PER_READ,
        cursor=cursor,
    )


def _heads(column: Column, bound: BoundList) -> list[str]:
    if column.field.type.expression_type == "money":
        return [column.label, f"{column.label} ({bound.viewer.t('Currency')})"]
    return [column.label]


def _cells(column: Column, record: Record) -> list[Any]:
    """The cell as a spreadsheet works with it: numbers and dates as such, all else as people read it."""
    value = record.get(column.path)
    if column.field.type.expression_type == "money":
        return [value.amount, value.currency] if isinstance(value, Money) else [None, None]
    if isinstance(value, datetime):
        return [value.astimezone(column.field.locale.time_zone).replace(tzinfo=None, microsecond=0)]
    if isinstance(value, int | Decimal | date | time) and not isinstance(value, bool) and column.field.field.type != "duration":
        return [value]
    return [column.text(record)]


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made text by a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_FORMULA) else cell


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_as_text(harmless(cell)) for cell in row] for row in rows)
    return (_BOM + out.getvalue()).encode()


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    )
    book.set_properties({"created": datetime.now(UTC).replace(tzinfo=None)})
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 1)
    for at, row in enumerate(rows):
        for to, cell in enumerate(row):
            _write(sheet, at, to, cell, bold if at == 0 else moment if isinstance(cell, datetime) else None)
    sheet.autofit()
    book.close()
    return out.getvalue()


def _write(sheet: Any, at: int, to: int, cell: Any, style: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(at, to, cell, style)
    elif isinstance(cell, date | datetime | time):
        sheet.write_datetime(at, to, cell, style)
    else:
        sheet.write_number(at, to, cell, style)
