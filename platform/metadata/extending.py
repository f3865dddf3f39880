"""Lays one `extend` document over the object that it adds to, property by property, and over the object's forms and views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newel.metadata import faults
from newel.metadata.arranging import KEYED
from newel.metadata.naming import ELEMENTS, ORGANISATION_PREFIX, named, nearest
from newel.metadata.problems import Path, Problems
from newel.metadata.reading import Branch, Items
from newel.metadata.shapes import Document, shown
from newel.metadata.solutions import DESCRIPTION
from newel.metadata.stack import Said, Stack
from newel.metadata.words import phrase

UNION = frozenset({"search"})
SEALED = frozenset({"type", "to", "of", "by", "through", "format"})


@dataclass(slots=True)
class Extension:
    """Lays one `extend` document over the object, and over the object's forms and views."""

    stack: Stack
    document: Document
    problems: Problems
    owner: str = ""

    def lay(self) -> None:
        name = self.document.name
        base = self.stack.documents.get(("object", name))
        if base is None:
            self._report_unknown(name)
            return
        self.owner = base.layer
        if not self.stack.may_mention(self.document.layer, base.layer):
            place = self.document.place
            values = {"kind": ELEMENTS["object"].as_beginning, "name": name, "owner": base.layer, "solution": self.document.layer}
            self.problems.add(
                faults.NOT_REQUIRED,
                place,
                Path(("extend",)),
                **values,
                fix=phrase('Add `{layer}: ">=1.0"` to requires in solution.yaml.', layer=base.layer),
            )
            return
        patch = self.document.data
        whole = {key: value for key, value in patch.items() if key not in ("extend", "forms", "views")}
        self._replace(base, self._merged(base.data, _part(patch, whole), f"object:{name}", Path()))
        self._lay_layouts("form", "forms")
        self._lay_layouts("view", "views")

    def _lay_layouts(self, kind: str, key: str) -> None:
        for short, patch in self.document.data.get(key, {}).items():
            full = f"{self.document.name}.{short}"
            base = self.stack.documents.get((kind, full))
            if base is None:
                known = [
                    name.partition(".")[2]
                    for each, name in self.stack.documents
                    if each == kind and name.startswith(f"{self.document.name}.")
                ]
                place = self.document.data[key].key_place(short)
                fix = None if nearest(short, known) else phrase("Write a file `{kind}: {full}` of its own.", kind=kind, full=full)
                values = {"object": self.document.name, "name": short, "nearest": nearest(short, known), "fix": fix}
                self.problems.add(
                    faults.UNKNOWN_VIEW if kind == "view" else faults.UNKNOWN_FORM, place, Path((key, short)), **values
                )
                continue
            self._replace(base, self._merged(_with_tabs(base.data, patch), patch, f"{kind}:{full}", Path((key, short))))

    def _report_unknown(self, name: str) -> None:
        if ("object", name) in self.stack.broken:
            return
        known = [each.name for each in self.stack.of_kind("object")]
        near = nearest(name, known)
        self.problems.add(
            faults.UNKNOWN_OBJECT,
            self.document.place,
            Path(("extend",)),
            name=name,
            nearest=near,
            expected=None if near else named(known),
            fix=None
            if near
            else self._other_kind(name)
            or phrase("If another solution has it, name that one under `requires` in {description}.", description=DESCRIPTION),
        )

    def _other_kind(self, name: str) -> str | None:
        """What to do where `name` is known, but is no object."""
        kind = next((kind for kind, known in self.stack.documents if known == name), None)
        return phrase("It is the name of a {kind}; only objects are extended.", kind=ELEMENTS[kind]) if kind else None

    def _replace(self, base: Document, data: Branch) -> None:
        self.stack.documents[base.kind, base.name] = Document(base.kind, base.name, data, base.layer)

    def _merged(self, base: Branch, patch: Branch, address: str, at: Path) -> Branch:
        """`base` with what `patch` says, in a new branch."""
        merged = _copy(base)
        keyed = address.rsplit("/", 1)[-1] in KEYED
        for key, value in patch.items():
            here = f"{address}/{key}"
            if keyed and key not in base:
                self._admit(merged, patch, key, here, at.key(key))
            elif isinstance(value, Branch) and isinstance(base.get(key), Branch):
                self._take(merged, key, self._merged(base[key], value, here, at.key(key)), base)
            elif isinstance(value, Branch) and isinstance(base.get(key), str) and key not in ("default",):
                self._take(merged, key, self._merged(_spelled_out(base, key), value, here, at.key(key)), base)
            elif isinstance(value, Branch) and isinstance(base.get(key), Items) and key in KEYED:
                self._take(merged, key, self._merged(_by_name(base[key]), value, here, at.key(key)), base)
            else:
                self._set(merged, base, patch, key, here, at.key(key))
        return merged

    def _admit(self, merged: Branch, patch: Branch, key: str, address: str, at: Path) -> None:
        """A new entry of a keyed mapping (a field, an option...): it bears the prefix of who adds it."""
        layer = self.document.layer
        prefix = self.stack.prefix(layer)
        if self._meant_another(merged, patch, key, at):
            return
        kind = address.rsplit("/", 2)[-2]
        free = (
            self.owner == layer
            or kind in ("set", "steps")
            or (kind in ("fields", "related") and "/sections/" in address)
            or kind == "related"
        )
        if not free and not key.startswith(ORGANISATION_PREFIX) and not (prefix and key.startswith(prefix)):
            wanted = (
                phrase('"{own}" or "{x}"', own=prefix, x=ORGANISATION_PREFIX)
                if prefix
                else phrase('"{text}"', text=ORGANISATION_PREFIX)
            )
            values = {"name": key, "object": self.document.name, "owner": self.owner, "prefix": wanted}
            self.problems.add(
                faults.NO_PREFIX,
                patch.key_place(key),
                at,
                **values,
                fix=phrase('Such as "{text}".', text=(prefix or ORGANISATION_PREFIX) + key),
            )
        self._say(address, patch, key)
        self._enter(merged, key, patch)

    def _meant_another(self, merged: Branch, patch: Branch, key: str, at: Path) -> bool:
        """A change to a field whose name is misspelt: it has no type, and looks like a known one."""
        value = patch[key]
        near = nearest(key, merged) if at.keys[:-1] == ("fields",) and isinstance(value, Branch) and "type" not in value else None
        if near:
            values = {"object": self.document.name, "name": key, "nearest": near}
            self.problems.add(faults.UNKNOWN_FIELD, patch.key_place(key), at, **values)
        return near is not None

    def _set(self, merged: Branch, base: Branch, patch: Branch, key: str, address: str, at: Path) -> None:
        """A property: replaced where this layer stands above who set it, refused where they do not know each other."""
        value = patch[key]
        if key in SEALED and key in base and base[key] != value and "/" in address:
            place = patch.key_place(key)
            self.problems.add(
                faults.SEALED,
                place,
                at,
                property=key,
                element=address.rsplit("/", 1)[0].replace("/fields/", ".").removeprefix("object:"),
            )
            return
        if key in UNION and isinstance(base.get(key), Items):
            self._say(address, patch, key)
            joined = _joined(base[key], value)
            self._take(merged, key, joined, base)
            return
        if address not in self.stack.said and key in base:
            origin = base.origin(key)
            self.stack.said[address] = [Said(origin.file.layer, base[key], base.value_place(key))]
        for other in self.stack.said.get(address, ()):
            if other.value != value and not self.stack.may_mention(self.document.layer, other.layer):
                values = {
                    "what": at,
                    "mine": shown(value),
                    "theirs": shown(other.value),
                    "other": other.layer,
                    "where": other.place,
                }
                self.problems.add(faults.CONFLICT, patch.value_place(key), at, **values, layer=self.document.layer)
                return
        self._say(address, patch, key)
        self._enter(merged, key, patch)

    def _say(self, address: str, patch: Branch, key: str) -> None:
        self.stack.said.setdefault(address, []).append(Said(self.document.layer, patch[key], patch.value_place(key)))

    def _enter(self, merged: Branch, key: str, patch: Branch) -> None:
        merged[key] = patch[key]
        merged.origins = {**(merged.origins or {}), key: patch.origin(key)}

    def _take(self, merged: Branch, key: str, value: Any, base: Branch) -> None:
        merged[key] = value
        if base.origin(key) is not base:
            merged.origins = {**(merged.origins or {}), key: base.origin(key)}


