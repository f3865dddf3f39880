"""Puts anchored entries in their places: what stands `after` or `before` a neighbour, in every keyed mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newel.metadata import faults
from newel.metadata.naming import named
from newel.metadata.problems import Path, Problems
from newel.metadata.reading import Branch

KEYED = frozenset({"fields", "options", "validations", "actions", "steps", "set", "tabs", "sections", "related", "keys"})


def arrange_all(branch: Branch, at: Path, problems: Problems) -> None:
    """Puts anchored entries in their places, in this branch and beneath."""
    for key, value in branch.items():
        if not isinstance(value, Branch) or not value:
            continue
        if key in KEYED and any(isinstance(each, Branch) and ("after" in each or "before" in each) for each in value.values()):
            _arrange(value, at.key(key), problems)
        if key not in ("records", "generate", "given"):
            arrange_all(value, at.key(key), problems)


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
