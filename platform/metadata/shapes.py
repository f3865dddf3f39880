"""Holds documents against their schemas, and says in our words what does not fit; that is cut off, and the rest can be linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import islice
from typing import Any

import jsonschema_rs

from newel.metadata import faults, vocabulary
from newel.metadata.naming import fault_of_name, named, nearest, suggested_name
from newel.metadata.problems import Path, Place, Problems
from newel.metadata.reading import Branch, Items
from newel.metadata.words import Phrase, phrase, word

Key = str | int
TOP = Path()
MAX_ERRORS = 200  # of one document or field; what comes behind them is left unsaid


@dataclass(frozen=True, slots=True)
class Document:
    """One file that said what kind it is; `name` is the value of its first key."""

    kind: str
    name: str
    data: Branch
    layer: str

    @property
    def place(self) -> Place:
        return self.data.value_place(self.kind)


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema, ready to be held against values."""

    schema: dict[str, Any]
    validator: Any = field(compare=False)


_BOUNDS = {
    "minimum": word("at least {limit}"),
    "maximum": word("at most {limit}"),
    "exclusiveMinimum": word("more than {limit}"),
    "exclusiveMaximum": word("less than {limit}"),
    "minLength": word("at least {limit} characters"),
    "maxLength": word("at most {limit} characters"),
    "minItems": word("at least {limit} entries"),
    "maxItems": word("at most {limit} entries"),
    "minProperties": word("at least {limit} entries"),
    "maxProperties": word("at most {limit} entries"),
}


def shape_of(schema: dict[str, Any]) -> Shape:
    return Shape(schema, jsonschema_rs.Draft7Validator(_without_names(schema)))


def _without_names(schema: Any) -> Any:
    """The schema without what it says of names: we check those ourselves, as the validator copies the mapping for each."""
    if isinstance(schema, dict):
        return {key: _without_names(each) for key, each in schema.items() if key != "propertyNames"}
    return [_without_names(each) for each in schema] if isinstance(schema, list) else schema


@lru_cache(maxsize=1)
def _shapes() -> dict[str, Shape]:
    return {kind: shape_of(make()) for kind, make in vocabulary.KINDS.items()}


@lru_cache(maxsize=1)
def _field_shapes() -> dict[str, Shape]:
    return {name: shape_of(vocabulary.field_schema(name)) for name in vocabulary.type_names()}


def document_of(root: Branch, layer: str, problems: Problems) -> Document | None:
    """The document, pruned to what fits its schema; None where its kind or name is unknown."""
    kind = next(iter(root), None)
    if kind not in vocabulary.KINDS:
        _report_kind(root, kind, problems)
        return None
    name = root[kind]
    if not isinstance(name, str) or not name:
        problems.add(faults.WRONG_TYPE, root.value_place(kind), Path((kind,)), value=shown(name), expected=phrase("a name"))
        return None
    check(_shapes()[kind], root, problems)
    return Document(kind, name, root, layer) if root.get(kind) == name else None


def _report_kind(root: Branch, kind: str | None, problems: Problems) -> None:
    later = next((each for each in vocabulary.KINDS if each in root), None)
    kinds = named(vocabulary.KINDS, limit=20)
    if kind is None:
        problems.add(faults.NO_KIND, root.place, expected=kinds)
    elif later and nearest(kind, vocabulary.KINDS) is None:
        problems.add(
            faults.NO_KIND, root.key_place(kind), Path((kind,)), fix=phrase("Move the line `{later}:` to the top.", later=later)
        )
    else:
        problems.add(
            faults.UNKNOWN_KIND,
            root.key_place(kind),
            Path((kind,)),
            kind=kind,
            expected=kinds,
            nearest=nearest(kind, vocabulary.KINDS),
        )


