"""Tree -> typed tree. Names are looked up in the Model, operators and calls must fit their values; all faults are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date, time
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.model import EMPTY, USER_OBJECT, Field, Model, Object
from newel.metadata.naming import nearest
from newel.rules import faults
from newel.rules.arithmetic import NEGATIVES, OPERATIONS
from newel.rules.faults import Fault, Faults
from newel.rules.functions import REGISTRY
from newel.rules.functions.dates import moment_of
from newel.rules.functions.registry import EQUALS_FIRST, Function, Param, as_number_of_values
from newel.rules.tree import Arithmetic, Call, Choose, Comparison, Given, Items, Literal, Logic, Name, Negative, Node, Not, Read
from newel.rules.types import BLANK, BOOLEAN, LIST, ORDERED, TEXT, UNKNOWN, USER, Type, common_type, type_of_field

MOST_HOPS = 5
MOST_COST = 5_000
KINDS = ("default", "formula", "validate", "condition", "filter", "permission", "action")
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CURRENCY = re.compile("[A-Z]{3}")
_IN_ORDER = ("first", "second", "third", "fourth", "fifth")
_DATE_LIKE = ("date", "datetime")
_OTHER_WORDS = dict.fromkeys(("null", "nil", "blank", "empty"), "Write none for a blank.")
# What spreadsheets have as functions, and we as operators.
_NO_FUNCTIONS = {
    "and": "Write it between the values: a and b.",
    "or": "Write it between the values: a or b.",
    "not": "Write it without brackets: not a.",
    "if": "Write: x if condition else y.",
    "iif": "Write: x if condition else y.",
}


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands: what kind of rule it is, on which object, and what it must give.

    `expects` None takes any result. `steps`: in an action, the object that each earlier step's record belongs to. `field`: the
    field that the result goes into.
    """

    kind: str
    object: str | None = None
    expects: Type | None = BOOLEAN
    steps: Mapping[str, str] = dataclass_field(default_factory=lambda: EMPTY)
    field: Field | None = None


