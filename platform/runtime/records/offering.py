"""Choices that depend on the record: options that are offered only where their `when` holds, references that a `filter` narrows.

What was chosen before stays allowed, until something that it depends on is changed: then it is a fault that says what to do.
Where a rule can't be worked out, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, cast, null

from newel.metadata.field_types.values import Reference
from newel.metadata.model import Field
from newel.metadata.words import word
from newel.rules.conditions import FAILURES
from newel.rules.expressions import Expression
from newel.rules.facts import Facts
from newel.rules.sql import Rows, emit
from newel.rules.sql.emitting import parameter_of
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import Invalid
from newel.runtime.records.loading import Seen, fetch, pending, raw, rows_beneath
from newel.runtime.records.reach import Path, RawColumns, Reach, SeenColumns
from newel.runtime.records.rules import LOG
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.runtime.installation import Installation
    from newel.runtime.records.drafting import Draft
    from newel.runtime.records.work import Work

NO_OPTION = word("“{option}” can't be chosen in this record. Choose another.")
NO_MORE_OPTION = word("“{option}” no longer goes with the rest of this record. Choose another.")
NO_RECORD = word("This can't be chosen here, because it does not go with the rest of this record. Choose another.")
NO_MORE_RECORD = word("What is chosen here no longer goes with the rest of this record. Choose another, or clear it.")
UNSEEN = word(
    "Something that was chosen does not go with the rest of this record, and your role can't see it. Ask an administrator."
)


@dataclass(frozen=True)
class Options:
    """A choice field with options that are not for every record."""

    field: Field
    whens: Mapping[str, Expression]

    def allows(self, key: str, record: Mapping[str, Any], facts: Facts) -> bool:
        when = self.whens.get(key)
        return when is None or _holds(when, f"{self.field.address}/option:{key}/when", record, facts)

    def offered(self, record: Mapping[str, Any], facts: Facts) -> tuple[str, ...]:
        """The options to choose from, in their order."""
        return tuple(key for key in self.field.choices if self.allows(key, record, facts))


@dataclass(frozen=True)
class Pointing:
    """A reference (or many-to-many) that not every record may be chosen for. `reads`: fields of the record that chooses."""

    field: Field
    filter: Expression
    reads: tuple[str, ...]

    def allows(self, target: Mapping[str, Any], facts: Facts) -> bool:
        return _holds(self.filter, f"{self.field.address}/filter", target, facts)


@dataclass(frozen=True)
class Narrowing:
    """The filter of one reference, for lists: its statement is known by object and field, the record's values are parameters."""

    object: str
    field: str
    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, pointing: Pointing, object_name: str, record: Mapping[str, Any]) -> Narrowing:
        facts = {name: record.get(name) for name in pointing.reads}
        given = {parameter_of(f"record.{name}"): _plain(value) for name, value in facts.items()}
        return cls(object_name, pointing.field.name, given)

    @property
    def key(self) -> tuple[str, str]:
        return (self.object, self.field)


def _plain(value: Any) -> Any:
    return value.id if isinstance(value, Reference) else value


def narrowed(reach: Reach, key: tuple[str, str]) -> ColumnElement[bool]:
    """Of which records a reference's filter holds, as far as the actor may know."""
    object_name, field = key
    found = offers_of(reach.installation, object_name).pointing[field]
    return emit(found.filter, Readable(SeenColumns(reach, reach.top.alone)))


@dataclass(frozen=True)
class Readable:
    """The columns that an actor sees; those that the actor must not know are blank."""

    seen: SeenColumns

    @property
    def dialect(self) -> str:
        return self.seen.dialect

    def column(self, path: Path, suffix: str = "") -> ColumnElement[Any]:
        try:
            return self.seen.column(path, suffix)
        except Invalid:
            return cast(null(), RawColumns(self.seen.spot).column(path, suffix).type)

    def children(self, collection: str) -> Rows:
        return self.seen.children(collection)

    def rows(self, object_name: str) -> Rows:
        spot = self.seen.spot.beyond(object_name)
        found = self.seen.rows(object_name)
        return Rows(Readable(SeenColumns(self.seen.reach, spot)), spot.table, found.condition)


@dataclass(frozen=True)
class Offers:
    """The choices of one object that depend on the record."""

    options: Mapping[str, Options]
    pointing: Mapping[str, Pointing]


def offers_of(installation: Installation, object_name: str) -> Offers:
    found: Offers = kept(installation, ("offers", object_name), lambda: _offers(installation, object_name))
    return found


def _offers(installation: Installation, object_name: str) -> Offers:
    fields = installation.model.objects[object_name].fields
    rules = installation.rulebook.object(object_name)
    return Offers(
        {name: Options(fields[name], whens) for name, whens in rules.options.items()},
        {name: Pointing(fields[name], each, _edited(each)) for name, each in rules.offered.items()},
    )


def _edited(expression: Expression) -> tuple[str, ...]:
    return tuple(name.partition(".")[2] for name in expression.given if name.startswith("record."))


def _holds(rule: Expression, address: str, record: Mapping[str, Any], facts: Facts) -> bool:
    try:
        return bool(rule.run(record, facts))
    except FAILURES as fault:
        LOG.warning("%s can't be computed: %r", address, fault)
        return False


# Options


def leave_out_defaults(draft: Draft) -> None:
    """A default that is not offered for the record is none."""
    for name, each in offers_of(draft.work.installation, draft.target.name).options.items():
        if name not in draft.given and name not in draft.known:
            fit = tuple(key for key in _keys(draft.values.get(name)) if each.allows(key, draft.seen, draft.facts))
            if len(fit) < len(_keys(draft.values.get(name))):
                draft.values[name] = fit or None if each.field.type == "multi_choice" else None


