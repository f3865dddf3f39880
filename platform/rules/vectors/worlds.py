"""Cases -> worlds: one Model for all their fields, and every record laid out for engines.

A Bound case holds what an engine needs: the checked expression (or why it is refused), the record as Python reads it, and its
rows as a database keeps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from newel.metadata.compiling import compile_model
from newel.metadata.model import USER_OBJECT, Model, Source
from newel.metadata.naming import fault_of_name, nearest
from newel.metadata.problems import Problem, Problems
from newel.metadata.solutions import Layer, core_layer
from newel.metadata.words import phrase
from newel.rules.checking import KINDS
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.facts import Facts, Tables
from newel.rules.types import BOOLEAN
from newel.rules.vectors import facts as contexts
from newel.rules.vectors import faults
from newel.rules.vectors.cases import Case
from newel.rules.vectors.placing import Row, place, rows_of, seen
from newel.rules.vectors.shapes import Shape, shape_of, signature
from newel.rules.vectors.values import Misfit

__all__ = ["Bound", "World", "worlds_of"]
_ROLE = re.compile(r"""\bin_role\(\s*['"](\w+)['"]""")
_SOLUTION = "solution: vectors\nversion: 1.0.0\nlabel: Vectors\nlanguage: en\nprefix: v\ncurrency: CNY\n"


@dataclass(frozen=True)
class Bound:
    """A case with everything around it. `expression` None: refused, for `problems`."""

    case: Case
    object: str
    id: str
    expression: Expression | None
    problems: tuple[Problem, ...]
    record: Mapping[str, Any] = field(repr=False)
    facts: Facts = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)


@dataclass
class World:
    """A Model, the cases over it, and the rows of the tables that they all look things up in."""

    model: Model
    cases: list[Bound] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def worlds_of(cases: Sequence[Case]) -> tuple[list[World], Problems]:
    """The worlds of the cases, one for all that declare the same tables; or what is wrong with their fields and values."""
    problems = Problems()
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(json.dumps(case.context.get("tables") or {}, default=str, sort_keys=True), []).append(case)
    made = [_world(group, problems) for group in groups.values()]
    return [each for each in made if each is not None], problems


def _world(cases: Sequence[Case], problems: Problems) -> World | None:
    shapes, users = _shapes(cases)
    tables = {name: _table_shape(name, said) for name, said in (cases[0].context.get("tables") or {}).items()}
    model = _model([*{each.name: each for each in shapes.values()}.values(), *tables.values()], _roles(cases), users, problems)
    if model is None:
        return None
    world = World(model)
    reference = TablesOf(cases[0].context.get("tables") or {}, tables, world)
    for case in cases:
        try:
            world.cases.append(_bound(case, shapes[case.number], world, reference))
        except Misfit as fault:
            problems.add(
                faults.WRONG_VALUE, case.place, case.path, name=phrase("This case"), fault=phrase("{fault}.", fault=fault.said)
            )
    return world


def _shapes(cases: Sequence[Case]) -> tuple[dict[int, Shape], dict[str, Case]]:
    """The shape of each case by its number, equal ones once; and the first case that uses each."""
    found: dict[int, Shape] = {}
    known: dict[str, Shape] = {}
    users: dict[str, Case] = {}
    for case in cases:
        shape = shape_of(f"case_{case.number}", case.fields, {**_prior(case), **case.record})
        shape = known.setdefault(signature(shape), shape)
        found[case.number] = shape
        users.setdefault(shape.name, case)
    return found, users


def _prior(case: Case) -> Mapping[str, Any]:
    said = case.context.get("prior")
    return said if isinstance(said, Mapping) else {}


def _table_shape(name: str, said: Mapping[str, Any]) -> Shape:
    records = said.get("records") or []
    return replace(shape_of(name, said.get("fields") or {}, records[0] if records else {}), known=True)


def _roles(cases: Iterable[Case]) -> set[str]:
    """The roles that somebody has, or that an expression asks for."""
    said = {role for case in cases for role in (*_listed(case.context, "roles"), *_ROLE.findall(case.expr))}
    return {role for role in said if fault_of_name(role) is None}


def _listed(context: Mapping[str, Any], name: str) -> list[str]:
    user = context.get("user")
    found = [context.get(name), user.get(name) if isinstance(user, Mapping) else None]
    return [each for several in found if isinstance(several, list) for each in several if isinstance(each, str)]


def _model(shapes: Iterable[Shape], roles: Iterable[str], users: Mapping[str, Case], problems: Problems) -> Model | None:
    files = {"solution.yaml": _SOLUTION}
    for shape in shapes:
        for each in shape.walk():
            if each.name != USER_OBJECT:
                files[f"objects/{each.name}.yaml"] = json.dumps(each.document, default=str, ensure_ascii=False)
    known = core_layer().files
    for role in roles:
        if f"roles/{role}.yaml" not in known:
            files[f"roles/{role}.yaml"] = json.dumps({"role": role, "label": role})
    model, found = compile_model([Layer("vectors", files)])
    for problem in found.errors:
        name = problem.place.file.rpartition("/")[2].removesuffix(".yaml")
        case = next((users[at] for at in users if name == at or name.startswith(f"{at}_")), None)
        problems.extend([replace(problem, place=case.place, layer=None) if case else problem])
    return model


def _bound(case: Case, shape: Shape, world: World, tables: Tables) -> Bound:
    unknown = [key for key in case.context if key not in contexts.KEYS]
    if unknown:
        near = nearest(unknown[0], contexts.KEYS)
        said = phrase('the context has no part "{name}"', name=unknown[0])
        raise Misfit(phrase('{fault}; did you mean "{name}"?', fault=said, name=near) if near else said)
    zone = contexts.zone_of(case.context)
    placed = place(case.record, shape, world.model, zone, f"{case.number}")
    before = case.context.get("prior")
    prior = place(before, shape, world.model, zone, f"{case.number}/prior") if isinstance(before, Mapping) else None
    expression, found = _compiled(case, shape, world.model)
    facts = contexts.facts_of(case.context, world.model, None if prior is None else seen(prior, expression), tables)
    record, rows = seen(placed, expression), tuple(rows_of(placed))
    return Bound(case, shape.name, placed.id, expression, tuple(found), record, facts, rows)


def _compiled(case: Case, shape: Shape, model: Model) -> tuple[Expression | None, list[Problem]]:
    if case.kind not in KINDS:
        raise Misfit(phrase('an expression has no kind "{kind}"; it has {kinds}', kind=case.kind, kinds=", ".join(KINDS)))
    expects = BOOLEAN if case.kind in ("filter", "permission", "condition", "options", "offered") else None
    context = Context(case.kind, shape.name, expects)
    return compile_expression(Source(case.expr, case.expr_place), model, context, case.path.key("expr"))


class TablesOf:
    """The tables that a context declares, as `lookup` asks them."""

    def __init__(self, said: Mapping[str, Any], shapes: Mapping[str, Shape], world: World) -> None:
        self.records: dict[str, list[Mapping[str, Any]]] = {}
        for name, shape in shapes.items():
            placed = [
                place(each, shape, world.model, UTC, f"{name}/{at:04}") for at, each in enumerate(said[name].get("records") or ())
            ]
            self.records[name] = [each.values for each in placed]
            world.rows += [row for each in placed for row in rows_of(each)]

    def find(self, object_name: str, key: str, value: Any, field: str) -> Any:
        found = (each for each in self.records.get(object_name, ()) if value is not None and each.get(key) == value)
        return next((each.get(field) for each in found if not each.get("deleted_at")), None)
