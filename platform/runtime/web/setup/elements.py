"""Elements of the Model as the metadata browser names them: kind, label, place, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from newel.metadata.model import FormField, Model, Text
from newel.metadata.problems import NOWHERE, Place
from newel.metadata.words import say, word
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

# Every kind of element: what one is called, what many are called, and its icon.
KINDS: dict[str, tuple[str, str, str]] = {
    "solution": (word("Solution"), word("Solutions"), "packages"),
    "object": (word("Object"), word("Objects"), "database"),
    "field": (word("Field"), word("Fields"), "forms"),
    "option": (word("Option"), word("Options"), "list"),
    "validation": (word("Validation"), word("Validations"), "shield-check"),
    "action": (word("Action"), word("Actions"), "bolt"),
    "step": (word("Step"), word("Steps"), "stairs"),
    "inverse": (word("Reverse list"), word("Reverse lists"), "arrow-back-up"),
    "key": (word("Key"), word("Keys"), "fingerprint"),
    "form": (word("Form"), word("Forms"), "layout"),
    "tab": (word("Tab"), word("Tabs"), "folder"),
    "section": (word("Section"), word("Sections"), "layout-rows"),
    "related": (word("Related list"), word("Related lists"), "list-details"),
    "view": (word("View"), word("Views"), "table"),
    "role": (word("Role"), word("Roles"), "shield-lock"),
    "grant": (word("Grant"), word("Grants"), "lock-open"),
    "app": (word("App"), word("Apps"), "apps"),
    "item": (word("Menu entry"), word("Menu entries"), "menu-2"),
    "sample": (word("Sample data"), word("Sample data sets"), "file-database"),
    "test": (word("Test"), word("Tests"), "test-pipe"),
}
TOP = ("solution", "object", "form", "view", "role", "app", "sample", "test")
_INSIDE = {
    "field": "fields",
    "option": "choices",
    "validation": "validations",
    "action": "actions",
    "step": "steps",
    "inverse": "inverses",
    "key": "keys",
    "tab": "tabs",
    "item": "menu",
    "object": "grants",
}


@dataclass(frozen=True)
class Element:
    """One element as people see it."""

    address: str
    kind: str
    name: str
    label: str
    place: Place

    @property
    def url(self) -> str:
        return url_of(self.address)

    @property
    def icon(self) -> str:
        return KINDS[self.kind][2]

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind][0]

    @property
    def solution(self) -> str:
        """The solution whose file says it."""
        return self.place.file.partition("/")[0] if self.place != NOWHERE else ""


def url_of(address: str) -> str:
    return f"/setup/metadata/element/?address={quote(address, safe=':/.*')}"


def element(installation: Installation, address: str, language: str) -> Element | None:
    """The element at an address; None where there is none."""
    return catalogue(installation, language).get(address)


def nearest(installation: Installation, address: str, language: str) -> tuple[Element | None, str]:
    """The element that an address of a property is in, and what is left of the address."""
    known, rest = catalogue(installation, language), ""
    while address and address not in known:
        address, _, last = address.rpartition("/")
        rest = f"{last}/{rest}" if rest else last
    return known.get(address), rest


def inside(installation: Installation, address: str, language: str) -> list[Element]:
    """The elements right within an element, in the order in which they were declared."""
    begin, known = f"{address}/", catalogue(installation, language)
    return [each for each in known.values() if each.address.startswith(begin) and _depth(each.address, begin) == 1]


def of_kind(installation: Installation, kind: str, language: str) -> list[Element]:
    return [each for each in catalogue(installation, language).values() if each.kind == kind]


def search(installation: Installation, text: str, language: str, most: int) -> list[Element]:
    """Elements whose label or address holds every word; objects first, then what is least deep."""
    wanted = text.casefold().split()
    if not wanted:
        return []
    found = [each for each in catalogue(installation, language).values() if _holds(each, wanted)]
    found.sort(key=lambda each: _rank(each, text.casefold()))
    return found[:most]


def parents(installation: Installation, address: str, language: str) -> list[Element]:
    """The elements around an element, the outermost first."""
    known = catalogue(installation, language)
    parts = address.split("/")
    ways = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return [known[way] for way in ways if way in known]


def grouped(found: Iterable[Element]) -> list[tuple[str, str, list[Element]]]:
    """Elements by kind, each group with its kind and what many of it are called, in the order of KINDS."""
    groups: dict[str, list[Element]] = {}
    for each in found:
        groups.setdefault(each.kind, []).append(each)
    return [(kind, KINDS[kind][1], groups[kind]) for kind in KINDS if kind in groups]


def catalogue(installation: Installation, language: str) -> dict[str, Element]:
    """Every element by its address, in one language; made once for a Model."""
    found: dict[str, Element] = kept(
        installation, ("elements", language), lambda: {each.address: each for each in _all(installation.model, language)}
    )
    return found


def _all(model: Model, language: str) -> Iterator[Element]:
    for address, place in model.places.items():
        *around, last = address.split("/")
        kind, _, name = last.partition(":")
        kind = "grant" if kind == "object" and around else kind
        if kind in KINDS:
            yield Element(address, kind, name, _label(model, address, language) or name, place)


def _label(model: Model, address: str, language: str) -> str:
    """What the element is called."""
    top, *parts = address.split("/")
    kind, _, name = top.partition(":")
    held: Any = getattr(model, f"{kind}s").get(name)
    for part in parts:
        kind, _, name = part.partition(":")
        if kind == "object":
            return _object_label(model, name, language)
        held = _held(held, kind, name)
    if isinstance(held, FormField):
        form_object = model.forms[top.partition(":")[2]].object
        return model.objects[form_object].fields[held.field].label.say(language)
    said = getattr(held, "plural", None) or getattr(held, "label", None) or getattr(held, "message", None)
    if said is None and getattr(held, "object", None):
        return _object_label(model, held.object, language)
    return said.say(language) if isinstance(said, Text) else ""


def _object_label(model: Model, name: str, language: str) -> str:
    if name == "*":
        return say(language, "All other objects")
    return model.objects[name].plural.say(language) if name in model.objects else name


def _held(holder: Any, kind: str, name: str) -> Any:
    """The part of that kind and name; sections stand in a form's tabs, menu entries in other entries."""
    if kind in ("section", "related"):
        group = "sections" if kind == "section" else "related"
        return next((getattr(tab, group)[name] for tab in holder.tabs.values() if name in getattr(tab, group)), None)
    if kind == "item":
        return _item(holder.menu, name)
    return getattr(holder, _INSIDE.get(kind, ""), {}).get(name)


def _item(items: Any, name: str) -> Any:
    if name in items:
        return items[name]
    return next((found for each in items.values() if (found := _item(each.items, name)) is not None), None)


def _depth(address: str, begin: str) -> int:
    return address.removeprefix(begin).count("/") + 1


def _holds(each: Element, wanted: list[str]) -> bool:
    said = f"{each.label} {each.address}".casefold()
    return all(part in said for part in wanted)


def _rank(each: Element, text: str) -> tuple[int, int, int]:
    """The very name or label first, then what begins with the text; what is least deep first, then objects."""
    names = (each.name.casefold(), each.label.casefold())
    nearness = 0 if text in names else 1 if any(name.startswith(text) for name in names) else 2
    return nearness, each.address.count("/"), TOP.index(each.address.partition(":")[0])
