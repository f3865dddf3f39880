"""Holds what came of a step against what was expected of it; every difference is a Failure in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from newel.metadata.model import Field, Object, Text
from newel.metadata.scenarios import STATES, Expectation, ScenarioStep
from newel.metadata.words import Phrase, phrase
from newel.runtime.records import finding, previewing
from newel.runtime.records.access import verdict
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, KernelError, NotFound
from newel.runtime.records.previewing import Preview
from newel.runtime.records.work import Work
from newel.runtime.scenarios.outcomes import Failure
from newel.runtime.scenarios.values import Ids, said, same, value_of

REFUSED = ("denied", "problem")


@dataclass(slots=True)
class Came:
    """What came of one step: a refusal or not, the records listed, and the form as it was filled in."""

    work: Work
    step: ScenarioStep
    ids: Ids
    refusal: KernelError | None = None
    listed: tuple[str, ...] = ()
    form: Preview | None = None

    @property
    def target(self) -> Object:
        return self.work.model.objects[self.step.attempt.object]

    @property
    def record_id(self) -> str:
        attempt = self.step.attempt
        key = self.step.name if attempt.kind == "create" else attempt.record
        return self.ids.get(key or "", ("", ""))[1]

    def failure(self, expected: Expectation, wanted: Phrase, came: Phrase) -> Failure:
        return Failure(expected.place, self.step.name, wanted, came)


def compared(came: Came) -> Iterator[Failure]:
    """Every expectation that was not met. A refusal that nobody expected is told once."""
    expected = came.step.expectations
    if came.refusal is not None and not any(each.kind in REFUSED for each in expected):
        first = next((each for each in expected if each.kind not in STATES), None)
        if first is not None:
            yield came.failure(first, phrase("that it is done"), phrase("it is refused: {why}", why=told(came.refusal)))
            return
    for each in expected:
        failure = _TELLERS[each.kind](came, each)
        if failure is not None:
            yield failure


def told(error: KernelError) -> Phrase:
    """What stands against something, in one line."""
    if not isinstance(error, Invalid):
        return phrase(error.message, **error.params).as_clause
    return reduce(lambda said, each: phrase("{first}; {second}", first=said, second=each), map(_told, error.problems))


def _told(problem: FieldProblem) -> Phrase:
    rule = problem.params.get("rule")
    code = f"{problem.code} {rule}" if rule else problem.code
    told = phrase("{sentence} ({code})", sentence=problem.sentence.as_clause, code=code)
    return phrase("{field}: {problem}", field=problem.field, problem=told) if problem.field else told


def _done(came: Came, expected: Expectation) -> Failure | None:
    return None  # a refusal has been told


def _denied(came: Came, expected: Expectation) -> Failure | None:
    wanted = phrase("that {who} may not do it", who=came.step.by)
    if came.refusal is None:
        return came.failure(expected, wanted, phrase("it is done"))
    if _is_denial(came.refusal):
        return None
    return came.failure(expected, wanted, phrase("it is refused for another reason: {why}", why=told(came.refusal)))


def _is_denial(error: KernelError) -> bool:
    """A record or field that is not there for the person, or something that the role does not allow."""
    if isinstance(error, Invalid):
        return any(each.code == "unknown_field" for each in error.problems)
    return isinstance(error, Forbidden | NotFound)


def _problem(came: Came, expected: Expectation) -> Failure | None:
    wanted: Mapping[str, str] = expected.value
    stated = phrase("a problem ({what})", what=", ".join(f"{key}: {value}" for key, value in wanted.items()))
    if came.refusal is None:
        return came.failure(expected, stated, phrase("nothing stands against it"))
    problems = came.refusal.problems if isinstance(came.refusal, Invalid) else (_whole(came.refusal),)
    if any(_is_meant(each, wanted) for each in problems):
        return None
    return came.failure(expected, stated, phrase("what stands against it is {what}", what=told(came.refusal)))


def _whole(error: KernelError) -> FieldProblem:
    return FieldProblem(None, error.code, error.message, error.params)


def _is_meant(problem: FieldProblem, wanted: Mapping[str, str]) -> bool:
    message = problem.message.source if isinstance(problem.message, Text) else problem.say("en")
    found = {"field": problem.field, "code": problem.code, "rule": problem.params.get("rule"), "message": message}
    return all(found[key] == value for key, value in wanted.items())


def _value(came: Came, expected: Expectation) -> Failure | None:
    path, work = str(expected.field), came.work
    field = _field_at(came, path)
    stated = value_of(work.model, field, expected.value, came.ids)
    wanted = phrase("{field} to be {value}", field=path, value=_stated(field, expected.value))
    try:
        found = finding.get(work, came.target.name, came.record_id, (path,))
    except NotFound:
        return came.failure(expected, wanted, phrase("{who} can't see the record", who=came.step.by))
    except Invalid:
        return came.failure(expected, wanted, phrase("{who} can't see the field", who=came.step.by))
    if same(work.model, field, stated, found.get(path), work.locale):
        return None
    return came.failure(expected, wanted, phrase("it is {value}", value=said(field, found.get(path), work.locale, came.ids)))


def _stated(field: Field, value: Any) -> str:
    if value is None:
        return phrase("blank")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) and not value.startswith("@") and value not in field.choices else str(value)


def _field_at(came: Came, path: str) -> Field:
    target, model = came.target, came.work.model
    *hops, last = path.split(".")
    for hop in hops:
        target = model.objects[target.fields[hop].to[0]]
    return target.fields[last]


def _state(came: Came, expected: Expectation) -> Failure | None:
    """What the form says of a field: conditions and rights together, as the person meets them."""
    name = str(expected.field)
    wanted = phrase("{field} to be {value}", field=name, value=_STATE_WORDS[expected.kind])
    try:
        holding = _holding(came, name)
    except NotFound:
        return came.failure(expected, wanted, phrase("{who} can't see the record", who=came.step.by))
    if expected.kind in holding:
        return None
    came_so = reduce(
        lambda told, each: phrase("{first} and {second}", first=told, second=each), (_STATE_WORDS[each] for each in holding)
    )
    return came.failure(expected, wanted, phrase("it is {value}", value=came_so))


def _holding(came: Came, name: str) -> tuple[str, ...]:
    work, target = came.work, came.target.name
    record = None if came.step.attempt.kind == "create" else finding.get(work, target, came.record_id)
    form = came.form or (previewing.of_changed(work, record, {}) if record else previewing.of_new(work, target, {}))
    state, judged = form.state(name), verdict(work.installation, work.actor, target)
    writable = name in (judged.creatable if record is None else judged.writable) and (record is None or record.may.update)
    if not state.visible or (name not in judged.readable and not writable):
        return ("hidden", "optional", "read_only")
    editable = writable and not state.read_only
    return ("visible", "required" if state.required else "optional", "editable" if editable else "read_only")


def _list(came: Came, expected: Expectation) -> Failure | None:
    wanted = {came.ids[key][1]: key for key in expected.value}
    if set(wanted) == set(came.listed):
        return None
    known = {record_id: key for key, (_, record_id) in came.ids.items()}
    held: list[str] = [known.get(each) or phrase("another record") for each in came.listed] or [phrase("nothing")]
    shown = reduce(lambda told, each: phrase("{first}, {second}", first=told, second=each), held)
    stated = phrase("the list {keys}", keys=", ".join(expected.value)) if expected.value else phrase("the list to be empty")
    return came.failure(expected, stated, phrase("it holds {what}", what=shown))


def _count(came: Came, expected: Expectation) -> Failure | None:
    if len(came.listed) == expected.value:
        return None
    return came.failure(expected, phrase("{n} records", n=expected.value), phrase("there are {n}", n=len(came.listed)))


_STATE_WORDS = {
    "visible": phrase("visible"),
    "hidden": phrase("hidden"),
    "required": phrase("required"),
    "optional": phrase("optional"),
    "editable": phrase("editable"),
    "read_only": phrase("read-only"),
}


_TELLERS: Mapping[str, Callable[[Came, Expectation], Failure | None]] = {
    "done": _done,
    "denied": _denied,
    "problem": _problem,
    "value": _value,
    "list": _list,
    "count": _count,
    **dict.fromkeys(STATES, _state),
}
