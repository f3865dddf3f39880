"""Lays solutions over one another: what a pack adds to another's object becomes part of it, property by property.

The result depends on the set of layers only, not on the order in which they came. A layer may override what it requires;
two layers that do not know each other may not set one property differently. Who set what is kept for `explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from newel.metadata import faults
from newel.metadata.arranging import arrange_all
from newel.metadata.extending import Extension
from newel.metadata.naming import ELEMENTS, nearest
from newel.metadata.problems import Path, Problems
from newel.metadata.reading import Branch
from newel.metadata.shapes import Document
from newel.metadata.solutions import CORE
from newel.metadata.stack import Said, Stack
from newel.metadata.versions import holds, parse_range, parse_version
from newel.metadata.words import phrase

__all__ = ["ORGANISATION", "Said", "Stack", "lay"]

ORGANISATION = "org"
SETUP = "setup"  # the folder of the organisation's layer that Setup writes; it has the last word within it


def lay(documents: Sequence[Document], problems: Problems) -> Stack:
    """All documents as one stack. Faults are reported; what they touch stays as the lower layers said it."""
    stack = Stack()
    _order(stack, documents, problems)
    ranks = {name: index for index, name in enumerate(stack.order)}
    placed = sorted(
        documents, key=lambda each: (ranks.get(each.layer, len(ranks)), each.kind, each.name, *_order_of(each.data.file.path))
    )
    _define(stack, placed, problems)
    for document in placed:
        if document.kind == "extend":
            Extension(stack, document, problems).lay()
    for document in stack.documents.values():
        arrange_all(document.data, Path(), problems)
    return stack


def _order_of(path: str) -> tuple[bool, str]:
    return path.startswith(f"{ORGANISATION}/{SETUP}/"), path


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
            expected=phrase("two or three numbers, such as 1.0.0"),
        )
    if name == ORGANISATION:
        core = {each for each in stack.solutions if each != name}
    requires = data.get("requires", {})
    return core | {other for other, wanted in requires.items() if _fits(stack, requires, other, wanted, problems)}


def _fits(stack: Stack, requires: Branch, other: str, wanted: str, problems: Problems) -> bool:
    at = Path(("requires", other))
    clauses = parse_range(wanted)
    if clauses is None:
        problems.add(faults.BAD_RANGE, requires.value_place(other), at, range=wanted, expected=phrase('such as ">=1.0 <2"'))
    if other not in stack.solutions:
        near = nearest(other, stack.solutions)
        problems.add(
            faults.MISSING_REQUIREMENT,
            requires.key_place(other),
            at,
            name=other,
            nearest=near,
            fix=None if near else phrase("Check both together, or install it first."),
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
            first = stack.documents.setdefault((document.kind, full_name(document)), document)
            if first is not document:
                _report_twice(stack, document, first, problems)


def full_name(document: Document) -> str:
    """What an element is known by among all solutions: tests bear the name of theirs, so that no two ever clash."""
    return f"{document.layer}.{document.name}" if document.kind == "test" else document.name


def _report_twice(stack: Stack, document: Document, first: Document, problems: Problems) -> None:
    other = document.layer != first.layer
    fix = phrase("Use `extend: {name}` to change it.", name=document.name) if other and document.kind == "object" else None
    values = {"kind": ELEMENTS[document.kind].as_beginning, "name": document.name, "first": first.place, "fix": fix}
    problems.add(faults.DEFINED_TWICE, document.place, Path((document.kind,)), **values)
