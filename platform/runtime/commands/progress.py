"""Progress of long work: a bar where somebody watches, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Report = Callable[[int, int, str], None]  # done, of how many, what is next


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Report]:
    """Gives a function to call as the work goes on; the bar is drawn on standard error."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    shown = -1

    def report(done: int, total: int, what: str) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent != shown:
            shown = percent
            click.echo(f"\r{label} {percent:3}% {what[:50]:50}", nl=False, err=True)

    yield report
    if shown >= 0:
        click.echo(f"\r{'':70}\r", nl=False, err=True)