class Checker:
    """Checks one tree; faults gather in `faults`, mentioned addresses in `mentions`."""

    def __init__(self, model: Model, context: Context, faults: Faults) -> None:
        self.model = model
        self.context = context
        self.object = model.objects[context.object] if context.object else None
        self.faults = faults
        self.mentions: dict[str, None] = {}
        self.reads: dict[tuple[str, ...], None] = {}
        self.given: dict[str, None] = {}

    def checked(self, tree: Node) -> Node:
        """The typed tree, of the type that the context expects."""
        wanted = self.context.expects
        node = self.node(tree, wanted)
        if wanted is not None:
            node = self._result(node, wanted)
        if not self.faults.found and cost(node) > MOST_COST:
            self._fault(faults.TOO_COSTLY, node, fix="Nest fewer functions in one another.")
        return node

    def is_whole(self, tree: Node) -> bool:
        """Whether the tree is a field of several parts that goes, whole, into another one of its type."""
        target = self.context.field
        if target is None or not isinstance(tree, Read) or type_of(target).plain:
            return False
        return self._field_at(tree.path)[0].type == target.type

    def node(self, node: Node, wanted: Type | None = None) -> Node:
        """One node and what is beneath it. `wanted` lets a text that is written out become an option or an id."""
        match node:
            case Literal():
                return self._literal(node, wanted)
            case Name():
                return self._name(node)
            case Negative():
                return self._negative(node)
            case Not():
                return replace(node, operand=self._yes_or_no(node.operand, "What follows not"))
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case Logic():
                return replace(node, operands=tuple(self._yes_or_no(each, f"Each side of {node.op}") for each in node.operands))
            case Choose():
                return self._choose(node, wanted)
            case Call():
                return self._call(node, wanted)
            case _:
                return self._fault(faults.MISPLACED_LIST, node)

    # Names

    def _name(self, node: Name) -> Node:
        head = node.path[0]
        if self.object is not None and head in self.object.fields:
            return self._read(node)
        if head == "user":
            return self._user(node)
        if head == "steps" and self.context.kind == "action":
            return self._step(node)
        return self._unknown_name(node)

    def _unknown_name(self, node: Name) -> Node:
        head = node.path[0]
        known = list(self.object.fields) if self.object else []
        if head in ("steps", "prior", "org"):
            why = "only the steps of an action have earlier steps" if head == "steps" else "this context does not give it"
            return self._fault(faults.CONTEXT_ONLY, node, name=head, why=why)
        if head in REGISTRY:
            where = f'object "{self.object.name}"' if self.object else "this context"
            return self._fault(
                faults.UNKNOWN_NAME, node, where=where.capitalize(), name=head, fix=f"Write {head}(...) to call the function."
            )
        option = self._option_named(head) if len(node.path) == 1 else None
        fix = f"Write '{head}' in quotes for the option." if option else _OTHER_WORDS.get(head.lower())
        if self.object is None:
            return self._fault(faults.CONTEXT_ONLY, node, name=head, why="there is no record here", fix=fix)
        near = nearest(head, [*known, "user", *REGISTRY, "true", "false", "none"])
        where = f'Object "{self.object.name}"'
        return self._fault(faults.UNKNOWN_NAME, node, where=where, name=head, nearest=None if fix else near, fix=fix)

    def _option_named(self, key: str) -> Field | None:
        fields = self.object.fields.values() if self.object else ()
        return next((each for each in fields if key in each.choices), None)

    def _read(self, node: Name) -> Node:
        path = node.path
        if len(path) - 1 > MOST_HOPS:
            return self._fault(faults.TOO_MANY_HOPS, node, hops=len(path) - 1, limit=MOST_HOPS)
        target = self._own
        for at, name in enumerate(path):
            found = target.fields.get(name)
            if found is None:
                where = f'Object "{target.name}"'
                part = _part_of(node, at)
                return self._fault(faults.UNKNOWN_NAME, part, where=where, name=name, nearest=nearest(name, target.fields))
            if name == "id" and at:
                return self._end_of_path(node, path[:at], self._field_at(path[:at]))
            if at == len(path) - 1:
                return self._end_of_path(node, path, (found, target))
            self.mentions[found.address] = None
            beyond = self._beyond(node, found, ".".join(path[: at + 1]))
            if beyond is None:
                return _unknown(node)
            target = beyond
        raise AssertionError(path)

    @property
    def _own(self) -> Object:
        if self.object is None:
            raise AssertionError("a path is read only where there is a record")
        return self.object

    def _field_at(self, path: tuple[str, ...]) -> tuple[Field, Object]:
        target = self._own
        for name in path[:-1]:
            target = self.model.objects[target.fields[name].to[0]]
        return target.fields[path[-1]], target

    def _beyond(self, node: Name, through: Field, name: str) -> Object | None:
        """The object that a lookup leads to."""
        kind = type_of_field(through, "")
        if kind is None or kind.kind != "reference":
            self._fault(faults.NOT_A_REFERENCE, node, name=name)
            return None
        if len(kind.objects) != 1:
            self._fault(faults.SEVERAL_OBJECTS, node, name=name)
            return None
        return self.model.objects.get(kind.objects[0])

    def _end_of_path(self, node: Name, path: tuple[str, ...], found: tuple[Field, Object]) -> Node:
        last, target = found
        self.mentions[last.address] = None
        kind = type_of_field(last, target.name)
        if kind is None:
            why = "it holds several records" if last.is_many else f"its type is {last.type}"
            return self._fault(faults.UNREADABLE_FIELD, node, name=".".join(path), why=why)
        self.reads[path] = None
        return Read(start=node.start, end=node.end, type=kind, path=path)

    def _user(self, node: Name) -> Node:
        path = node.path[1:]
        if not path or path == ("id",):
            return self._give(node, "user", USER)
        if path == ("roles",):
            return self._give(node, "user.roles", LIST)
        users = self.model.objects.get(USER_OBJECT)
        found = users.fields.get(path[0]) if users else None
        if found is None:
            known = [*(users.fields if users else ()), "roles"]
            return self._fault(faults.UNKNOWN_NAME, node, where="The user", name=path[0], nearest=nearest(path[0], known))
        kind = type_of_field(found, USER_OBJECT)
        if len(path) > 1 or kind is None or kind.kind == "money":
            return self._fault(
                faults.CONTEXT_ONLY, node, name=".".join(node.path), why="only the user's own plain fields are given"
            )
        self.mentions[found.address] = None
        return self._give(node, f"user.{path[0]}", kind)

    def _step(self, node: Name) -> Node:
        path = node.path[1:]
        if not path:
            return self._fault(faults.BARE_STEPS, node)
        target = self.context.steps.get(path[0])
        if target is None:
            known = list(self.context.steps)
            where = "This action's earlier steps"
            return self._fault(
                faults.CONTEXT_ONLY, node, name=".".join(node.path), why=f"{where} are {', '.join(known) or 'none'}"
            )
        if len(path) > 1 and path[1:] != ("id",):
            return self._fault(
                faults.CONTEXT_ONLY, node, name=".".join(node.path), why="a step gives its record, not the record's fields"
            )
        return self._give(node, f"steps.{path[0]}", Type("reference", objects=(target,)))

    def _give(self, node: Node, name: str, kind: Type) -> Node:
        self.given[name] = None
        return Given(start=node.start, end=node.end, type=kind, name=name)

    # Literals

    def _literal(self, node: Literal, wanted: Type | None) -> Node:
        if wanted is None or node.type.kind != "text":
            return node
        if wanted.kind == "choice":
            return self._option(node, wanted)
        if wanted.kind == "reference":
            return self._id(node, wanted)
        return node

    def _option(self, node: Literal, wanted: Type) -> Node:
        if wanted.options is not None and node.value not in wanted.options:
            shown = wanted.field.rpartition("field:")[2] if wanted.field else "this field"
            near = nearest(node.value, wanted.options)
            return self._fault(faults.UNKNOWN_OPTION, node, key=node.value, field=shown, nearest=near)
        if wanted.field:
            self.mentions[f"{wanted.field}/option:{node.value}"] = None
        return replace(node, type=wanted)

    def _id(self, node: Literal, wanted: Type) -> Node:
        key = node.value.lower()
        if not _ID.fullmatch(key):
            return self._fault(faults.NOT_AN_ID, node, text=node.value[:60])
        return replace(node, type=wanted, value=key)

    # Operators

    def _negative(self, node: Negative) -> Node:
        operand = self.node(node.operand)
        kind = operand.type.kind
        if kind in ("unknown", "blank") or kind in NEGATIVES:
            return replace(node, operand=operand, type=operand.type)
        return self._fault(faults.NO_NEGATIVE, node, what=_first_upper(str(operand.type)))

    def _yes_or_no(self, node: Node, role: str) -> Node:
        checked = self.node(node)
        if checked.type.kind in ("boolean", "unknown"):
            return checked
        fix = None
        if checked.type.kind == "blank":
            fix = "Write false for no."
        elif isinstance(node, Name):
            fix = f"Write not_blank({'.'.join(node.path)}), or compare it with a value."
        return self._fault(faults.NOT_YES_OR_NO, checked, role=role, given=str(checked.type), fix=fix)

    def _arithmetic(self, node: Arithmetic) -> Node:
        left, right = self.node(node.left), self.node(node.right)
        kinds = (left.type.kind, right.type.kind)
        made = replace(node, left=left, right=right)
        if "unknown" in kinds:
            return replace(made, type=UNKNOWN)
        if kinds == ("blank", "blank"):
            return replace(made, type=BLANK)
        kinds = (_filled_by(kinds[0], node.op, kinds[1]), _filled_by(kinds[1], node.op, kinds[0]))
        operation = OPERATIONS.get((kinds[0], node.op, kinds[1]))
        if operation is None:
            return self._not_calculable(made)
        return replace(made, type=self._gives(made, operation.gives))

    def _gives(self, node: Arithmetic, kind: str) -> Type:
        if kind != "money":
            return Type(kind)
        left, right = node.left.type, node.right.type
        if left.kind == right.kind == "money":
            self._same_currency(node, left, right)
            return Type(kind, currency=left.currency if left.currency == right.currency else None)
        return Type(kind, currency=left.currency or right.currency)

    def _same_currency(self, node: Node, left: Type, right: Type) -> None:
        if left.currency and right.currency and left.currency != right.currency:
            self._fault(faults.CURRENCIES_DIFFER, node, left=left.currency, right=right.currency)

    def _not_calculable(self, node: Arithmetic) -> Node:
        left, right = node.left.type, node.right.type
        kinds = {left.kind, right.kind}
        fix = None
        if node.op == "+" and kinds == {"date", "number"}:
            fix = "Write add_days(date, count)."
        elif node.op == "-" and kinds == {"date", "number"}:
            fix = "Write add_days(date, -count)."
        elif node.op == "-" and left.kind == right.kind == "date":
            fix = "Write days_between(start, end)."
        elif kinds == {"text", "number"}:
            fix = "Write number(...) around the text."
        elif kinds == {"money", "number"}:
            fix = "Write amount(...) around the money."
        shown = (_first_upper(str(left)), str(right))
        return self._fault(faults.NOT_CALCULABLE, node, left=shown[0], right=shown[1], op=node.op, fix=fix)

    def _choose(self, node: Choose, wanted: Type | None) -> Node:
        test = self._yes_or_no(node.test, "The condition after if")
        then, other = self._alike([node.then, node.other], wanted)
        kind = common_type([then.type, other.type])
        made = replace(node, test=test, then=then, other=other)
        if kind is None:
            return self._fault(faults.BRANCHES_DIFFER, made, left=_first_upper(str(then.type)), right=str(other.type))
        return replace(made, type=kind)

    def _alike(self, nodes: list[Node], wanted: Type | None) -> list[Node]:
        """Values that belong together: where one is a choice or a reference, the texts among them are options or ids."""
        checked = [self.node(each, wanted) for each in nodes]
        if wanted is None:
            leading = next((each.type for each in checked if each.type.kind in ("choice", "reference")), None)
            if leading is not None:
                return [self._pushed(each, leading) for each in checked]
        return checked

    def _pushed(self, node: Node, wanted: Type) -> Node:
        """An already checked node, its written-out texts taken as options or ids."""
        if isinstance(node, Literal):
            return self._literal(node, wanted)
        if isinstance(node, Choose) and node.type.kind == "text":
            then, other = self._pushed(node.then, wanted), self._pushed(node.other, wanted)
            return replace(node, then=then, other=other, type=common_type([then.type, other.type]) or node.type)
        if isinstance(node, Call) and node.type.kind == "text" and REGISTRY[node.name].same:
            args = tuple(self._pushed(each, wanted) for each in node.args)
            return replace(node, args=args, type=common_type([each.type for each in args]) or node.type)
        return node

    # Comparisons

    def _comparison(self, node: Comparison) -> Node:
        checked: list[Node] = [self.node(node.operands[0])]
        for op, operand in zip(node.ops, node.operands[1:], strict=True):
            if op in ("in", "not in"):
                checked[-1], right = self._membership(checked[-1], operand, op)
            else:
                checked[-1], right = self._compared(checked[-1], op, self.node(operand))
            checked.append(right)
        return replace(node, operands=tuple(checked))

    def _compared(self, left: Node, op: str, right: Node) -> tuple[Node, Node]:
        left, right = self._pushed_by(left, right.type), self._pushed_by(right, left.type)
        kinds = (left.type.kind, right.type.kind)
        if "unknown" in kinds:
            return left, right
        if not _comparable(*kinds) or "list" in kinds:
            return left, self._not_comparable(left, right)
        if op not in ("==", "!="):
            self._ordered(left, op, right)
        if kinds == ("money", "money"):
            self._same_currency(replace(right, start=left.start), left.type, right.type)
        if kinds == ("reference", "reference"):
            self._may_meet(left, right)
        return left, right

    def _pushed_by(self, node: Node, other: Type) -> Node:
        return self._pushed(node, other) if other.kind in ("choice", "reference") else node

    def _ordered(self, left: Node, op: str, right: Node) -> None:
        for each in (left, right):
            if each.type.kind not in (*ORDERED, "blank"):
                fix = "Compare dates that are written as texts with date('2026-11-21')." if each.type.kind == "text" else None
                what = _first_upper(str(each.type))
                self._fault(faults.NO_ORDER, replace(right, start=left.start), what=what, op=op, fix=fix)
                return

    def _may_meet(self, left: Node, right: Node) -> None:
        mine, theirs = set(left.type.objects), set(right.type.objects)
        if mine and theirs and not mine & theirs:
            shown = (_first_upper(f"a reference to {left.type.objects[0]}"), f"one to {right.type.objects[0]}")
            self._fault(faults.NEVER_EQUAL, replace(right, start=left.start), left=shown[0], right=shown[1])

    def _not_comparable(self, left: Node, right: Node) -> Node:
        whole = replace(right, start=left.start)
        fix = _comparison_fix(left, right)
        return self._fault(faults.NOT_COMPARABLE, whole, left=_first_upper(str(left.type)), right=str(right.type), fix=fix)

    def _membership(self, left: Node, right: Node, op: str) -> tuple[Node, Node]:
        if not isinstance(right, Items):
            return self._in_list_value(left, right)
        items = [self._pushed_by(self.node(each), left.type) for each in right.items]
        for each in items:
            if left.type.kind != "unknown" and each.type.kind != "unknown" and not _comparable(left.type.kind, each.type.kind):
                self._not_comparable(replace(left, start=each.start), each)
        leading = next((each.type for each in items if each.type.kind in ("choice", "reference")), None)
        pushed = self._pushed_by(left, leading) if leading else left
        return pushed, replace(right, items=tuple(items), type=LIST)

    def _in_list_value(self, left: Node, right: Node) -> tuple[Node, Node]:
        """`'vip' in tags`: the list is a field."""
        values = self.node(right)
        if values.type.kind == "unknown":
            return left, values
        if values.type.kind != "list":
            fix = f"Write [{_excerpt(right)}]." if isinstance(right, Literal) else None
            return left, self._fault(faults.LIST_NEEDED, values, given=str(values.type), fix=fix)
        left = self._pushed_by(left, _element(values.type))
        if left.type.kind not in ("text", "choice", "blank", "unknown"):
            self._fault(faults.NOT_COMPARABLE, left, left=_first_upper(str(left.type)), right="the texts of a list")
        return left, values

    # Calls

    def _call(self, node: Call, wanted: Type | None) -> Node:
        function = REGISTRY.get(node.name)
        if function is None:
            near, fix = nearest(node.name, REGISTRY), _NO_FUNCTIONS.get(node.name.lower())
            hints = {"fix": fix} if fix else {"nearest": near}
            return self._fault(faults.UNKNOWN_FUNCTION, node, head=True, name=node.name, **hints)
        if node.keywords:
            return self._fault(faults.NO_KEYWORDS, node.keywords[0][1], name=node.name, keyword=node.keywords[0][0])
        given = len(node.args)
        if given < function.least or (function.most is not None and given > function.most):
            takes = as_number_of_values(function)
            return self._fault(
                faults.ARGUMENT_COUNT, node, name=node.name, takes=takes, given=given, fix=f"Write {function.signature}."
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
            return replace(node, args=tuple(args), type=function.result if isinstance(function.result, Type) else UNKNOWN)
        kind = self._result_of(node, function, args)
        for name in ("user",) if node.name == "me" else ("user.roles",) if node.name == "in_role" else ():
            self.given[name] = None
        return replace(node, args=tuple(args), type=kind)

    def _arguments(self, node: Call, function: Function, wanted: Type | None) -> list[Node]:
        if function.same:
            return self._alike(list(node.args), wanted)
        found = [self._argument_value(function.param(at), each) for at, each in enumerate(node.args)]
        if node.name in ("has", "has_any", "has_all") and found[0].type.kind == "list":
            found[1] = self._wanted_of(found[1], _element(found[0].type))
        return found

    def _argument_value(self, param: Param, node: Node) -> Node:
        if isinstance(node, Items) and "list" in param.kinds:
            items = tuple(self.node(each) for each in node.items)
            for each in items:
                if not isinstance(each, Literal) or each.type.kind not in ("text", "blank"):
                    self._fault(faults.MISPLACED_LIST, each, fix="A list that is a value holds texts that are written out.")
                    return _unknown(node)
            return replace(node, items=items, type=LIST)
        return self.node(node)

    def _wanted_of(self, node: Node, element: Type) -> Node:
        if isinstance(node, Items):
            return replace(node, items=tuple(self._pushed_by(each, element) for each in node.items))
        return self._pushed_by(node, element)

    def _argument(self, function: Function, at: int, node: Node) -> Node:
        param = function.param(at)
        kind = node.type.kind
        position = _IN_ORDER[at] if at < len(_IN_ORDER) else f"{at + 1}th"
        if kind == "unknown":
            return node
        if param.literal and not isinstance(node, Literal | Items):
            return self._fault(faults.LITERAL_NEEDED, node, name=function.name, takes=_kinds(param), position=position)
        if kind not in param.kinds and (kind != "blank" or param.literal):
            fix = _argument_fix(node, param)
            takes = _kinds(param)
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
            wanted = f"one of {', '.join(among[:12])}"
            return self._fault(faults.BAD_VALUE, node, text=node.value, wanted=wanted, nearest=nearest(node.value, among))
        if param.name == "currency" and not _CURRENCY.fullmatch(node.value):
            return self._fault(faults.BAD_VALUE, node, text=node.value, wanted="a currency code such as CNY")
        if param.literal and param.kinds == ("number",) and (node.value != int(node.value) or abs(node.value) > 10**9):
            return self._fault(faults.BAD_VALUE, node, text=str(node.value), wanted="a whole number of moderate size")
        if param.name == "places" and not -20 <= node.value <= 20:
            return self._fault(faults.BAD_VALUE, node, text=str(node.value), wanted="between -20 and 20")
        return node

    def _result_of(self, node: Call, function: Function, args: list[Node]) -> Type:
        if node.name == "money":
            return Type("money", currency=str(getattr(args[1], "value", "")) or None)
        if isinstance(function.result, Type):
            return function.result
        if function.result == EQUALS_FIRST:
            return replace(args[0].type, field=None) if args[0].type.kind != "blank" else Type(function.params[0].kinds[0])
        kind = common_type([each.type for each in args])
        if kind is None:
            first = next(each for each in args if each.type.kind != "blank")
            other = next(each for each in args if each.type.kind not in ("blank", first.type.kind))
            return self._fault(faults.NOT_COMPARABLE, other, left=_first_upper(str(first.type)), right=str(other.type)).type
        self._one_currency(node, args)
        return replace(kind, field=None)

    def _one_currency(self, node: Node, args: list[Node]) -> None:
        known = [each.type for each in args if each.type.currency]
        for each in known[1:]:
            self._same_currency(node, known[0], each)

    def _written_out(self, node: Call, function: Function) -> Node | None:
        """date('2026-11-21'), time('08:30') and datetime('...') are values, not calls."""
        if function.name not in _WRITTEN or not isinstance(node.args[0], Literal) or node.args[0].type != TEXT:
            return None
        read, wanted = _WRITTEN[function.name]
        value = read(node.args[0].value)
        if value is None:
            return self._fault(faults.BAD_VALUE, node.args[0], text=node.args[0].value[:60], wanted=wanted)
        return Literal(start=node.start, end=node.end, type=Type(function.name), value=value)

    # The whole

    def _result(self, node: Node, wanted: Type) -> Node:
        node = self._pushed_by(node, wanted)
        kind = node.type.kind
        if kind == "unknown" or kind == wanted.kind or (kind == "blank" and wanted.kind != "boolean"):
            return node
        if (wanted.kind, kind) in (("text", "choice"), ("money", "number")):
            return node
        fix = None
        if wanted.kind == "boolean" and isinstance(node, Read):
            fix = f"Write not_blank({'.'.join(node.path)}), or compare it with a value."
        elif (wanted.kind, kind) == ("date", "datetime"):
            fix = "Write date(...) around it."
        return self._fault(faults.WRONG_RESULT, node, given=str(node.type), wanted=str(wanted), fix=fix)

    def _fault(self, kind: Any, node: Node, head: bool = False, **values: Any) -> Node:
        """Tells a fault at a node (at the name of a call, if `head`); the node then fits everywhere."""
        end = node.start + len(node.name) if head and isinstance(node, Call) else node.end
        self.faults.add(Fault(kind, node.start, end, **values))
        return _unknown(node)


def cost(node: Node) -> int:
    """How large the costliest SQL of a tree can get: what repeats a value multiplies all that is within it."""
    if isinstance(node, Comparison) and any(op in ("in", "not in") for op in node.ops):
        times = max((len(each.items) for each in node.operands if isinstance(each, Items)), default=1)
        return (
            1
            + times * sum(cost(each) for each in node.operands if not isinstance(each, Items))
            + sum(cost(item) for each in node.operands if isinstance(each, Items) for item in each.items)
        )
    return 1 + _copies(node) * sum(cost(part) for part in node.parts)


def _copies(node: Node) -> int:
    """How often SQL repeats the parts of a node, at most."""
    match node:
        case Call():
            return REGISTRY[node.name].copies
        case Comparison():
            of_kind = {"money": 3, "boolean": 2}.get(node.parts[0].type.kind, 1)
            return of_kind * (2 if len(node.ops) > 1 else 1)
        case Choose():
            return 2 if node.type.kind == "money" else 1
        case Arithmetic():
            return 2 if node.op == "%" else 1
        case _:
            return 1


def _filled_by(kind: str, op: str, other: str) -> str:
    """What a blank counts as beside a value of kind `other`."""
    if kind != "blank":
        return kind
    return "number" if other == "money" and op in "*/" else other


def _comparable(left: str, right: str) -> bool:
    return left == right or "blank" in (left, right) or {left, right} == {"money", "number"}


def _element(kind: Type) -> Type:
    """The type of what a list holds."""
    return Type("choice", options=kind.options, field=kind.field) if kind.options is not None else TEXT


def _comparison_fix(left: Node, right: Node) -> str | None:
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"text", "number"}:
        return "Write number(...) around the text."
    if kinds == {"date", "datetime"}:
        return "Write date(...) around the date with time."
    if "text" in kinds and kinds & {"date", "datetime", "time"}:
        name = next(iter(kinds - {"text"}))
        return f"Write {name}('...') around the text."
    if kinds == {"number", "duration"}:
        return "Write duration(hours, minutes)."
    if kinds == {"text", "choice"}:
        return "A choice is compared with the key of an option, written out."
    if kinds == {"boolean", "text"}:
        return "Write true or false, without quotes."
    if "list" in kinds:
        return "Write has(list, value), is_blank(list) or size(list)."
    return None


