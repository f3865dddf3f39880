"""One field after the other: declared properties become a Field; defaults and options are checked against the field's type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from newel.metadata import faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.base import FieldType, Locale, ValueProblem
from newel.metadata.linking.texts import platform_text
from newel.metadata.linking.workbench import Draft, Workbench, a_type, condition, key_spot, plain, source, spot
from newel.metadata.model import EMPTY, USER_OBJECT, Condition, Default, Field, Option, Source, Text
from newel.metadata.naming import (
    EXPRESSION_WORDS,
    PLATFORM_PREFIX,
    RESERVED_FIELDS,
    fault_of_name,
    named,
    suggested_name,
)
from newel.metadata.problems import Path, Place
from newel.metadata.reading import Branch
from newel.metadata.shapes import check_field, shown
from newel.metadata.solutions import CORE
from newel.metadata.vocabulary import STRUCTURE
from newel.metadata.words import Phrase, phrase, word

TEAM_OBJECT = "nw_team"
ID_TYPE = next((name for name, each in REGISTRY.items() if each.internal), "text")

_DATE_LIKE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}([T ].*)?|\d{1,2}:\d{2}(:\d{2})?")
_WORD = re.compile(r"\w[\w.-]*")
_OPTION_PROPERTIES = ("label", "color", "closed", "when", "after", "before")
_OF_PEOPLE = (
    "default",
    "required",
    "unique",
    "clear_when_hidden",
    "min",
    "max",
    "pattern",
)  # what only concerns what people fill in
_SYSTEM: tuple[tuple[str, str, str], ...] = (
    ("id", ID_TYPE, word("Id")),
    ("version", "integer", word("Version")),
    ("created_at", "datetime", word("Created at")),
    ("created_by", "user", word("Created by")),
    ("updated_at", "datetime", word("Updated at")),
    ("updated_by", "user", word("Updated by")),
    ("owner", "user", word("Owner")),
    ("deleted_at", "datetime", word("Deleted at")),
)


def link_fields(bench: Workbench, draft: Draft, at: Path) -> None:
    """Links the declared fields of a draft, in order, and adds the system fields."""
    declared = draft.data.branch("fields")
    draft.missing |= declared.missing or set()
    for name in declared:
        field = _link_field(bench, draft, declared, name, at.key("fields").key(name))
        if field is None:
            draft.missing.add(name)
        else:
            draft.fields[name] = field
    add_system_fields(draft)


def add_system_fields(draft: Draft) -> None:
    """The fields that every object has; an owner only where records have one of their own."""
    for name, kind, label in _SYSTEM:
        if name == "owner" and draft.ownership != "user":
            continue
        draft.fields[name] = Field(
            name=name,
            type=kind,
            label=platform_text(label),
            address=f"{draft.address}/field:{name}",
            to=(USER_OBJECT,) if kind == "user" else (),
            system=True,
            place=draft.place,
            layer=draft.layer,
        )


def check_new_name(
    bench: Workbench, name: str, where_place: Place, at: Path, platform: bool, reserved: frozenset[str] = frozenset()
) -> bool:
    """Reports a name that is illegal or reserved."""
    if fault := fault_of_name(name):
        bench.problems.add(faults.BAD_NAME, where_place, at, name=name, fault=fault, nearest=suggested_name(name))
        return False
    if name in reserved:
        fix = (
            phrase("Expressions use this word.")
            if name in EXPRESSION_WORDS
            else phrase("The platform gives every object this field.")
        )
        bench.problems.add(faults.RESERVED_NAME, where_place, at, name=name, fix=fix)
        return False
    if name.startswith(PLATFORM_PREFIX) and not platform:
        bench.problems.add(
            faults.RESERVED_NAME, where_place, at, name=name, fix=phrase("Names that begin with nw_ are the platform's.")
        )
        return False
    return True


def _link_field(bench: Workbench, draft: Draft, declared: Branch, name: str, at: Path) -> Field | None:
    data = declared[name]
    layer = declared.origin(name).file.layer
    place = declared.key_place(name)
    legal = check_new_name(bench, name, place, at, layer == CORE, RESERVED_FIELDS)
    if not check_field(data, at, place, bench.problems) or not legal:
        return None
    kind = REGISTRY[data["type"]]
    address = f"{draft.address}/field:{name}"
    bench.element(address, place)
    options = _own_options(kind, data)
    if "currency" in kind.properties:
        options = {"currency": bench.currency, **options}
    for key, sentence in kind.option_problems(options) if options else ():
        bench.problems.add(
            faults.BAD_PROPERTY, data.value_place(key) if key in data else place, at.key(key), reason=phrase(sentence)
        )
    field = Field(
        name=name,
        type=data["type"],
        label=bench.text(address, data, name=name),
        address=address,
        help=bench.optional_text(address, data, "help"),
        required=condition(data, "required", False),
        visible=condition(data, "visible", True),
        read_only=condition(data, "read_only", False),
        unique=_allowed(bench, data, "unique", kind.can_be_unique, faults.UNIQUE_NOT_POSSIBLE, name, at),
        choices=_choices(bench, data, address, at) if "options" in data and isinstance(data["options"], Branch) else EMPTY,
        inverse=data.get("inverse"),
        on_delete=data.get("on_delete", "restrict"),
        options=options,
        searchable=_allowed(bench, data, "search", kind.can_be_searched, faults.SEARCH_NOT_POSSIBLE, name, at),
        indexed=data.get("index", False),
        clear_when_hidden=data.get("clear_when_hidden", False),
        filter=source(data, "filter"),
        place=place,
        layer=layer,
    )
    if "formula" in data or "rollup" in data:
        return _computed(bench, field, data, at)
    if data.get("expose"):
        _blame(bench, faults.NOTHING_TO_EXPOSE, data, "expose", at)
    if "default" in data:
        field = replace(field, default=_default(bench, field, data, at))
    return field


def _computed(bench: Workbench, field: Field, data: Branch, at: Path) -> Field:
    """A field whose value is a formula or a rollup: all that concerns only what people fill in has no meaning there."""
    said = "formula" if "formula" in data else "rollup"
    if not REGISTRY[field.type].can_be_computed:
        _blame(bench, faults.CANT_BE_COMPUTED, data, said, at, type=a_type(field.type))
        return field
    if "formula" in data and "rollup" in data:
        _blame(bench, faults.FORMULA_AND_ROLLUP, data, "rollup", at)
    for key in _OF_PEOPLE:
        if data.get(key, False) is not False:
            _blame(bench, faults.COMPUTED_AND, data, key, at, property=key)
    bare = replace(field, required=Condition(), unique=False, clear_when_hidden=False)
    return replace(bare, formula=source(data, "formula"), rollup=source(data, "rollup"), expose=data.get("expose", False))


def _blame(bench: Workbench, fault: Any, data: Branch, key: str, at: Path, **values: Any) -> None:
    where = spot(data, key, at)
    bench.problems.add(fault, where.place, where.path, name=at.keys[-1], **values)


def _own_options(kind: FieldType, data: Branch) -> Mapping[str, Any]:
    """What the type itself reads; targets and choices have attributes of their own."""
    structure = STRUCTURE.get(kind.name, EMPTY)
    return {key: plain(data[key]) for key in kind.properties if key in data and key not in structure} or EMPTY


def _allowed(bench: Workbench, data: Branch, key: str, possible: bool, fault: Any, name: str, at: Path) -> bool:
    wanted = bool(data.get(key, False))
    if wanted and not possible:
        where = spot(data, key, at)
        bench.problems.add(fault, where.place, where.path, name=name, type=a_type(data["type"]))
        return False
    return wanted


def _choices(bench: Workbench, data: Branch, address: str, at: Path) -> Mapping[str, Option]:
    declared = data["options"]
    if not declared:
        if not declared.missing:
            bench.problems.add(faults.NO_OPTIONS, data.key_place("options"), at.key("options"), name=at.keys[-1])
        return EMPTY
    found: dict[str, Option] = {}
    folded: dict[str, str] = {}
    for key in declared:
        here = key_spot(declared, key, at.key("options"))
        twin = folded.setdefault(key.casefold(), key)
        if twin != key:
            bench.problems.add(faults.BAD_SYNONYM, here.place, here.path, first=twin, second=key)
        found[key] = _option(bench, declared, key, f"{address}/option:{key}", here.path)
    return found


def _option(bench: Workbench, declared: Branch, key: str, address: str, at: Path) -> Option:
    data = declared[key]
    place = declared.key_place(key)
    bench.element(address, place)
    if isinstance(data, str):
        return Option(key, bench.texts.take(address, "label", data), place=place)
    own = {name: value for name, value in data.items() if name not in _OPTION_PROPERTIES}
    for name in own:
        near = bench.problems.nearest(name, [each for each in _OPTION_PROPERTIES if each not in data])
        if near and len(name) > 2 and name not in ("order",):
            bench.problems.add(faults.UNKNOWN_PROPERTY, data.key_place(name), at.key(name), key=name, nearest=near)
    label = bench.text(address, data, name=key)
    color, closed = data.get("color"), data.get("closed", False)
    return Option(key, label, color, closed, source(data, "when"), own or EMPTY, place)


def _default(bench: Workbench, field: Field, data: Branch, at: Path) -> Default | None:
    """A value of the field's type, or an expression: text types take text as it is, `{expr: ...}` is always an expression."""
    said = data["default"]
    if isinstance(said, Branch) and "expr" in said:
        if isinstance(said["expr"], str) and len(said) == 1:
            return Default(expression=Source(said["expr"], said.text_place("expr")))
        _bad_default(bench, field, data, at, said)
        return None
    if isinstance(said, str) and not _is_literal(field, said):
        if field.type == "choice" and _WORD.fullmatch(said):
            near = bench.problems.nearest(said, field.choices)
            where = spot(data, "default", at)
            expected = None if near else named(field.choices, 12)
            bench.problems.add(
                faults.UNKNOWN_OPTION, where.place, where.path, name=field.name, option=said, nearest=near, expected=expected
            )
            return None
        return Default(expression=Source(said, data.text_place("default")))
    return _literal(bench, field, data, at)


