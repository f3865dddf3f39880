"""`newel plan`, `newel apply` and `newel solutions`: look, then change what is installed."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer, read_layers
from newel.runtime import publishing
from newel.runtime.commands.opening import opened
from newel.runtime.commands.options import JSON, PATHS
from newel.runtime.commands.progress import progress
from newel.runtime.commands.recomputing import compute_anew
from newel.runtime.commands.speaking import command, language, speak, spoken, spoken_count
from newel.runtime.installation import InstallationHolder
from newel.runtime.storage import catalog
from newel.runtime.storage.applying import Refused
from newel.runtime.storage.plan import Plan

REPLACE_SETUP = click.option(
    "--replace-setup",
    is_flag=True,
    help="Give up what Setup has written into the organisation's layer, where its folder lacks it.",
)


@command(epilog="Example: newel plan solutions/industry/real_estate")
@PATHS
@JSON
@click.option("--sql/--no-sql", default=None, help="Show every statement, or none. By default where there are not too many.")
@REPLACE_SETUP
def plan(paths: tuple[str, ...], as_json: bool, sql: bool | None, replace_setup: bool) -> None:
    """Show what applying the solutions at PATHS would change. Nothing is changed."""
    settings, database = opened()
    found = publishing.candidate(settings, database, _layers(paths, as_json), replace_setup=replace_setup)
    if as_json:
        shown = found.plan.as_json() if found.plan else {"problems": [each.as_json() for each in found.problems]}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        if found.plan is not None:
            click.echo(found.plan.as_text(sql, language()))
        _say_problems(found.problems)
    sys.exit(1 if found.problems.errors else 0)


@command(epilog="Example: newel apply solutions/industry/real_estate --yes")
@PATHS
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--skip-tests", is_flag=True, help="Don't try the scenario tests first. The journal says that they were skipped.")
@REPLACE_SETUP
@JSON
def apply(paths: tuple[str, ...], yes: bool, skip_tests: bool, replace_setup: bool, as_json: bool) -> None:
    """Install or update the solutions at PATHS: plan, test, ask, apply. Whole or not at all; running servers take it up at once.

    First the scenario tests of all solutions are tried on what they are together to become; one that fails stops it.
    """
    if not yes and not sys.stdin.isatty():
        raise click.UsageError(spoken("Nobody can be asked here. Look with `newel plan`, then apply with --yes."))
    settings, database = opened()
    layers = _layers(paths, as_json)
    looked: list[Plan] = []

    def agree(found: Plan) -> bool:
        looked.append(found)
        if not as_json:
            click.echo(found.as_text(language=language()))
        return yes or click.confirm(spoken("Apply this?"))

    with progress(spoken("Applying"), quiet=as_json) as report:
        try:
            outcome = publishing.publish(
                settings,
                database,
                layers,
                agree,
                by=_operator(skip_tests, replace_setup),
                progress=report,
                tests=not skip_tests,
                replace_setup=replace_setup,
            )
        except Refused as refused:
            _fail(Problems(refused.problems), as_json)
    if outcome.applied:
        _load_reference_data()
    declined = bool(looked) and not outcome.applied
    if as_json:
        made: dict[str, Any] = looked[-1].as_json() if looked else {"operations": [], "problems": []}
        click.echo(json.dumps({**made, "applied": outcome.applied, "revision": outcome.revision}, ensure_ascii=False, indent=2))
    elif declined:
        speak("Nothing was changed.")
    elif outcome.applied:
        speak("Applied: revision {n} is live.", n=outcome.revision)
    else:
        speak("Nothing to do.")
    if declined:
        sys.exit(1)
    sys.exit(0 if compute_anew(InstallationHolder(settings, database).current(), quiet=as_json) else 1)


@command(epilog="Example: newel solutions --json")
@JSON
def solutions(as_json: bool) -> None:
    """List the installed solutions and the hash of the model that they make."""
    _, database = opened()
    with database.reading() as connection:
        state, found = catalog.state(connection), catalog.solutions(connection)
    rows = [{"name": each.name, "version": each.version, "layer": layer_of(each.name)} for each in found]
    if as_json:
        click.echo(json.dumps({"model": state.model_hash, "solutions": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['name']:24} {row['version']:12} {row['layer']}")
    speak("revision {n}, model {hash}", n=state.revision, hash=state.model_hash[:12])


def layer_of(name: str) -> str:
    """Where a solution lies in the stack: standard < packs < organisation."""
    return name if name in ("standard", "org") else "pack"


def _layers(paths: tuple[str, ...], as_json: bool) -> list[Layer]:
    layers, problems = read_layers(paths)
    if problems.errors:
        _fail(problems, as_json)
    return layers


def _fail(problems: Problems, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps({"applied": False, "problems": [each.as_json() for each in problems]}, ensure_ascii=False, indent=2)
        )
    else:
        _say_problems(problems)
    sys.exit(1)


def _say_problems(problems: Problems) -> None:
    if problems:
        click.echo(problems.as_text(language()), err=True)
    if problems.errors:
        said = spoken_count("1 problem; nothing was changed.", "{n} problems; nothing was changed.", len(problems.errors))
        click.echo(said, err=True)


def _operator(skip_tests: bool, replace_setup: bool) -> str:
    """Who is at the shell, and how they apply, for the journal."""
    command = "newel apply" + " --skip-tests" * skip_tests + " --replace-setup" * replace_setup
    return f"{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'operator'} ({command})"


def _load_reference_data() -> None:
    """A new solution brings the records that it can't do without (regions, currencies)."""
    from newel.runtime import samples
    from newel.runtime.commands.opening import installation

    samples.load(installation(), "reference")
