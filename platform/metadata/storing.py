"""A Model as bytes, for the cache of an installation: quick to read, and read without trusting what the bytes may hold."""

from __future__ import annotations

import io
import pickle
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from newel.metadata import model as model_module
from newel.metadata import scenarios
from newel.metadata.memory import without_collecting
from newel.metadata.model import Model
from newel.metadata.problems import Place

FORMAT = 2  # raised whenever the classes of the Model change; an older cache is then compiled anew

_NAMED = {**vars(model_module), **vars(scenarios)}
_KINDS = [each for each in _NAMED.values() if isinstance(each, type) and is_dataclass(each)]
_CLASSES = {(kind.__module__, kind.__name__): kind for kind in (*_KINDS, Place)}


class Unreadable(ValueError):  # noqa: N818 - it says what the bytes are
    """The bytes are no stored Model of this version."""


def dump(model: Model) -> bytes:
    """The Model as bytes, for `load`."""
    stream = io.BytesIO()
    _Writer(stream, protocol=5).dump((FORMAT, model))
    return stream.getvalue()


def load(content: bytes) -> Model:
    """The Model that `dump` wrote; Unreadable where it is none, or of another version."""
    try:
        with without_collecting():
            version, model = _Reader(io.BytesIO(content)).load()
    except Exception as fault:
        raise Unreadable("The stored model can't be read.") from fault
    if version != FORMAT or not isinstance(model, Model):
        raise Unreadable("The stored model is of another version.")
    return model


class _Writer(pickle.Pickler):
    """Writes instances of the Model's classes as their class and the values of their attributes."""

    def reducer_override(self, value: Any) -> Any:
        kind: Any = type(value)
        if (kind.__module__, kind.__name__) not in _CLASSES:
            return NotImplemented
        return _restored, (kind, tuple([getattr(value, name) for name in _names(kind)]))


class _Reader(pickle.Unpickler):
    """Knows the classes of the Model, and nothing else: no bytes can make it call anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _CLASSES:
            return _CLASSES[module, name]
        if (module, name) == (__name__, "_restored"):
            return _restored
        raise Unreadable(f"{module}.{name} has no place in a Model.")


def _restored(kind: Any, values: tuple[Any, ...]) -> Any:
    """An instance with these values. The classes are frozen, so they are set past their own __setattr__."""
    made = object.__new__(kind)
    for name, value in zip(_names(kind), values, strict=True):
        _set(made, name, value)
    return made


_set = object.__setattr__


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