def check_field(data: Branch, at: Path, place: Place, problems: Problems) -> bool:
    """True where the field has a known type; what else does not fit is reported and cut off."""
    kind = data.get("type")
    if "type" not in data:
        glued = next((key for key in data if key.startswith("type:")), None)
        fix = phrase("Put a space behind the colon: type: ...") if glued else phrase("Such as {type: text}.")
        problems.add(faults.MISSING_PROPERTY, data.key_place(glued) if glued else place, at, key="type", fix=fix)
        return False
    found = _field_shapes().get(kind) if isinstance(kind, str) else None
    if found is None:
        known = vocabulary.type_names()
        near = vocabulary.type_meant(kind)
        expected = None if near else named(known, 40)
        problems.add(
            faults.UNKNOWN_FIELD_TYPE, data.value_place("type"), at.key("type"), type=kind, nearest=near, expected=expected
        )
        return False
    return check(found, data, problems, at, place)


def check(shape: Shape, data: Branch, problems: Problems, at: Path = TOP, place: Place | None = None) -> bool:
    """Reports what does not fit and cuts it off; False where `data` as a whole is of no use."""
    whole = True
    _cut_bad_names(shape.schema, shape.schema, data, at, problems)
    for _ in range(3):  # what is cut off may uncover more
        if shape.validator.is_valid(data):
            return whole
        errors = list(islice(_flat(shape.validator.iter_errors(data)), MAX_ERRORS))
        cuts: list[Sequence[Key]] = []
        for error in errors:
            _Report(shape, data, error, at, place, problems).tell(cuts)
        whole = _prune(data, cuts) and whole
        if len(errors) == MAX_ERRORS:
            data.clear()  # nobody reads on; nothing of it is used
            return False
        if not whole:
            return False
    return whole


def _cut_bad_names(root: dict[str, Any], schema: dict[str, Any], data: Branch, at: Path, problems: Problems) -> None:
    """Reports and cuts off the keys that are no names, here and beneath."""
    rule = schema.get("propertyNames")
    for key in list(data):
        if rule and (len(key) > rule.get("maxLength", len(key)) or not re.search(rule["pattern"], key)):
            fault = fault_of_name(key) or phrase("is not allowed as a name here")
            fix = _torn(key, data[key])
            hints = {"fix": fix} if fix else {"nearest": suggested_name(key)}
            problems.add(faults.BAD_NAME, data.key_place(key), at.key(key), name=key, fault=fault, **hints)
            del data[key]
            data.lost(key)
        elif isinstance(data[key], Branch):
            below = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if isinstance(below, dict):
                below = root["definitions"]["menu"] if "$ref" in below else below
                _cut_bad_names(root, below, data[key], at.key(key), problems)


def _torn(key: str, value: object) -> str | None:
    """What to do about a key that nobody meant as one: a piece of a text with a comma, or a name without its colon."""
    if "{" in key:
        return phrase("Put a colon and a space behind the name.")
    if value is None and fault_of_name(key):
        name, colon, _ = key.partition(":")
        glued = colon and not fault_of_name(name)
        if glued:
            return phrase("Put a space behind the colon: {name}: ...", name=name)
        return phrase("A text that holds a comma must stand in quotes.")
    return None


def _flat(errors: Iterable[Any]) -> Iterator[Any]:
    """Where none of several shapes fits, the errors of the one that was meant."""
    for error in errors:
        branches = error.kind.context if error.kind.name in ("anyOf", "oneOf") and hasattr(error.kind, "context") else []
        depth = len(list(error.instance_path))
        meant = [
            branch
            for branch in branches
            if branch and not any(each.kind.name == "type" and len(list(each.instance_path)) == depth for each in branch)
        ]
        if len(meant) == 1:
            yield from _flat(meant[0])
        else:
            yield error