def _joined(below: Items, above: Items) -> Items:
    """Both lists as one, each item once."""
    joined = Items(below.file, below.mark)
    joined.files = []
    for items in (below, above):
        for index, item in enumerate(items):
            if item not in joined:
                joined.append(item)
                joined.marks.append(items.marks[index])
                joined.files.append(items.item_file(index))
    return joined


def _copy(branch: Branch) -> Branch:
    twin = Branch(branch.file, branch.mark)
    twin.update(branch)
    twin.marks = branch.marks
    twin.origins = branch.origins
    twin.missing = branch.missing
    return twin


def _part(branch: Branch, content: Mapping[str, Any]) -> Branch:
    part = _copy(branch)
    part.clear()
    part.update(content)
    return part


def _spelled_out(base: Branch, key: str) -> Branch:
    """A short form (an option that is only its label) as the mapping that it stands for."""
    origin = base.origin(key)
    whole = Branch(origin.file, origin.marks.get(key, (0, origin.mark))[1])
    whole["label"] = base[key]
    whole.marks["label"] = origin.marks.get(key, (0, 0))
    return whole


def _by_name(names: Items) -> Branch:
    """A list of names as the mapping that it stands for."""
    whole = Branch(names.file, names.mark)
    for name, mark in zip(names, names.marks, strict=True):
        if isinstance(name, str):
            whole[name] = None
            whole.marks[name] = (mark, mark)
    return whole


def _with_tabs(base: Branch, patch: Branch) -> Branch:
    """Sections and related lists that a patch names without a tab are looked for in the base's tabs."""
    if "tabs" not in base or "tabs" in patch:
        return base
    wrapped: dict[str, Branch] = {}
    for part in ("sections", "related"):
        for name in list(patch.get(part, {})) if isinstance(patch.get(part), Branch) else []:
            tab = next(
                (each for each, content in base["tabs"].items() if name in (content.get(part) or ())), next(iter(base["tabs"]))
            )
            holder = wrapped.setdefault(tab, Branch(patch.file, patch.mark))
            inner = holder.setdefault(part, Branch(patch[part].file, patch[part].mark))
            inner[name] = patch[part].pop(name)
            inner.marks[name] = patch[part].marks[name]
            holder.marks[part] = patch.marks[part]
        if isinstance(patch.get(part), Branch) and not patch[part]:
            del patch[part]
    if wrapped:
        tabs = Branch(patch.file, patch.mark)
        tabs.update(wrapped)
        patch["tabs"] = tabs
        patch.marks["tabs"] = (patch.mark, patch.mark)
    return base
