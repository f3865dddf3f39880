"""What the organisation changes from the screen, as files of its own layer: one a changed object, written the same every time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from newel.metadata.layers import ORGANISATION
from newel.metadata.solutions import DESCRIPTION, Layer

FOLDER = "setup"  # what is written here lies beside the organisation's other files, and is read after them
_DESCRIBED = {"solution": ORGANISATION, "version": "1.0.0", "label": "Our organisation", "language": "en"}
_HEAD = "# Written by Setup.\n"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be said of an object, or of one of its forms and views (`document`: kind and name): values by their keys."""

    object: str
    document: tuple[str, str]
    values: Mapping[tuple[str, ...], Any] = field(default_factory=dict)

    @property
    def is_possible(self) -> bool:
        """Objects are extended, and with them their forms and views; roles are not."""
        return self.document[0] in ("object", "form", "view")

    def as_data(self) -> dict[str, Any]:
        """The file that says so, by itself: for the organisation's layer, or to be put into a solution's own."""
        kind, name = self.document
        around: dict[str, tuple[str, ...]] = {"object": (), "form": ("forms",), "view": ("views",)}
        if kind not in around:
            return _nested({(kind,): name, **self.values})
        within = (*around[kind], name.partition(".")[2]) if around[kind] else ()
        return _nested({("extend",): self.object, **{(*within, *keys): value for keys, value in self.values.items()}})

    def as_text(self) -> str:
        return written(self.as_data())


def amended(installed: Iterable[Layer], amendment: Amendment) -> Layer:
    """The organisation's layer with the amendment in it; it is made where there is none."""
    layer = next(
        (each for each in installed if each.name == ORGANISATION), Layer(ORGANISATION, {DESCRIPTION: written(_DESCRIBED)})
    )
    path = f"{FOLDER}/{amendment.object}.yaml"
    said = yaml.safe_load(layer.files.get(path, "")) or {}
    return Layer(layer.name, {**layer.files, path: _HEAD + written(_joined(said, amendment.as_data()))})


def written(data: Mapping[str, Any]) -> str:
    """As YAML that people read: in the order given, several lines as such."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)
    return text


def _nested(values: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for keys, value in values.items():
        holder = whole
        for key in keys[:-1]:
            holder = holder.setdefault(key, {})
        holder[keys[-1]] = value
    return whole


def _joined(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(below)
    for key, value in above.items():
        under = joined.get(key)
        joined[key] = _joined(under, value) if isinstance(under, dict) and isinstance(value, Mapping) else value
    return joined


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as blocks."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
