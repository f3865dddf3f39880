"""What labels are called in other languages: translations are gathered by address, and taken as the elements are linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from newel.metadata import faults, words
from newel.metadata.layers import Stack
from newel.metadata.model import EMPTY, Text
from newel.metadata.naming import ELEMENTS, named
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.reading import Branch
from newel.metadata.shapes import shown
from newel.metadata.words import Phrase, phrase

LANGUAGES = ("zh-CN",)  # the languages that the platform's own words are in, beside English

# In a translation's tree: the key of a group -> what its entries are called in addresses.
_GROUPS = {"fields": "field", "options": "option", "validations": "validation", "actions": "action", "steps": "step"}
_GROUPS |= {"tabs": "tab", "sections": "section", "related": "related", "menu": "item"}
_ROOTS = {"objects": "object", "forms": "form", "views": "view", "apps": "app", "roles": "role"}


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    place: Place
    path: Path
    layer: str


@dataclass(slots=True)
class Texts:
    """Translated texts by address and property; those never taken translate nothing."""

    said: dict[str, dict[str, _Said]] = field(default_factory=dict)
    taken: dict[str, None] = field(default_factory=dict)

    def take(self, address: str, what: str, source: str) -> Text:
        """The text of a property of an element, with all that the translations say of it."""
        key = f"{address}/{what}"
        self.taken[key] = None
        found = self.said.get(key)
        return Text(source, {language: each.text for language, each in sorted(found.items())} if found else EMPTY)

    def leftovers(self, places: Iterable[str], lost: Iterable[str], problems: Problems) -> None:
        """Names what is translated, but does not exist; `places` are the addresses of all elements.

        What stands at or beneath a `lost` address was meant to be there, and what is wrong with it has been told.
        """
        wrong = self.said.keys() - self.taken.keys()
        if wrong:
            told = set(lost)
            wrong = {key for key in wrong if told.isdisjoint(_above(key))}
        index = _Index([*self.taken, *places] if wrong else [])
        for key in sorted(wrong):
            for each in self.said[key].values():
                what, near, expected = index.description(key, problems)
                problems.add(faults.UNKNOWN_ELEMENT, each.place, each.path, what=what, nearest=near, expected=expected)


class _Index:
    """The known addresses by what they stand in."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.below: dict[str, dict[str, None]] = {}
        for address in addresses:
            above = ""
            for part in address.split("/"):
                self.below.setdefault(above, {})[part] = None
                above = f"{above}/{part}" if above else part

    def description(self, key: str, problems: Problems) -> tuple[Phrase, str | None, str | None]:
        """The first unknown part of an address, and the known names beside it."""
        above = ""
        for part in key.split("/"):
            beside = self.below.get(above, {})
            if part not in beside:
                break
            above = f"{above}/{part}" if above else part
        kind, _, name = part.rpartition(":")
        if not kind:
            return phrase("the {property} of {element}", property=part, element=above), None, None
        names = [each.partition(":")[2] for each in beside if each.startswith(f"{kind}:")]
        near = problems.nearest(name, names)
        said = phrase('{kind} "{name}"', kind=ELEMENTS[kind], name=name)
        of = phrase("{what} of {element}", what=said, element=above) if above else said
        return of, near, None if near else named(names)


def _above(key: str) -> Iterator[str]:
    """An address and all that it stands in."""
    while key:
        yield key
        key = key.rpartition("/")[0]


def cut_off(address: str, data: Branch) -> Iterator[str]:
    """The addresses of what was said of an element, or within it, but is of no use."""
    yield from (f"{address}/{key}" for key in data.missing or ())
    root = address.partition("/")[0]
    for part, kind in (*_GROUPS.items(), ("items", "item")):
        group = data.get(part)
        if not isinstance(group, Branch):
            continue
        above = root if kind in ("tab", "section", "related", "item") else address
        yield from (f"{above}/{kind}:{name}" for name in group.missing or ())
        for name, content in group.items():
            if isinstance(content, Branch):
                yield from cut_off(f"{above}/{kind}:{name}", content)


@cache
def platform_text(source: str) -> Text:
    """A text of the platform itself, in all its languages."""
    said = {language: words.say(language, source) for language in LANGUAGES}
    return Text(source, {language: text for language, text in said.items() if text != source} or EMPTY)


def filled(pattern: str, **texts: Text) -> Text:
    """A platform text with other texts put in, in every language that one of them is in."""
    languages = {language for text in texts.values() for language in text.translations} | set(LANGUAGES)
    source = pattern.format(**{name: text.source for name, text in texts.items()})
    said = {
        language: words.say(language, pattern).format(**{name: text.say(language) for name, text in texts.items()})
        for language in sorted(languages)
    }
    return Text(source, {language: text for language, text in said.items() if text != source} or EMPTY)


def gather(stack: Stack, problems: Problems) -> Texts:
    """All translations of the stack; a higher layer's word stands over a lower one's."""
    texts = Texts()
    for document in stack.translations:
        for address, branch, key, path in _walk(document.data, document.layer):
            said = _Said(branch[key], branch.value_place(key), path, document.layer)
            _enter(texts, stack, address, document.name, said, problems)
    return texts


def _enter(texts: Texts, stack: Stack, address: str, language: str, said: _Said, problems: Problems) -> None:
    before = texts.said.setdefault(address, {})
    first = before.get(language)
    before[language] = said
    if first is None or first.text == said.text:
        return
    if first.layer == said.layer:
        problems.add(faults.TWO_TRANSLATIONS, said.place, said.path, what=said.path, language=language, first=first.place)
    elif not stack.may_mention(said.layer, first.layer):
        values = {
            "what": said.path,
            "mine": shown(said.text),
            "theirs": shown(first.text),
            "other": first.layer,
            "where": first.place,
        }
        problems.add(faults.CONFLICT, said.place, said.path, **values, layer=said.layer)


def _walk(data: Branch, layer: str) -> Iterator[tuple[str, Branch, str, Path]]:
    if "solution" in data:
        yield from _element(f"solution:{layer}", data, "solution", Path(("solution",)))
    for key, kind in _ROOTS.items():
        group: Mapping[str, Any] = data.get(key, EMPTY)
        for name in group:
            yield from _element(f"{kind}:{name}", data[key], name, Path((key, name)))


def _element(address: str, holder: Branch, key: str, at: Path) -> Iterator[tuple[str, Branch, str, Path]]:
    value = holder[key]
    if isinstance(value, str):
        yield f"{address}/{'message' if '/validation:' in address else 'label'}", holder, key, at
        return
    for part, content in value.items():
        if isinstance(content, str):
            yield f"{address}/{part}", value, part, at.key(part)
        elif part in _GROUPS:
            below = address.replace("/field:", "_") if part == "fields" else address  # what is known of each link
            for name in content:
                yield from _element(f"{below}/{_GROUPS[part]}:{name}", content, name, at.key(part).key(name))
