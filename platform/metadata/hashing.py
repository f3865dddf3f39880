"""The hash of a Model: of all that it says, not of where its files lie or of the order in which its layers came."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any

from newel.metadata.model import Model
from newel.metadata.problems import Place

UNSAID = frozenset({"place", "layer", "places", "uses", "hash"})


def hash_of(model: Model) -> str:
    """64 hexadecimal digits; equal models have equal hashes."""
    text = json.dumps(content(model), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content(value: Any) -> Any:
    """What a part of a Model says, as JSON: mappings as lists of pairs, because their order counts; defaults left out."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return [[key, content(each)] for key, each in value.items()]
    if isinstance(value, tuple | list):
        return [content(each) for each in value]
    if is_dataclass(value) and not isinstance(value, Place | type):
        said = {}
        for name, default in _attributes(value.__class__):
            each = getattr(value, name)
            if each is not default and each != default:
                said[name] = content(each)
        return said
    return str(value)


@cache
def _attributes(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    found = []
    for each in fields(kind):
        if each.name not in UNSAID:
            default = (
                each.default
                if each.default is not MISSING
                else each.default_factory()
                if each.default_factory is not MISSING
                else MISSING
            )
            found.append((each.name, default))
    return tuple(found)
