"""Which solutions a command works on: those at the paths that it was given, and of what is installed all that they require."""

from __future__ import annotations

from collections.abc import Sequence

from newel.metadata.reading import Branch, read
from newel.metadata.solutions import DESCRIPTION, Layer


def installed() -> list[Layer]:
    """The installed solutions. Raises NothingInstalled."""
    from newel.runtime.commands.opening import opened
    from newel.runtime.storage import catalog

    _, database = opened()
    with database.reading() as connection:
        return list(catalog.layers(connection))


def installed_or_none() -> list[Layer]:
    from newel.runtime.storage.catalog import NothingInstalled

    try:
        return installed()
    except NothingInstalled:
        return []


def completed(layers: Sequence[Layer]) -> list[Layer]:
    """The layers, and of what is installed all that they require."""
    wanted = {name for each in layers for name in _required(each)} - {each.name for each in layers}
    if not wanted:
        return list(layers)
    known = {each.name: each for each in installed_or_none()}
    found = [known[name] for name in sorted(wanted) if name in known]
    return completed([*layers, *found]) if found else list(layers)


def version_of(layer: Layer) -> str:
    document = _description(layer)
    return str(document.get("version")) if document else ""


def _required(layer: Layer) -> list[str]:
    document = _description(layer)
    return list(document.branch("requires")) if document else []


def _description(layer: Layer) -> Branch | None:
    return read(layer.file(DESCRIPTION), layer.files.get(DESCRIPTION, ""))[0]
