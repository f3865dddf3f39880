"""Compiled models, kept by the hash of their layers: what was compiled once is only read the next time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from newel.metadata import storing
from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer
from newel.runtime.settings import Settings
from newel.runtime.storage.catalog import layer_hash

if TYPE_CHECKING:
    from newel.rules.rulebook import Rulebook

KEPT = 4  # compiled models in the cache: the live one, and a few to go back to


class Broken(Exception):  # noqa: N818 - it carries Problems
    """What is installed does not compile, for instance after an upgrade of the platform."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems.as_text())
        self.problems = problems


def load(settings: Settings, layers: Sequence[Layer]) -> tuple[Model, Rulebook]:
    """The Model and Rulebook of `layers`, the Model from the cache where it is there. Raises Broken where they do not compile."""
    from newel.rules.rulebook import Rulebook

    path = settings.cache / f"{_key(layers)}.model"
    kept = _kept(path)
    if kept is not None:
        return kept, Rulebook(kept)  # it has no problems, and compiles each part when first asked
    model, rulebook, problems = compile_layers(layers)
    if model is None or rulebook is None:
        raise Broken(problems)
    _keep(path, model)
    return model, rulebook


def compile_layers(layers: Sequence[Layer]) -> tuple[Model | None, Rulebook | None, Problems]:
    """The Model and Rulebook of `layers` and every problem in them; neither where one of the problems is an error."""
    from newel.metadata.compiling import compile_model
    from newel.rules.rulebook import compile_rules, with_rule_uses

    problems = Problems()
    model, found = compile_model(layers)
    problems.extend(found)
    if model is None:
        return None, None, problems
    rulebook, found = compile_rules(model)
    problems.extend(found)
    if problems.errors:
        return None, None, problems
    rulebook.model = with_rule_uses(rulebook.model, rulebook)
    return rulebook.model, rulebook, problems


def _key(layers: Sequence[Layer]) -> str:
    parts = [_platform_stamp(), *sorted(f"{layer.name}:{layer_hash(layer)}" for layer in layers)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _platform_stamp() -> str:
    """Changes with the platform's version, and with its code where somebody works on the code itself."""
    rooms = (Path(__file__).parents[1] / name for name in ("metadata", "rules"))
    files = sorted(path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".yaml", ".json"))
    stamps = "".join(f"{path}{(found := path.stat()).st_mtime_ns}{found.st_size}" for path in files)
    return f"{version('newel')} {hashlib.sha256(stamps.encode()).hexdigest()}"


def _kept(path: Path) -> Model | None:
    try:
        return storing.load(path.read_bytes())
    except (OSError, storing.Unreadable):
        return None


def _keep(path: Path, model: Model) -> None:
    """Whole or not at all; what can't be kept is simply compiled again next time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(storing.dump(model))
        fresh.replace(path)
        _clear(path.parent)
    except OSError:
        return


def _clear(folder: Path) -> None:
    kept = sorted(folder.glob("*.model"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)
