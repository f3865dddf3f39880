"""A checked expression as a sentence: what a rule says, in the labels and the language of who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from newel.metadata.model import Field, Model, Object
from newel.metadata.words import say, word
from newel.rules.expressions import Expression
from newel.rules.phrases import BEFORE, CASE, CASES, CHANGED, CHANGED_TO, EDGES, LISTED, PERIODS, PHRASES
from newel.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Comparison,
    Given,
    Items,
    Literal,
    Logic,
    LookUp,
    Negative,
    Node,
    Not,
    OptionProperty,
    Prior,
    Read,
)
from newel.rules.types import Type

# How loosely a phrase holds together: what stands within a tighter one is put in brackets.
_OUTCOME, _OR, _AND, _NOT, _COMPARED, _SUM, _PRODUCT, _WHOLE = range(8)
_COMPARING: Mapping[str, str] = {
    "==": word("{left} is {right}"),
    "!=": word("{left} is not {right}"),
    "<": word("{left} is less than {right}"),
    "<=": word("{left} is at most {right}"),
    ">": word("{left} is more than {right}"),
    ">=": word("{left} is at least {right}"),
    "in": word("{left} is one of {right}"),
    "not in": word("{left} is none of {right}"),
}
_IN_TIME: Mapping[str, str] = {
    "<": word("{left} is before {right}"),
    "<=": word("{left} is not after {right}"),
    ">": word("{left} is after {right}"),
    ">=": word("{left} is not before {right}"),
}
_SYMBOLS: Mapping[str, str] = {"+": "+", "-": "−", "*": "×", "/": "÷", "//": "//", "%": "%"}
_GIVEN: Mapping[str, str] = {
    "user": word("the signed-in user"),
    "user.roles": word("the roles of the signed-in user"),
    "org.name": word("the organisation's name"),
    "org.currency": word("the organisation's currency"),
    "org.fiscal_start": word("the first month of the fiscal year"),
    "is_new": word("the record is new"),
}
_GATHERED: Mapping[str, str] = {
    "sum": word("the sum of {what}"),
    "count": word("the number of {what}"),
    "avg": word("the average of {what}"),
    "min": word("the least of {what}"),
    "max": word("the greatest of {what}"),
    "first": word("the first of {what}"),
    "concat_list": word("all of {what}, one after the other"),
    "any": word("there are {what}"),
    "all": word("there are none but {what}"),
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    level: int = _WHOLE


def sentence(expression: Expression, model: Model, language: str) -> str:
    """What the expression says, as a person would read it out: `stage == 'won'` is "Stage is Won"."""
    return part(expression.tree, expression, model, language)


def part(node: Node, expression: Expression, model: Model, language: str) -> str:
    """The same for a part of an expression."""
    target = model.objects[expression.object] if expression.object else None
    return _Reader(model, target, language, expression.mentions).phrase(node).text


class _Reader:
    """Reads a tree out, over the records of one object; `mentions` are the fields that the expression names."""

    def __init__(self, model: Model, target: Object | None, language: str, mentions: tuple[str, ...]) -> None:
        self.model = model
        self.target = target
        self.language = language
        self.mentions = mentions

    def t(self, words: str, /, **params: str) -> str:
        return say(self.language, words, **params)

    def phrase(self, node: Node) -> _Phrase:
        read = _READERS.get(type(node))
        if read is None:
            raise AssertionError(node)
        return read(self, node)

    def within(self, node: Node, level: int) -> str:
        """A part of a phrase, in brackets where it holds together more loosely than what is around it."""
        found = self.phrase(node)
        return found.text if found.level > level else self.t("({part})", part=found.text)

    # Values

    def literal(self, node: Literal) -> _Phrase:
        return _Phrase(self.value(node.value, node.type))

    def value(self, value: Any, kind: Type) -> str:
        if value is None:
            return self.t("blank")
        if isinstance(value, bool):
            return self.t("yes") if value else self.t("no")
        if kind.kind == "choice" and kind.field:
            return self._option(kind.field, str(value))
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M UTC")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, time):
            return value.isoformat("minutes")
        return self.t("“{text}”", text=value) if isinstance(value, str) else f"{value:,}"

    def _option(self, address: str, key: str) -> str:
        name, _, field_name = address.removeprefix("object:").partition("/field:")
        known = self.model.objects.get(name)
        option = known.fields[field_name].choices.get(key) if known and field_name in known.fields else None
        return option.label.say(self.language) if option else key

    def items(self, node: Items) -> _Phrase:
        return _Phrase(self.listed([self.phrase(each).text for each in node.items]))

    def listed(self, texts: list[str]) -> str:
        """A, B or C."""
        if len(texts) < 2:
            return texts[0] if texts else self.t("nothing")
        head = self.t(", ").join(texts[:-1])
        return self.t("{head} or {last}", head=head, last=texts[-1])

    def read(self, node: Read) -> _Phrase:
        return _Phrase(self.path(node.path, self.target))

    def path(self, path: tuple[str, ...], start: Object | None) -> str:
        """The label of a field; of one reached through lookups, whose field it is."""
        labels: list[str] = []
        target = start
        for name in path:
            field = target.fields.get(name) if target else None
            labels.append(self.label(field) if field else name)
            target = self.model.objects.get(field.to[0]) if field and len(field.to) == 1 else None
        said = labels[0]
        for label in labels[1:]:
            said = self.t("{field} of {record}", field=label, record=said)
        return said

    def label(self, field: Field) -> str:
        return field.label.say(self.language)

    def given(self, node: Given) -> _Phrase:
        known = _GIVEN.get(node.name)
        if known is not None:
            return _Phrase(self.t(known))
        head, _, rest = node.name.partition(".")
        if head == "user":
            return _Phrase(self.t("{field} of the signed-in user", field=self.path((rest,), self.model.objects.get("nw_user"))))
        if head == "record":
            return _Phrase(self.t("{field} of this record", field=self.edited(rest)))
        return _Phrase(self.t("the record of step “{step}”", step=rest) if head == "steps" else node.name)

    def edited(self, name: str) -> str:
        """The label of a field of the record that is being edited: of another object, unless a lookup points at its own."""
        found = [each.removeprefix("object:").split("/field:")[0] for each in self.mentions if each.endswith(f"/field:{name}")]
        others = [each for each in found if self.target is None or each != self.target.name]
        return self.path((name,), self.model.objects.get((others or found or [""])[0]))

    # Conditions

    def comparison(self, node: Comparison) -> _Phrase:
        if _is_change(node):
            return _Phrase(self.t(CHANGED, a=self.within(node.operands[0], _COMPARED)), _COMPARED)
        said = [self._compared(left, op, right) for left, op, right in node.pairs]
        if len(said) == 1:
            return _Phrase(said[0], _COMPARED)
        return _Phrase(self.t(" and ").join(said), _AND)

    def _compared(self, left: Node, op: str, right: Node) -> str:
        if op in ("==", "!=") and right.type.kind == "blank":
            text = word("{value} is blank") if op == "==" else word("{value} is filled in")
            return self.t(text, value=self.within(left, _COMPARED))
        timely = left.type.kind in ("date", "datetime", "time")
        text = (_IN_TIME if timely else {}).get(op) or _COMPARING[op]
        return self.t(text, left=self.within(left, _COMPARED), right=self.within(right, _COMPARED))

    def logic(self, node: Logic) -> _Phrase:
        reached = node.operands[0]
        if _is_change(node.operands[-1]) and isinstance(reached, Comparison) and reached.start == node.operands[-1].start:
            field, value = (self.within(each, _COMPARED) for each in reached.operands)
            return _Phrase(self.t(CHANGED_TO, a=field, b=value), _COMPARED)
        level = _AND if node.op == "and" else _OR
        joint = self.t(" and ") if node.op == "and" else self.t(" or ")
        return _Phrase(joint.join(self.condition(each, level) for each in node.operands), level)

    def condition(self, node: Node, level: int) -> str:
        """A yes-or-no part that is no comparison by itself: a field, or the outcome of a choice."""
        if isinstance(node, Read | Choose | Prior):
            return self.t("{left} is {right}", left=self.within(node, _COMPARED), right=self.t("yes"))
        return self.within(node, level)

    def negation(self, node: Not) -> _Phrase:
        if isinstance(node.operand, Read):
            return _Phrase(self.t("{left} is {right}", left=self.phrase(node.operand).text, right=self.t("no")), _COMPARED)
        return _Phrase(self.t("it is not so that {condition}", condition=self.within(node.operand, _NOT)), _NOT)

    def choose(self, node: Choose) -> _Phrase:
        parts = {"then": self.within(node.then, _OUTCOME), "other": self.within(node.other, _OUTCOME)}
        return _Phrase(self.t("{then} if {test}, else {other}", test=self.condition(node.test, _OUTCOME), **parts), _OUTCOME)

    # Calculations and calls

    def negative(self, node: Negative) -> _Phrase:
        return _Phrase(f"−{self.within(node.operand, _PRODUCT)}")

    def arithmetic(self, node: Arithmetic) -> _Phrase:
        level = _SUM if node.op in "+-" else _PRODUCT
        left = self.within(node.left, level - 1)
        right = self.within(node.right, level)
        return _Phrase(f"{left} {_SYMBOLS[node.op]} {right}", level)

    def call(self, node: Call) -> _Phrase:
        level = _COMPARED if node.type.kind == "boolean" else _WHOLE
        if node.name == "case":
            return self.case(node)
        if node.name in EDGES and isinstance(node.args[1], Literal) and node.args[1].value in PERIODS:
            period = self.t(PERIODS[node.args[1].value])
            return _Phrase(self.t(EDGES[node.name], period=period, a=self.within(node.args[0], _COMPARED)))
        before = _amount_taken(node)
        if before is not None:
            return _Phrase(self.t(BEFORE[node.name], a=self.within(node.args[0], _COMPARED), b=self.phrase(before).text))
        text = PHRASES.get((node.name, len(node.args)))
        if text is not None:
            whole = {name: self.within(each, _COMPARED) for name, each in zip("abcd", node.args, strict=False)}
            return self.said(text, level, **whole)
        text = LISTED[node.name]
        first, rest = (node.args[0], node.args[1:]) if "{a}" in text else (None, node.args)
        named = {"a": self.within(first, _COMPARED)} if first is not None else {}
        return self.said(text, level, list=self.t(", ").join(self.within(each, _AND) for each in rest), **named)

    def said(self, text: str, level: int, **parts: str) -> _Phrase:
        """A phrase from its template; one that goes on after a comma is loose, and stands in brackets within another."""
        template = self.t(text)
        loose = any(mark in template for mark in (", ", "，", ": ", "："))
        return _Phrase(self.t(text, **parts), _OUTCOME if loose else level)

    def case(self, node: Call) -> _Phrase:
        """Outcome after outcome, each with the value that leads to it."""
        value = self.within(node.args[0], _COMPARED)
        keys, outcomes = node.args[1:-1:2], node.args[2:-1:2]
        said = [
            self.t(CASE, value=value, key=self.within(key, _COMPARED), outcome=self.within(outcome, _OUTCOME))
            for key, outcome in zip(keys, outcomes, strict=True)
        ]
        other = self.within(node.args[-1], _OUTCOME)
        return _Phrase(self.t(CASES, outcomes=self.t(", ").join(said), other=other), _OUTCOME)

    # What was, what options say, other records

    def prior(self, node: Prior) -> _Phrase:
        return _Phrase(self.t("{field} before the change", field=self.path(node.path, self.target)))

    def option_property(self, node: OptionProperty) -> _Phrase:
        return _Phrase(self.t("the {property} of {option}", property=node.name, option=self.within(node.operand, _COMPARED)))

    def look_up(self, node: LookUp) -> _Phrase:
        known = self.model.objects.get(node.object)
        said = {
            "field": self.path((node.field,), known),
            "object": known.label.say(self.language) if known else node.object,
            "wanted": self.within(node.wanted, _COMPARED),
        }
        return _Phrase(self.t("{field} of the {object} {wanted}", **said))

    def aggregate(self, node: Aggregate) -> _Phrase:
        children = _Reader(self.model, self.model.objects.get(node.object), self.language, self.mentions)
        what = self.collection(node.collection)
        if node.value is not None and node.type.kind == "boolean":
            what = self.t("{what} with {field}", what=what, field=children.within(node.value, _COMPARED))
        elif node.value is not None:
            what = self.t("{field} of {record}", field=children.within(node.value, _COMPARED), record=what)
        if node.where is not None:
            what = self.t("{what} (where {condition})", what=what, condition=children.condition(node.where, _OUTCOME))
        return self.said(_GATHERED[node.function], _COMPARED if node.type.kind == "boolean" else _WHOLE, what=what)

    def collection(self, name: str) -> str:
        """What a child table, a many-to-many or the other end of a lookup is called."""
        field = self.target.fields.get(name) if self.target else None
        inverse = self.target.inverses.get(name) if self.target else None
        return self.label(field) if field else inverse.label.say(self.language) if inverse else name


def _amount_taken(node: Call) -> Node | None:
    """What a call takes away from a day or moment, where it adds less than nothing that is written out."""
    added = node.args[1] if node.name in BEFORE else None
    if isinstance(added, Negative) and isinstance(added.operand, Literal):
        return added.operand
    if isinstance(added, Literal) and isinstance(added.value, int | Decimal) and added.value < 0:
        return replace(added, value=-added.value)
    return None


def _is_change(node: Node) -> bool:
    """Whether a comparison is what `changed(field)` means: the field against what it was."""
    if not isinstance(node, Comparison) or node.ops != ("!=",):
        return False
    now, before = node.operands
    return isinstance(now, Read) and isinstance(before, Prior) and now.path == before.path


_READERS: Mapping[type[Node], Callable[[_Reader, Any], _Phrase]] = {
    Literal: _Reader.literal,
    Items: _Reader.items,
    Read: _Reader.read,
    Given: _Reader.given,
    Comparison: _Reader.comparison,
    Logic: _Reader.logic,
    Not: _Reader.negation,
    Choose: _Reader.choose,
    Negative: _Reader.negative,
    Arithmetic: _Reader.arithmetic,
    Call: _Reader.call,
    Prior: _Reader.prior,
    OptionProperty: _Reader.option_property,
    LookUp: _Reader.look_up,
    Aggregate: _Reader.aggregate,
}
