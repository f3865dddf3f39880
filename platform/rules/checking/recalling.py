"""What rules know of records beside their fields: the record as it was, what an option says, the record that a key names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from newel.metadata.model import Field, Object, Option
from newel.metadata.naming import nearest
from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.calling import Calling
from newel.rules.checking.ground import unknown
from newel.rules.functions.records import RECORDS
from newel.rules.functions.registry import number_of_values
from newel.rules.tree import Call, Comparison, Literal, Logic, LookUp, Name, Node, OptionProperty, Prior, Read
from newel.rules.types import BOOLEAN, DATE, NUMBER, TEXT, Type, type_of_field

_RECALLED = {each.name: each for each in RECORDS}
KEYS = ("text", "number", "choice", "date", "reference")
STANDARD_PROPERTIES = ("closed", "color")  # what every option has, declared or not


class Recalling(Calling):
    """Checks prior, changed, changed_to, is_new, option and lookup; a change is told by comparing with Prior."""

    def _recalled(self, node: Call) -> Node | None:
        """One of these functions; None for others."""
        form = _RECALLED.get(node.name)
        if form is None:
            return None
        keyword = next((each for each in node.keywords if each[0] not in form.keywords), None)
        if keyword is not None:
            return self._fault(faults.NO_KEYWORDS, keyword[1], name=node.name, keyword=keyword[0])
        if len(node.args) != form.most:
            takes, given = number_of_values(form.most), len(node.args)
            fix = phrase("Write {text}.", text=form.signature)
            return self._fault(faults.ARGUMENT_COUNT, node, name=node.name, takes=takes, given=given, fix=fix)
        if node.name == "lookup":
            return self._lookup(node)
        if node.name == "option":
            return self._fault(faults.PROPERTY_NEEDED, node, fix=phrase("Write {text}.", text="option(field).property"))
        return self._of_change(node)

    # The record as it was

    def _of_change(self, node: Call) -> Node:
        if not self.context.allowed.prior or self.gathered is not None:
            why = phrase("only validations and conditions know the record as it was")
            return self._fault(faults.CONTEXT_ONLY, node, head=True, name=node.name, why=why)
        self.reads_prior = True
        if node.name == "is_new":
            return self._give(node, "is_new", BOOLEAN)
        now = self._own_field(node)
        if now is None:
            return unknown(node)
        before = Prior(start=node.start, end=node.end, type=now.type, path=now.path)
        if node.name == "prior":
            return before
        differs = self._pair(node, now, "!=", before)
        if node.name == "changed":
            return differs
        reached = self._pair(node, *self._compared(now, "==", self.node(node.args[1], now.type)), op="==")
        return Logic(start=node.start, end=node.end, type=BOOLEAN, op="and", operands=(reached, differs))

    def _pair(self, node: Node, left: Node, *rest: Any, op: str | None = None) -> Node:
        op, right = (op, rest[0]) if op else rest
        return Comparison(start=node.start, end=node.end, type=BOOLEAN, operands=(left, right), ops=(op,))

    def _own_field(self, node: Call) -> Read | None:
        arg = node.args[0]
        if not isinstance(arg, Name) or len(arg.path) > 1:
            self._fault(faults.OWN_FIELD_NEEDED, arg, name=node.name)
            return None
        found = self.node(arg)
        if not isinstance(found, Read):
            if found.type.kind != "unknown":
                self._fault(faults.OWN_FIELD_NEEDED, arg, name=node.name)
            return None
        if self._field_at(found.path)[0].computed == "query":
            self._fault(
                faults.OWN_FIELD_NEEDED, arg, name=node.name, fix=phrase("Ask for the fields that the formula is made of.")
            )
            return None
        return found

    # What an option says

    def _option_property(self, node: OptionProperty) -> Node:
        operand = self.node(node.operand)
        if operand.type.kind == "unknown":
            return unknown(node)
        if operand.type.kind != "choice" or not isinstance(operand, Read | Prior):
            given = str(operand.type)
            return self._fault(
                faults.ARGUMENT_TYPE,
                node.operand,
                name="option",
                takes=phrase("a choice field"),
                position=phrase("first"),
                given=given,
            )
        field = self._field_at(operand.path)[0]
        if not any(node.name in (*STANDARD_PROPERTIES, *option.properties) for option in field.choices.values()):
            known = dict.fromkeys(name for option in field.choices.values() for name in option.properties)
            near = nearest(node.name, [*known, *STANDARD_PROPERTIES])
            return self._fault(faults.NO_SUCH_PROPERTY, _property_of(node), field=field.name, name=node.name, nearest=near)
        said = [(key, _said(option, node.name)) for key, option in field.choices.items()]
        values = tuple((key, value) for key, value in said if value is not None)
        kinds = {_kind_of(value) for _, value in values}
        if len(kinds) > 1 or None in kinds:
            shown = hints.both([str(kind) if kind else phrase("something unreadable") for kind in kinds])
            return self._fault(faults.MIXED_PROPERTY, _property_of(node), field=field.name, name=node.name, kinds=shown)
        kind = next(iter(kinds), TEXT) or TEXT
        return replace(node, operand=operand, values=values, type=kind)

    # The record that a key names

    def _lookup(self, node: Call) -> Node:
        target = self._object_named(node.args[0])
        if target is None:
            return unknown(node)
        key = self._key_of(node, target)
        field = self._field_named(target, node.args[2])
        wanted = node.args[1]
        if key is None or field is None:
            return unknown(node)
        key_type, kind = type_of_field(key, target.name), type_of_field(field, target.name)
        if kind is None:
            why = phrase("its type is {type}", type=field.type)
            return self._fault(faults.UNREADABLE_FIELD, node.args[2], name=field.name, why=why)
        if key_type is None or key_type.kind not in KEYS:
            return self._fault(faults.NO_UNIQUE_FIELD, node, head=True, object=target.name)
        found = self._pushed_by(self.node(wanted, key_type), key_type)
        if found.type.kind not in (key_type.kind, "blank", "unknown"):
            takes, given = str(key_type), str(found.type)
            return self._fault(faults.ARGUMENT_TYPE, found, name="lookup", takes=takes, position=phrase("second"), given=given)
        self.mentions |= {key.address: None, field.address: None}
        self.lookups[target.name, key.name, field.name] = None
        span = {"start": node.start, "end": node.end}
        return LookUp(**span, type=kind, object=target.name, key=key.name, wanted=found, field=field.name, key_type=key_type)

    def _object_named(self, node: Node) -> Object | None:
        if isinstance(node, Name) and len(node.path) == 1:
            found = self.model.objects.get(node.path[0])
            if found is None:
                near = nearest(node.path[0], self.model.objects)
                self._fault(faults.UNKNOWN_OBJECT, node, name=node.path[0], nearest=near)
            return found
        fix = (
            phrase("Write {text}, without quotes.", text=node.value) if isinstance(node, Literal) and node.type == TEXT else None
        )
        self._fault(faults.NAME_NEEDED, node, what=phrase("an object"), fix=fix)
        return None

    def _field_named(self, target: Object, node: Node) -> Field | None:
        if isinstance(node, Name) and len(node.path) == 1:
            found = target.fields.get(node.path[0])
            if found is None:
                near, where = nearest(node.path[0], target.fields), hints.object_named(target.name)
                self._fault(faults.UNKNOWN_NAME, node, where=where, name=node.path[0], nearest=near)
            return found
        fix = (
            phrase("Write {text}, without quotes.", text=node.value) if isinstance(node, Literal) and node.type == TEXT else None
        )
        self._fault(faults.NAME_NEEDED, node, what=phrase("a field"), fix=fix)
        return None

    def _key_of(self, node: Call, target: Object) -> Field | None:
        """The unique field that records are looked up by: the one that `by` names, or the only one there is."""
        single = {names[0] for names in target.keys.values() if len(names) == 1}
        unique = {each.name: each for each in target.fields.values() if each.unique or each.name in single}
        if node.keywords:
            said = self._field_named(target, node.keywords[0][1])
            if said is not None and said.name not in unique:
                near = next(iter(unique), None)
                self._fault(faults.NO_UNIQUE_FIELD, node.keywords[0][1], object=target.name, nearest=near)
                return None
            return said
        if len(unique) == 1:
            return next(iter(unique.values()))
        by = phrase("Write {text}.", text=f"lookup(..., by={next(iter(unique))})") if unique else None
        fix = by or phrase("Make a field of {object} unique.", object=target.name)
        self._fault(faults.NO_UNIQUE_FIELD, node, head=True, object=target.name, fix=fix)
        return None


def _said(option: Option, name: str) -> Any:
    """What an option says under a name: booleans, numbers, texts and days as expressions hold them."""
    if name not in option.properties and name in STANDARD_PROPERTIES:
        return option.closed if name == "closed" else option.color
    value = option.properties.get(name)
    if isinstance(value, float):
        return Decimal(str(value))
    return value if value != "" else None


def _kind_of(value: Any) -> Type | None:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | Decimal):
        return NUMBER
    if isinstance(value, str):
        return TEXT
    return DATE if isinstance(value, date) and not isinstance(value, datetime) else None


def _property_of(node: OptionProperty) -> Node:
    return replace(node, start=node.end - len(node.name))
