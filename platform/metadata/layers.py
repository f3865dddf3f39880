"""Lays solutions over one another: what a pack adds to another's object becomes part of it, property by property.

The result depends on the set of layers only, not on the order in which they came. A layer may override what it requires;
two layers that do not know each other may not set one property differently. Who set what is kept for `explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from newel.metadata import faults
from newel.metadata.naming import ORGANISATION_PREFIX, named, nearest
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.reading import Branch, Items
from newel.metadata.shapes import Document, shown
from newel.metadata.solutions import CORE, DESCRIPTION
from newel.metadata.versions import holds, parse_range, parse_version

ORGANISATION = "org"
KEYED = frozenset({"fields", "options", "validations", "actions", "steps", "set", "tabs", "sections", "related", "keys"})
UNION = frozenset({"search"})
SEALED = frozenset({"type", "to", "of", "by", "through", "format"})


@dataclass(frozen=True, slots=True)
class Said:
    """One layer's word on one property."""

    layer: str
    value: Any
    place: Place


@dataclass(slots=True)
class Stack:
    """The solutions in the order in which they lie, what each may refer to, and their merged documents."""

    order: tuple[str, ...] = ()
    solutions: dict[str, Document] = field(default_factory=dict)
    below: dict[str, frozenset[str]] = field(default_factory=dict)  # a layer -> all that it requires, directly or not
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)  # (kind, name) -> merged
    translations: list[Document] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)  # address-like path -> every word on it, lowest layer first
    broken: set[tuple[str, str]] = field(default_factory=set)  # documents that were meant to be there, but are of no use

    def of_kind(self, kind: str) -> Iterator[Document]:
        return (document for (each, _), document in self.documents.items() if each == kind)

    def may_mention(self, layer: str, owner: str) -> bool:
        """True where `layer` is `owner`, or requires it."""
        return layer == owner or owner in self.below.get(layer, frozenset())

    def prefix(self, layer: str) -> str | None:
        said = self.solutions[layer].data.get("prefix") if layer in self.solutions else None
        return f"{said}_" if isinstance(said, str) else None


def lay(documents: Sequence[Document], problems: Problems) -> Stack:
    """All documents as one stack. Faults are reported; what they touch stays as the lower layers said it."""
    stack = Stack()
    _order(stack, documents, problems)
    ranks = {name: index for index, name in enumerate(stack.order)}
    placed = sorted(documents, key=lambda each: (ranks.get(each.layer, len(ranks)), each.kind, each.name, each.data.file.path))
    _define(stack, placed, problems)
    for document in placed:
        if document.kind == "extend":
            _Extension(stack, document, problems).lay()
    for document in stack.documents.values():
        _arrange_all(document.data, Path(), problems)
    return stack


def _order(stack: Stack, documents: Iterable[Document], problems: Problems) -> None:
    for document in sorted((each for each in documents if each.kind == "solution"), key=lambda each: each.data.file.path):
        if document.layer in stack.solutions:
            problems.add(faults.MANY_SOLUTIONS, document.place, first=stack.solutions[document.layer].place)
        else:
            stack.solutions[document.layer] = document
    needs = {name: _needs(stack, name, problems) for name in sorted({each.layer for each in documents})}
    sorter = TopologicalSorter({name: sorted(each) for name, each in needs.items()})
    try:
        sorter.prepare()
    except CycleError as circle:
        _report_circle(stack, circle.args[1], problems)
        needs = {name: {CORE} & set(needs) - {name} for name in needs}
        sorter = TopologicalSorter(needs)
        sorter.prepare()
    order: list[str] = []
    while sorter.is_active():  # of those that may come next, by name: the order is a function of the set
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    stack.order = tuple(order)
    for name in order:
        stack.below[name] = frozenset(needs[name]).union(*(stack.below[each] for each in needs[name]))
    _check_prefixes(stack, problems)


