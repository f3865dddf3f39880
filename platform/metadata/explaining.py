"""Who says what: the chain of layers behind every property of an element, where it is said, and which word holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from newel.metadata.compiling import Compilation
from newel.metadata.layers import Said, Stack
from newel.metadata.model import Model
from newel.metadata.naming import nearest
from newel.metadata.problems import Place
from newel.metadata.reading import Branch
from newel.metadata.shapes import shown
from newel.metadata.words import say

# How the parts of an address are called in documents.
_GROUPS = {
    "field": "fields",
    "option": "options",
    "validation": "validations",
    "action": "actions",
    "step": "steps",
    "key": "keys",
}
_GROUPS |= {"tab": "tabs", "section": "sections", "related": "related", "item": "menu", "object": "objects"}


@dataclass(frozen=True, slots=True)
class Word:
    """One layer's word on a property; the last of a chain holds."""

    layer: str
    version: str
    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an address means: where the element is said, and for every property the chain of words, the one that holds last."""

    address: str
    place: Place
    properties: dict[str, tuple[Word, ...]]

    def as_text(self, language: str = "en") -> str:
        lines = [f"{self.address}  {self.place}"]
        for name, chain in self.properties.items():
            *overruled, winner = (_told(name, each, language) for each in chain)
            lines.append(f"  {name}: {winner}")
            lines.extend(f"    {say(language, 'overrules')} {each}" for each in overruled[::-1])
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        def told(each: Word) -> dict[str, Any]:
            return {"layer": each.layer, "version": each.version, "value": each.value, "place": str(each.place)}

        properties = {name: [told(each) for each in chain] for name, chain in self.properties.items()}
        return {"address": self.address, "place": str(self.place), "properties": properties}


def _told(name: str, word: Word, language: str) -> str:
    """A word in one line, with its layer and place; what a field is computed by is told whole."""
    value = " ".join(str(word.value).split()) if name in ("formula", "rollup") else shown(word.value).say(language)
    return f"{value}  ({word.layer} {word.version}, {word.place})"


def explain(compilation: Compilation, address: str) -> Explanation | None:
    """What an element, or one property of it (object:account/field:phone/required), says; None where it is unknown."""
    model, stack = compilation.model, compilation.stack
    if model is None:
        return None
    element, _, wanted = address.rpartition("/") if ":" not in address.rpartition("/")[2] else (address, "", "")
    if element not in model.places:
        return None
    found = _find(stack, element)
    properties = {}
    for name in found[0] if found else ():
        chain = _chain(stack, found, name) if found else ()
        if chain and (not wanted or name == wanted):
            properties[name] = chain
    if wanted and not properties:
        return None
    return Explanation(address, model.places[element], properties)


def _find(stack: Stack, address: str) -> tuple[Branch, str] | None:
    """The merged node of an element, and the path under which `lay` noted who said what."""
    top, *parts = address.split("/")
    kind, _, name = top.partition(":")
    document = stack.solutions.get(name) if kind == "solution" else stack.documents.get((kind, name))
    if document is None:
        return None
    node: Any = document.data
    at = f"{kind}:{name}"
    for part in parts:
        below = _GROUPS.get(part.partition(":")[0], "")
        key = part.partition(":")[2]
        holder, at = _holder(node, below, key, at)
        if holder is None:
            return None
        if not isinstance(holder[key], Branch):
            return _only(holder, key), at
        node, at = holder[key], f"{at}/{key}"
    return node, at


def _holder(node: Branch, below: str, key: str, at: str) -> tuple[Branch | None, str]:
    """The mapping in which `key` stands: here, in one of a form's tabs, or in a group of a menu."""
    here = node.branch(below)
    if key in here:
        return here, f"{at}/{below}"
    inner = "tabs" if below in ("sections", "related") else "items" if below == "menu" else ""
    for name, each in (node.branch(inner) if inner == "tabs" else here).items():
        if inner and isinstance(each, Branch):
            found = _holder(each, "items" if inner == "items" else below, key, f"{at}/{inner or below}/{name}")
            if found[0] is not None:
                return found
    return None, at


def _only(holder: Branch, key: str) -> Branch:
    """A short form (an option that is only its label) as a node with that one entry."""
    origin = holder.origin(key)
    node = Branch(origin.file, origin.mark)
    node[key] = holder[key]
    node.marks = {key: origin.marks[key]}
    return node


def _chain(stack: Stack, found: tuple[Branch, str], name: str) -> tuple[Word, ...]:
    node, at = found
    if isinstance(node[name], Branch) and name != "default":
        return ()  # an element of its own
    said = [*stack.said.get(f"{at}/{name}", ()), *stack.said.get(f"{at}/{name}/expr", ())]
    said = said or [Said(node.origin(name).file.layer, node[name], node.value_place(name))]
    return tuple(Word(each.layer, _version(stack, each.layer), _plain(each.value), each.place) for each in said)


def _plain(value: Any) -> Any:
    """A value as it is told: of a default that is an expression, its text."""
    return value.get("expr") if isinstance(value, Branch) else value


def _version(stack: Stack, layer: str) -> str:
    return str(stack.solutions[layer].data.get("version", "")) if layer in stack.solutions else ""


def users(model: Model, address: str) -> tuple[str, ...]:
    """The addresses of the elements that mention an element, or one of the elements in it."""
    inside = f"{address}/"
    found: dict[str, None] = {}
    for target, by in model.uses.items():
        if target == address or target.startswith(inside):
            found.update(dict.fromkeys(each for each in by if each != address and not each.startswith(inside)))
    return tuple(sorted(found))


def nearest_address(model: Model, address: str) -> str | None:
    """The known address that was most likely meant."""
    known: Iterable[str] = (each for each in model.places if each.partition(":")[0] == address.partition(":")[0])
    return nearest(address, known) or nearest(address, (each for each in model.places if each.count("/") == address.count("/")))
