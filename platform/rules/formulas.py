"""Formulas and rollups of a whole Model: how each is had, in which order they follow from one another, and what none may do.

A formula over stored fields of its own record alone is `stored`, in a column of its own; every other one is a `query`, computed
where it is read. So is one over what every save changes, such as updated_at. A rollup gathers, with one aggregate, stored fields
of the records of a collection. The record that rules read in Python holds computed values like any other, so whoever fills it
computes them in the order of `ObjectRules.formulas`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from newel.metadata.model import Field, Model, Object, Source
from newel.metadata.problems import Path, Problem
from newel.metadata.words import phrase
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.faults import CIRCLE, NOT_A_ROLLUP, NOT_KEPT, ROLLUP_TOO_FAR, Fault, Faults
from newel.rules.tree import Aggregate
from newel.rules.types import type_of_field

Key = tuple[str, str]  # an object's name and a field's
Compile = Callable[[Source, Context, str, Path], Expression | None]
UNSTEADY = ("version", "updated_at", "updated_by", "deleted_at")  # every save changes them, whatever it is about
ROLLUPS = ("sum", "count", "avg", "min", "max")


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed field with its compiled expression, and the fields that this reads, on every object."""

    field: Field
    expression: Expression
    reads: tuple[Key, ...]


def formulas_of(target: Object, compiled: Compile) -> dict[str, Expression]:
    """The formulas of an object, each after those of the same object that it reads."""
    found = dict(_expressions(target, compiled, "formula"))
    order: dict[str, None] = {}
    for name in found:
        _place(name, found, order, frozenset())
    return {name: found[name] for name in order}


def rollups_of(target: Object, compiled: Compile) -> dict[str, Expression]:
    return dict(_expressions(target, compiled, "rollup"))


def with_computed(model: Model) -> tuple[Model, list[Problem]]:
    """The same Model, in which every computed field says how it is had; and what is wrong with them together."""
    found = _all_of(model)
    circles = list(_circles(found))
    problems = [_circle(found, each) for each in circles]
    in_circles = {key for each in circles for key in each}
    kinds: dict[Key, str] = {}
    for key in found:
        _settle(model, found, key, kinds, in_circles)
    searched = frozenset(_searched(model)) if found else frozenset()
    for key, each in found.items():
        if kinds[key] == "rollup":
            problems.extend(_of_rollup(model, each, kinds))
        elif kinds[key] == "query":
            problems.extend(_of_query(key, each.field, searched))
    return _with_kinds(model, kinds), problems


def _expressions(target: Object, compiled: Compile, kind: str) -> Iterator[tuple[str, Expression]]:
    for field in target.fields.values():
        source = field.formula if kind == "formula" else field.rollup
        if source is None:
            continue
        context = Context(kind, target.name, type_of_field(field, target.name), field=field)
        found = compiled(source, context, f"{field.address}/{kind}", Path(("fields", field.name, kind)))
        if found is not None:
            yield field.name, found


def _place(name: str, found: Mapping[str, Expression], order: dict[str, None], above: frozenset[str]) -> None:
    if name in order or name in above:
        return
    for path in found[name].paths:
        if path[0] in found:
            _place(path[0], found, order, above | {name})
    order[name] = None


# Over all objects


def _all_of(model: Model) -> dict[Key, Computed]:
    def compiled(source: Source, context: Context, _address: str, at: Path) -> Expression | None:
        return compile_expression(source, model, context, at)[0]

    found: dict[Key, Computed] = {}
    for name, target in model.objects.items():
        if not any(field.is_computed for field in target.fields.values()):
            continue
        expressions = {**formulas_of(target, compiled), **rollups_of(target, compiled)}
        for field in target.fields.values():
            if field.name in expressions:
                reads = tuple(dict.fromkeys(_reads(model, name, expressions[field.name])))
                found[name, field.name] = Computed(field, expressions[field.name], reads)
    return found


def _reads(model: Model, object_name: str, expression: Expression) -> Iterator[Key]:
    for path in expression.paths:
        yield from _on_the_way(model, object_name, path)
    for collection, paths in expression.collections.items():
        child = model.objects[object_name].children(collection)
        if child is not None:
            for path in paths:
                yield from _on_the_way(model, child[0], path)
    for looked_in, key, field in expression.lookups:
        yield looked_in, key
        yield looked_in, field


def _on_the_way(model: Model, object_name: str, path: Iterable[str]) -> Iterator[Key]:
    for name in path:
        yield object_name, name
        beyond = model.objects[object_name].fields[name]
        kind = type_of_field(beyond, object_name)
        object_name = kind.objects[0] if kind is not None and kind.objects else object_name


