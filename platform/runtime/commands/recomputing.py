"""Computing kept fields anew, with its progress, for the commands that change rules."""

from __future__ import annotations

import click

from newel.metadata.words import word
from newel.runtime.commands.progress import progress
from newel.runtime.commands.speaking import spoken, spoken_count
from newel.runtime.installation import Installation
from newel.runtime.records import recomputing

GO_ON = word("`newel serve` goes on with it in the background; `newel doctor --fix` does it at once.")


def compute_anew(installation: Installation, *, quiet: bool = False) -> bool:
    """Does all that is to be done and says what became of it; Ctrl-C leaves the rest for later. False where something is left."""
    tasks = recomputing.open_tasks(installation)
    if not tasks:
        return True
    try:
        with progress(spoken("Computing anew"), quiet=quiet) as report:
            recomputing.run(installation, report)
    except KeyboardInterrupt:
        click.echo("\n" + spoken("{first} {second}", first=spoken("Stopped."), second=spoken(GO_ON)), err=True)
        return False
    left = recomputing.open_tasks(installation)
    if not quiet:
        click.echo(_said(len(tasks), len(left)))
    return not left


def _said(asked: int, left: int) -> str:
    if left:
        one = "1 field is still being computed anew by another process."
        return spoken_count(one, "{n} fields are still being computed anew by another process.", left)
    return spoken_count("Computed anew: 1 field.", "Computed anew: {n} fields.", asked)