@dataclass(slots=True)
class _Report:
    """One error of the validator, told as a Problem."""

    shape: Shape
    data: Branch
    error: Any
    at: Path
    root_place: Place | None
    problems: Problems

    def tell(self, cuts: list[Sequence[Key]]) -> None:
        path = list(self.error.instance_path)
        kind = self.error.kind
        teller: Callable[[list[Key]], list[Sequence[Key]]] = getattr(self, f"_tell_{kind.name}", self._tell_other)
        cuts.extend(teller(path))

    def _tell_additionalProperties(self, path: list[Key]) -> list[Sequence[Key]]:  # noqa: N802 - named as in JSON Schema
        known = list(self._schema().get("properties", {}))
        parent = _node(self.data, path)
        free = [key for key in known if key not in parent]
        for key in self.error.kind.unexpected:
            near = self.problems.nearest(key, free) or self.problems.nearest(key, known)
            fix = _torn(key, parent.get(key))
            hints = {"fix": fix} if fix else {"nearest": near, "expected": None if near else named(known, 30)}
            place = parent.key_place(key) if isinstance(parent, Branch) else self._place(path)
            self.problems.add(faults.UNKNOWN_PROPERTY, place, self._path([*path, key]), key=key, **hints)
        return [[*path, key] for key in self.error.kind.unexpected]

    def _tell_required(self, path: list[Key]) -> list[Sequence[Key]]:
        key = self.error.kind.property
        holder = _node(self.data, path)
        if key in (holder.missing or ()):
            return [path]  # it was there, and is named already
        wanted = self._schema().get("properties", {}).get(key, {}).get("description")
        place = self._key_place(path)
        self.problems.add(faults.MISSING_PROPERTY, place, self._path(path), key=key, fix=wanted and phrase(wanted))
        return [path]

    def _tell_type(self, path: list[Key]) -> list[Sequence[Key]]:
        value = self.error.instance
        schema = self._schema()
        fix = None
        types = schema.get("type", [])
        if isinstance(value, bool) and "none, own, all" in schema.get("expects", ""):
            fix = phrase("Write all.") if value else phrase("Write none.")
        elif "boolean" in types and str(value).lower() in ("yes", "on", "y", "1", "no", "off", "n", "0"):
            fix = phrase("Write {text}.", text="true" if str(value).lower() in ("yes", "on", "y", "1") else "false")
        elif isinstance(value, list) and "object" in types and "array" not in types:
            fix = phrase("Write a mapping: `name: ...` for every entry.")
        elif value is None:
            fix = phrase("Give it a value, or remove the line.")
        elif "string" in types and isinstance(value, bool | int | float):
            fix = phrase(
                'Write "{text}" in quotes if it is a text.', text=str(value).lower() if isinstance(value, bool) else value
            )
        elif isinstance(value, str) and ("integer" in types or "number" in types or "boolean" in types):
            fix = (
                phrase("Remove the quotes.")
                if value.replace(".", "", 1).lstrip("-").isdigit() or value in ("true", "false")
                else None
            )
        self._add(faults.WRONG_TYPE, path, value=shown(value), expected=expected_of(schema), fix=fix)
        return [path]

    def _tell_not(self, path: list[Key]) -> list[Sequence[Key]]:
        value = str(self.error.instance)
        fix = (
            phrase("Write {text}.", text="true" if value.lower() in ("yes", "on", "y") else "false")
            if "boolean" in self._schema().get("type", ())
            else None
        )
        self._add(faults.WRONG_TYPE, path, value=shown(value), expected=expected_of(self._schema()), fix=fix)
        return [path]

    def _tell_enum(self, path: list[Key]) -> list[Sequence[Key]]:
        values = [str(each) for each in self._schema().get("enum", [])]
        near = nearest(self.error.instance, values)
        self._add(faults.NOT_ALLOWED, path, value=shown(self.error.instance), nearest=near, expected=named(values, 20))
        return [path]

    def _tell_pattern(self, path: list[Key]) -> list[Sequence[Key]]:
        schema = self._schema()
        self._add(
            faults.NOT_ALLOWED,
            path,
            value=shown(self.error.instance),
            expected=expected_of(schema) if "expects" in schema else phrase("a text like {text}", text=schema.get("pattern")),
        )
        return [path]

    def _tell_other(self, path: list[Key]) -> list[Sequence[Key]]:
        bound = phrase("{text}", text=self.error.message)
        kind = self.error.kind.name
        if kind in _BOUNDS:
            limit = getattr(self.error.kind, "limit", "")
            empty = kind in ("minLength", "minItems") and limit == 1
            bound = phrase("it is empty") if empty else phrase(_BOUNDS[kind], limit=limit)
        elif kind == "uniqueItems":
            bound = phrase("an entry is there twice")
        elif kind in ("anyOf", "oneOf"):
            self._add(faults.WRONG_TYPE, path, value=shown(self.error.instance), expected=expected_of(self._schema()))
            return [path]
        self._add(faults.OUT_OF_BOUNDS, path, value=shown(self.error.instance), bound=bound)
        return [path]

    def _add(self, kind: Any, path: list[Key], **values: Any) -> None:
        self.problems.add(
            kind, self._place(path), self._path(path), **{key: value for key, value in values.items() if value is not None}
        )

    def _schema(self) -> dict[str, Any]:
        """The part of the schema that was not met."""
        found: Any = self.shape.schema
        steps = list(self.error.schema_path)
        for step in steps[:-1]:
            found = (
                found[step] if isinstance(found, dict) and step in found else found[int(step)] if isinstance(found, list) else {}
            )
        return found if isinstance(found, dict) else {}

    def _path(self, path: Sequence[Key]) -> Path:
        return Path((*self.at.keys, *(str(key) for key in path)))

    def _place(self, path: list[Key]) -> Place:
        if not path:
            return self.root_place or self.data.place
        parent: Branch | Items = _node(self.data, path[:-1])
        return parent.value_place(str(path[-1])) if isinstance(parent, Branch) else parent.item_place(int(path[-1]))

    def _key_place(self, path: list[Key]) -> Place:
        """Where the key of a mapping stands: there something is missing."""
        if path:
            parent = _node(self.data, path[:-1])
            if isinstance(parent, Branch):
                return parent.key_place(str(path[-1]))
        return self._place(path)


