"""Computed fields that keep their values: for which of them a change of the Model makes what is kept outdated."""

from __future__ import annotations

from collections.abc import Iterator

from newel.metadata.model import Field, Model, Object

KEPT = ("stored", "rollup")
_RULES = ("/formula", "/rollup")


def outdated(old: Model | None, new: Model) -> dict[str, Field]:
    """By address: the computed fields whose kept values may no longer be what their formula or rollup gives.

    A new or changed formula outdates its own field, and all that are computed from it; so does what options say of themselves.
    Without `old`, which tells what the kept values were made by, all are.
    """
    fields = {each.address: each for target in new.objects.values() for each in target.declared}
    waiting = list(fields if old is None else _changed(old, new))
    found: dict[str, Field] = {}
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        each = fields.get(address)
        if each is not None and each.computed in KEPT:
            found[address] = each
        waiting.extend(_readers(new, address))
    return {address: found[address] for address in fields if address in found}


def _changed(old: Model, new: Model) -> Iterator[str]:
    for name, target in new.objects.items():
        before = old.objects.get(name)
        for each in target.declared:
            if _is_changed(before, each):
                yield each.address


def _is_changed(target: Object | None, now: Field) -> bool:
    before = target.fields.get(now.name) if target else None
    if before is None:
        return now.is_computed
    if now.is_computed or before.is_computed:
        return _making(before) != _making(now)
    return [each.properties for each in before.choices.values()] != [each.properties for each in now.choices.values()]


def _making(each: Field) -> tuple[object, ...]:
    """What the kept value of a computed field is made by, and how it is kept."""
    texts = (source.text if source else None for source in (each.formula, each.rollup))
    return (*texts, each.computed, tuple(sorted((name, str(value)) for name, value in each.options.items())))


def _readers(model: Model, address: str) -> Iterator[str]:
    """The computed fields that mention a field, or one of its options."""
    inside = f"{address}/option:"
    for mentioned in [address, *(each for each in model.uses if each.startswith(inside))]:
        for user in model.uses.get(mentioned, ()):
            rule = next((each for each in _RULES if user.endswith(each)), None)
            if rule:
                yield user.removesuffix(rule)
