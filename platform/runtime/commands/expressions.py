"""`newel expr`: expressions in the shell: vectors on every engine, and one expression looked at closely."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newel.metadata.problems import Place, Problems
from newel.metadata.words import phrase, word
from newel.rules.vectors.cases import Case, read_cases
from newel.runtime.commands.evaluating import evaluate
from newel.runtime.commands.options import JSON
from newel.runtime.commands.speaking import group, language, speak, spoken, spoken_count
from newel.runtime.proving.available import NAMES

if TYPE_CHECKING:
    from newel.rules.vectors.worlds import World
    from newel.runtime.proving.available import Found
    from newel.runtime.proving.running import Difference, Report

SHOWN = 200  # differences that are printed


@group()
def expr() -> None:
    """Look at expressions: run files of vectors on every engine, or compute one."""


expr.add_command(evaluate)


@expr.command(epilog="Example: newel expr vectors tests/vectors/*.yaml")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--engine",
    "chosen",
    multiple=True,
    type=click.Choice(NAMES),
    help="Run only this engine; may be repeated. Without it, all that are here.",
)
@click.option("--postgresql", "server", metavar="URL", help="The PostgreSQL to run on; nothing in it changes.")
@JSON
def vectors(files: tuple[Path, ...], chosen: tuple[str, ...], server: str | None, as_json: bool) -> None:
    """Run the vectors in FILES on every engine, and print where a result is not what the vector wants.

    A vector is an expression, fields, a record, a context, and the value that must come out. Engines: Python (compiled, and the
    simpleeval reference), SQLite, PostgreSQL, and the browser's in Node. Exits 1 where something differs.
    """
    from newel.runtime.proving import available, running

    worlds, count = _worlds(files, as_json)
    with available.engines(chosen or NAMES, server) as found:
        report = running.run(worlds, found.engines)
    if as_json:
        click.echo(json.dumps(_as_json(report, found, count), ensure_ascii=False, indent=2))
    else:
        _print(report, found, count)
    sys.exit(1 if report.differences else 0)


def _worlds(files: tuple[Path, ...], as_json: bool) -> tuple[list[World], int]:
    """The cases of all files; ends the command where a file is wrong."""
    from newel.rules.vectors.worlds import worlds_of

    worlds, problems, count = [], Problems(), 0
    for file in files:
        cases = _cases(file, problems)
        made, wrong = worlds_of(cases)
        problems.extend(wrong.found)
        worlds += made
        count += len(cases)
    if problems.errors:
        click.echo(problems.as_json() if as_json else problems.as_text(language()), err=not as_json)
        sys.exit(1)
    return worlds, count


def _cases(file: Path, problems: Problems) -> list[Case]:
    from newel.rules.vectors import faults

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.add(faults.NOT_VECTORS, Place(str(file)), fault=phrase("The file is not written in UTF-8."))
        return []
    cases, wrong = read_cases(str(file), text)
    problems.extend(wrong.found)
    return cases


def _print(report: Report, found: Found, count: int) -> None:
    for each in report.differences[:SHOWN]:
        click.echo(_told(each))
    if len(report.differences) > SHOWN:
        speak("... and {n} more.", n=len(report.differences) - SHOWN)
    for name, tally in report.tallies.items():
        right = spoken("{right} of {ran} right", right=tally.right, ran=tally.ran)
        silent = spoken(", {n} that it can't run", n=tally.silent) if tally.silent else ""
        click.echo(f"{name:11} {right}{silent}")
    for name, why in found.missing.items():
        click.echo(f"{name:11} {spoken('not run: {why}', why=why)}")
    differing = len({(each.case.place.file, each.case.number) for each in report.differences})
    if differing:
        one, many = "1 vector, {differing} of them differ.", word("{n} vectors, {differing} of them differ.")
        click.echo(spoken_count(one, many, count, differing=differing))
    else:
        click.echo(spoken_count("1 vector, no difference.", "{n} vectors, no difference.", count))


def _told(difference: Difference) -> str:
    case = difference.case
    wanted, got = (json.dumps(each, ensure_ascii=False) for each in (difference.wanted, difference.found))
    where = spoken("case {number} on {engine}", number=case.number, engine=difference.engine)
    return f"{case.place} {where}: {case.expr}\n    {spoken('wanted')} {wanted}\n    {spoken('got')}    {got}"


def _as_json(report: Report, found: Found, count: int) -> dict[str, Any]:
    return {
        "ok": not report.differences,
        "vectors": count,
        "engines": {
            name: {"ran": tally.ran, "right": tally.right, "silent": tally.silent} for name, tally in report.tallies.items()
        },
        "missing": found.missing,
        "differences": [each.as_json() for each in report.differences],
    }
