"""Holds samples against the Model: fields, options, references, lists and recipes. Every fault at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from newel.metadata import faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import USER_OBJECT, Field, Model, Object, Sample
from newel.metadata.naming import named, nearest
from newel.metadata.problems import Path, Place, Problems, define
from newel.metadata.reading import Branch, Items
from newel.metadata.sample_recipes import RECIPES, recipe_of
from newel.metadata.shapes import Shape, check, shape_of

UNKNOWN_LIST = define("NW-E620", '"{name}" is not a list of any sample.', "Lists are named under `lists:` in a sample.")
SAME_LIST = define("NW-E621", 'the list "{name}" is already written at {first}.', "A solution names each of its lists once.")
UNKNOWN_RECORD = define(
    "NW-E622",
    '"@{key}" is not a record of {objects}.',
    "A text that begins with @ in a reference names the key of a sample's record.",
)
SAME_RECORD = define(
    "NW-E623",
    'the key "{key}" of {object} is already used at {first}.',
    "A record's key is used once for an object, in all samples.",
)
UNKNOWN_PLACEHOLDER = define(
    "NW-E624",
    '"{name}" is not known here.',
    "A path begins with a part, a field that stands above, variant or n; a text may also name a list.",
)
TOO_MANY_VALUES = define(
    "NW-E625",
    "the record has {count} values, but there are {columns} columns.",
    "A record written as a list gives its values in the order of `columns`.",
)
BACKWARDS = define("NW-E626", "{low} is more than {high}.", "A range goes from the smaller to the larger number.")
NO_REFERENCE = define(
    "NW-E627",
    '"{name}" is no reference, so records can\'t be made for each of what it points at.',
    "`each` names a lookup of the object.",
)
NOT_A_VALUE = define(
    "NW-E628", "{value} can't be a value of {field}: {reason}", "What a sample states must be a value that the field takes."
)
NO_COLUMNS = define(
    "NW-E629",
    "a record is written as a list, but there are no `columns`.",
    "Name the fields under `columns:` in the order of the values.",
)
WRONG_TARGET = define(
    "NW-E630", '"{name}" does not point at {object}.', "The recipe `reference` names an object that the field may point at."
)

PEOPLE = define(
    "NW-E631",
    "a sample can't make users.",
    "Who installs a solution decides who signs in: users are made in Setup or with `newel user create`. Only the demo company of "
    "the standard solution has people of its own.",
)

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z]+))?(?::(0?\d+))?\}")
FILTERS = ("lower", "upper", "title")
DEMO_COMPANY = "standard"  # the one solution whose demo data brings people who may sign in
SIGN_IN = frozenset({"password", "roles"})  # what a sample of users says beside their fields


def check_samples(model: Model, documents: Mapping[str, Branch]) -> Problems:
    """Every fault of every sample of the model. `documents` holds them as they were read, by name: they know their places."""
    problems = Problems()
    as_read = {name: replace(sample, body=documents.get(name, sample.body)) for name, sample in model.samples.items()}
    stock = stock_of(as_read, problems)
    for sample in as_read.values():
        _Check(model, stock, sample, model.objects[sample.object], problems).run()
    return problems


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
        lists = _branch(sample.body.get("lists"))
        for name, values in lists.items():
            at = _key_place(lists, name, sample.place)
            first = places.setdefault((sample.layer, name), at)
            if first is not at:
                found.add(SAME_LIST, at, Path(("lists", name)), name=name, first=first)
            stock.lists.setdefault(sample.layer, {}).setdefault(name, values)
        records = _branch(sample.body.get("records"))
        keys = stock.keys.setdefault(sample.object, {})
        for key in records:
            at = _key_place(records, key, sample.place)
            if key in keys:
                found.add(SAME_RECORD, at, Path(("records", key)), key=key, object=sample.object, first=keys[key])
            keys.setdefault(key, at)
        stock.parts.setdefault(sample.object, set()).update(_part_names(_branch(sample.body.get("generate"))))
    return stock


def list_columns(values: Any) -> tuple[str, ...]:
    """The columns of a list that is a table; none for a plain list."""
    return tuple(values.get("columns", ())) if isinstance(values, Mapping) else ()


def placeholders(text: str) -> Iterator[tuple[str, str, str]]:
    """Each placeholder of a text: its path, its filter and its width."""
    for match in PLACEHOLDER.finditer(text):
        yield match.group(1), match.group(2) or "", match.group(3) or ""


def _part_names(generate: Mapping[str, Any]) -> Iterator[str]:
    yield from _branch(generate.get("parts"))
    for variant in _branch(generate.get("variants")).values():
        yield from _branch(_branch(variant).get("parts"))


@dataclass(slots=True)
class _Scope:
    """What a path may begin with at one point of a sample: fields and parts made so far."""

    object: Object
    known: set[str]
    parts: dict[str, Any] = field(default_factory=dict)
    above: _Scope | None = None  # inside rows: the record they belong to


@dataclass(slots=True)
class _Check:
    model: Model
    stock: Stock
    sample: Sample
    object: Object
    problems: Problems

    def run(self) -> None:
        body = self.sample.body
        if self.object.name == USER_OBJECT and (self.sample.layer, self.sample.mode) != (DEMO_COMPANY, "demo"):
            self.problems.add(PEOPLE, self.sample.place)
        self._lists(_branch(body.get("lists")))
        for name in ("key", "columns"):
            self._names(body, name)
        fixed = _branch(body.get("set"))
        self._values(fixed, Path(("set",)), _Scope(self.object, set()), fixed=True)
        records = _branch(body.get("records"))
        for key, record in records.items():
            self._record(records, key, record)
        if "generate" in body:
            self._generate(_branch(body["generate"]), Path(("generate",)))

    def _lists(self, lists: Mapping[str, Any]) -> None:
        for name, values in lists.items():
            width = len(list_columns(values))
            for index, row in enumerate(values.get("rows", ())) if width else ():
                if len(row) != width:
                    place = _item_place(values["rows"], index, self.sample.place)
                    self.problems.add(TOO_MANY_VALUES, place, Path(("lists", name)), count=len(row), columns=width)

    def _names(self, body: Mapping[str, Any], name: str) -> None:
        given = body.get(name, ())
        for index, each in enumerate([given] if isinstance(given, str) else given):
            at = (
                _value_place(body, name, self.sample.place)
                if isinstance(given, str)
                else _item_place(given, index, self.sample.place)
            )
            if each not in self._beside():
                self._field(self.object, each, at, Path((name,)))

    def _beside(self) -> frozenset[str]:
        """What records of the object say beside their fields."""
        return SIGN_IN if self.object.name == USER_OBJECT else frozenset()

    def _record(self, records: Mapping[str, Any], key: str, record: Any) -> None:
        at = Path(("records", key))
        place = _value_place(records, key, self.sample.place)
        if isinstance(record, Mapping):
            self._values(record, at, _Scope(self.object, set()), fixed=True)
            return
        columns = self.sample.body.get("columns")
        if not columns:
            self.problems.add(NO_COLUMNS, place, at)
            return
        if len(record) > len(columns):
            self.problems.add(TOO_MANY_VALUES, place, at, count=len(record), columns=len(columns))
        scope = _Scope(self.object, set())
        for index, (name, value) in enumerate(zip(columns, record, strict=False)):
            found = self.object.fields.get(name)
            if found:
                self._value(found, value, _item_place(record, index, place), at.key(name), scope)
                scope.known.add(name)

    def _generate(self, generate: Mapping[str, Any], at: Path) -> None:
        self._span(generate, "count", at)
        scope = _Scope(self.object, set())
        if "each" in generate:
            self._each(generate, at, scope)
        variants = _branch(generate.get("variants"))
        if "by" in generate:
            self._path(generate["by"], _value_place(generate, "by", self.sample.place), at.key("by"), scope)
        scopes = []
        for name, variant in (variants or {"": {}}).items():
            own = _Scope(scope.object, {*scope.known}, {**scope.parts})
            where = at.key("variants").key(name)
            self._parts(_branch(_branch(variant).get("parts")), where.key("parts"), own)
            self._values(_branch(_branch(variant).get("fields")), where.key("fields"), own)
            scopes.append(own)
        merged = _Scope(
            self.object,
            set().union(*(each.known for each in scopes)),
            {name: part for each in scopes for name, part in each.parts.items()},
        )
        self._parts(_branch(generate.get("parts")), at.key("parts"), merged)
        self._values(_branch(generate.get("fields")), at.key("fields"), merged)

    def _each(self, generate: Mapping[str, Any], at: Path, scope: _Scope) -> None:
        name, place = generate["each"], _value_place(generate, "each", self.sample.place)
        found = self._field(self.object, name, place, at.key("each"))
        if found is None:
            return
        if not found.is_reference:
            self.problems.add(NO_REFERENCE, place, at.key("each"), name=name)
            return
        scope.known.add(name)
        where = _branch(generate.get("where"))
        for key in where:
            for target in found.to[:1]:
                self._path_in(
                    self.model.objects[target], (key,), _key_place(where, key, self.sample.place), at.key("where").key(key)
                )

    def _parts(self, parts: Mapping[str, Any], at: Path, scope: _Scope) -> None:
        for name, recipe in parts.items():
            self._recipe_or_text(None, recipe, _value_place(parts, name, self.sample.place), at.key(name), scope)
            scope.parts[name] = recipe

    def _values(self, values: Mapping[str, Any], at: Path, scope: _Scope, *, fixed: bool = False) -> None:
        for name, value in values.items():
            if fixed and name in self._beside():
                continue
            found = self._field(scope.object, name, _key_place(values, name, self.sample.place), at.key(name))
            if found:
                self._value(found, value, _value_place(values, name, self.sample.place), at.key(name), scope)
                scope.known.add(name)

    def _field(self, of: Object, name: str, place: Place, at: Path) -> Field | None:
        found = of.fields.get(name)
        if found is None or (found.system and name != "owner"):
            near = nearest(name, [each.name for each in of.declared])
            expected = None if near else named([each.name for each in of.declared], 20)
            self.problems.add(faults.UNKNOWN_FIELD, place, at, object=of.name, name=name, nearest=near, expected=expected)
            return None
        return found

    def _value(self, of: Field, value: Any, place: Place, at: Path, scope: _Scope) -> None:
        if isinstance(value, Mapping):
            self._recipe_or_text(of, value, place, at, scope)
        elif of.is_reference or of.type == "many_to_many":
            for each in value if isinstance(value, list) else [value]:
                self._reference(of, each, place, at)
        elif value is not None and not of.is_many:
            self._constant(of, value, place, at)

    def _recipe_or_text(self, of: Field | None, value: Any, place: Place, at: Path, scope: _Scope) -> None:
        name = recipe_of(value)
        if name:
            self._recipe(of, name, value, place, at, scope)
        elif isinstance(value, Mapping):  # the parts of an address, each a value of its own
            for key, each in value.items():
                self._recipe_or_text(None, each, _value_place(value, key, place), at.key(key), scope)

    def _recipe(self, of: Field | None, name: str, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        if isinstance(value, Branch) and not check(_shape(name), value, self.problems, at, place):
            return
        teller = getattr(self, f"_check_{name}", None)
        if teller:
            teller(of, value, place, at.key(name), scope)
        for key in ("from", "less"):
            if key in value:
                self._path(value[key], _value_place(value, key, place), at.key(key), scope)
        for path in value.get("within", ()):
            self._path(path, _value_place(value, "within", place), at.key("within"), scope)
        for key in ("count", "days", "minutes", "seconds", "number", "hours", "rows"):
            if key in value:
                self._span(value, key, at)

    def _check_pick(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        name = next(iter(value))
        given = value[name]
        if isinstance(given, str):
            if self.stock.find_list(self.sample.layer, given) is None:
                where = _value_place(value, name, place)
                self.problems.add(UNKNOWN_LIST, where, at, name=given, nearest=nearest(given, self.stock.list_names()))
            return
        if of:
            for index, each in enumerate(given):
                self._value(of, each, _item_place(given, index, place), at, scope)

    _check_some = _check_pick

    def _check_weights(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        weights = value["weights"]
        for key in weights if of else ():
            self._value(of, key, _key_place(weights, key, place), at, scope)  # type: ignore[arg-type]

    def _check_text(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        where = _value_place(value, "text", place)
        for path, filter_name, _ in placeholders(value["text"]):
            if self.stock.find_list(self.sample.layer, path.split(".")[0]) is None or path.split(".")[0] in scope.parts:
                self._path(path, where, at, scope, lists=True)
            if filter_name and filter_name not in FILTERS:
                self.problems.add(faults.NOT_ALLOWED, where, at, value=f'"|{filter_name}"', expected=named(FILTERS))

    def _check_reference(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        name, where = value["reference"], _value_place(value, "reference", place)
        target = self.model.objects.get(name)
        if target is None:
            self.problems.add(faults.UNKNOWN_OBJECT, where, at, name=name, nearest=nearest(name, self.model.objects))
            return
        if of and of.to and name not in of.to:
            self.problems.add(WRONG_TARGET, where, at, name=of.name, object=name, expected=named(of.to))
        conditions = _branch(value.get("where"))
        for key, each in conditions.items():
            self._path_in(target, (key,), _key_place(conditions, key, place), at.key("where").key(key))
            self._recipe_or_text(None, each, _value_place(conditions, key, place), at.key("where").key(key), scope)

    def _check_copy(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        self._path(value["copy"], _value_place(value, "copy", place), at, scope)

    def _check_by(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        self._path(value["by"], _value_place(value, "by", place), at, scope)
        cases = value["is"]
        decider = scope.object.fields.get(value["by"])
        for key, each in cases.items():
            if decider and decider.choices:
                self._constant(decider, key, _key_place(cases, key, place), at.key(key))
            self._case(of, each, _value_place(cases, key, place), at.key(key), scope)
        if "else" in value:
            self._case(of, value["else"], _value_place(value, "else", place), at.key("else"), scope)

    def _case(self, of: Field | None, value: Any, place: Place, at: Path, scope: _Scope) -> None:
        if of:
            self._value(of, value, place, at, scope)
        else:
            self._recipe_or_text(None, value, place, at, scope)

    def _check_multiply(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        for each in value["multiply"]:
            self._path(each, _value_place(value, "multiply", place), at, scope)

    def _check_sum(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        where = _value_place(value, "sum", place)
        lines, _, name = value["sum"].partition(".")
        found = self._field(scope.object, lines, where, at)
        if found and found.of:
            self._field(self.model.objects[found.of], name, where, at)

    def _check_rows(self, of: Field | None, value: Mapping[str, Any], place: Place, at: Path, scope: _Scope) -> None:
        if of is None or of.of is None:
            self.problems.add(faults.WRONG_TYPE, place, at, value="rows", expected="a child table")
            return
        inner = _Scope(self.model.objects[of.of], set(), above=scope)
        self._parts(_branch(value.get("parts")), at.key("parts"), inner)
        self._values(_branch(value["fields"]), at.key("fields"), inner)

    def _path(self, path: str, place: Place, at: Path, scope: _Scope, *, lists: bool = False) -> None:
        first, *rest = path.split(".")
        if first == "above" and scope.above:
            self._path(".".join(rest), place, at, scope.above)
            return
        if first in ("n", "variant") and not rest:
            return
        if first in scope.parts:
            self._part_path(scope.parts[first], first, rest, place, at)
            return
        if first not in scope.known:
            known = {*scope.known, *scope.parts, *(self.stock.list_names() if lists else ())}
            below = first in scope.object.fields
            fix = f'A recipe looks at what stands above it: write "{first}" first.' if below else None
            self.problems.add(
                UNKNOWN_PLACEHOLDER, place, at, name=path, nearest=None if below else nearest(first, known), fix=fix
            )
            return
        if rest:
            self._path_in(scope.object, (first, *rest), place, at)

    def _part_path(self, recipe: Any, first: str, rest: list[str], place: Place, at: Path) -> None:
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
            self._path_in(self.model.objects[recipe["reference"]], tuple(rest), place, at)

    def _path_in(self, of: Object, path: tuple[str, ...], place: Place, at: Path) -> None:
        first, *rest = path
        if first in self.stock.parts.get(of.name, ()) or first == "variant":
            return
        found = self._field(of, first, place, at)
        if found and rest:
            if not found.is_reference:
                self.problems.add(faults.NOT_A_PATH, place, at, name=first, path=".".join(path))
            elif len(found.to) == 1:
                self._path_in(self.model.objects[found.to[0]], tuple(rest), place, at)

    def _reference(self, of: Field, value: Any, place: Place, at: Path) -> None:
        if value is None:
            return
        targets = of.to or (USER_OBJECT,)
        key = str(value).removeprefix("@")
        if not isinstance(value, str) or not value.startswith("@"):
            self.problems.add(
                faults.WRONG_TYPE, place, at, value=f'"{value}"', expected='the key of a record, such as "@head_office"'
            )
        elif not any(key in self.stock.keys.get(target, ()) for target in targets):
            known = [each for target in targets for each in self.stock.keys.get(target, ())]
            self.problems.add(UNKNOWN_RECORD, place, at, key=key, objects=" or ".join(targets), nearest=nearest(key, known))

    def _constant(self, of: Field, value: Any, place: Place, at: Path) -> None:
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
            self.problems.add(NOT_A_VALUE, place, at, value=_shown(value), field=of.name, reason=str(error))

    def _span(self, value: Mapping[str, Any], key: str, at: Path) -> None:
        span = value.get(key)
        if isinstance(span, list) and len(span) == 2 and all(isinstance(each, int) for each in span) and span[0] > span[1]:
            self.problems.add(BACKWARDS, _value_place(value, key, self.sample.place), at.key(key), low=span[0], high=span[1])


@lru_cache(maxsize=len(RECIPES))
def _shape(name: str) -> Shape:
    return shape_of(RECIPES[name])


def _branch(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _key_place(branch: Mapping[str, Any], key: str, otherwise: Place) -> Place:
    return branch.key_place(key) if isinstance(branch, Branch) else otherwise


def _value_place(branch: Mapping[str, Any], key: str, otherwise: Place) -> Place:
    return branch.value_place(key) if isinstance(branch, Branch) else otherwise


def _item_place(items: Iterable[Any], index: int, otherwise: Place) -> Place:
    return items.item_place(index) if isinstance(items, Items) else otherwise
