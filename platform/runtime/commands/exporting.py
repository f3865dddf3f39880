"""`newel export`: the records of an object as CSV or JSON lines, read page by page in one moment."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, TextIO

import click

from newel.metadata.naming import nearest
from newel.runtime.commands.opening import installation
from newel.runtime.commands.progress import Report, progress
from newel.runtime.commands.speaking import command, language, spoken, with_hint
from newel.runtime.installation import Installation
from newel.runtime.records import Work, as_system, finding, reading
from newel.runtime.records.errors import Invalid

PAGE = 1000


@command(epilog="Example: newel export account --filter \"industry == 'trade'\" --fields name,phone,owner.name --output a.csv")
@click.argument("object_name", metavar="OBJECT")
@click.option("--filter", "condition", help="An expression over the record; by default all that are not in the recycle bin.")
@click.option("--fields", help="Fields and paths, separated by commas; by default every stored field.")
@click.option("--sort", default="id", show_default=True, help="Fields, separated by commas; -amount sorts downwards.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of CSV.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True), help="A file; by default standard output.")
def export(object_name: str, condition: str | None, fields: str | None, sort: str, as_json: bool, output: str | None) -> None:
    """Write the records of OBJECT as CSV, or as JSON lines."""
    here = installation()
    if object_name not in here.model.objects:
        said = spoken('There is no object "{name}".', name=object_name)
        raise click.UsageError(with_hint(said, nearest(object_name, here.model.objects)))
    asked = {"filter": condition, "fields": _split(fields), "sort": _split(sort) or ["id"]}
    write = _write_lines if as_json else _write_csv
    try:
        with (
            open(output, "w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout) as to,
            progress(spoken("Exporting"), quiet=output is None) as report,
            reading(here, as_system(here, f"newel export {object_name}")) as work,
        ):
            write(to, _rows(here, work, object_name, asked, report))
    except Invalid as error:
        click.echo("\n".join(f"{each.field or '-'}: {each.say(language())}" for each in error.problems), err=True)
        sys.exit(1)


def _split(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _rows(here: Installation, work: Work, object_name: str, asked: dict[str, Any], report: Report) -> Iterator[dict[str, Any]]:
    from newel.runtime.web.api.representing import many_as_json

    total = finding.count_of(work, object_name, filter=asked["filter"]).value
    cursor, done = None, 0
    while True:
        page = finding.find(work, object_name, **asked, limit=PAGE, cursor=cursor)
        yield from many_as_json(here, page.records)
        done, cursor = done + len(page.records), page.next_cursor
        report(done, max(done, total), object_name)
        if cursor is None:
            return


def _write_lines(to: TextIO, rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        to.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_csv(to: TextIO, rows: Iterator[dict[str, Any]]) -> None:
    """A head line and a line a record; where there are no records there is nothing to name."""
    out = csv.writer(to, lineterminator="\n")
    for number, row in enumerate(rows):
        if number == 0:
            out.writerow(row)
        out.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> str:
    """Money as `12.50 CNY`, lists and other composites as JSON; what a spreadsheet would run as a formula is made text."""
    from newel.runtime.records.exporting import harmless

    if value is None:
        return ""
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(harmless(value)) if isinstance(value, str) else json.dumps(value)
