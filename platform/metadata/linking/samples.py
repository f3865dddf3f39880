"""Samples: records that a solution brings, put in an order in which they can be loaded."""

from __future__ import annotations

from collections.abc import Mapping

from newel.metadata.linking.workbench import Spot, Workbench, plain
from newel.metadata.model import Object, Sample
from newel.metadata.problems import Path
from newel.metadata.shapes import Document

_OWN = ("sample", "object", "mode")


def link_samples(bench: Workbench) -> dict[str, Sample]:
    """All samples by name: reference data before demo data, and what is referred to before what refers to it."""
    found = [each for document in bench.stack.of_kind("sample") if (each := _sample(bench, document))]
    ranks = {name: index for index, name in enumerate(_loading_order(bench.objects))}
    layers = {name: index for index, name in enumerate(bench.stack.order)}
    found.sort(key=lambda each: (each.mode != "reference", layers[each.layer], ranks.get(each.object, 0), each.name))
    return {each.name: each for each in found}


def _sample(bench: Workbench, document: Document) -> Sample | None:
    data, address = document.data, f"sample:{document.name}"
    bench.element(address, document.place)
    if "object" not in data:
        return None
    where = Spot(data.value_place("object"), Path(("object",)), document.layer)
    draft = bench.object_named(data["object"], where, address)
    if draft is None:
        return None
    body = {key: plain(value) for key, value in data.items() if key not in _OWN}
    return Sample(document.name, draft.name, data.get("mode", "demo"), body, address, document.place, document.layer)


def _loading_order(objects: Mapping[str, Object]) -> list[str]:
    """Objects with what they need in front of them; where they need each other in a circle, what is required counts."""
    required, wished = (
        {name: _targets(each, always) & objects.keys() - {name} for name, each in objects.items()} for always in (True, False)
    )
    order: list[str] = []
    waiting = sorted(objects)
    while waiting:
        placed = set(order)
        ready = [each for each in waiting if required[each] <= placed] or waiting
        best = min(ready, key=lambda each: (len(wished[each] - placed), each))
        order.append(best)
        waiting.remove(best)
    return order


def _targets(thing: Object, only_required: bool) -> set[str]:
    fields = [each for each in thing.declared if each.is_reference or each.type == "many_to_many"]
    return {target for each in fields if each.required.always or not only_required for target in each.to}