def judge_options(draft: Draft) -> None:
    """Every chosen option must be offered for the record as it will be."""
    faulty = {problem.field for problem in draft.problems}
    for name, each in offers_of(draft.work.installation, draft.target.name).options.items():
        if name not in faulty:
            before = _keys(draft.before.get(name))
            for key in _keys(draft.values.get(name)):
                _judge_option(draft, each, key, was_there=key in before)


def _judge_option(draft: Draft, each: Options, key: str, was_there: bool) -> None:
    when = each.whens.get(key)
    if when is None or (was_there and not _is_turned(draft, when.paths)):
        return
    if not each.allows(key, draft.seen, draft.facts):
        message = NO_MORE_OPTION if was_there else NO_OPTION
        _blame(draft, each.field, message, option=each.field.choices[key].label)


def judge_options_beneath(draft: Draft) -> None:
    """Options of its lines that look at the record, once what they look at has changed: whether the lines are given or not."""
    for field in draft.plan.many if draft.old is not None else ():
        turned = _turned_above(draft, field) if field.type == "child_table" else []
        if turned:
            pending(draft.work, draft.target.name, draft.id, draft.values)
            for place, line in _lines_of(draft, field):
                for each, keys in turned:
                    _judge_line(draft, each, keys, place, line)


def _turned_above(draft: Draft, field: Field) -> list[tuple[Options, frozenset[str]]]:
    """Fields of a line, each with those options whose conditions look at something of the record that has changed."""
    found = []
    for each in offers_of(draft.work.installation, str(field.of)).options.values():
        above = {key: [path[1:] for path in when.paths if path[0] == field.by and path[1:]] for key, when in each.whens.items()}
        keys = frozenset(key for key, paths in above.items() if paths and _is_turned(draft, paths))
        found += [(each, keys)] if keys else []
    return found


def _lines_of(draft: Draft, field: Field) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The lines that were there before and will be, each with the place where its faults are told."""
    details = next((each for each in draft.details if each.of is field), None)
    if details is None:
        for values in rows_beneath(draft.work, str(field.of), str(field.by), draft.id):
            yield field.name, values
    else:
        for line in details.changed:
            yield line.place, line.values


def _judge_line(draft: Draft, each: Options, keys: frozenset[str], place: str, line: Mapping[str, Any]) -> None:
    there = f"{place}.{each.field.name}"
    if any(problem.field == there for problem in draft.problems):
        return
    work, child = draft.work, str(draft.target.fields[place.partition(".")[0]].of)
    for key in keys.intersection(_keys(line.get(each.field.name))):
        if not each.allows(key, Seen(work, work.model.objects[child], line), work.facts):
            if each.field.name in verdict(work.installation, work.actor, child).readable:
                where = there if "." in place else place
                draft.blame(where, "not_offered", NO_MORE_OPTION, option=each.field.choices[key].label)
            else:
                draft.blame(None, "not_offered", UNSEEN)


def _keys(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _is_turned(draft: Draft, paths: Iterable[Sequence[str]]) -> bool:
    """Whether something that a choice depends on is changed."""
    seen, before = draft.seen, draft.seen_before
    return before is None or any(seen[path] != before[path] for path in map(".".join, paths))


def _blame(draft: Draft, field: Field, message: str, **params: Any) -> None:
    shown = field.name in draft.verdict.readable or field.name in draft.given
    draft.blame(field.name if shown else None, "not_offered", message if shown else UNSEEN, **params)


# References


def check_offered(work: Work, object_name: str, drafts: Sequence[Draft]) -> None:
    """Every chosen record must be one that is offered, judged on the whole of it: one statement a field for all drafts."""
    for each in offers_of(work.installation, object_name).pointing.values():
        asked = [(draft, record_id, was_there) for draft in drafts for record_id, was_there in _to_judge(draft, each)]
        if asked:
            target = each.field.to[0]
            fetch(work, target, (record_id for _, record_id, _ in asked), each.filter.paths)
            for draft, record_id, was_there in asked:
                _judge_record(work, each, draft, raw(work, target, record_id), was_there)


def _judge_record(work: Work, each: Pointing, draft: Draft, values: Mapping[str, Any] | None, was_there: bool) -> None:
    if values is None or any(problem.field == each.field.name for problem in draft.problems):
        return
    target = Seen(work, work.model.objects[each.field.to[0]], values)
    if not each.allows(target, replace(draft.facts, record=draft.seen)):
        _blame(draft, each.field, NO_MORE_RECORD if was_there else NO_RECORD)


def _to_judge(draft: Draft, each: Pointing) -> Iterator[tuple[str, bool]]:
    """The records to look at, and whether they were chosen before: new choices, and all once something they depend on changed."""
    name = each.field.name
    if name in draft.known:
        return
    before = _pointed_before(draft, each.field)
    is_turned = _is_turned(draft, ((field,) for field in each.reads))
    for record_id in _pointed(draft, each.field, before):
        if is_turned or record_id not in before:
            yield record_id, record_id in before


def _pointed(draft: Draft, field: Field, before: tuple[str, ...]) -> tuple[str, ...]:
    if field.is_many:
        return tuple(draft.many[field.name]) if field.name in draft.many else before
    return _keys(draft.values.get(field.name))


def _pointed_before(draft: Draft, field: Field) -> tuple[str, ...]:
    if draft.seen_before is None:
        return ()
    if not field.is_many:
        return _keys(draft.before.get(field.name))
    return tuple(row.own[str(field.by_other)] for row in draft.seen_before[field.name])
