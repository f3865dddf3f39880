"""Values that a scenario test states: each must be one that its field takes; a reference names a record of the test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from newel.metadata import faults, scenario_faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.linking.workbench import Draft, Spot, Workbench, key_spot, spot
from newel.metadata.model import USER_OBJECT, Field
from newel.metadata.naming import either
from newel.metadata.problems import Path, Place
from newel.metadata.reading import Branch, Items
from newel.metadata.shapes import shown
from newel.metadata.words import phrase


@dataclass(slots=True)
class Keys:
    """The records that a test knows by a key: the object of each, and where it was named."""

    objects: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def of(self, *objects: str) -> list[str]:
        return [key for key, each in self.objects.items() if each in objects]


@dataclass(slots=True)
class Stated:
    """Holds stated values against the fields, on behalf of one element of a test."""

    bench: Workbench
    keys: Keys
    by: str
    unfit: frozenset[str] = frozenset()  # fields whose values are meant to be refused: they may be anything
    mentioned: set[str] = field(default_factory=set)  # the keys that references have named

    def fields(self, owner: Draft, values: Branch, at: Path) -> None:
        """Values by field."""
        for name in values:
            if self.bench.field_named(owner, name, key_spot(values, name, at), self.by) and name not in self.unfit:
                self.value(self.bench.objects[owner.name].fields[name], values[name], spot(values, name, at))

    def paths(self, owner: Draft, values: Branch, at: Path) -> None:
        """Values by field or by path, such as account.name."""
        for path in values:
            found = self.bench.path_to(owner, path, key_spot(values, path, at), self.by)
            if found:
                self.value(self.bench.objects[owner.name].fields.get(path, found), values[path], spot(values, path, at))

    def value(self, of: Field, value: Any, where: Spot) -> None:
        if value is None:
            return
        if of.type == "child_table" and of.of:
            self._rows(of, value, where)
        elif of.type == "many_to_many":
            for each in value if isinstance(value, list) else [value]:
                self.reference(of.to, each, where)
        elif of.is_reference:
            self.reference(of.to or (USER_OBJECT,), value, where)
        else:
            self._plain(of, value, where)

    def reference(self, objects: Iterable[str], value: Any, where: Spot) -> None:
        if not isinstance(value, str) or not value.startswith("@"):
            known = self.keys.of(*objects)
            near = self.bench.problems.nearest(value, known)
            example = f"@{near or next(iter(known), 'acme')}"
            expected = phrase('the key of a record, such as "{example}"', example=example)
            self.bench.problems.add(faults.WRONG_TYPE, where.place, where.path, value=shown(value), expected=expected)
            return
        self.record(value[1:], where, *objects)

    def record(self, key: str, where: Spot, *objects: str) -> str | None:
        """The object of the record `key`, which must be one of `objects` where some are named; else a problem and None."""
        found = self.keys.objects.get(key)
        if found is None:
            known = self.keys.of(*objects) if objects else self.keys.objects
            self.bench.problems.unknown(scenario_faults.UNKNOWN_KEY, where.place, where.path, key, known, key=key)
            return None
        self.mentioned.add(key)
        if objects and found not in objects:
            wanted = phrase("a record of {objects}", objects=either(objects))
            self.bench.problems.add(scenario_faults.WRONG_RECORD, where.place, where.path, key=key, object=found, wanted=wanted)
            return None
        return found

    def _rows(self, of: Field, value: Any, where: Spot) -> None:
        lines = self.bench.drafts[str(of.of)]
        if not isinstance(value, Items) or not all(isinstance(each, Branch) for each in value):
            self.bench.problems.add(
                faults.WRONG_TYPE,
                where.place,
                where.path,
                value=shown(value),
                expected=phrase("a list of lines, each a mapping of fields"),
            )
            return
        for index, row in enumerate(value):
            self.fields(lines, row, where.path.key(index))

    def _plain(self, of: Field, value: Any, where: Spot) -> None:
        if of.choices and isinstance(value, str) and value not in of.choices:
            fault = (faults.UNKNOWN_OPTION, where.place, where.path, value, of.choices)
            self.bench.problems.unknown(*fault, limit=20, name=of.name, option=value)
            return
        kind = REGISTRY[of.type]
        try:
            kind.check(of, kind.parse(of, value, Locale()))
        except ValueProblem as error:
            self.bench.problems.add(
                scenario_faults.UNFIT, where.place, where.path, value=shown(value), field=of.name, reason=error.sentence
            )
