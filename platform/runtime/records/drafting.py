"""What somebody wants to save, read and understood but not yet judged: given texts become values, blanks become defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import EMPTY, Field, Object
from newel.metadata.words import word
from newel.runtime.records.access import Verdict, verdict
from newel.runtime.records.computing import Formulas, formulas_of
from newel.runtime.records.errors import FieldProblem, unknown_field
from newel.runtime.records.ids import new_id
from newel.runtime.records.loading import Loaded, Seen, Values, layout_of
from newel.runtime.records.offering import leave_out_defaults
from newel.runtime.records.rules import Rules, rules_of, rules_on
from newel.runtime.records.statements import kept

if TYPE_CHECKING:
    from newel.rules.facts import Facts
    from newel.runtime.installation import Installation
    from newel.runtime.records.work import Work

COMPUTED = word("This is computed, so it can't be filled in.")
Parse = Callable[[Field, Any, Locale], Any]
Check = Callable[[Field, Any], None]
OWN_BY_PLATFORM = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"})


@dataclass
class Draft:
    """One record on its way to be saved. `values` are all its stored fields as they are to be; `old` is None for a new one."""

    work: Work
    plan: Plan
    verdict: Verdict
    id: str
    values: Values
    old: Loaded | None = None
    given: set[str] = field(default_factory=set)  # the fields that the actor named
    many: dict[str, Any] = field(default_factory=dict)  # lines and links, as given and parsed
    problems: list[FieldProblem] = field(default_factory=list)
    is_line: bool = False  # saved with its master, whose rights count
    speakers: tuple[str, ...] = ()  # the roles that allow the change, once the rights are judged
    linked: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # many-to-many: linked ids before and after
    known: frozenset[str] = frozenset()  # references that the platform set itself
    unlocked: frozenset[str] = frozenset()  # fields that a declared action sets, whatever locks them for people
    details: list[Any] = field(default_factory=list)  # what is saved along with it, from `detailing`
    place: str = ""  # of a line: where its faults are told
    form: str | None = None  # the form that it was filled in on, whose conditions hold, too
    before_rules: int = 0  # how many faults were found before the rules looked at the record

    @property
    def target(self) -> Object:
        return self.plan.target

    @cached_property
    def rules(self) -> Rules:
        return rules_on(self.work.installation, self.plan.rules, self.target, self.form)

    @cached_property
    def seen(self) -> Seen:
        return Seen(self.work, self.target, self.values)

    @cached_property
    def seen_before(self) -> Seen | None:
        """The record as it is stored; None for a new one."""
        return Seen(self.work, self.target, self.old.values) if self.old else None

    @cached_property
    def facts(self) -> Facts:
        """What rules know beside the record, the record as it was among it."""
        return replace(self.work.facts, prior=self.seen_before) if self.old else self.work.facts

    @property
    def before(self) -> Values:
        return self.old.values if self.old else {}

    @cached_property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The stored fields that differ from before, with both values. Asked for once the draft is final.

        What is computed only changes along with something that is not.
        """
        before = self.before
        found = {
            name: (before.get(name), value)
            for name, value in self.values.items()
            if name not in OWN_BY_PLATFORM and value != before.get(name)
        }
        return found if self.old is None or not found.keys() <= self.plan.computed else {}

    def work_out(self) -> None:
        """Brings the stored formulas in step with the values that they are made of."""
        if self.plan.formulas.stored:
            self.plan.formulas.work_out(self.values, self.seen, self.facts)

    def blame(self, name: str | None, code: str, message: Any, **params: Any) -> None:
        self.problems.append(FieldProblem(name, code, message, params))


@dataclass(frozen=True)
class Plan:
    """What saving needs to know of one object, worked out once."""

    target: Object
    rules: Rules
    formulas: Formulas
    computed: frozenset[str]
    parsers: Mapping[str, tuple[Field, Parse, Check]]
    blank: Values  # every stored field, blank, or what a rollup gathers where nothing is
    uniques: tuple[tuple[str, ...], ...]
    references: tuple[Field, ...]
    numbered: tuple[Field, ...]
    files: tuple[Field, ...]
    many: tuple[Field, ...]