def _is_literal(field: Field, said: str) -> bool:
    kind = REGISTRY[field.type]
    if field.type == "choice":
        return said in field.choices
    if kind.text_default:
        return True
    return kind.expression_type in ("date", "datetime", "time") and bool(_DATE_LIKE.fullmatch(said))


def _literal(bench: Workbench, field: Field, data: Branch, at: Path) -> Default | None:
    said = plain(data["default"])
    if said is None:
        return None
    kind = REGISTRY[field.type]
    raw = repr(said) if isinstance(said, float) else said
    try:
        if field.is_reference or field.is_many:
            raise ValueProblem("default", "Write an expression, such as user.id.")
        if isinstance(said, bool) and field.type != "boolean":
            raise ValueProblem("default", "True and false belong to boolean fields.")
        value = kind.parse(field, raw, Locale())
        kind.check(field, value)
    except ValueProblem as fault:
        _bad_default(bench, field, data, at, said, fault.sentence)
        return None
    return Default(value=None if value is None else kind.dump(field, value))


def _bad_default(bench: Workbench, field: Field, data: Branch, at: Path, said: Any, fix: Phrase | None = None) -> None:
    where = spot(data, "default", at)
    bench.problems.add(faults.BAD_DEFAULT, where.place, where.path, value=shown(said), type=field.type, fix=fix)


def linking_field(name: str, owner: str, label: Text, target: str, place: Place, layer: str) -> Field:
    """A lookup of a link object to one of its two sides."""
    address = f"object:{owner}/field:{name}"
    return Field(
        name,
        "lookup",
        label,
        address,
        required=Condition(always=True),
        to=(target,),
        on_delete="cascade",
        place=place,
        layer=layer,
    )
