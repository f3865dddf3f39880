"""Which validations of a record look at the records beneath it, and what has changed for them in this transaction.

A rule looks beneath where it gathers from a collection, or reads a rollup or what a formula makes of one. Whoever writes
records notes here what that concerns; `holders` judges it once the write is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newel.rules.object_rules import ValidationRule
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.metadata.model import Object
    from newel.rules.expressions import Expression
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

HELD = "holders to judge"  # in `kept` of Work; replaced, never changed in place, so that savepoints hold
Values = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Holding:
    """A validation of `object` that gathers from `collection`: records whose lookup `by` points at the holder."""

    object: str
    collection: str
    gathers: str
    by: str
    rule: ValidationRule
    reads: frozenset[str]  # fields of the collection's records


@dataclass(frozen=True, eq=False)
class Watch:
    """A validation that reads rollups of its own record, or stored formulas, which may follow from them."""

    rule: ValidationRule
    reads: frozenset[str]


@dataclass(frozen=True)
class Note:
    """A rule that must hold for a record after this write. `before`: the record as it was, where that is known.

    `gone`: records that a collection held before, and holds no more.
    """

    object: str
    holder: str
    rule: ValidationRule
    collection: str | None = None
    before: Values | None = None
    gone: tuple[Values, ...] = ()


@dataclass(frozen=True)
class Holdings:
    """All such validations: by the object that is gathered, and by the object that they are about."""

    over: Mapping[str, Sequence[Holding]]
    watching: Mapping[str, Sequence[Watch]]

    def __bool__(self) -> bool:
        return bool(self.over or self.watching)


def holdings(installation: Installation) -> Holdings:
    found: tuple[Holdings] = kept(installation, "holdings", lambda: (_gathered(installation),))
    return found[0]


def note(work: Work, notes: Iterable[Note]) -> None:
    found = tuple(notes)
    if found:
        work.kept[HELD] = (*work.kept.get(HELD, ()), *found)


def watching(work: Work, object_name: str, names: Iterable[str]) -> list[ValidationRule]:
    """The validations of an object that read one of its fields, directly or through formulas."""
    wanted = set(names)
    return [each.rule for each in holdings(work.installation).watching.get(object_name, ()) if not each.reads.isdisjoint(wanted)]


def _gathered(installation: Installation) -> Holdings:
    over: dict[str, list[Holding]] = {}
    watches: dict[str, list[Watch]] = {}
    for target in installation.model.objects.values():
        for rule in installation.rulebook.object(target.name).validations if _may_look_beneath(target) else ():
            expressions = list(_expressions(installation, target, rule))
            for each in _holdings(target, rule, expressions):
                over.setdefault(each.gathers, []).append(each)
            reads = frozenset(name for name in _read(expressions) if target.fields[name].computed in ("rollup", "stored"))
            if reads:
                watches.setdefault(target.name, []).append(Watch(rule, reads))
    return Holdings(over, watches)


def _may_look_beneath(target: Object) -> bool:
    """Whether a validation has the name of a collection or a computed field in its text: other rules need not be compiled."""
    names = (*target.inverses, *(each.name for each in target.fields.values() if each.is_many or each.is_computed))
    texts = [source.text for each in target.validations.values() for source in (each.when, each.require) if source is not None]
    return any(name in text for text in texts for name in names)


def _expressions(installation: Installation, target: Object, rule: ValidationRule) -> Iterator[Expression]:
    """What a validation says, and the formulas that are worked out when it asks for them."""
    formulas = installation.rulebook.object(target.name).formulas
    todo = [each for each in (rule.when, rule.require) if each is not None]
    known: set[str] = set()
    while todo:
        expression = todo.pop()
        yield expression
        asked = {name for name in _read([expression]) if target.fields[name].computed == "query"} - known
        known |= asked
        todo += [formulas[name] for name in sorted(asked)]


def _read(expressions: Iterable[Expression]) -> set[str]:
    return {path[0] for each in expressions for path in each.paths}


def _holdings(target: Object, rule: ValidationRule, expressions: Sequence[Expression]) -> Iterator[Holding]:
    for name in dict.fromkeys(name for each in expressions for name in each.collections):
        child, by = target.children(name) or ("", "")
        paths = (path for each in expressions for path in each.collections.get(name, ()))
        yield Holding(target.name, name, child, by, rule, frozenset(path[0] for path in paths))
