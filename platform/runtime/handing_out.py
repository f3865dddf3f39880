"""An installed layer as its files again: into a folder, or as a ZIP archive; byte for byte as they were taken in."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from newel.metadata.solutions import DESCRIPTION, Layer, read_folder

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive, whenever it is made


def as_archive(layer: Layer) -> bytes:
    """A ZIP archive with one folder, which is named as the layer."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(layer.files.items()):
            about = zipfile.ZipInfo(f"{layer.name}/{_within(path)}", _LONG_AGO)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(about, text.encode())
    return whole.getvalue()


def in_the_way(layer: Layer, folder: Path) -> list[str]:
    """The YAML files of the folder that writing the layer into it would change or leave over."""
    if not folder.is_dir():
        return []
    there, _ = read_folder(folder)
    return sorted(path for path, text in there.files.items() if layer.files.get(path) != text)


def is_of_another(layer: Layer, folder: Path) -> bool:
    """Whether the folder holds another solution."""
    return (folder / DESCRIPTION).is_file() and read_folder(folder)[0].name != layer.name


def as_folder(layer: Layer, folder: Path) -> None:
    """Writes the layer's files. YAML files that are `in_the_way` are overwritten, or removed."""
    for path in in_the_way(layer, folder):
        (folder / path).unlink()
    for name, text in sorted(layer.files.items()):
        file = folder / _within(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def _within(path: str) -> str:
    """The path, which must lead nowhere but into the folder."""
    if path.startswith("/") or "\\" in path or ".." in path.split("/"):
        raise ValueError(f"{path} is no path within a solution.")
    return path
