"""Solutions as folders of files: found, and read into layers; bounded, and never outside the folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path as FilePath

from newel.metadata import faults
from newel.metadata.problems import Place, Problems
from newel.metadata.reading import MAX_BYTES, File, read
from newel.metadata.stumbling import refusal_of
from newel.metadata.words import phrase

DESCRIPTION = "solution.yaml"
CORE = "core"
MAX_FILES = 5_000
MAX_TOTAL_BYTES = 100_000_000
_SEARCH_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """What one solution brings: its name and its files, by path within the folder. Enough to compile it anywhere."""

    name: str
    files: Mapping[str, str] = field(default_factory=dict)

    def file(self, path: str) -> File:
        return File(f"{self.name}/{path}", self.name)


@dataclass(frozen=True, slots=True)
class SolutionFolder:
    """A folder that holds a solution.yaml."""

    name: str
    path: FilePath


def find(paths: Iterable[str | os.PathLike[str]]) -> list[SolutionFolder]:
    """The solution folders at or beneath `paths`, each once, by name. A path that holds none gives none."""
    found: dict[FilePath, SolutionFolder] = {}
    for path in paths:
        for folder in _folders(FilePath(path), _SEARCH_DEPTH):
            found.setdefault(folder.resolve(), SolutionFolder(_name_of(folder), folder))
    return sorted(found.values(), key=lambda each: (each.name, str(each.path)))


def read_layers(paths: Iterable[str | os.PathLike[str]]) -> tuple[list[Layer], Problems]:
    """All layers at or beneath `paths`; a path without a solution is a problem."""
    problems = Problems()
    layers = []
    chosen = [FilePath(path) for path in paths]
    for path in chosen:
        if not find([path]):
            problems.add(faults.NO_SOLUTION, Place(str(path)), fix=phrase("Name a folder that holds a solution.yaml."))
    for folder in find(chosen):
        layer, found = read_folder(folder.path)
        layers.append(layer)
        problems.extend(found)
    return layers, problems


def read_folder(path: str | os.PathLike[str]) -> tuple[Layer, Problems]:
    """The files of the solution in `path`, as text. Hidden folders are passed over; links and foreign encodings are refused."""
    root = FilePath(path)
    problems = Problems()
    name = _name_of(root)
    files: dict[str, str] = {}
    total = 0
    for each in _yaml_files(root, name, problems):
        shown = Place(f"{name}/{each.relative_to(root).as_posix()}")
        if len(files) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            problems.add(
                faults.TOO_MANY_FILES,
                Place(name),
                limit=phrase("{files} files or {bytes} bytes", files=f"{MAX_FILES:,}", bytes=f"{MAX_TOTAL_BYTES:,}"),
            )
            break
        text = _text_of(each, shown, problems)
        if text is not None:
            files[each.relative_to(root).as_posix()] = text
            total += len(text)
    if DESCRIPTION not in files and not problems.errors:
        problems.add(faults.NO_SOLUTION, Place(name), fix=phrase("Write a solution.yaml, or name another folder."))
    return Layer(name, files), problems


@lru_cache(maxsize=1)
def core_layer() -> Layer:
    """The platform's own layer, which lies beneath all others: users, teams, the administrator's role."""
    layer, problems = read_folder(FilePath(__file__).parent / CORE)
    if problems:
        raise RuntimeError(problems.as_text())
    return layer


def _folders(path: FilePath, depth: int) -> Iterable[FilePath]:
    if path.name == DESCRIPTION and path.is_file():
        return [path.parent]
    if not path.is_dir():
        return []
    if (path / DESCRIPTION).is_file():
        return [path]
    if depth == 0:
        return []
    below = sorted(each for each in path.iterdir() if each.is_dir() and not each.is_symlink() and not each.name.startswith("."))
    return [folder for each in below for folder in _folders(each, depth - 1)]


def _name_of(folder: FilePath) -> str:
    """The name that solution.yaml gives, or where it gives none (that is a problem for later) the folder's."""
    fallback = folder.resolve().name or "solution"
    try:
        with (folder / DESCRIPTION).open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return fallback
    document, _ = read(File(DESCRIPTION, fallback), text)
    name = document.get("solution") if document else None
    return name if isinstance(name, str) and name else fallback


def _yaml_files(root: FilePath, name: str, problems: Problems) -> Iterable[FilePath]:
    """The .yaml files beneath `root`, by path; what can't be one is named."""
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in [*folders]:
            if (FilePath(folder) / each).is_symlink():
                problems.add(faults.NOT_IN_FOLDER, Place(f"{name}/{(FilePath(folder) / each).relative_to(root).as_posix()}"))
        for each in sorted(names):
            path = FilePath(folder) / each
            if each.startswith(".") or path.suffix.lower() not in (".yaml", ".yml"):
                continue
            place = Place(f"{name}/{path.relative_to(root).as_posix()}")
            if path.is_symlink() or not path.is_file():
                problems.add(faults.NOT_IN_FOLDER, place)
            elif path.suffix != ".yaml":
                problems.add(faults.FILE_ENDING, place, fix=phrase("Rename it to {stem}.yaml.", stem=path.stem))
            else:
                yield path


def _text_of(path: FilePath, place: Place, problems: Problems) -> str | None:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problems.add(faults.UNREADABLE, place, reason=refusal_of(error))
        return None
    if len(content) > MAX_BYTES:
        problems.add(faults.FILE_TOO_LARGE, place, limit=f"{MAX_BYTES:,}")
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(faults.NOT_UTF8, Place(place.file, line, 1), fix=phrase("Save it as UTF-8."))
        return None
