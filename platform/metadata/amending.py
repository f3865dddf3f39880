"""What the organisation changes from the screen, as files of its own layer: one a changed object, written the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from newel.metadata.layers import ORGANISATION, SETUP
from newel.metadata.solutions import DESCRIPTION, Layer

FOLDER = SETUP
_DESCRIBED = {"solution": ORGANISATION, "version": "1.0.0", "label": "Our organisation", "language": "en"}
_HEAD = "# Written by Setup. Edition "

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to be said of an object, or of one of its forms and views (`document`: kind and name): values by their keys.

    None takes back what was said there before. `translations`: by language, what is said beneath the object.
    """

    object: str
    document: tuple[str, str]
    values: Mapping[Keys, Any] = field(default_factory=dict)
    translations: Mapping[str, Mapping[Keys, str | None]] = field(default_factory=dict)

    @property
    def is_possible(self) -> bool:
        """Objects are extended, and with them their forms and views; roles are not."""
        return self.document[0] in ("object", "form", "view")

    def files(self) -> Iterator[tuple[str, Keys, Mapping[Keys, Any]]]:
        """The files that it changes: each with what it begins with, and the values in it."""
        yield f"{FOLDER}/{self.object}.yaml", ("extend", self.object), self._placed()
        for language, said in self.translations.items():
            beneath = {("objects", self.object, *keys): value for keys, value in said.items()}
            yield f"{FOLDER}/{language}.yaml", ("translation", language), beneath

    def as_data(self) -> dict[str, Any]:
        """The file that says so, by itself: for the organisation's layer, or to be put into a solution's own."""
        kind, name = self.document
        begin = ("extend", self.object) if self.is_possible else (kind, name)
        return _nested({begin[:1]: begin[1], **_said(self._placed())})

    def as_text(self) -> str:
        """What it says, file by file, as YAML."""
        rest = (_nested({begin[:1]: begin[1], **_said(values)}) for _, begin, values in [*self.files()][1:] if _said(values))
        said = [self.as_data()] if _said(self.values) else []
        return "---\n".join(written(each) for each in [*said, *rest])

    def _placed(self) -> dict[Keys, Any]:
        """The values by where they stand in the file."""
        kind, name = self.document
        around: dict[str, Keys] = {"form": ("forms",), "view": ("views",)}
        within = (*around[kind], name.partition(".")[2]) if kind in around else ()
        return {(*within, *keys): value for keys, value in self.values.items()}


def begun() -> Layer:
    """The organisation's layer before anything is said in it."""
    return Layer(ORGANISATION, {DESCRIPTION: written(_DESCRIBED)})


def amended(installed: Iterable[Layer], amendment: Amendment) -> Layer:
    """The organisation's layer with the amendment in it; it is made where there is none."""
    layer = next((each for each in installed if each.name == ORGANISATION), None) or begun()
    files = dict(layer.files)
    for path, begin, values in amendment.files():
        said = yaml.safe_load(files.pop(path, "")) or {}
        joined = _joined(said, _nested({begin[:1]: begin[1], **_said(values)}))
        for keys in (keys for keys, value in values.items() if value is None):
            _take(joined, keys)
        if len(joined) > 1:
            files[path] = _headed(joined)
    return Layer(layer.name, files)


def said_in_setup(layer: Layer | None, amendment: Amendment) -> dict[Keys, Any]:
    """Of what the amendment speaks of, that which Setup has said before: by path of the file, and keys."""
    found: dict[Keys, Any] = {}
    for path, _, values in amendment.files():
        said = _read(layer.files.get(path, "")) if layer else None
        for keys in values:
            value = _at(said, keys)
            if value is not None:
                found[path, *keys] = value
    return found


@lru_cache(maxsize=64)
def _read(text: str) -> Any:
    return yaml.safe_load(text)


def edition(text: str) -> str:
    """What tells one state of a file that Setup has written from every other; blank where Setup did not write it."""
    head = text.partition("\n")[0]
    return head.removeprefix(_HEAD).rstrip(".") if head.startswith(_HEAD) else ""


def _headed(said: Mapping[str, Any]) -> str:
    """Who edits the file by hand leaves its first line as it is: it tells whether Setup has written since."""
    text = written(said)
    return f"{_HEAD}{hashlib.sha256(text.encode()).hexdigest()[:12]}.\n{text}"


def as_yaml(values: Mapping[Keys, Any]) -> str:
    """Values by their keys as YAML that people read."""
    return written(_nested(values))


def written(data: Mapping[str, Any]) -> str:
    """As YAML that people read: in the order given, several lines as such."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)
    return text


def _said(values: Mapping[Keys, Any]) -> dict[Keys, Any]:
    return {keys: value for keys, value in values.items() if value is not None}


def _nested(values: Mapping[Keys, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for keys, value in values.items():
        holder = whole
        for key in keys[:-1]:
            holder = holder.setdefault(key, {})
        holder[keys[-1]] = value
    return whole


def _at(said: Any, keys: Keys) -> Any:
    for key in keys:
        said = said.get(key) if isinstance(said, dict) else None
    return said


def _take(said: dict[str, Any], keys: Keys) -> None:
    """Takes a value away, and the mappings that are empty without it."""
    key, *rest = keys
    under = said.get(key)
    if rest and isinstance(under, dict):
        _take(under, tuple(rest))
    if not rest or under == {}:
        said.pop(key, None)


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
