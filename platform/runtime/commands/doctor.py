"""`newel doctor`: looks at everything that can be wrong with an installation, and says what to do."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from newel.runtime.commands.opening import opened
from newel.runtime.commands.progress import progress
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.records import searching
from newel.runtime.settings import Settings
from newel.runtime.storage.examining import Finding, examine, examine_search


@click.command(epilog="Example: newel doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--rebuild-search", is_flag=True, help="First write the search index anew.")
def doctor(as_json: bool, rebuild_search: bool) -> None:
    """Examine the installation: home, database, catalog, tables, search index. Exits 1 where something is wrong."""
    settings, database = opened()
    findings = list(_home(settings))
    installation = InstallationHolder(settings, database).current()
    if rebuild_search:
        _rebuild(installation)
    with database.reading() as connection:
        findings += examine(connection, installation.model)
        names = [name for name, each in installation.model.objects.items() if searching.searched(each)]
        findings.append(examine_search(connection, installation.tables, names))
    wrong = [each for each in findings if each.fault]
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "findings": [asdict(each) for each in findings]}, ensure_ascii=False, indent=2))
    else:
        for each in findings:
            click.echo(f"{'!' if each.fault else ' '} {each.check:12} {each.said}")
            if each.fault:
                click.echo(f"               {each.fault}")
        click.echo("All is well." if not wrong else f"{len(wrong)} of {len(findings)} checks found something.")
    sys.exit(1 if wrong else 0)


def _rebuild(installation: Installation) -> None:
    with progress("Indexing") as report:
        names = list(installation.model.objects)
        searching.rebuild(installation, lambda name, done: report(names.index(name), len(names), f"{name} {done:,}"))


def _home(settings: Settings) -> Iterator[Finding]:
    """The home can be written, and the key is nobody else's."""
    writable = os.access(settings.home, os.W_OK)
    fault = None if writable else f"{settings.home} can't be written to. Give it to the user that runs Newel."
    yield Finding("home", str(settings.home), fault)
    key = settings.home / "secret.key"
    if key.exists():
        open_to_others = key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        fault = f"Others can read the key. Run: chmod 600 {key}" if open_to_others else None
        yield Finding("secret key", str(key), fault)
