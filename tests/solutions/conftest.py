"""The standard solution, compiled once for all tests of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model
from newel.metadata.solutions import read_folder

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"


@pytest.fixture(scope="session")
def standard() -> Model:
    """The Model of solutions/standard over the platform's core."""
    layer, problems = read_folder(STANDARD)
    assert not problems, problems.as_text()
    model, problems = compile_model([layer])
    assert model, problems.as_text()
    return model
