"""`newel check`, `new`, `schemas`, `explain` and `where-used`: what solutions say, before anything is installed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import click

from newel.metadata import explaining, scaffolding, vocabulary
from newel.metadata.compiling import Compilation, compile_layers
from newel.metadata.problems import Problems
from newel.metadata.solutions import DESCRIPTION, read_layers
from newel.metadata.words import word
from newel.runtime.commands.layers import completed, installed, installed_or_none, version_of
from newel.runtime.commands.options import JSON, PATHS
from newel.runtime.commands.speaking import command, group, language, speak, spoken, spoken_count, with_hint

SOME_PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True))
STANDARD = "standard"


@command(epilog="Example: newel check solutions/standard solutions/industry/real_estate")
@PATHS
@JSON
def check(paths: tuple[str, ...], as_json: bool) -> None:
    """Check the solutions at PATHS and name everything that is wrong: code, place, what was expected, the fix.

    What they require and PATHS do not hold is taken from what is installed here.
    """
    layers, problems = read_layers(paths)
    compilation = compile_layers(completed(layers))
    problems.extend(compilation.problems.found)
    if compilation.model:
        from newel.rules.rulebook import compile_rules

        problems.extend(compile_rules(compilation.model)[1].found)
    if as_json:
        click.echo(problems.as_json())
    elif problems:
        click.echo(problems.as_text(language()))
    if not as_json:
        click.echo(_verdict(compilation, problems), err=bool(problems.errors))
    sys.exit(1 if problems.errors else 0)


def _verdict(compilation: Compilation, problems: Problems) -> str:
    if problems.errors:
        return spoken_count("1 problem.", "{n} problems.", len(problems.errors))
    model = compilation.model
    if model is None:
        return spoken("Nothing to check.")
    counts = {"objects": len(model.objects), "forms": len(model.forms), "views": len(model.views), "roles": len(model.roles)}
    well = word("All well: {objects} objects, {forms} forms, {views} views, {roles} roles; model {hash}.")
    return spoken(well, **counts, hash=model.hash[:12])


@group()
def new() -> None:
    """Begin a solution or an object: YAML with its translation, a sample and a test."""


@new.command(epilog="Example: newel new solution real_estate --in solutions/industry")
@click.argument("name")
@click.option("--in", "folder", default=".", show_default=True, type=click.Path(file_okay=False, path_type=Path), help="Where.")
def solution(name: str, folder: Path) -> None:
    """Begin the solution NAME in a folder of that name. Where the standard CRM is installed, it builds on it."""
    builds_on = {each.name: version_of(each) for each in installed_or_none() if each.name == STANDARD}
    _scaffold(lambda: scaffolding.new_solution(name, folder, builds_on), folder / name)


@new.command("object", epilog="Example: newel new object viewing --in solutions/industry/real_estate")
@click.argument("name")
@click.option(
    "--in",
    "folder",
    default=".",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The solution's folder.",
)
def object_(name: str, folder: Path) -> None:
    """Begin the object NAME in a solution."""
    if not (folder / DESCRIPTION).is_file():
        said = word("{folder} is no solution: it has no {description}. `newel new solution` begins one.")
        _wrong_use(spoken(said, folder=folder, description=DESCRIPTION))
    _scaffold(lambda: scaffolding.new_object(name, folder), folder)


@command(epilog="Example: newel schemas .vscode/newel")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def schemas(folder: Path) -> None:
    """Write the JSON Schemas of all kinds of documents into FOLDER, for editors (yaml-language-server)."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, schema in vocabulary.published().items():
        path = folder / f"{kind}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        click.echo(path)


@command(epilog="Example: newel explain object:account/field:phone solutions/standard")
@click.argument("address")
@SOME_PATHS
@JSON
def explain(address: str, paths: tuple[str, ...], as_json: bool) -> None:
    """Say where the element at ADDRESS is written, and which layer set each of its properties.

    Looks at the solutions at PATHS, or without PATHS at what is installed.
    """
    compilation = _compiled(paths)
    found = explaining.explain(compilation, address)
    if found is None:
        _unknown(compilation, address)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2) if as_json else found.as_text(language()))


@command("where-used", epilog="Example: newel where-used object:account/field:phone")
@click.argument("address")
@SOME_PATHS
@JSON
def where_used(address: str, paths: tuple[str, ...], as_json: bool) -> None:
    """List the elements that mention the element at ADDRESS: fields, forms, views, roles, menus, rules."""
    compilation = _compiled(paths)
    model = compilation.model
    if model is None or address not in model.places:
        _unknown(compilation, address)
    from newel.rules.rulebook import compile_rules, with_rule_uses

    found = explaining.users(with_rule_uses(model, compile_rules(model)[0]), address)
    if as_json:
        click.echo(json.dumps(found))
        return
    for each in found:
        click.echo(f"{each}  {model.places[each]}" if each in model.places else each)
    if not found:
        speak("Nothing mentions it.")


def _compiled(paths: Sequence[str]) -> Compilation:
    """The solutions at `paths`, or what is installed; ends the command where they do not compile."""
    layers, problems = read_layers(paths) if paths else (installed(), Problems())
    compilation = compile_layers(completed(layers) if paths else layers)
    problems.extend(compilation.problems.found)
    if problems.errors:
        click.echo(problems.as_text(language()), err=True)
        sys.exit(1)
    return compilation


def _scaffold(write: Callable[[], list[Path]], folder: Path) -> None:
    """Writes first files, lists them, and says how to try them."""
    try:
        for path in write():
            click.echo(path)
    except scaffolding.BadName as fault:
        _wrong_use(fault.said.say(language()))
    speak("Try it: newel check {folder}, then newel test {folder}", folder=folder, err=True)


def _unknown(compilation: Compilation, address: str) -> NoReturn:
    near = explaining.nearest_address(compilation.model, address) if compilation.model else None
    click.echo(with_hint(spoken('There is no element "{address}".', address=address), near), err=True)
    sys.exit(1)


def _wrong_use(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
