"""The blocks of code that a page of documentation shows, and the solution that its named ones make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
STANDARD = ROOT / "solutions" / "standard"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"# (my_company/[\w./-]+\.yaml)\n")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Every block in order: its language, and what stands in it."""
    return _BLOCK.findall(page.read_text("utf-8"))


def written(page: Path) -> list[tuple[str, str]]:
    """The blocks that a reader types, which are the same in every language; what commands answer is not."""
    return [each for each in blocks(page) if each[0] != "text"]


def shell_lines(page: Path) -> list[str]:
    return [line for language, text in blocks(page) if language == "sh" for line in text.splitlines()]


def files(page: Path) -> Mapping[str, str]:
    """The YAML by file name, which is the first line of a block. A page that names a file twice is wrong."""
    found: dict[str, str] = {}
    for language, text in blocks(page):
        if language != "yaml":
            continue
        named = _NAMED.match(text)
        assert named, f"{page}: a block does not say which file it is: {text[:60]}"
        assert named[1] not in found, named[1]
        found[named[1]] = text
    return found


def write(found: Mapping[str, str], folder: Path) -> None:
    """Writes the files beneath `folder`, as a reader would."""
    for name, text in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
