"""Calls: the function is known, takes so many values, and each fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from newel.metadata.naming import named, nearest
from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.comparing import Comparing, element_of
from newel.rules.checking.ground import unknown
from newel.rules.checking.hints import first_upper
from newel.rules.functions import FORMS, REGISTRY
from newel.rules.functions.dates import moment_of
from newel.rules.functions.registry import EQUALS_FIRST, Function, Param, as_number_of_values
from newel.rules.tree import Call, Items, Literal, Node
from newel.rules.types import LIST, TEXT, UNKNOWN, Type, common_type

_CURRENCY = re.compile("[A-Z]{3}")
_IN_ORDER = (phrase("first"), phrase("second"), phrase("third"), phrase("fourth"), phrase("fifth"))


class Calling(Comparing):
    """Checks calls of the registry's functions."""

    def _call(self, node: Call, wanted: Type | None) -> Node:
        function = REGISTRY.get(node.name)
        if function is None:
            near, fix = nearest(node.name, [*REGISTRY, *FORMS]), hints.NO_FUNCTIONS.get(node.name.lower())
            way_out = {"fix": fix} if fix else {"nearest": near}
            return self._fault(faults.UNKNOWN_FUNCTION, node, head=True, name=node.name, **way_out)
        if node.keywords:
            return self._fault(faults.NO_KEYWORDS, node.keywords[0][1], name=node.name, keyword=node.keywords[0][0])
        given = len(node.args)
        if given < function.least or (function.most is not None and given > function.most) or (function.pairs and given % 2):
            takes = as_number_of_values(function)
            return self._fault(
                faults.ARGUMENT_COUNT,
                node,
                name=node.name,
                takes=takes,
                given=given,
                fix=phrase("Write {text}.", text=function.signature),
            )
        written = self._written_out(node, function)
        return written if written is not None else self._called(node, function, wanted)

    def _called(self, node: Call, function: Function, wanted: Type | None) -> Node:
        pushed = wanted if function.same and wanted is not None and wanted.kind in ("choice", "reference") else None
        args = self._arguments(node, function, pushed)
        for at, arg in enumerate(args):
            args[at] = self._argument(function, at, arg)
        types = [each.type for each in args]
        if any(each.kind == "unknown" for each in types):
            return replace(node, args=tuple(args), type=UNKNOWN)
        written = [each.value if isinstance(each, Literal) else None for each in args]
        refused = function.refuses(types, written) if function.refuses is not None else None
        if refused is not None:
            shown = written[refused[0]]
            text = "none" if shown is None else str(shown)[:60]
            return self._fault(faults.BAD_VALUE, args[refused[0]], text=text, wanted=refused[1])
        kind = self._result_of(node, function, args) if function.typed is None else function.typed(types, written)
        self.is_volatile |= function.facts
        for name in ("user",) if node.name == "me" else ("user.roles",) if node.name == "in_role" else ():
            self.given[name] = None
        return replace(node, args=tuple(args), type=kind)

    def _arguments(self, node: Call, function: Function, wanted: Type | None) -> list[Node]:
        if function.same:
            return self._alike(list(node.args), wanted)
        if function.pairs:
            return self._pairs(node, wanted)
        found = [self._argument_value(function.param(at), each) for at, each in enumerate(node.args)]
        if node.name in ("has", "has_any", "has_all") and found[0].type.kind == "list":
            found[1] = self._wanted_of(found[1], element_of(found[0].type))
        return found

    def _pairs(self, node: Call, wanted: Type | None) -> list[Node]:
        """case(value, key, outcome, ..., otherwise): each key is compared with the value, the outcomes are of one type."""
        found = [self.node(node.args[0]), *node.args[1:]]
        outcomes = [*range(2, len(found) - 1, 2), len(found) - 1]
        for at in range(1, len(found) - 1, 2):
            found[0], found[at] = self._compared(found[0], "==", self.node(found[at]))
        for at, outcome in zip(outcomes, self._alike([found[at] for at in outcomes], wanted), strict=True):
            found[at] = outcome
        return found

    def _argument_value(self, param: Param, node: Node) -> Node:
        if isinstance(node, Items) and "list" in param.kinds:
            items = tuple(self.node(each) for each in node.items)
            for each in items:
                if not isinstance(each, Literal) or each.type.kind not in ("text", "blank"):
                    self._fault(
                        faults.MISPLACED_LIST, each, fix=phrase("A list that is a value holds texts that are written out.")
                    )
                    return unknown(node)
            return replace(node, items=items, type=LIST)
        return self.node(node)

    def _wanted_of(self, node: Node, element: Type) -> Node:
        if isinstance(node, Items):
            return replace(node, items=tuple(self._pushed_by(each, element) for each in node.items))
        return self._pushed_by(node, element)

    def _argument(self, function: Function, at: int, node: Node) -> Node:
        param = function.param(at)
        kind = node.type.kind
        position = _IN_ORDER[at] if at < len(_IN_ORDER) else phrase("{n}th", n=at + 1)
        if kind == "unknown":
            return node
        if param.literal and not isinstance(node, Literal | Items):
            return self._fault(faults.LITERAL_NEEDED, node, name=function.name, takes=hints.kinds_of(param), position=position)
        if kind not in param.kinds and (kind != "blank" or param.literal):
            fix = hints.argument(node, param)
            takes = hints.kinds_of(param)
            return self._fault(
                faults.ARGUMENT_TYPE, node, name=function.name, takes=takes, position=position, given=str(node.type), fix=fix
            )
        return self._known_text(function, param, node)

    def _known_text(self, function: Function, param: Param, node: Node) -> Node:
        """Texts that must be one of a few: units, roles, currencies; and whole numbers."""
        among = tuple(self.model.roles) if param.name == "role" else param.among
        if not isinstance(node, Literal) or node.value is None:
            return node
        if among and node.value not in among and not (param.name == "role" and not self.model.roles):
            wanted = named(among, 12)
            return self._fault(faults.BAD_VALUE, node, text=node.value, wanted=wanted, nearest=nearest(node.value, among))
        if param.name == "currency" and not _CURRENCY.fullmatch(node.value):
            return self._fault(faults.BAD_VALUE, node, text=node.value, wanted=phrase("a currency code such as CNY"))
        if param.literal and param.kinds == ("number",) and (node.value != int(node.value) or abs(node.value) > 10**9):
            return self._fault(faults.BAD_VALUE, node, text=str(node.value), wanted=phrase("a whole number of moderate size"))
        if param.name == "places" and not -20 <= node.value <= 20:
            return self._fault(faults.BAD_VALUE, node, text=str(node.value), wanted=phrase("between -20 and 20"))
        return node

    def _result_of(self, node: Call, function: Function, args: list[Node]) -> Type:
        if function.pairs:
            args = [*args[2:-1:2], args[-1]]
        if isinstance(function.result, Type):
            return function.result
        if function.result == EQUALS_FIRST:
            return replace(args[0].type, field=None) if args[0].type.kind != "blank" else Type(function.params[0].kinds[0])
        kind = common_type([each.type for each in args])
        if kind is None:
            first = next(each for each in args if each.type.kind != "blank")
            other = next(each for each in args if each.type.kind not in ("blank", first.type.kind))
            return self._fault(faults.NOT_COMPARABLE, other, left=first_upper(str(first.type)), right=str(other.type)).type
        self._one_currency(node, args)
        return replace(kind, field=None)

    def _one_currency(self, node: Node, args: list[Node]) -> None:
        known = [each.type for each in args if each.type.currency]
        for each in known[1:]:
            self._same_currency(node, known[0], each)

    def _written_out(self, node: Call, function: Function) -> Node | None:
        """date('2026-11-21'), time('08:30') and datetime('...') are values, not calls."""
        if function.name not in _WRITTEN or len(node.args) > 1:
            return None
        if not isinstance(node.args[0], Literal) or node.args[0].type != TEXT:
            return None
        read, wanted = _WRITTEN[function.name]
        value = read(node.args[0].value)
        if value is None:
            return self._fault(faults.BAD_VALUE, node.args[0], text=node.args[0].value[:60], wanted=wanted)
        return Literal(start=node.start, end=node.end, type=Type(function.name), value=value)


def _date_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _time_of(text: str) -> time | None:
    try:
        found = time.fromisoformat(text)
        return found if found.tzinfo is None else None
    except ValueError:
        return None


_WRITTEN: Mapping[str, tuple[Any, str]] = {
    "date": (_date_of, phrase("a day such as 2026-11-21")),
    "time": (_time_of, phrase("a time such as 08:30")),
    "datetime": (moment_of, phrase("a moment such as 2026-11-21T08:00:00Z")),
}
