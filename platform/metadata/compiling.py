"""From files to a Model: one visible list of steps.

Each step adds its problems; all are shown at once, and nothing half-right is given out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from newel.metadata import faults
from newel.metadata.hashing import hash_of
from newel.metadata.layers import Stack, lay
from newel.metadata.linking import link
from newel.metadata.memory import without_collecting
from newel.metadata.model import Model
from newel.metadata.problems import Place, Problems
from newel.metadata.reading import Branch, read
from newel.metadata.samples import check_samples
from newel.metadata.shapes import Document, document_of
from newel.metadata.solutions import CORE, Layer, core_layer

_MEANT = re.compile(r"^(\w+):[ \t]*([\w.]+)[ \t]*$", re.MULTILINE)  # what a file that can't be read seems to describe


@dataclass(slots=True)
class Compilation:
    """What is known so far on the way from files to a Model."""

    layers: Sequence[Layer]
    problems: Problems = field(default_factory=Problems)
    roots: list[tuple[Branch, str]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    stack: Stack = field(default_factory=Stack)
    model: Model | None = None


def compile_model(layers: Sequence[Layer]) -> tuple[Model | None, Problems]:
    """The Model of `layers` (in any order) over the platform's core; None and all problems where something is wrong."""
    compilation = compile_layers(layers)
    return compilation.model, compilation.problems


def compile_layers(layers: Sequence[Layer]) -> Compilation:
    """As compile_model, with all that was learnt on the way."""
    own = [] if any(each.name == CORE for each in layers) else [core_layer()]
    compilation = Compilation([*own, *sorted(layers, key=lambda each: each.name)])
    with without_collecting():
        for _, step in STEPS:
            step(compilation)
    if compilation.problems.errors:
        compilation.model = None
    return compilation


def _refuse_twins(compilation: Compilation) -> None:
    seen: set[str] = set()
    kept = []
    for layer in compilation.layers:
        if layer.name in seen:
            compilation.problems.add(faults.SAME_SOLUTION, Place(layer.name), name=layer.name)
        else:
            kept.append(layer)
        seen.add(layer.name)
    compilation.layers = kept


def _read(compilation: Compilation) -> None:
    for layer in compilation.layers:
        for path, text in sorted(layer.files.items()):
            root, problems = read(layer.file(path), text)
            compilation.problems.extend(problems.found)
            if root is not None:
                compilation.roots.append((root, layer.name))
            elif meant := _MEANT.search(text):
                compilation.broken.add((meant[1], meant[2]))


def _check_shapes(compilation: Compilation) -> None:
    for root, layer in compilation.roots:
        first = next(iter(root), "")
        name = root.get(first)
        document = document_of(root, layer, compilation.problems)
        if document:
            compilation.documents.append(document)
        elif isinstance(name, str):
            compilation.broken.add((first, name))


def _lay(compilation: Compilation) -> None:
    compilation.stack = lay(compilation.documents, compilation.problems)
    compilation.stack.broken |= compilation.broken


def _link(compilation: Compilation) -> None:
    compilation.model = link(compilation.stack, compilation.problems)


def _check_samples(compilation: Compilation) -> None:
    if compilation.model and not compilation.problems.errors:
        documents = {each.name: each.data for each in compilation.stack.of_kind("sample")}
        compilation.problems.extend(check_samples(compilation.model, documents))


def _hash(compilation: Compilation) -> None:
    if compilation.model and not compilation.problems.errors:
        compilation.model = replace(compilation.model, hash=hash_of(compilation.model))


STEPS: tuple[tuple[str, Callable[[Compilation], None]], ...] = (
    ("refuse twins", _refuse_twins),  # a solution may be there once
    ("read", _read),  # YAML text -> nodes that know their place
    ("check shapes", _check_shapes),  # nodes -> documents that fit their schema; what does not fit is cut off
    ("lay", _lay),  # documents -> one stack, additions merged into what they add to
    ("link", _link),  # the stack -> a Model, every reference resolved
    ("check samples", _check_samples),  # records that are stated or made up fit the Model
    ("hash", _hash),  # equal content, equal hash
)
