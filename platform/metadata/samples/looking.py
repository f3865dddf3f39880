"""Looks up what samples name (fields, paths, records, values) and reports what is not there or does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newel.metadata import faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import USER_OBJECT, Field, Model, Object, Sample
from newel.metadata.naming import either, named, nearest
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.sample_recipes import recipe_of
from newel.metadata.samples.faults import BACKWARDS, NOT_A_VALUE, UNKNOWN_PLACEHOLDER, UNKNOWN_RECORD
from newel.metadata.samples.places import value_place
from newel.metadata.samples.stock import Stock, list_columns
from newel.metadata.words import phrase

SIGN_IN = frozenset({"password", "roles"})  # what a sample of users says beside their fields


@dataclass(slots=True)
class Scope:
    """What a path may begin with at one point of a sample: fields and parts made so far."""

    object: Object
    known: set[str]
    parts: dict[str, Any] = field(default_factory=dict)
    above: Scope | None = None  # inside rows: the record they belong to


@dataclass(slots=True)
class Looking:
    """Finds what one sample names, on behalf of its check."""

    model: Model
    stock: Stock
    sample: Sample
    object: Object
    problems: Problems

    def beside(self) -> frozenset[str]:
        """What records of the object say beside their fields."""
        return SIGN_IN if self.object.name == USER_OBJECT else frozenset()

    def field(self, of: Object, name: str, place: Place, at: Path) -> Field | None:
        found = of.fields.get(name)
        if found is None or (found.system and name != "owner"):
            near = nearest(name, [each.name for each in of.declared])
            expected = None if near else named([each.name for each in of.declared], 20)
            self.problems.add(faults.UNKNOWN_FIELD, place, at, object=of.name, name=name, nearest=near, expected=expected)
            return None
        return found

    def path(self, path: str, place: Place, at: Path, scope: Scope, *, lists: bool = False) -> None:
        first, *rest = path.split(".")
        if first == "above" and scope.above:
            self.path(".".join(rest), place, at, scope.above)
            return
        if first in ("n", "variant") and not rest:
            return
        if first in scope.parts:
            self.part_path(scope.parts[first], first, rest, place, at)
            return
        if first not in scope.known:
            known = {*scope.known, *scope.parts, *(self.stock.list_names() if lists else ())}
            below = first in scope.object.fields
            fix = phrase('A recipe looks at what stands above it: write "{first}" first.', first=first) if below else None
            self.problems.add(
                UNKNOWN_PLACEHOLDER, place, at, name=path, nearest=None if below else nearest(first, known), fix=fix
            )
            return
        if rest:
            self.path_in(scope.object, (first, *rest), place, at)

    def part_path(self, recipe: Any, first: str, rest: list[str], place: Place, at: Path) -> None:
        """A part that picks a row of a table has the table's columns; one that picks a record has its fields."""
        kind = recipe_of(recipe)
        if kind == "pick" and isinstance(recipe["pick"], str):
            columns = list_columns(self.stock.find_list(self.sample.layer, recipe["pick"]))
            if rest and rest[0] not in columns:
                self.problems.add(
                    UNKNOWN_PLACEHOLDER,
                    place,
                    at,
                    name=".".join((first, *rest)),
                    expected=named(columns),
                    nearest=nearest(rest[0], columns),
                )
        elif kind == "reference" and rest and recipe["reference"] in self.model.objects:
            self.path_in(self.model.objects[recipe["reference"]], tuple(rest), place, at)

    def path_in(self, of: Object, path: tuple[str, ...], place: Place, at: Path) -> None:
        first, *rest = path
        if first in self.stock.parts.get(of.name, ()) or first == "variant":
            return
        found = self.field(of, first, place, at)
        if found and rest:
            if not found.is_reference:
                self.problems.add(faults.NOT_A_PATH, place, at, name=first, path=".".join(path))
            elif len(found.to) == 1:
                self.path_in(self.model.objects[found.to[0]], tuple(rest), place, at)

    def reference(self, of: Field, value: Any, place: Place, at: Path) -> None:
        if value is None:
            return
        targets = of.to or (USER_OBJECT,)
        key = str(value).removeprefix("@")
        if not isinstance(value, str) or not value.startswith("@"):
            self.problems.add(
                faults.WRONG_TYPE, place, at, value=f'"{value}"', expected=phrase('the key of a record, such as "@head_office"')
            )
        elif not any(key in self.stock.keys.get(target, ()) for target in targets):
            known = [each for target in targets for each in self.stock.keys.get(target, ())]
            self.problems.add(UNKNOWN_RECORD, place, at, key=key, objects=either(targets), nearest=nearest(key, known))

    def constant(self, of: Field, value: Any, place: Place, at: Path) -> None:
        if of.choices and isinstance(value, str) and value not in of.choices:
            near = nearest(value, of.choices)
            self.problems.add(
                faults.UNKNOWN_OPTION,
                place,
                at,
                name=of.name,
                option=value,
                nearest=near,
                expected=None if near else named(of.choices, 20),
            )
            return
        kind = REGISTRY[of.type]
        try:
            kind.check(of, kind.parse(of, value, Locale()))
        except ValueProblem as error:
            self.problems.add(NOT_A_VALUE, place, at, value=_shown(value), field=of.name, reason=error.sentence)

    def span(self, value: Mapping[str, Any], key: str, at: Path) -> None:
        span = value.get(key)
        if isinstance(span, list) and len(span) == 2 and all(isinstance(each, int) for each in span) and span[0] > span[1]:
            self.problems.add(BACKWARDS, value_place(value, key, self.sample.place), at.key(key), low=span[0], high=span[1])


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
