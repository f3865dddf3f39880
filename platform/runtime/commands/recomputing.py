"""Computing kept fields anew, with its progress, for the commands that change rules."""

from __future__ import annotations

import click

from newel.runtime.commands.progress import progress
from newel.runtime.installation import Installation
from newel.runtime.records import recomputing

GO_ON = "`newel serve` goes on with it in the background; `newel doctor --fix` does it at once."


def compute_anew(installation: Installation, *, quiet: bool = False) -> bool:
    """Does all that is to be done and says what became of it; Ctrl-C leaves the rest for later. False where something is left."""
    tasks = recomputing.open_tasks(installation)
    if not tasks:
        return True
    try:
        with progress("Computing anew", quiet=quiet) as report:
            recomputing.run(installation, report)
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {GO_ON}", err=True)
        return False
    left = recomputing.open_tasks(installation)
    if not quiet:
        click.echo(_said(len(tasks), len(left)))
    return not left


def _said(asked: int, left: int) -> str:
    if left:
        return f"{_fields(left)} still being computed anew by another process."
    return f"Computed anew: {asked} {'field' if asked == 1 else 'fields'}."


def _fields(count: int) -> str:
    return "1 field is" if count == 1 else f"{count} fields are"
