"""What the organisation's layer would forget if a folder took its place: all that Setup has written since it was exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from newel.metadata.amending import FOLDER, Keys, edition
from newel.metadata.layers import ORGANISATION
from newel.metadata.problems import Path, Place, Problem, problem
from newel.metadata.reading import Branch, read
from newel.metadata.shapes import shown
from newel.metadata.solutions import Layer
from newel.metadata.words import phrase
from newel.runtime.storage import refusals

_FIX = phrase(
    "Write it into a folder first (`newel export-layer org FOLDER`), and apply that one; "
    "or apply with --replace-setup, and the folder has the last word."
)


def forgotten(installed: Sequence[Layer], given: Sequence[Layer]) -> list[Problem]:
    """A problem for each word of Setup that is in the installed layer of the organisation, but not in the one that is given."""
    stored, new = ([each for each in layers if each.name == ORGANISATION] for layers in (installed, given))
    return list(_forgotten(stored[0], new[0])) if stored and new else []


def _forgotten(stored: Layer, new: Layer) -> Iterator[Problem]:
    written = [path for path in stored.files if path.startswith(f"{FOLDER}/") and not _is_known(stored.files[path], path, new)]
    said = _all_said(new) if written else {}
    for path in sorted(written):
        document = read(stored.file(path), stored.files[path])[0]
        begin, *_ = document.items() if document else [("", "")]
        for keys, value, place in _words(document, ()) if document else ():
            if keys[0] != begin[0] and value not in said.get((*begin, *keys), ()):
                yield problem(refusals.SETUP_FORGOTTEN, place, Path(keys), value=shown(value), what=begin[1], fix=_FIX)


def _is_known(stored: str, path: str, new: Layer) -> bool:
    """Whether the folder's file was made of the very file that Setup wrote: what is missing there was taken away on purpose."""
    return bool(edition(stored)) and edition(new.files.get(path, "")) == edition(stored)


def _all_said(layer: Layer) -> dict[Keys, list[Any]]:
    """Every value in a layer's files, by what the file is about and its keys."""
    found: dict[Keys, list[Any]] = {}
    for path, text in layer.files.items():
        document = read(layer.file(path), text)[0]
        if document:
            begin, *_ = document.items()
            for keys, value, _ in _words(document, ()):
                found.setdefault((str(begin[0]), str(begin[1]), *keys), []).append(value)
    return found


def _words(branch: Branch, above: Keys) -> Iterator[tuple[Keys, Any, Place]]:
    for key, value in branch.items():
        if isinstance(value, Branch):
            yield from _words(value, (*above, key))
        else:
            yield (*above, key), value, branch.value_place(key)
