"""All rules of the installed solutions as Setup lists them: by object, each with its kind, what it is about, and its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newel.metadata.amending import Amendment, said_in_setup
from newel.metadata.model import Model, Object
from newel.metadata.words import say, word
from newel.rules.expressions import Expression
from newel.rules.sentences import sentence
from newel.rules.standing import Standing, standing
from newel.rules.types import type_of_field
from newel.runtime.amending import own_layer
from newel.runtime.installation import Installation
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import addresses
from newel.runtime.web.setup import elements
from newel.runtime.web.setup.elements import Element

# By kind of rule: what it is called, and what it answers. In the order in which they are told.
KINDS: dict[str, tuple[str, str]] = {
    "validation": (word("Validation"), word("What must hold when the record is saved?")),
    "applies": (word("When it is checked"), word("For which records is the validation asked?")),
    "visible": (word("Shown"), word("When is it shown?")),
    "required": (word("Required"), word("When must it be filled in?")),
    "read_only": (word("Locked"), word("When can't it be changed?")),
    "option": (word("Option offered"), word("When may the option be chosen?")),
    "offered": (word("Records offered"), word("Which records may be chosen?")),
    "formula": (word("Formula"), word("How is it worked out?")),
    "rollup": (word("Rollup"), word("What is gathered from the other records?")),
    "default": (word("Default value"), word("What does a new record begin with?")),
    "done": (word("Done"), word("When is the activity done?")),
    "action": (word("Action offered"), word("When is the action offered?")),
    "step": (word("Step taken"), word("When is the step taken?")),
    "set": (word("Value set"), word("What does the step write into the field?")),
    "filter": (word("View filter"), word("Which records are in the view?")),
    "scope": (word("Rows of a role"), word("Which records does the role reach?")),
}
# By kind of rule: what it says where it is switched off; of a validation, its `when`.
OFF = dict.fromkeys(("visible", "applies", "option", "offered", "action", "step", "filter"), "true")
OFF |= {"validation": "false", "required": "false", "read_only": "false", "default": "none"}
_OPERATIONS = {"read": word("reads"), "update": word("changes"), "delete": word("deletes")}


@dataclass(frozen=True)
class Rule:
    """A rule as people see it; one that nobody has written yet has no `expression`.

    `fixed`: where it is no expression, but always so, the text that says the same. `ours`: whether Setup has said it.
    """

    place: Standing
    about: str
    element: Element | None
    expression: Expression | None = None
    said: str = ""
    fixed: str = ""
    is_off: bool = False
    ours: bool = False

    @property
    def url(self) -> str:
        return addresses.rule(self.place.address)

    @property
    def kind(self) -> str:
        return KINDS[self.place.kind][0]

    @property
    def question(self) -> str:
        return KINDS[self.place.kind][1]

    @property
    def text(self) -> str:
        return self.expression.text if self.expression else self.fixed


def rules_of(installation: Installation, language: str) -> dict[str, list[Rule]]:
    """Every rule by the object whose it is, the platform's own objects last; made once for a Model."""
    found: dict[str, list[Rule]] = kept(installation, ("rules in words", language), lambda: _grouped(installation, language))
    return found


def rule_at(installation: Installation, address: str, language: str) -> Rule | None:
    """The rule at an address, written or not; None where none can stand."""
    place = standing(installation.model, address)
    if place is None:
        return None
    return _rule(installation, place, installation.rulebook.expressions.get(address), language)


def search(rules: dict[str, list[Rule]], model: Model, text: str, language: str) -> dict[str, list[Rule]]:
    """The rules in whose words or text every word is found."""
    wanted = text.casefold().split()
    found = {name: [each for each in some if _answers(each, model, wanted, language)] for name, some in rules.items()}
    return {name: some for name, some in found.items() if some}


def _answers(rule: Rule, model: Model, wanted: Iterable[str], language: str) -> bool:
    target = model.objects[rule.place.object].plural.say(language)
    said = f"{target} {say(language, rule.kind)} {rule.about} {rule.said} {rule.text} {rule.place.address}".casefold()
    return all(part in said for part in wanted)


def _grouped(installation: Installation, language: str) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in _all(installation, language):
        found.setdefault(rule.place.object, []).append(rule)
    order = sorted(
        found, key=lambda name: (installation.model.objects[name].platform, list(installation.model.objects).index(name))
    )
    kinds = list(KINDS)
    return {name: sorted(found[name], key=lambda each: kinds.index(each.place.kind)) for name in order}


def _all(installation: Installation, language: str) -> Iterator[Rule]:
    for address, expression in installation.rulebook.expressions.items():
        place = standing(installation.model, address)
        if place is not None:
            yield _rule(installation, place, expression, language)


def _rule(installation: Installation, place: Standing, expression: Expression | None, language: str) -> Rule:
    element, _ = elements.nearest(installation, place.address, language)
    said = sentence(expression, installation.model, language) if expression else ""
    about, fixed = _about(installation.model, place, element, language), "" if expression else _fixed(installation.model, place)
    return Rule(
        place, about, element, expression, said, fixed, _is_off(installation, place, expression), _ours(installation, place)
    )


def when_of(installation: Installation, place: Standing) -> Expression | None:
    """For which records a validation is asked, where not for all."""
    return installation.rulebook.expressions.get(f"{place.address.rpartition('/')[0]}/when")


def _is_off(installation: Installation, place: Standing, expression: Expression | None) -> bool:
    said = when_of(installation, place) if place.kind == "validation" else expression
    text = said.text.strip() if said else ""
    return text == OFF.get(place.kind, "") != "" or (place.kind == "validation" and text.startswith("false and ("))


def _ours(installation: Installation, place: Standing) -> bool:
    """Whether Setup has said the rule, or of a validation any word."""
    keys = place.keys[:-1] if place.kind == "validation" else place.keys
    return bool(said_in_setup(own_layer(installation), Amendment(place.object, place.document, {keys: None})))


def _fixed(model: Model, place: Standing) -> str:
    """What stands there without being an expression: always so, or a plain value."""
    field = model.objects[place.object].fields.get(place.field or "")
    if field is None or place.document[0] != "object":
        return ""
    if place.kind in ("required", "read_only"):
        return "true" if getattr(field, place.kind).always else ""
    value = field.default.value if place.kind == "default" and field.default else None
    kind = type_of_field(field, place.object)
    if value is None or kind is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if kind.kind == "number" else _quoted(value) if kind.kind in ("text", "choice") else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _about(model: Model, place: Standing, element: Element | None, language: str) -> str:
    """What the rule is about: a field, an option of one, a validation's message, a view, a role."""
    target, label = model.objects[place.object], element.label if element else ""
    if place.validation is not None:
        known = target.validations.get(place.validation)
        return known.message.say(language) if known else place.validation
    if place.option is not None and place.field is not None:
        return f"{_label(target, place.field, language)}: {target.fields[place.field].choices[place.option].label.say(language)}"
    if place.kind == "scope":
        return f"{model.roles[place.document[1]].label.say(language)}: {say(language, _OPERATIONS[place.keys[-1]])}"
    if place.kind in ("action", "step", "set"):
        action = target.actions[place.keys[1]].label.say(language)
        return action if place.kind == "action" else f"{action}: {' '.join(place.keys[3::2])}"
    return _label(target, place.field, language) if place.field in target.fields else label


def _label(target: Object, name: str | None, language: str) -> str:
    return target.fields[name or ""].label.say(language)