def _circles(found: Mapping[Key, Computed]) -> Iterator[list[Key]]:
    """Each chain of fields that comes back to where it began, told once, in reading order."""
    done: set[Key] = set()

    def visit(key: Key, chain: list[Key]) -> Iterator[list[Key]]:
        if key in chain:
            yield chain[chain.index(key) :]
            return
        if key in done or key not in found:
            return
        for below in found[key].reads:
            yield from visit(below, [*chain, key])
        done.add(key)

    for key in found:
        yield from visit(key, [])


def _circle(found: Mapping[Key, Computed], circle: list[Key]) -> Problem:
    names = [".".join(key) for key in (*circle, circle[0])]
    if len({object_name for object_name, _ in circle}) == 1:
        names = [name for _, name in (*circle, circle[0])]
    first = found[circle[0]].field
    return _problem(first, Fault(CIRCLE, 0, _length(first), fields=" -> ".join(names)))


def _settle(model: Model, found: Mapping[Key, Computed], key: Key, kinds: dict[Key, str], circular: set[Key]) -> str:
    """How a computed field is had; those in a circle are queries until it is broken."""
    if key in kinds:
        return kinds[key]
    each = found[key]
    if each.field.rollup is not None:
        kinds[key] = "rollup"
    elif key in circular or not each.expression.is_own or any(name in UNSTEADY for _, name in each.reads):
        kinds[key] = "query"
    else:
        beneath = [_settle(model, found, below, kinds, circular) for below in each.reads if below in found]
        kinds[key] = "query" if "query" in beneath else "stored"
    return kinds[key]


def _of_rollup(model: Model, computed: Computed, kinds: Mapping[Key, str]) -> Iterator[Problem]:
    """A rollup is kept by the writes of the records that it gathers: it reads their stored fields, and nothing else."""
    field, expression, tree = computed.field, computed.expression, computed.expression.tree
    whole = {"start": 0, "end": _length(field)}
    if not isinstance(tree, Aggregate) or tree.function not in ROLLUPS:
        yield _problem(field, Fault(NOT_A_ROLLUP, **whole, fix=phrase("Write it as a formula.")))
        return
    paths = expression.collections[tree.collection]
    far = next((".".join(path) for path in paths if len(path) > 1), None)
    queried = next((path[0] for path in paths if kinds.get((tree.object, path[0])) == "query"), None)
    if far is not None:
        what = phrase("{path}, which lies beyond the records of {collection}", path=far, collection=tree.collection)
    elif queried is not None:
        what = phrase("{name}, a formula that is computed anew wherever it is read", name=queried)
    elif expression.volatile or expression.lookups or any(path[0] in UNSTEADY for path in paths):
        what = phrase("what changes without the records that it gathers")
    else:
        return
    yield _problem(field, Fault(ROLLUP_TOO_FAR, **whole, what=what, fix=phrase("Write it as a formula.")))


def _of_query(key: Key, field: Field, searched: frozenset[Key]) -> Iterator[Problem]:
    """What is computed where it is read is in no index."""
    found = {
        phrase("it can't be indexed"): field.indexed,
        phrase("it can't be searched"): field.searchable or key in searched,
    }
    for what in (each for each, wanted in found.items() if wanted):
        yield _problem(field, Fault(NOT_KEPT, 0, _length(field), field=field.name, what=what))


def _searched(model: Model) -> Iterator[Key]:
    """What full-text search knows records by: fields of their own, and fields one step through a lookup."""
    for target in model.objects.values():
        for path in target.search:
            name, _, rest = path.partition(".")
            yield (target.fields[name].to[0], rest) if rest else (target.name, name)


def _with_kinds(model: Model, kinds: Mapping[Key, str]) -> Model:
    if not kinds:
        return model
    objects = dict(model.objects)
    for name in dict.fromkeys(name for name, _ in kinds):
        target = objects[name]
        fields = {
            each.name: replace(each, computed=kinds[name, each.name]) if (name, each.name) in kinds else each
            for each in target.fields.values()
        }
        objects[name] = replace(target, fields=fields)
    return replace(model, objects=objects)


def _problem(field: Field, fault: Fault) -> Problem:
    source = field.formula or field.rollup
    if source is None:
        raise AssertionError(field.address)
    faults = Faults(source, Path(("fields", field.name, "formula" if field.formula else "rollup")))
    faults.add(fault)
    return faults.found[0]


def _length(field: Field) -> int:
    source = field.formula or field.rollup
    return len(source.text) if source else 0