def _report_circle(stack: Stack, circle: Sequence[str], problems: Problems) -> None:
    names = sorted(set(circle))
    document = stack.solutions[names[0]]
    problems.add(faults.REQUIRES_CIRCLE, document.data.key_place("requires"), Path(("requires",)), names=", ".join(names))


def _needs(stack: Stack, name: str, problems: Problems) -> set[str]:
    """The solutions that `name` requires and that are here, each in a fitting version. The core lies beneath all."""
    core = {CORE} & stack.solutions.keys() - {name}
    document = stack.solutions.get(name)
    if document is None:
        return core
    data = document.data
    if "version" in data and parse_version(data["version"]) is None:
        problems.add(
            faults.BAD_VERSION,
            data.value_place("version"),
            Path(("version",)),
            version=data["version"],
            expected="two or three numbers, such as 1.0.0",
        )
    if name == ORGANISATION:
        core = {each for each in stack.solutions if each != name}
    requires = data.get("requires", {})
    return core | {other for other, wanted in requires.items() if _fits(stack, requires, other, wanted, problems)}


def _fits(stack: Stack, requires: Branch, other: str, wanted: str, problems: Problems) -> bool:
    at = Path(("requires", other))
    clauses = parse_range(wanted)
    if clauses is None:
        problems.add(faults.BAD_RANGE, requires.value_place(other), at, range=wanted, expected='such as ">=1.0 <2"')
    if other not in stack.solutions:
        near = nearest(other, stack.solutions)
        problems.add(
            faults.MISSING_REQUIREMENT,
            requires.key_place(other),
            at,
            name=other,
            nearest=near,
            fix=None if near else "Check both together, or install it first.",
        )
        return False
    version = parse_version(stack.solutions[other].data.get("version"))
    if version and clauses and not holds(version, clauses):
        said = stack.solutions[other].data["version"]
        problems.add(faults.WRONG_VERSION, requires.value_place(other), at, name=other, range=wanted, version=said)
    return True


def _check_prefixes(stack: Stack, problems: Problems) -> None:
    taken: dict[str, str] = {}
    for name in stack.order:
        prefix = stack.prefix(name)
        if prefix and taken.setdefault(prefix, name) != name:
            data = stack.solutions[name].data
            problems.add(
                faults.PREFIX_TAKEN, data.value_place("prefix"), Path(("prefix",)), prefix=prefix[:-1], other=taken[prefix]
            )


def _define(stack: Stack, placed: Iterable[Document], problems: Problems) -> None:
    for document in placed:
        if document.kind == "translation":
            stack.translations.append(document)
        elif document.kind not in ("extend", "solution"):
            first = stack.documents.setdefault((document.kind, document.name), document)
            if first is not document:
                _report_twice(stack, document, first, problems)


def _report_twice(stack: Stack, document: Document, first: Document, problems: Problems) -> None:
    other = document.layer != first.layer
    fix = f"Use `extend: {document.name}` to change it." if other and document.kind == "object" else None
    values = {"kind": document.kind.capitalize(), "name": document.name, "first": first.place, "fix": fix}
    problems.add(faults.DEFINED_TWICE, document.place, Path((document.kind,)), **values)


