"""What a validation says beside its rule: the message, in every language, and the field at which it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from newel.metadata.amending import Amendment, said_in_setup
from newel.metadata.layers import ORGANISATION
from newel.metadata.model import Text, Validation
from newel.runtime import amending
from newel.runtime.web.language import NAMES
from newel.runtime.web.screens.viewer import Viewer
from newel.runtime.web.setup.rule_list import Rule

MOST_TEXT = 500


@dataclass(frozen=True)
class Wording:
    """The words as they are in the form: `spoken` is the language of `message`, `others` what it is called in the others.

    `at_top`: whether the message may stand at the top of the form; a field that a solution has named can't be taken away.
    """

    message: str
    spoken: str
    others: Mapping[str, str]
    field: str
    at_top: bool

    def name_of(self, language: str) -> str:
        return NAMES[language]


def wording(seen: Viewer, rule: Rule) -> Wording | None:
    """The words of a validation, as posted or as they hold; None where the rule is no validation."""
    if rule.place.kind != "validation":
        return None
    known = _known(seen, rule)
    message = known.message if known else Text("")
    spoken = _spoken(seen, known)
    others = {each: _posted(f"message_{each}", message.translations.get(each, "")) for each in NAMES if each != spoken}
    field = (known.field if known else None) or ""
    at_top = not field or bool(_said(seen, rule, "field"))
    return Wording(_posted("message", message.source), spoken, others, _posted("field", field), at_top)


def values_of(seen: Viewer, rule: Rule, said: Wording) -> dict[tuple[str, ...], Any]:
    """What is to be said of the validation's words so that they are these; nothing where they are already."""
    known, at = _known(seen, rule), rule.place.keys[:-1]
    values: dict[tuple[str, ...], Any] = {}
    if known is None or said.message != known.message.source:
        values[*at, "message"] = said.message
    before = (known.field if known else None) or ""
    if said.field != before and (said.field in seen.model.objects[rule.place.object].fields or (not said.field and said.at_top)):
        values[*at, "field"] = said.field or None
    return values


def translations_of(seen: Viewer, rule: Rule, said: Wording) -> dict[str, dict[tuple[str, ...], str | None]]:
    """What is to be said in other languages; a translation that Setup has made may also be taken back."""
    known, at = _known(seen, rule), (*rule.place.keys[:-1], "message")
    before = known.message.translations if known else {}
    changed = {language: text for language, text in said.others.items() if text != before.get(language, "")}
    return {language: {at: text or None} for language, text in changed.items()}


def reworded(seen: Viewer, rule: Rule) -> list[tuple[str, str]]:
    """The messages that become other ones: what people read until now, and from then on."""
    said, known = wording(seen, rule), _known(seen, rule)
    if said is None:
        return []
    before = known.message if known else Text("")
    pairs = [(before.source, said.message), *((before.translations.get(each, ""), text) for each, text in said.others.items())]
    return [(old, new) for old, new in pairs if old != new]


def _known(seen: Viewer, rule: Rule) -> Validation | None:
    return seen.model.objects[rule.place.object].validations.get(rule.place.validation or "")


def _spoken(seen: Viewer, known: Validation | None) -> str:
    """The language in which the solution that made the validation is written."""
    layer = known.place.file.partition("/")[0] if known else ORGANISATION
    solution = seen.model.solutions.get(layer)
    return solution.language if solution and solution.language in NAMES else next(iter(NAMES))


def _said(seen: Viewer, rule: Rule, key: str) -> Mapping[Any, Any]:
    asked = Amendment(rule.place.object, rule.place.document, {(*rule.place.keys[:-1], key): None})
    return said_in_setup(amending.own_layer(seen.installation), asked)


def _posted(name: str, otherwise: str) -> str:
    return request.form[name].strip()[:MOST_TEXT] if name in request.form else otherwise
