"""What samples may refer to in one another: lists by solution, keys of records and names of parts by object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from newel.metadata.model import Sample
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.samples.faults import SAME_LIST, SAME_RECORD
from newel.metadata.samples.places import branch_of, key_place

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z]+))?(?::(0?\d+))?\}")


@dataclass(slots=True)
class Stock:
    """What samples may refer to in one another: lists by layer, keys of records by object, names of parts by object."""

    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Place]] = field(default_factory=dict)
    parts: dict[str, set[str]] = field(default_factory=dict)

    def find_list(self, layer: str, name: str) -> Any:
        """The list of that name: of the own solution first, then of any other; None where there is none."""
        own = self.lists.get(layer, {})
        return own[name] if name in own else next((each[name] for each in self.lists.values() if name in each), None)

    def list_names(self) -> set[str]:
        return {name for each in self.lists.values() for name in each}


def stock_of(samples: Mapping[str, Sample], problems: Problems | None = None) -> Stock:
    """The lists, keys and parts of all samples; what is said twice goes to `problems`."""
    stock, found = Stock(), problems if problems is not None else Problems()
    places: dict[tuple[str, str], Place] = {}
    for sample in samples.values():
        lists = branch_of(sample.body.get("lists"))
        for name, values in lists.items():
            at = key_place(lists, name, sample.place)
            first = places.setdefault((sample.layer, name), at)
            if first is not at:
                found.add(SAME_LIST, at, Path(("lists", name)), name=name, first=first)
            stock.lists.setdefault(sample.layer, {}).setdefault(name, values)
        records = branch_of(sample.body.get("records"))
        keys = stock.keys.setdefault(sample.object, {})
        for key in records:
            at = key_place(records, key, sample.place)
            if key in keys:
                found.add(SAME_RECORD, at, Path(("records", key)), key=key, object=sample.object, first=keys[key])
            keys.setdefault(key, at)
        stock.parts.setdefault(sample.object, set()).update(_part_names(branch_of(sample.body.get("generate"))))
    return stock


def list_columns(values: Any) -> tuple[str, ...]:
    """The columns of a list that is a table; none for a plain list."""
    return tuple(values.get("columns", ())) if isinstance(values, Mapping) else ()


def placeholders(text: str) -> Iterator[tuple[str, str, str]]:
    """Each placeholder of a text: its path, its filter and its width."""
    for match in PLACEHOLDER.finditer(text):
        yield match.group(1), match.group(2) or "", match.group(3) or ""


def _part_names(generate: Mapping[str, Any]) -> Iterator[str]:
    yield from branch_of(generate.get("parts"))
    for variant in branch_of(generate.get("variants")).values():
        yield from branch_of(branch_of(variant).get("parts"))