@dataclass(slots=True)
class _Extension:
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
            values = {"kind": "Object", "name": name, "owner": base.layer, "solution": self.document.layer}
            self.problems.add(
                faults.NOT_REQUIRED,
                place,
                Path(("extend",)),
                **values,
                fix=f'Add `{base.layer}: ">=1.0"` to requires in solution.yaml.',
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
                fix = None if nearest(short, known) else f"Write a file `{kind}: {full}` of its own."
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
            else self._other_kind(name) or f"If another solution has it, name that one under `requires` in {DESCRIPTION}.",
        )

    def _other_kind(self, name: str) -> str | None:
        """What to do where `name` is known, but is no object."""
        kind = next((kind for kind, known in self.stack.documents if known == name), None)
        return f"It is the name of a {kind}; only objects are extended." if kind else None

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
            wanted = f'"{prefix}" or "{ORGANISATION_PREFIX}"' if prefix else f'"{ORGANISATION_PREFIX}"'
            values = {"name": key, "object": self.document.name, "owner": self.owner, "prefix": wanted}
            self.problems.add(
                faults.NO_PREFIX, patch.key_place(key), at, **values, fix=f'Such as "{(prefix or ORGANISATION_PREFIX) + key}".'
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


def _arrange_all(branch: Branch, at: Path, problems: Problems) -> None:
    """Puts anchored entries in their places, in this branch and beneath."""
    for key, value in branch.items():
        if not isinstance(value, Branch) or not value:
            continue
        if key in KEYED and any(isinstance(each, Branch) and ("after" in each or "before" in each) for each in value.values()):
            _arrange(value, at.key(key), problems)
        if key not in ("records", "generate"):
            _arrange_all(value, at.key(key), problems)


def _arrange(entries: Branch, at: Path, problems: Problems) -> None:
    """Entries with an anchor go next to it; those with the same anchor keep the order in which they were laid."""
    beside: dict[tuple[str, str], list[str]] = {}
    roots = []
    for name, each in entries.items():
        anchor = _anchor(each)
        if anchor is None or anchor[1] not in entries:
            roots.append(name)
            if anchor:
                _report_stranger(name, anchor, entries, at, problems)
        else:
            beside.setdefault(anchor, []).append(name)
            if "after" in each and "before" in each:
                problems.add(faults.BOTH_ANCHORS, each.key_place("before"), at.key(name), name=name)
    order = _walk(roots, beside)
    if len(order) < len(entries):
        lost = [name for name in entries if name not in set(order)]
        _report_circle_of_anchors(lost, entries, at, problems)
        order += lost
    content = dict(entries)
    entries.clear()
    entries.update((name, content[name]) for name in order)


def _walk(roots: Sequence[str], beside: Mapping[tuple[str, str], Sequence[str]]) -> list[str]:
    """The roots, each with what stands before and after it, and so on outwards."""
    order = []
    waiting = [(name, False) for name in reversed(roots)]
    while waiting:
        name, placed = waiting.pop()
        if placed:
            order.append(name)
            continue
        waiting.extend((each, False) for each in reversed(beside.get(("after", name), ())))
        waiting.append((name, True))
        waiting.extend((each, False) for each in reversed(beside.get(("before", name), ())))
    return order


def _anchor(entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, Branch):
        return None
    side = next((each for each in ("after", "before") if each in entry), None)
    return (side, entry[side]) if side else None


def _report_stranger(name: str, anchor: tuple[str, str], entries: Branch, at: Path, problems: Problems) -> None:
    side, other = anchor
    if other not in (entries.missing or ()):
        near = problems.nearest(other, [each for each in entries if each != name])
        values = {"name": name, "side": side, "anchor": other, "nearest": near}
        problems.add(faults.UNKNOWN_ANCHOR, entries[name].value_place(side), at.key(name).key(side), **values)


def _report_circle_of_anchors(lost: Sequence[str], entries: Branch, at: Path, problems: Problems) -> None:
    """Reports every circle once for each of its members; what merely hangs on one is left alone."""
    seen: set[str] = set()
    for start in lost:
        path: dict[str, None] = {}
        here = start
        while here not in seen and here not in path:
            path[here] = None
            anchor = _anchor(entries[here])
            here = anchor[1] if anchor else here
        if here in path:
            circle = [*path][[*path].index(here) :]
            names = named(sorted(circle)).removeprefix("one of ")
            for name in circle:
                side = "after" if "after" in entries[name] else "before"
                problems.add(faults.ANCHOR_CIRCLE, entries[name].value_place(side), at.key(name).key(side), names=names)
        seen.update(path)
