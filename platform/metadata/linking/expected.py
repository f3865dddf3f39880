"""What is expected of an attempt in a scenario test: each thing by itself, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newel.metadata import faults, scenario_faults
from newel.metadata.linking.stated import Keys, Stated
from newel.metadata.linking.workbench import Draft, Spot, Workbench, plain, spot
from newel.metadata.naming import named
from newel.metadata.problems import Path
from newel.metadata.reading import Branch, Items
from newel.metadata.scenarios import EXPECTED, STATES, Attempt, Expectation
from newel.metadata.shapes import shown
from newel.metadata.words import phrase

OUTCOMES = ("done", "denied")


@dataclass(slots=True)
class Expected:
    """Links what one step expects."""

    bench: Workbench
    keys: Keys
    by: str

    def refused(self, said: Branch) -> frozenset[str]:
        """The fields at which a problem is expected."""
        problems = said["expect"].get("problem") if isinstance(said["expect"], Branch) else None
        each = problems if isinstance(problems, list) else [problems]
        fields = (one.get("field") if isinstance(one, Branch) else one for one in each)
        return frozenset(name.rpartition(".")[2] if "." in name else name for name in fields if isinstance(name, str))

    def of(self, attempt: Attempt, said: Branch, at: Path) -> Iterator[Expectation]:
        expect = said["expect"]
        if isinstance(expect, str):
            yield from self._outcome(said, expect, at)
            return
        if not expect and not expect.missing:
            self._report_outcome(said, expect, at)
        for key in expect:
            where = spot(expect, key, at)
            if key not in EXPECTED[attempt.kind]:
                expected = named(sorted(EXPECTED[attempt.kind]), 12)
                self.bench.problems.add(
                    scenario_faults.CANT_EXPECT,
                    expect.key_place(key),
                    where.path,
                    what=key,
                    attempt=attempt.kind,
                    expected=expected,
                )
            else:
                yield from self._one(attempt, expect, key, where)

    def _outcome(self, said: Branch, outcome: str, at: Path) -> Iterator[Expectation]:
        if outcome in OUTCOMES:
            yield Expectation(outcome, place=said.value_place("expect"))
        else:
            self._report_outcome(said, outcome, at)

    def _report_outcome(self, said: Branch, outcome: Any, at: Path) -> None:
        near = self.bench.problems.nearest(outcome, OUTCOMES)
        expected = phrase("done, denied, or a mapping such as {value: {stage: won}}")
        self.bench.problems.add(
            faults.NOT_ALLOWED,
            said.value_place("expect"),
            at,
            value=shown(outcome) if outcome else phrase("nothing"),
            nearest=near,
            expected=expected,
        )

    def _one(self, attempt: Attempt, expect: Branch, key: str, where: Spot) -> Iterator[Expectation]:
        draft = self.bench.drafts[attempt.object]
        if key == "problem":
            yield from self._problems(attempt, draft, expect, where)
        elif key == "value":
            Stated(self.bench, self.keys, self.by).paths(draft, expect[key], where.path)
            for path, value in expect[key].items():
                yield Expectation("value", path, plain(value), expect[key].key_place(path))
        elif key in STATES:
            yield from self._states(draft, expect, key, where)
        elif key == "list":
            for index, record in enumerate(expect[key]):
                place = Spot(expect[key].item_place(index), where.path, where.layer)
                Stated(self.bench, self.keys, self.by).record(record, place, attempt.object)
            yield Expectation("list", None, tuple(expect[key]), where.place)
        else:
            yield Expectation(key, None, expect[key], where.place)

    def _states(self, draft: Draft, expect: Branch, key: str, where: Spot) -> Iterator[Expectation]:
        said = expect[key]
        for index, name in enumerate([said] if isinstance(said, str) else said):
            place = said.item_place(index) if isinstance(said, Items) else where.place
            if self.bench.field_named(draft, name, Spot(place, where.path, where.layer), self.by):
                yield Expectation(key, name, None, place)

    def _problems(self, attempt: Attempt, draft: Draft, expect: Branch, where: Spot) -> Iterator[Expectation]:
        said = expect["problem"]
        for index, one in enumerate(said if isinstance(said, Items) else [said]):
            place = said.item_place(index) if isinstance(said, Items) else where.place
            told: dict[str, Any] = {"field": one} if isinstance(one, str) else plain(one)
            here = Spot(place, where.path, where.layer)
            if "field" in told:
                self._check_place(
                    attempt, draft, told["field"], spot(one, "field", where.path) if isinstance(one, Branch) else here
                )
            if "rule" in told:
                self._check_rule(attempt, draft, told["rule"], spot(one, "rule", where.path))
            yield Expectation("problem", told.get("field"), told, place)

    def _check_place(self, attempt: Attempt, draft: Draft, name: str, where: Spot) -> None:
        """A field, the field of a line (lines.0.quantity), or the field of a step of the action (contact.email)."""
        first, *rest = name.split(".")
        action = self.bench.objects[draft.name].actions.get(attempt.action or "")
        step = action.steps.get(first) if action else None
        if step:
            self._check_place(attempt, self.bench.drafts[step.object], ".".join(rest), where)
            return
        found = self.bench.field_named(draft, first, where, self.by)
        lines = self.bench.objects[draft.name].fields[first].of if found else None
        if rest and lines and len(rest) > 1:
            self.bench.field_named(self.bench.drafts[lines], rest[1], where, self.by)

    def _check_rule(self, attempt: Attempt, draft: Draft, name: str, where: Spot) -> None:
        """A validation of the record, of its lines, or of what the action makes."""
        target = self.bench.objects[draft.name]
        action = target.actions.get(attempt.action or "")
        objects = [target.name, *(each.of for each in target.fields.values() if each.of)]
        objects += [step.object for step in action.steps.values()] if action else []
        rules = {rule: each for one in objects for rule, each in self.bench.objects[one].validations.items()}
        if name in rules:
            self.bench.use(rules[name].address, self.by)
        elif name not in (draft.data.branch("validations").missing or ()):
            fault = (scenario_faults.UNKNOWN_RULE, where.place, where.path, name, rules)
            self.bench.problems.unknown(*fault, object=target.name, name=name)