def expected_of(schema: dict[str, Any]) -> Phrase | None:
    """What a schema says that it expects; else what its type is called."""
    if "expects" not in schema:
        return _type_words(schema)
    examples = schema.get("examples")
    return phrase(schema["expects"], example=examples[0]) if examples else phrase(schema["expects"])


def _type_words(schema: dict[str, Any]) -> Phrase | None:
    types = schema.get("type")
    listed = [_TYPES[each] for each in ([types] if isinstance(types, str) else list(types or []))]
    return reduce(lambda said, each: phrase("{first} or {second}", first=said, second=each), listed) if listed else None


_TYPES = {
    "string": phrase("a text"),
    "integer": phrase("a whole number"),
    "number": phrase("a number"),
    "boolean": phrase("true or false"),
    "object": phrase("a mapping"),
    "array": phrase("a list"),
    "null": phrase("nothing"),
}


def shown(value: object) -> Phrase:
    """A value as a sentence shows it: short, and of one line."""
    if isinstance(value, dict):
        return phrase("a mapping")
    if isinstance(value, list):
        return phrase("a list")
    if value is None:
        return phrase("an empty value")
    if isinstance(value, bool):
        return phrase("{text}", text=str(value).lower())
    text = " ".join(str(value).split())
    text = text if len(text) <= 60 else text[:57] + "..."
    return phrase("{text}", text=f'"{text}"' if isinstance(value, str) else text)


def _node(data: Any, path: Sequence[Key]) -> Any:
    for key in path:
        data = data[key]
    return data


def _prune(data: Branch, cuts: list[Sequence[Key]]) -> bool:
    """Cuts the nodes off, deepest first; False where the root itself is cut. A cut entry is remembered: it was meant to be."""
    for path in sorted(cuts, key=lambda each: [-len(each), *(-key if isinstance(key, int) else 0 for key in each)]):
        if not path:
            return False
        parent = _reach(data, path[:-1])
        key = path[-1]
        if isinstance(parent, Branch) and isinstance(key, str):
            parent.pop(key, None)
            parent.lost(key)
        elif isinstance(parent, Items) and isinstance(key, int) and key < len(parent):
            del parent[key]
            del parent.marks[key]
    return True


def _reach(data: Any, path: Sequence[Key]) -> Any:
    try:
        return _node(data, path)
    except (KeyError, IndexError, TypeError):
        return None
