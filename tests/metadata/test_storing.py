"""A Model is stored and read back whole, and nothing else is ever read."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from newel.metadata.changes import compare
from newel.metadata.hashing import hash_of
from newel.metadata.storing import FORMAT, Unreadable, dump, load
from tests.metadata.building import compiled, layer

MODEL = compiled(
    layer(
        account="object: account\nfields:\n  name: {type: text, default: x}\n"
        "  stage: {type: choice, options: {a: {label: A, weight: 3}}, visible: name != ''}\n"
    )
)


def test_a_model_is_read_back_as_it_was() -> None:
    again = load(dump(MODEL))
    assert again == MODEL
    assert hash_of(again) == MODEL.hash
    assert not compare(MODEL, again)


@pytest.mark.parametrize(
    "content", [b"", b"junk", dump(MODEL)[:-20], pickle.dumps((FORMAT + 1, MODEL)), pickle.dumps((FORMAT, "model"))]
)
def test_anything_else_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        load(content)


class _Trap:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return Path.touch, (Path(self.path),)


def test_bytes_that_would_call_something_are_refused(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    with pytest.raises(Unreadable):
        load(pickle.dumps((FORMAT, _Trap(str(trap)))))
    assert not trap.exists()