def plan_of(installation: Installation, object_name: str) -> Plan:
    found: Plan = kept(installation, ("plan", object_name), lambda: _plan(installation, installation.model.objects[object_name]))
    return found


def _plan(installation: Installation, target: Object) -> Plan:
    stored = layout_of(installation, target.name).fields
    writable = [each for each in target.fields.values() if each.name not in OWN_BY_PLATFORM]
    return Plan(
        target=target,
        rules=rules_of(installation, target),
        formulas=formulas_of(installation, target.name),
        computed=frozenset(each.name for each in target.declared if each.is_computed),
        parsers={each.name: (each, type_of(each).parse, type_of(each).check) for each in writable},
        blank={**dict.fromkeys(each.name for each in stored), **formulas_of(installation, target.name).of_nothing},
        uniques=(
            *((each.name,) for each in target.declared if each.unique and not each.is_many),
            *(tuple(key) for key in target.keys.values()),
        ),
        references=tuple(each for each in stored if each.is_reference and each.name not in OWN_BY_PLATFORM),
        numbered=tuple(each for each in stored if each.type == "auto_number"),
        files=tuple(each for each in stored if each.type in ("file", "image")),
        many=tuple(each for each in target.fields.values() if each.is_many),
    )


def new_draft(
    work: Work, object_name: str, given: Mapping[str, Any], known: Mapping[str, Any] = EMPTY, judged: Verdict | None = None
) -> Draft:
    """A new record: what was given, and defaults for the rest. `known` values are set by the platform itself."""
    plan = plan_of(work.installation, object_name)
    rights = judged or verdict(work.installation, work.actor, object_name)
    draft = Draft(work, plan, rights, new_id(), dict(plan.blank), is_line=judged is not None, known=frozenset(known))
    _read(draft, given, draft.verdict.creatable)
    draft.values.update(known)
    draft.values["id"] = draft.id
    _fill_defaults(draft)
    draft.work_out()
    return draft


def changed_draft(work: Work, object_name: str, old: Loaded, given: Mapping[str, Any], judged: Verdict | None = None) -> Draft:
    """A stored record with what was given laid over it."""
    rights = judged or verdict(work.installation, work.actor, object_name)
    plan = plan_of(work.installation, object_name)
    draft = Draft(work, plan, rights, old.id, dict(old.values), old, is_line=judged is not None)
    _read(draft, given, draft.verdict.writable)
    draft.work_out()
    return draft


def _read(draft: Draft, given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Parses and checks each given value; every fault is noted, and the field then stays as it was."""
    locale, parsers = draft.work.locale, draft.plan.parsers
    for name, raw in given.items():
        if name in draft.plan.computed and name in draft.verdict.readable:
            draft.blame(name, "read_only", COMPUTED)
            continue
        found = parsers.get(name)
        if found is None or name not in allowed:
            draft.problems.append(unknown_field(name))
            continue
        each, parse, check = found
        draft.given.add(name)
        try:
            value = parse(each, raw, locale)
            check(each, value)
        except ValueProblem as problem:
            draft.problems.append(FieldProblem.of(name, problem))
            continue
        if each.is_many:
            draft.many[name] = value
        else:
            draft.values[name] = value


def _fill_defaults(draft: Draft) -> None:
    """Fields that were not named start with their default; the owner is who creates the record."""
    if "owner" in draft.values and "owner" not in draft.given and draft.values["owner"] is None:
        draft.values["owner"] = draft.work.actor.user_id
    for name, default in draft.plan.rules.defaults.items():
        if name not in draft.given and draft.values.get(name) is None:
            draft.values[name] = default(draft.seen, draft.facts)
    leave_out_defaults(draft)
