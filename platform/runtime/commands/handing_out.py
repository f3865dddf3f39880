"""`newel export-layer`: an installed solution as a folder of files again, the organisation's own with what Setup wrote."""

from __future__ import annotations

from pathlib import Path

import click

from newel.metadata.layers import ORGANISATION
from newel.metadata.naming import nearest
from newel.metadata.solutions import Layer
from newel.metadata.words import word
from newel.runtime.commands.layers import installed
from newel.runtime.commands.speaking import command, spoken, spoken_count, with_hint
from newel.runtime.handing_out import as_folder, in_the_way, is_of_another


@command("export-layer", epilog="Example: newel export-layer org solutions/org && newel apply solutions/org")
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite YAML files of FOLDER that differ, and remove those that are left over.")
def export_layer(name: str, folder: Path, replace: bool) -> None:
    """Write the installed solution NAME into FOLDER; `org` is the organisation's own, which Setup writes.

    The files are as they were taken in, byte for byte; applying FOLDER then changes nothing.
    """
    layer = _named(name)
    if is_of_another(layer, folder):
        said = word("{folder} holds another solution. Name an empty folder, or one that holds {name}.")
        raise click.ClickException(spoken(said, folder=folder, name=name))
    left = in_the_way(layer, folder)
    if left and not replace:
        named = "\n".join(f"  {folder / each}" for each in left)
        lost = spoken("These files say what {name} doesn't, and would be lost:", name=name)
        way_out = spoken("Nothing was written. Look at them, then use --replace, or name another folder.")
        raise click.ClickException(f"{lost}\n{named}\n{way_out}")
    as_folder(layer, folder)
    one, many = "Wrote 1 file of {name} into {folder}.", word("Wrote {n} files of {name} into {folder}.")
    click.echo(spoken_count(one, many, len(layer.files), name=name, folder=folder))


def _named(name: str) -> Layer:
    known = {each.name: each for each in installed()}
    if name in known:
        return known[name]
    if name == ORGANISATION:
        said = spoken("The organisation has no layer of its own yet: Setup makes it when it publishes a rule.")
        raise click.ClickException(said)
    said = spoken('There is no solution "{name}" here.', name=name)
    raise click.UsageError(with_hint(said, nearest(name, known), spoken("`newel solutions` lists what is installed.")))
