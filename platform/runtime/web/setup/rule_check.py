"""What a rule's text would mean where it stands: its faults, or its sentence, what it reads, and what it comes to on a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from newel.metadata.model import Object
from newel.metadata.words import word
from newel.rules.browser import obstacle
from newel.rules.expressions import Expression
from newel.rules.sentences import sentence
from newel.rules.standing import Standing, compiled_at
from newel.runtime.records import finding, reading, reasoning
from newel.runtime.records.errors import NotFound
from newel.runtime.records.reasoning import Trial
from newel.runtime.records.work import Work
from newel.runtime.web.screens.binding import BLANK
from newel.runtime.web.screens.viewer import Viewer
from newel.runtime.web.screens.why import ShownPart, Telling
from newel.runtime.web.setup.rule_names import TYPES

_HOLDS = {
    "validation": (word("This record passes."), word("This record does not pass.")),
    "applies": (word("This record is checked."), word("This record is not checked.")),
    "visible": (word("It is shown."), word("It is hidden.")),
    "required": (word("It must be filled in."), word("It may stay blank.")),
    "read_only": (word("It can't be changed."), word("It can be changed.")),
    "option": (word("The option may be chosen."), word("The option may not be chosen.")),
    "offered": (word("What is chosen in this record may be chosen."), word("What is chosen in this record may not be chosen.")),
    "done": (word("The activity is done."), word("The activity is not done.")),
    "action": (word("The action is offered."), word("The action is not offered.")),
    "filter": (word("This record is in the view."), word("This record is not in the view.")),
    "scope": (word("The role reaches this record."), word("The role does not reach this record.")),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, where, and the way out."""

    said: str
    excerpt: str
    code: str


@dataclass(frozen=True)
class Outcome:
    """What a rule came to on one record. `note`: why there is nothing to show."""

    title: str = ""
    verdict: str = ""
    good: bool | None = None
    value: Markup = BLANK
    parts: Sequence[ShownPart] = ()
    note: str = ""


@dataclass(frozen=True)
class Checked:
    """A text that was looked at."""

    faults: Sequence[Fault] = ()
    expression: Expression | None = None
    said: str = ""
    gives: str = ""
    reads: Sequence[str] = ()
    in_database: bool = True
    in_browser: bool = True
    outcome: Outcome | None = None


def check(seen: Viewer, place: Standing, text: str, record_id: str) -> Checked:
    """The text at that place, tried on a record where one is named. The record is read with the viewer's own rights."""
    expression, problems = compiled_at(seen.model, place, text)
    if expression is None:
        return Checked([Fault(each.say(seen.language), each.excerpt or "", each.code) for each in problems])
    return Checked(
        expression=expression,
        said=sentence(expression, seen.model, seen.language),
        gives=seen.t(TYPES.get(expression.type.kind, "blank")),
        reads=list(dict.fromkeys(_reads(seen, expression))),
        in_database=not expression.reads_prior and not any(each.startswith("steps.") for each in expression.given),
        in_browser=obstacle(expression) is None,
        outcome=_tried(seen, place, expression, record_id) if record_id else None,
    )


def _reads(seen: Viewer, expression: Expression) -> Iterator[str]:
    """The fields that it reads by their labels, those behind lookups with the way that leads there."""
    model, language = seen.model, seen.language
    own = model.objects[expression.object or ""]
    for path in expression.paths:
        yield _labels(seen, own, path)
    for collection, paths in expression.collections.items():
        child, _ = own.children(collection) or ("", "")
        label = own.fields[collection].label if collection in own.fields else own.inverses[collection].label
        for path in [each for each in paths if each != ("id",)] or [()]:
            yield " · ".join(each for each in (label.say(language), _labels(seen, model.objects[child], path)) if each)
    for name, _, field in expression.lookups:
        yield f"{model.objects[name].plural.say(language)} · {model.objects[name].fields[field].label.say(language)}"


def _labels(seen: Viewer, target: Object, path: Sequence[str]) -> str:
    labels = []
    for name in path:
        field = target.fields[name]
        labels.append(field.label.say(seen.language))
        target = seen.model.objects[field.to[0]] if len(field.to) == 1 else target
    return " · ".join(labels)


def _tried(seen: Viewer, place: Standing, expression: Expression, record_id: str) -> Outcome:
    if place.context.steps or place.kind in ("step", "set"):
        return Outcome(note=seen.t("What a step does depends on the steps before it; try the action itself."))
    chosen_in = place.field if place.kind == "offered" else None
    try:
        with reading(seen.installation, seen.actor) as work:
            trial = reasoning.tried(work, expression, place.object, record_id, chosen_in)
            title = finding.titles(work, place.object, [record_id]).get(record_id, "")
            if trial is None:
                return Outcome(title, note=seen.t("Nothing is chosen in this field of the record."))
            if not trial.parts:
                return Outcome(title, note=seen.t("This rule looks at something that your role does not show."))
            telling = Telling(seen, work, expression.object or place.object)
            parts = [telling.part(each, expression) for each in trial.parts[1:]]
            if _is_passed_over(work, seen, place, record_id):
                return Outcome(
                    title, seen.t("The rule is not about this record: it passes."), True, telling.value(trial.parts[0]), parts
                )
            verdict, good = _verdict(seen, place, trial)
            return Outcome(title, verdict, good, telling.result(trial.parts[0], place.kind, place.field), parts)
    except NotFound:
        return Outcome(note=seen.t("There is no such record for you."))


def _is_passed_over(work: Work, seen: Viewer, place: Standing, record_id: str) -> bool:
    """Whether a validation is not asked for the record; where the viewer must not know, it is taken to be."""
    when = seen.installation.rulebook.expressions.get(f"{place.address.rpartition('/')[0]}/when")
    if place.kind != "validation" or when is None:
        return False
    trial = reasoning.tried(work, when, place.object, record_id)
    return trial is not None and bool(trial.parts) and trial.parts[0].value is False


def _verdict(seen: Viewer, place: Standing, trial: Trial) -> tuple[str, bool | None]:
    whole = trial.parts[0]
    if place.kind not in _HOLDS or whole.failed:
        return "", None
    holds, fails = _HOLDS[place.kind]
    return seen.t(holds if whole.value else fails), bool(whole.value) if place.kind == "validation" else None
