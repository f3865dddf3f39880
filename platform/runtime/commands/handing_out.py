"""`newel export-layer`: an installed solution as a folder of files again, the organisation's own with what Setup wrote."""

from __future__ import annotations

from pathlib import Path

import click

from newel.metadata.layers import ORGANISATION
from newel.metadata.naming import nearest
from newel.metadata.solutions import Layer
from newel.runtime.commands.layers import installed
from newel.runtime.handing_out import as_folder, in_the_way, is_of_another


@click.command("export-layer", epilog="Example: newel export-layer org solutions/org && newel apply solutions/org")
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite YAML files of FOLDER that differ, and remove those that are left over.")
def export_layer(name: str, folder: Path, replace: bool) -> None:
    """Write the installed solution NAME into FOLDER; `org` is the organisation's own, which Setup writes.

    The files are as they were taken in, byte for byte; applying FOLDER then changes nothing.
    """
    layer = _named(name)
    if is_of_another(layer, folder):
        raise click.ClickException(f"{folder} holds another solution. Name an empty folder, or one that holds {name}.")
    left = in_the_way(layer, folder)
    if left and not replace:
        named = "\n".join(f"  {folder / each}" for each in left)
        raise click.ClickException(
            f"These files say what {name} doesn't, and would be lost:\n{named}\n"
            "Nothing was written. Look at them, then use --replace, or name another folder."
        )
    as_folder(layer, folder)
    click.echo(f"Wrote {len(layer.files)} {'file' if len(layer.files) == 1 else 'files'} of {name} into {folder}.")


def _named(name: str) -> Layer:
    known = {each.name: each for each in installed()}
    if name in known:
        return known[name]
    if name == ORGANISATION:
        raise click.ClickException("The organisation has no layer of its own yet: Setup makes it when it publishes a rule.")
    near = nearest(name, known)
    hint = f' Did you mean "{near}"?' if near else " `newel solutions` lists what is installed."
    raise click.UsageError(f'There is no solution "{name}" here.{hint}')
