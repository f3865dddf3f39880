"""The hash of a Model: of all that it says, not of where its files lie or of the order in which its layers came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from functools import cache
from typing import Any

from newel.metadata.model import Model

UNSAID = frozenset({"place", "layer", "places", "uses", "hash", "generated"})
_PLAIN = frozenset({str, int, float, bool, type(None)})


def hash_of(model: Model) -> str:
    """64 hexadecimal digits; equal models have equal hashes. The order of mappings counts; what is generated adds nothing."""
    model = replace(model, forms=_declared(model.forms), views=_declared(model.views))
    text = json.dumps(model, default=said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _declared(elements: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in elements.items() if not each.generated}


def said(value: Any) -> dict[str, Any]:
    """What an instance of a class of the Model says itself, by attribute; defaults are left out."""
    own = {}
    for name, default in _attributes(value.__class__):
        each = getattr(value, name)
        if each is not default and each != default:
            own[name] = each
    return own


def content(value: Any) -> Any:
    """What a part of a Model says, as JSON: mappings as lists of pairs, because their order counts."""
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if kind is dict:
        return [[key, content(each)] for key, each in value.items()]
    if kind is tuple or kind is list:
        return [content(each) for each in value]
    return {name: content(each) for name, each in said(value).items()}


@cache
def _attributes(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """The attributes of a class of the Model that say something, with their defaults."""
    found = []
    for each in fields(kind):
        if each.name not in UNSAID:
            made = each.default_factory() if each.default_factory is not MISSING else MISSING
            found.append((each.name, each.default if each.default is not MISSING else made))
    return tuple(found)
