"""A Model as bytes, for the cache of an installation: quick to read, and read without trusting what the bytes may hold."""

from __future__ import annotations

import io
import pickle
from dataclasses import is_dataclass
from typing import Any

from newel.metadata import model as model_module
from newel.metadata.model import Model
from newel.metadata.problems import Place

FORMAT = 1  # raised whenever the classes of the Model change; an older cache is then compiled anew

_KINDS = [each for each in vars(model_module).values() if isinstance(each, type) and is_dataclass(each)]
_CLASSES = {(kind.__module__, kind.__name__): kind for kind in (*_KINDS, Place)}


class Unreadable(ValueError):  # noqa: N818 - it says what the bytes are
    """The bytes are no stored Model of this version."""


def dump(model: Model) -> bytes:
    """The Model as bytes, for `load`."""
    return pickle.dumps((FORMAT, model), protocol=5)


def load(content: bytes) -> Model:
    """The Model that `dump` wrote; Unreadable where it is none, or of another version."""
    try:
        version, model = _Reader(io.BytesIO(content)).load()
    except Exception as fault:
        raise Unreadable("The stored model can't be read.") from fault
    if version != FORMAT or not isinstance(model, Model):
        raise Unreadable("The stored model is of another version.")
    return model


class _Reader(pickle.Unpickler):
    """Knows the classes of the Model, and nothing else: no bytes can make it call anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _CLASSES:
            return _CLASSES[module, name]
        raise Unreadable(f"{module}.{name} has no place in a Model.")
