"""`newel test`: the scenario tests of solutions, run on everything that they are merged with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import click

from newel.metadata.model import Model
from newel.metadata.naming import nearest
from newel.metadata.problems import Problems
from newel.metadata.scenarios import Scenario
from newel.metadata.solutions import Layer, read_layers
from newel.runtime.commands.layers import completed, installed
from newel.runtime.commands.options import JSON
from newel.runtime.commands.progress import progress
from newel.runtime.commands.speaking import command, language, spoken, with_hint


@command(epilog="Example: newel test my_company -k visit")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--solution", "solutions", multiple=True, help="Only tests of this solution; give the option again for another.")
@click.option("-k", "--named", "wanted", help="Only tests whose name holds this text.")
@click.option("--database", "url", help="Try on this PostgreSQL server, in a database of its own. By default on SQLite.")
@JSON
def test(paths: tuple[str, ...], solutions: tuple[str, ...], wanted: str | None, url: str | None, as_json: bool) -> None:
    """Run the scenario tests of the solutions at PATHS, or without PATHS of all that are installed.

    They run together with what they require, in a database that is made for it and thrown away: nothing else is touched.
    """
    from newel.runtime import compiled
    from newel.runtime.scenarios import run
    from newel.runtime.scenarios.staging import staged

    given, problems = read_layers(paths) if paths else (installed(), Problems())
    layers = completed(given) if paths else given
    model, rulebook, found = compiled.compile_layers(layers)
    problems.extend(found)
    if model is None or rulebook is None or problems.errors:
        click.echo(problems.as_json() if as_json else problems.as_text(language()), err=not as_json)
        sys.exit(1)
    tests = _chosen(model, given, solutions, wanted)
    with staged(model, rulebook, layers, url) as installation, progress(spoken("Testing"), quiet=as_json) as report_progress:
        report = run(installation, tests, report_progress)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for each in report.outcomes:
            click.echo(each.as_text(language()))
        click.echo(report.verdict(language()), err=bool(report.failed))
    sys.exit(1 if report.failed else 0)


def _chosen(model: Model, given: Iterable[Layer], solutions: Sequence[str], wanted: str | None) -> list[Scenario]:
    """The tests of the given solutions, as far as they are asked for; to ask for none that is there is wrong use."""
    names = [each.name for each in given]
    for name in solutions:
        if name not in names:
            known = spoken("Known here: {names}.", names=", ".join(names) or spoken("none"))
            said = spoken('There is no solution "{name}".', name=name)
            raise click.UsageError(with_hint(said, nearest(name, names), known))
    of_solutions = [each for each in model.tests.values() if each.layer in (solutions or names)]
    found = [each for each in of_solutions if not wanted or wanted in f"{each.layer}.{each.name}"]
    if wanted and not found:
        said = spoken('There is no test whose name holds "{text}".', text=wanted)
        raise click.UsageError(with_hint(said, nearest(wanted, [each.name for each in of_solutions])))
    return found