def _argument_fix(node: Node, param: Param) -> str | None:
    kind = node.type.kind
    if kind == "datetime" and "date" in param.kinds:
        return "Write date(...) around it."
    if kind == "text" and "number" in param.kinds:
        return "Write number(...) around it."
    if kind == "text" and "date" in param.kinds:
        return "Write date('2026-11-21') for a day."
    if kind == "boolean" and len(param.kinds) > 7:
        return "Yes or no is never blank."
    if kind == "money" and "number" in param.kinds:
        return "Write amount(...) around it."
    return None


def _kinds(param: Param) -> str:
    shown = [str(Type(kind)) for kind in param.kinds]
    return "any value" if len(shown) > 7 else " or ".join(shown)


def _excerpt(node: Literal) -> str:
    return repr(node.value)


def _part_of(node: Name, at: int) -> Node:
    """One name of a path, as far as it stands where it should; else the path."""
    if node.end - node.start != len(".".join(node.path)):
        return node
    start = node.start + sum(len(name) + 1 for name in node.path[:at])
    return Name(start=start, end=start + len(node.path[at]), path=(node.path[at],))


def _unknown(node: Node) -> Node:
    return Literal(start=node.start, end=node.end, type=UNKNOWN, value=None)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


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
    "date": (_date_of, "a day such as 2026-11-21"),
    "time": (_time_of, "a time such as 08:30"),
    "datetime": (moment_of, "a moment such as 2026-11-21T08:00:00Z"),
}
