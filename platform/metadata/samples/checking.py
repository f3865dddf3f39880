"""Holds one sample against the Model: lists, records, recipes, each with its own demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from newel.metadata import faults
from newel.metadata.model import USER_OBJECT, Field
from newel.metadata.naming import named, nearest
from newel.metadata.problems import Path, Place
from newel.metadata.reading import Branch
from newel.metadata.sample_recipes import RECIPES, recipe_of
from newel.metadata.samples.faults import NO_COLUMNS, NO_REFERENCE, PEOPLE, TOO_MANY_VALUES, UNKNOWN_LIST, WRONG_TARGET
from newel.metadata.samples.looking import Looking, Scope
from newel.metadata.samples.places import branch_of, item_place, key_place, value_place
from newel.metadata.samples.stock import list_columns, placeholders
from newel.metadata.shapes import Shape, check, shape_of
from newel.metadata.words import phrase

FILTERS = ("lower", "upper", "title")
DEMO_COMPANY = "standard"  # the one solution whose demo data brings people who may sign in


@dataclass(slots=True)
class Check(Looking):
    """The check of one sample."""

    def run(self) -> None:
        body = self.sample.body
        if self.object.name == USER_OBJECT and (self.sample.layer, self.sample.mode) != (DEMO_COMPANY, "demo"):
            self.problems.add(PEOPLE, self.sample.place)
        self._lists(branch_of(body.get("lists")))
        for name in ("key", "columns"):
            self._names(body, name)
        fixed = branch_of(body.get("set"))
        self._values(fixed, Path(("set",)), Scope(self.object, set()), fixed=True)
        records = branch_of(body.get("records"))
        for key, record in records.items():
            self._record(records, key, record)
        if "generate" in body:
            self._generate(branch_of(body["generate"]), Path(("generate",)))

    def _lists(self, lists: Mapping[str, Any]) -> None:
        for name, values in lists.items():
            width = len(list_columns(values))
            for index, row in enumerate(values.get("rows", ())) if width else ():
                if len(row) != width:
                    place = item_place(values["rows"], index, self.sample.place)
                    self.problems.add(TOO_MANY_VALUES, place, Path(("lists", name)), count=len(row), columns=width)

    def _names(self, body: Mapping[str, Any], name: str) -> None:
        given = body.get(name, ())
        for index, each in enumerate([given] if isinstance(given, str) else given):
            at = (
                value_place(body, name, self.sample.place)
                if isinstance(given, str)
                else item_place(given, index, self.sample.place)
            )
            if each not in self.beside():
                self.field(self.object, each, at, Path((name,)))

    def _record(self, records: Mapping[str, Any], key: str, record: Any) -> None:
        at = Path(("records", key))
        place = value_place(records, key, self.sample.place)
        if isinstance(record, Mapping):
            self._values(record, at, Scope(self.object, set()), fixed=True)
            return
        columns = self.sample.body.get("columns")
        if not columns:
            self.problems.add(NO_COLUMNS, place, at)
            return
        if len(record) > len(columns):
            self.problems.add(TOO_MANY_VALUES, place, at, count=len(record), columns=len(columns))
        scope = Scope(self.object, set())
        for index, (name, value) in enumerate(zip(columns, record, strict=False)):
            found = self.object.fields.get(name)
            if found:
                self._value(found, value, item_place(record, index, place), at.key(name), scope)
                scope.known.add(name)

    def _generate(self, generate: Mapping[str, Any], at: Path) -> None:
        self.span(generate, "count", at)
        scope = Scope(self.object, set())
        if "each" in generate:
            self._each(generate, at, scope)
        variants = branch_of(generate.get("variants"))
        if "by" in generate:
            self.path(generate["by"], value_place(generate, "by", self.sample.place), at.key("by"), scope)
        scopes = []
        for name, variant in (variants or {"": {}}).items():
            own = Scope(scope.object, {*scope.known}, {**scope.parts})
            where = at.key("variants").key(name)
            self._parts(branch_of(branch_of(variant).get("parts")), where.key("parts"), own)
            self._values(branch_of(branch_of(variant).get("fields")), where.key("fields"), own)
            scopes.append(own)
        merged = Scope(
            self.object,
            set().union(*(each.known for each in scopes)),
            {name: part for each in scopes for name, part in each.parts.items()},
        )
        self._parts(branch_of(generate.get("parts")), at.key("parts"), merged)
        self._values(branch_of(generate.get("fields")), at.key("fields"), merged)

    def _each(self, generate: Mapping[str, Any], at: Path, scope: Scope) -> None:
        name, place = generate["each"], value_place(generate, "each", self.sample.place)
        found = self.field(self.object, name, place, at.key("each"))
        if found is None:
            return
        if not found.is_reference:
            self.problems.add(NO_REFERENCE, place, at.key("each"), name=name)
            return
        scope.known.add(name)
        where = branch_of(generate.get("where"))
        for key in where:
            for target in found.to[:1]:
                self.path_in(
                    self.model.objects[target], (key,), key_place(where, key, self.sample.place), at.key("where").key(key)
                )

    def _parts(self, parts: Mapping[str, Any], at: Path, scope: Scope) -> None:
        for name, recipe in parts.items():
            self._recipe_or_text(None, recipe, value_place(parts, name, self.sample.place), at.key(name), scope)
            scope.parts[name] = recipe

    def _values(self, values: Mapping[str, Any], at: Path, scope: Scope, *, fixed: bool = False) -> None:
        for name, value in values.items():
            if fixed and name in self.beside():
                continue
            found = self.field(scope.object, name, key_place(values, name, self.sample.place), at.key(name))
            if found and found.is_computed:
                reason = phrase("it is computed")
                self.problems.add(
                    faults.NOT_WRITABLE, key_place(values, name, self.sample.place), at.key(name), name=name, reason=reason
                )
            elif found:
                self._value(found, value, value_place(values, name, self.sample.place), at.key(name), scope)
                scope.known.add(name)

    def _value(self, of: Field, value: Any, place: Place, at: Path, scope: Scope) -> None:
        if isinstance(value, Mapping):
            self._recipe_or_text(of, value, place, at, scope)
        elif of.is_reference or of.type == "many_to_many":
            for each in value if isinstance(value, list) else [value]:
                self.reference(of, each, place, at)
        elif value is not None and not of.is_many:
            self.constant(of, value, place, at)

    def _recipe_or_text(self, of: Field | None, value: Any, place: Place, at: Path, scope: Scope) -> None:
        name = recipe_of(value)
        if name:
            self._recipe(of, name, value, place, at, scope)
        elif isinstance(value, Mapping):  # the parts of an address, each a value of its own
            for key, each in value.items():
                self._recipe_or_text(None, each, value_place(value, key, place), at.key(key), scope)

    def _recipe(self, of: Field | None, name: str, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        if isinstance(value, Branch) and not check(_shape(name), value, self.problems, at, place):
            return
        teller = getattr(self, f"_check_{name}", None)
        if teller:
            teller(of, value, place, at.key(name), scope)
        for key in ("from",) if "sum" in value else ("from", "less"):
            if key in value:
                self.path(value[key], value_place(value, key, place), at.key(key), scope)
        for path in value.get("within", ()):
            self.path(path, value_place(value, "within", place), at.key("within"), scope)
        for key in ("count", "days", "minutes", "seconds", "number", "hours", "rows"):
            if key in value:
                self.span(value, key, at)

    def _check_pick(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        name = next(iter(value))
        given = value[name]
        if isinstance(given, str):
            if self.stock.find_list(self.sample.layer, given) is None:
                where = value_place(value, name, place)
                self.problems.add(UNKNOWN_LIST, where, at, name=given, nearest=nearest(given, self.stock.list_names()))
            return
        if of:
            for index, each in enumerate(given):
                self._value(of, each, item_place(given, index, place), at, scope)

    _check_some = _check_pick

    def _check_weights(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        weights = value["weights"]
        for key in weights if of else ():
            self._value(of, key, key_place(weights, key, place), at, scope)  # type: ignore[arg-type]

    def _check_text(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        where = value_place(value, "text", place)
        for path, filter_name, _ in placeholders(value["text"]):
            if self.stock.find_list(self.sample.layer, path.split(".")[0]) is None or path.split(".")[0] in scope.parts:
                self.path(path, where, at, scope, lists=True)
            if filter_name and filter_name not in FILTERS:
                self.problems.add(faults.NOT_ALLOWED, where, at, value=f'"|{filter_name}"', expected=named(FILTERS))

    def _check_reference(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        name, where = value["reference"], value_place(value, "reference", place)
        target = self.model.objects.get(name)
        if target is None:
            self.problems.add(faults.UNKNOWN_OBJECT, where, at, name=name, nearest=nearest(name, self.model.objects))
            return
        if of and of.to and name not in of.to:
            self.problems.add(WRONG_TARGET, where, at, name=of.name, object=name, expected=named(of.to))
        conditions = branch_of(value.get("where"))
        for key, each in conditions.items():
            self.path_in(target, (key,), key_place(conditions, key, place), at.key("where").key(key))
            self._recipe_or_text(None, each, value_place(conditions, key, place), at.key("where").key(key), scope)

    def _check_copy(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        self.path(value["copy"], value_place(value, "copy", place), at, scope)

    def _check_by(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        self.path(value["by"], value_place(value, "by", place), at, scope)
        cases = value["is"]
        decider = scope.object.fields.get(value["by"])
        for key, each in cases.items():
            if decider and decider.choices:
                self.constant(decider, key, key_place(cases, key, place), at.key(key))
            self._case(of, each, value_place(cases, key, place), at.key(key), scope)
        if "else" in value:
            self._case(of, value["else"], value_place(value, "else", place), at.key("else"), scope)

    def _case(self, of: Field | None, value: Any, place: Place, at: Path, scope: Scope) -> None:
        if of:
            self._value(of, value, place, at, scope)
        else:
            self._recipe_or_text(None, value, place, at, scope)

    def _check_multiply(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        for each in value["multiply"]:
            self.path(each, value_place(value, "multiply", place), at, scope)

    def _check_sum(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        where = value_place(value, "sum", place)
        lines, _, name = value["sum"].partition(".")
        found = self.field(scope.object, lines, where, at)
        if found and found.of:
            for each in (*([name] if name or "multiply" not in value else []), *value.get("multiply", ()), *_less_of(value)):
                self.field(self.model.objects[found.of], each, where, at)

    def _check_rows(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: Scope) -> None:
        if of is None or of.of is None:
            self.problems.add(faults.WRONG_TYPE, place, at, value="rows", expected=phrase("a child table"))
            return
        inner = Scope(self.model.objects[of.of], set(), above=scope)
        self._parts(branch_of(value.get("parts")), at.key("parts"), inner)
        self._values(branch_of(value["fields"]), at.key("fields"), inner)


def _less_of(value: Mapping[str, Any]) -> tuple[str, ...]:
    return (value["less"],) if "less" in value else ()


@lru_cache(maxsize=len(RECIPES))
def _shape(name: str) -> Shape:
    return shape_of(RECIPES[name])
