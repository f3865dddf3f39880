"""From the samples of a Model to drafts: each after those that it refers to, and the same for the same model and day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from newel.metadata.model import USER_OBJECT, Model, Object, Sample
from newel.metadata.sample_recipes import recipe_of
from newel.metadata.samples import stock_of
from newel.runtime.samples.drafts import Batch, Draft, Ref
from newel.runtime.samples.making import Day, Maker, Studio


def make_drafts(model: Model, day: Day) -> list[Batch]:
    """All drafts of all samples, in an order in which they can be saved."""
    studio = Studio(model, stock_of(model.samples), day)
    return [_make_batch(studio, sample) for sample in in_order(model)]


def in_order(model: Model) -> list[Sample]:
    """The samples, each after those whose records or lists it needs; where they need each other, as the model has them."""
    by_object: dict[str, list[str]] = {}
    for sample in model.samples.values():
        by_object.setdefault(sample.object, []).append(sample.name)
    holders = {(each.object, key): name for name, each in model.samples.items() for key in each.body.get("records", {})}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, sample in model.samples.items():
        needed = {
            each
            for wanted in _objects_needed(model, sample)
            for each in by_object.get(wanted, ())
            if model.samples[each].object != sample.object
        }
        needed |= {holders[each] for each in _records_needed(model, sample) if each in holders}
        sorter.add(name, *sorted(needed - {name}))
    try:
        return [model.samples[name] for name in sorter.static_order()]
    except CycleError:
        return list(model.samples.values())


def _objects_needed(model: Model, sample: Sample) -> Iterator[str]:
    """The objects that its recipes pick from, and those that the fields it fills point at."""
    targets = _targets(model, model.objects[sample.object])
    each = sample.body.get("generate", {}).get("each", "")
    yield from targets.get(each, ())
    for value in _walk(sample.body):
        if isinstance(value, Mapping):
            yield from (target for name in value for target in targets.get(name, ()))
        if recipe_of(value) == "reference":
            yield value["reference"]


def _targets(model: Model, of: Object) -> dict[str, tuple[str, ...]]:
    """What the fields of an object and of its lines point at, by name."""
    lines = [model.objects[each.of] for each in of.declared if each.type == "child_table" and each.of]
    return {each.name: each.to for target in (*lines, of) for each in target.fields.values() if each.to}


def _records_needed(model: Model, sample: Sample) -> Iterator[tuple[str, str]]:
    """The records that it points at by key, as far as their field tells the object; owners are users."""
    targets = {target for each in model.objects[sample.object].fields.values() for target in each.to} | {USER_OBJECT}
    for value in _walk(sample.body):
        if isinstance(value, str) and value.startswith("@"):
            yield from ((target, value[1:]) for target in sorted(targets))


def _walk(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)


def _make_batch(studio: Studio, sample: Sample) -> Batch:
    batch = Batch(sample.name, sample.object, sample.mode)
    maker = Maker(studio, sample.layer, random.Random(f"{sample.layer}.{sample.name}"))  # noqa: S311 - the same for everybody, on purpose
    for draft in _stated(maker, sample):
        studio.keep(draft)
        batch.drafts.append(draft)
    for draft in _generated(maker, sample):
        studio.keep(draft)
        batch.drafts.append(draft)
    return batch


def _stated(maker: Maker, sample: Sample) -> Iterator[Draft]:
    body = sample.body
    columns = body.get("columns", ())
    for number, (key, record) in enumerate(body.get("records", {}).items(), 1):
        draft = Draft(sample.object, key, number=number)
        if "key" in body:
            draft.values[body["key"]] = key
        maker.fill(draft, body.get("set", {}))
        maker.fill(draft, record if isinstance(record, Mapping) else dict(zip(columns, record, strict=False)))
        yield draft


def _generated(maker: Maker, sample: Sample) -> Iterator[Draft]:
    generate = sample.body.get("generate")
    if not generate:
        return
    number = 0
    for master in _masters(maker, sample, generate):
        for _ in range(maker.span(generate["count"])):
            number += 1
            draft = Draft(sample.object, f"{sample.name}_{number}", number=number)
            if master is not None:
                draft.values[generate["each"]] = master
            _fill(maker, generate, draft, sample.body.get("set", {}))
            yield draft


def _masters(maker: Maker, sample: Sample, generate: Mapping[str, Any]) -> list[Ref | None]:
    """The records for each of which some are made; without `each` there is one nobody."""
    if "each" not in generate:
        return [None]
    studio = maker.studio
    targets = studio.model.objects[sample.object].fields[generate["each"]].to
    where = dict(generate.get("where", {}))
    return [Ref(each.object, each.key) for target in targets for each in studio.matching(target, where)]


def _fill(maker: Maker, generate: Mapping[str, Any], draft: Draft, fixed: Mapping[str, Any]) -> None:
    variants = generate.get("variants", {})
    variant: Mapping[str, Any] = {}
    if variants:
        weights = {name: each.get("weight", 1) for name, each in variants.items()}
        draft.variant = str(maker.path(generate["by"], draft)) if "by" in generate else maker.weighed(weights)
        variant = variants.get(draft.variant, {})
    maker.fill(draft, fixed)
    maker.fill_parts(draft, variant.get("parts", {}))
    maker.fill(draft, variant.get("fields", {}))
    maker.fill_parts(draft, generate.get("parts", {}))
    maker.fill(draft, generate.get("fields", {}))
