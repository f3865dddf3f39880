"""`newel doctor`: looks at everything that can be wrong with an installation, and says what to do."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click

from newel.metadata.words import word
from newel.runtime.commands.opening import opened
from newel.runtime.commands.options import JSON
from newel.runtime.commands.progress import progress
from newel.runtime.commands.recomputing import compute_anew
from newel.runtime.commands.speaking import command, language, speak, spoken
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.records import drifting, housekeeping, indexing, measuring
from newel.runtime.storage.examining import Finding


@command(epilog="Example: newel doctor --json")
@JSON
@click.option("--rebuild-search", is_flag=True, help="First write the search index anew.")
@click.option("--clean-up", is_flag=True, help="First remove unused uploads, old idempotency keys, and what has run out.")
@click.option("--fix", is_flag=True, help="Compute anew what differs from its formula or rollup.")
def doctor(as_json: bool, rebuild_search: bool, clean_up: bool, fix: bool) -> None:
    """Examine the installation: home, database, catalog, tables, search index, files, computed fields.

    Exits 1 if something is wrong.
    """
    settings, database = opened()
    installation = InstallationHolder(settings, database).current()
    if rebuild_search:
        _rebuild(installation)
    if clean_up:
        _clean_up(installation)
    if fix:
        compute_anew(installation, quiet=as_json)
    findings = [*measuring.examined(installation), *_compared(installation, fix, as_json)]
    wrong = [each for each in findings if each.fault]
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "findings": [_told(each) for each in findings]}, ensure_ascii=False, indent=2))
    else:
        for each in findings:
            said, fault = each.say(language())
            click.echo(f"{'!' if fault else ' '} {each.check:12} {said}")
            if fault:
                click.echo(f"               {fault}")
        found = word("{wrong} of {all} checks found something.")
        speak(found, wrong=len(wrong), all=len(findings)) if wrong else speak("All is well.")
    sys.exit(1 if wrong else 0)


def _compared(installation: Installation, fix: bool, quiet: bool) -> list[Finding]:
    """Every kept field, compared with what its rule gives."""
    with progress(spoken("Comparing"), quiet=quiet) as report:
        return [drifting.finding(each) for each in drifting.drifts(installation, report, fix=fix)]


def _told(finding: Finding) -> dict[str, str | None]:
    return {"check": finding.check, "said": finding.said, "fault": finding.fault}


def _clean_up(installation: Installation) -> None:
    swept = housekeeping.clean_up(installation, datetime.now(UTC))
    told = word("Removed {files} files, {keys} idempotency keys and {rows} sessions, links and the like.")
    speak(told, err=True, files=swept.files, keys=swept.keys, rows=swept.rows)


def _rebuild(installation: Installation) -> None:
    with progress(spoken("Indexing")) as report:
        names = list(installation.model.objects)
        indexing.rebuild(installation, lambda name, done: report(names.index(name), len(names), f"{name} {done:,}"))
