"""Why a record looks as it does: its rules read out as sentences, with what each part of them came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from newel.metadata.field_types.moments import local, write_time
from newel.metadata.field_types.values import Money
from newel.metadata.words import word
from newel.rules.explaining import Part
from newel.rules.expressions import Expression
from newel.rules.keeping import keeper
from newel.rules.sentences import part as read_out
from newel.rules.sentences import sentence
from newel.rules.tree import Read
from newel.rules.types import Type
from newel.runtime.records import finding, reading
from newel.runtime.records.reasoning import Reason, reasons
from newel.runtime.records.work import Work
from newel.runtime.web.auth import may_set_up
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.binding import BLANK, bind_column, bind_field, bind_object
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("why", __name__)

GROUPS = {
    "formula": word("Worked out"),
    "rollup": word("Gathered from other records"),
    "visible": word("Shown"),
    "required": word("Must be filled in"),
    "read_only": word("Can't be changed"),
    "option": word("May be chosen"),
    "validation": word("Checked when saving"),
}


@dataclass(frozen=True)
class ShownPart:
    """A part of a rule in words, and what it came to."""

    said: str
    depth: int
    value: Markup


@dataclass(frozen=True)
class ShownReason:
    """One rule: what it is about, what it says, what it came to, and of what parts."""

    about: str
    said: str
    text: str
    value: Markup
    parts: Sequence[ShownPart]
    is_open: bool
    url: str = ""  # where Setup shows it, for those who may set up


@screen.get("/o/<object_name>/<uuid:record_id>/why")
def why(object_name: str, record_id: object) -> Response:
    seen = viewer()
    name = seen.object(object_name).name
    with reading(seen.installation, seen.actor) as work:
        title = finding.titles(work, name, [str(record_id)]).get(str(record_id), "")
        found = reasons(work, name, str(record_id))
        field = request.args.get("field", "")
        if field:
            found = [each for each in found if _is_about(each, field)]
        telling = Telling(seen, work, name, str(record_id))
        groups = [(seen.t(GROUPS[kind]), [telling.reason(each) for each in some]) for kind, some in _by_kind(found)]
    bound = bind_object(seen, name)
    return answers.page("record/why.html", groups=groups, title=title, object=bound, record_id=str(record_id), field=field)


def _is_about(reason: Reason, field: str) -> bool:
    """Whether a rule decides about a field, or is a check that looks at it, as far as the reader may know."""
    looks = any(path[0] == field for path in reason.expression.paths) and reason.is_open
    return reason.field == field or (reason.kind == "validation" and looks)


def _by_kind(found: list[Reason]) -> Iterable[tuple[str, Iterable[Reason]]]:
    return groupby(found, key=lambda each: each.kind)


@dataclass(frozen=True)
class Telling:
    """Puts rules and what they came to into the viewer's words."""

    viewer: Viewer
    work: Work
    object_name: str
    record_id: str = ""

    def reason(self, reason: Reason) -> ShownReason:
        seen = self.viewer
        return ShownReason(
            about=self._about(reason),
            said=sentence(reason.expression, seen.model, seen.language) if reason.is_open else "",
            text=reason.expression.text if reason.is_open else "",
            value=self.result(reason.parts[0], reason.kind, reason.field) if reason.is_open else BLANK,
            parts=[self.part(each, reason.expression) for each in reason.parts[1:]],
            is_open=reason.is_open,
            url=addresses.rule(reason.address, self.record_id) if may_set_up(self.viewer.installation, self.viewer.actor) else "",
        )

    def _about(self, reason: Reason) -> str:
        if reason.kind == "validation":
            rule = self.viewer.model.objects[self.object_name].validations[reason.address.split("validation:")[1].split("/")[0]]
            message = rule.message.say(self.viewer.language)
            return message if reason.address.endswith("/require") else f"{message} · {self.viewer.t('When it is checked')}"
        bound = bind_field(self.viewer, self.object_name, reason.field or "")
        return f"{bound.label}: {bound.option_label(reason.option)}" if reason.option else bound.label

    def part(self, part: Part, expression: Expression) -> ShownPart:
        said = read_out(part.node, expression, self.viewer.model, self.viewer.language)
        return ShownPart(said, part.depth, self.value(part))

    def result(self, whole: Part, kind: str, field: str | None) -> Markup:
        """What a rule came to: of a computed field as the field would show it, as far as the viewer may read it."""
        column = bind_column(self.viewer, self.object_name, field) if kind in ("formula", "rollup") and field else None
        if column is None or whole.failed:
            return self.value(whole)
        kept: Any = keeper(column.field.field)(whole.value)
        return column.field.show(kept, self.title(whole.node.type, kept))

    def value(self, part: Part) -> Markup:
        """What a part came to, as its field shows it, or as its type is written."""
        if part.failed:
            return Markup("{}").format(self.viewer.t("can't be worked out"))
        if part.value is None or part.value == ():
            return BLANK
        if isinstance(part.node, Read) and len(part.node.path) == 1:
            field = bind_field(self.viewer, self.object_name, part.node.path[0])
            if not field.is_number or isinstance(part.value, Money):
                return field.show(part.value, self.title(part.node.type, part.value))
        return Markup("{}").format(self._text(part.node.type, part.value))

    def title(self, kind: Type, value: Any) -> str | None:
        if kind.kind != "reference" or len(kind.objects) != 1:
            return None
        return finding.titles(self.work, kind.objects[0], [str(value)]).get(str(value))

    def _text(self, kind: Type, value: Any) -> str:
        if isinstance(value, bool):
            return self.viewer.t("yes") if value else self.viewer.t("no")
        if isinstance(value, Money):
            return f"{_number(value.amount)} {value.currency}"
        if isinstance(value, int | Decimal):
            return _number(value)
        if isinstance(value, datetime):
            at = local(value, self.viewer.locale.time_zone)
            return f"{at.date().isoformat()} {write_time(at, self.viewer.language.startswith('zh'), seconds=False)}"
        if isinstance(value, date | time):
            return value.isoformat()
        if isinstance(value, tuple | list):
            return ", ".join(str(each) for each in value)
        return self.title(kind, value) or str(value)


def _number(value: int | Decimal) -> str:
    """Without the zeros at its end that say nothing."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
