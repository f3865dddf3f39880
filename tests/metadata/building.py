"""Builds layers out of a few lines of YAML, for tests of the metadata floor."""

from __future__ import annotations

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer


def layer(name: str = "case", /, about: str = "", **files: str) -> Layer:
    """A layer whose files are the keyword arguments; `about` is what its solution.yaml says beside name and version."""
    description = f"solution: {name}\nversion: 1.0.0\n{about}"
    return Layer(name, {"solution.yaml": description, **{f"{key}.yaml": text for key, text in files.items()}})


def compiled(*layers: Layer) -> Model:
    """The Model of layers that hold no fault."""
    model, problems = compile_model(layers)
    assert model is not None, problems.as_text()
    return model


def faults(*layers: Layer) -> list[str]:
    """What is wrong with layers: codes with places, without the name of the layer `case`."""
    problems: Problems = compile_model(layers)[1]
    return [f"{each.place} {each.code}".removeprefix("case/") for each in problems]
