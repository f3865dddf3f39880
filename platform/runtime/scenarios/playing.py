"""Plays one scenario: makes what is given, and lets each person try each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from newel.metadata.field_types.moments import read_date, read_moment
from newel.metadata.model import USER_OBJECT
from newel.metadata.scenarios import STATES, Attempt, Given, Scenario, ScenarioStep
from newel.metadata.words import phrase
from newel.runtime.records import acting, finding, previewing, saving
from newel.runtime.records.actors import Actor, as_system
from newel.runtime.records.actors import zone as zone_of
from newel.runtime.records.errors import KernelError
from newel.runtime.records.identity import users
from newel.runtime.records.previewing import Preview
from newel.runtime.records.trying import Trial
from newel.runtime.records.work import Work
from newel.runtime.scenarios.comparing import Came, compared, told
from newel.runtime.scenarios.outcomes import Failure
from newel.runtime.scenarios.values import resolved

REASON = "what a scenario test gives"
TIME_ZONE = "Asia/Shanghai"
NOON = time(12)


def played(trial: Trial, scenario: Scenario) -> list[Failure]:
    """Everything that came otherwise than the scenario says."""
    return list(_Play(trial, scenario).failures())


@dataclass(slots=True)
class _Play:
    trial: Trial
    scenario: Scenario
    ids: dict[str, tuple[str, str]] = field(default_factory=dict)  # a record's key -> its object and id
    people: dict[str, Actor] = field(default_factory=dict)

    def failures(self) -> Iterator[Failure]:
        for given in self.scenario.given:
            failure = self._make(given)
            if failure:
                yield failure
                return
        for step in self.scenario.steps.values():
            yield from self._try(step)

    # What is given

    def _make(self, given: Given) -> Failure | None:
        owner = self.ids.get(self.scenario.by, ("", None))[1]
        values = self._resolved(given.object, given.values)
        try:
            with self._work(as_system(self.trial.installation, REASON, user_id=owner)) as work:
                if given.object == USER_OBJECT:
                    record_id = users.create_within(work, values, password=None, roles=given.roles)
                    self.people[given.key] = _person(record_id, given)
                else:
                    record_id = saving.create(work, given.object, values, ("id",)).id
        except KernelError as error:
            return Failure(
                given.place,
                "given",
                phrase('that "{key}" can be made', key=given.key),
                phrase("it can't: {why}", why=told(error)),
            )
        self.ids[given.key] = (given.object, record_id)
        return None

    # What is tried

    def _try(self, step: ScenarioStep) -> Iterator[Failure]:
        with self._work(self.people[step.by]) as work:
            came = Came(work, step, self.ids)
            try:
                came.form = self._form(work, step)
                with work.savepoint():
                    self._do(work, step, came)
            except KernelError as error:
                came.refusal = error
            yield from compared(came)

    def _do(self, work: Work, step: ScenarioStep, came: Came) -> None:
        attempt, target = step.attempt, step.attempt.object
        record_id = self._id(attempt)
        if attempt.kind == "create":
            made = saving.create(work, target, self._resolved(target, attempt.values), ("id",))
            self.ids[step.name] = (target, made.id)
        elif attempt.kind == "update":
            saving.update(work, target, record_id, self._resolved(target, attempt.values), fields=("id",))
        elif attempt.kind == "delete":
            saving.delete(work, target, record_id)
        elif attempt.kind == "perform":
            acting.perform(work, target, record_id, str(attempt.action), self._choices(attempt))
        elif attempt.kind == "read":
            finding.get(work, target, record_id, ("id",))
        else:
            text = attempt.filter.text if attempt.filter else None
            page = finding.find(work, target, filter=text, fields=("id",), limit=finding.MOST_PER_PAGE)
            came.listed = tuple(record.id for record in page)

    def _form(self, work: Work, step: ScenarioStep) -> Preview | None:
        """The form as it is filled in, where something is expected of it."""
        attempt = step.attempt
        if not any(each.kind in STATES for each in step.expectations) or attempt.kind == "perform":
            return None
        values = self._resolved(attempt.object, attempt.values)
        if attempt.kind == "create":
            return previewing.of_new(work, attempt.object, values)
        return previewing.of_changed(work, finding.get(work, attempt.object, self._id(attempt)), values)

    def _choices(self, attempt: Attempt) -> dict[str, Any]:
        steps = self.trial.installation.model.objects[attempt.object].actions[str(attempt.action)].steps
        return {name: self._choice(steps[name].object, chosen) for name, chosen in attempt.choices.items()}

    def _choice(self, target: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(chosen)
        if "use" in found:
            found["use"] = self._id_of(found["use"])
        if "set" in found:
            found["set"] = self._resolved(target, found["set"])
        return found

    # With what

    def _id(self, attempt: Attempt) -> str:
        return self._id_of(attempt.record or "")

    def _id_of(self, key: str) -> str:
        """The id of the record that something is tried with; of one that no step could make there is none."""
        return self.ids.get(key, ("", ""))[1]

    def _resolved(self, target: str, values: Mapping[str, Any]) -> dict[str, Any]:
        model = self.trial.installation.model
        return resolved(model, model.objects[target], values, self.ids)

    def _work(self, actor: Actor) -> AbstractContextManager[Work]:
        return self.trial.work(actor, self._now(actor))

    def _now(self, actor: Actor) -> datetime:
        """When it happens: noon of the day that the scenario names, its moment, or the real one."""
        said, zone = self.scenario.now, zone_of(actor.time_zone)
        if said is None:
            return datetime.now(UTC)
        day = read_date(said)
        if day is not None:
            return datetime.combine(day, NOON, zone).astimezone(UTC)
        return read_moment(said, zone) or datetime.now(UTC)


def _person(user_id: str, given: Given) -> Actor:
    values = given.values
    return Actor(
        user_id,
        given.roles,
        str(values.get("language", "en")),
        str(values.get("time_zone", TIME_ZONE)),
        str(values["name"]),
        door="test",
    )
