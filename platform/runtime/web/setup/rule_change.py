"""What may be done with a rule in Setup, and what the organisation's own layer then says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from newel.metadata.amending import FOLDER, Amendment, as_yaml, said_in_setup
from newel.metadata.layers import ORGANISATION
from newel.metadata.words import LANGUAGES, word
from newel.rules.expressions import Expression
from newel.runtime import amending
from newel.runtime.web.screens.viewer import Viewer
from newel.runtime.web.setup.rule_list import OFF, Rule, when_of
from newel.runtime.web.setup.rule_wording import translations_of, values_of, wording

# By kind of rule: what is so once it is switched off.
WITHOUT = {
    "validation": word("It is then asked of no record."),
    "applies": word("Every record is then checked."),
    "visible": word("It is then always shown."),
    "required": word("It may then always stay blank."),
    "read_only": word("It can then always be changed."),
    "option": word("The option may then always be chosen."),
    "offered": word("All records may then be chosen."),
    "default": word("A new record then begins without a value."),
    "action": word("The action is then always offered."),
    "step": word("The step is then always taken."),
    "filter": word("All records are then in the view."),
}
# By kind of rule: why it can be changed, but not switched off.
FIXED = {
    "formula": word("A computed field is nothing without its formula: it can be changed, but not switched off."),
    "rollup": word("A computed field is nothing without its formula: it can be changed, but not switched off."),
    "done": word("An activity must be done at some time: the rule can be changed, but not switched off."),
    "set": word("The step needs a value to write: it can be changed, but not switched off."),
}
_UNASKED = "false and ({})"  # a validation that is switched off, with the records that Setup has it asked of

_ROLES = word(
    "Which records a role reaches is said by the file of the role alone: no other layer may widen it, so it can't be changed "
    "here. Write the rule into {file} and apply its solution; the plan shows the text."
)
_OWN_FILE = word("It stands in the organisation's own file {file}: to remove it, take it out there and apply the folder.")
_OF_SOLUTION = word(
    "It belongs to a solution ({file}), which upgrades bring again: it can be changed or switched off here, but not removed."
)


@dataclass(frozen=True)
class Possible:
    """What may be done with a rule beside writing it.

    `made_here`: the whole validation is Setup's own. `reason`: why something that one would expect can't be done.
    """

    off: bool = False
    on: bool = False
    back: bool = False
    made_here: bool = False
    reason: str = ""
    file: str = ""


@dataclass(frozen=True)
class Change:
    """What is to become of a rule. `expressions`: what it reads then, or read until now."""

    act: str
    text: str
    amendment: Amendment
    expressions: Sequence[Expression] = ()
    taken: str = ""


def possible(seen: Viewer, rule: Rule) -> Possible:
    """What the layers allow with this rule, and why not more."""
    if not Amendment(rule.place.object, rule.place.document).is_possible:
        return Possible(reason=_ROLES, file=rule.element.place.file if rule.element else "")
    words, on = _words(seen, _back(rule)), rule.is_off and bool(_words(seen, _on(seen, rule)))
    can = Possible(on=on, back=len(words) > on)
    if rule.place.kind in FIXED:
        return replace(can, reason="" if words else FIXED[rule.place.kind])
    if rule.place.kind != "validation":
        return replace(can, off=bool(rule.text) and not rule.is_off and not words)
    return _of_validation(seen, rule, replace(can, off=bool(rule.text) and not rule.is_off))


def _of_validation(seen: Viewer, rule: Rule, can: Possible) -> Possible:
    known = seen.model.objects[rule.place.object].validations.get(rule.place.validation or "")
    if known is None:
        return can
    file = known.place.file
    if file.startswith(f"{ORGANISATION}/{FOLDER}/"):
        return replace(can, made_here=True)
    return replace(can, reason=_OWN_FILE if file.startswith(f"{ORGANISATION}/") else _OF_SOLUTION, file=file)


def change_of(seen: Viewer, rule: Rule, act: str, text: str, expression: Expression | None) -> Change | None:
    """The change that is asked for; None where it can't be made of this rule."""
    if act == "write":
        return Change(act, text, write(seen, rule, text), [expression]) if expression else None
    can = possible(seen, rule)
    if not {"off": can.off, "on": can.on, "back": can.back}.get(act):
        return None
    amendment = {"off": _off, "on": _on}[act](seen, rule) if act != "back" else _back(rule)
    reads = [each for each in (rule.expression, when_of(seen.installation, rule.place)) if each is not None]
    return Change(act, "", amendment, reads, _taken(seen, amendment) if act != "off" else "")


def write(seen: Viewer, rule: Rule, text: str) -> Amendment:
    """What is to be said so that the rule holds with its words; of a validation only what is other than before."""
    place, said = rule.place, wording(seen, rule)
    if said is None:
        return Amendment(place.object, place.document, {place.keys: text})
    values, translations = values_of(seen, rule, said), translations_of(seen, rule, said)
    if text != rule.text or not (values or translations):
        values = {place.keys: text, **values}
    return Amendment(place.object, place.document, values, translations)


def _off(seen: Viewer, rule: Rule) -> Amendment:
    """A validation keeps for which records Setup has it asked, so that it can be switched on again as it was."""
    place = rule.place
    if place.kind != "validation":
        return Amendment(place.object, place.document, {place.keys: OFF[place.kind]})
    keys, when = (*place.keys[:-1], "when"), when_of(seen.installation, place)
    own = _words(seen, Amendment(place.object, place.document, {keys: None}))
    return Amendment(place.object, place.document, {keys: _UNASKED.format(when.text) if own and when else OFF["validation"]})


def _on(seen: Viewer, rule: Rule) -> Amendment:
    """What undoes that."""
    place = rule.place
    if place.kind != "validation":
        return _back(rule)
    keys, when = (*place.keys[:-1], "when"), when_of(seen.installation, place)
    begin, end = _UNASKED.split("{}")
    before = when.text.removeprefix(begin).removesuffix(end) if when and when.text.startswith(begin) else None
    return Amendment(place.object, place.document, {keys: before})


def _back(rule: Rule) -> Amendment:
    """Nothing of it is said in Setup any more; of a validation all that is."""
    place = rule.place
    if place.kind != "validation":
        return Amendment(place.object, place.document, {place.keys: None})
    keys = place.keys[:-1]
    return Amendment(place.object, place.document, {keys: None}, {language: {keys: None} for language in LANGUAGES})


def _words(seen: Viewer, amendment: Amendment) -> list[Any]:
    """What Setup has said of that of which the amendment speaks, word by word."""
    said = said_in_setup(amending.own_layer(seen.installation), amendment)
    return [each for value in said.values() for each in (value.values() if isinstance(value, dict) else [value])]


def _taken(seen: Viewer, amendment: Amendment) -> str:
    """What is taken out of the organisation's files, file by file."""
    texts: dict[str, dict[tuple[str, ...], Any]] = {}
    for (path, *keys), value in said_in_setup(amending.own_layer(seen.installation), amendment).items():
        texts.setdefault(path, {})[tuple(keys)] = value
    return "---\n".join(f"# {ORGANISATION}/{path}\n{as_yaml(said)}" for path, said in texts.items())
