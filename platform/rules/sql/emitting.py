"""A checked tree as a SQLAlchemy expression: what both databases share. `sqlite` and `postgresql` say how each calculates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, null, or_, true

from newel.rules.functions import REGISTRY
from newel.rules.functions.texts import lower
from newel.rules.sql.calculating import Condition
from newel.rules.sql.conditions import Conditions, part_of
from newel.rules.sql.ports import TablesPort
from newel.rules.sql.subqueries import gathered, looked_up
from newel.rules.sql.types import sql_type
from newel.rules.sql.values import Value
from newel.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Given,
    Items,
    Literal,
    LookUp,
    Negative,
    Node,
    OptionProperty,
    Prior,
    Read,
)
from newel.rules.types import ADDED, Type


class Emitter(Conditions):
    """Emits one tree over the columns of one port."""

    func = func

    def within(self, tables: TablesPort) -> Emitter:
        """The same over the rows of a subquery."""
        return type(self)(tables)

    # Values

    def value(self, node: Node) -> Value:
        """A node as a value."""
        match node:
            case Literal():
                return self.literal(node.value, node.type.kind)
            case Read():
                return self._column(node)
            case Given():
                return self._given(node)
            case Negative():
                value = self.value(node.operand)
                return self.blank(node.type.kind) if value.kind == "blank" else self.each_amount(value, self.negated)
            case Arithmetic():
                return self._arithmetic(node)
            case Choose():
                return self._choose(node)
            case Call():
                return self._call(node)
            case Aggregate():
                return gathered(self, node)
            case LookUp():
                return looked_up(self, node)
            case OptionProperty():
                return self._option_property(node)
            case Prior():
                raise TypeError("SQL judges rows as they are; checking lets no rule ask it for the record as it was")
            case Items():
                texts = tuple(each.value for each in node.items if isinstance(each, Literal) and each.value is not None)
                return Value("list", self.bind(texts, "list"), certain=True, constant=texts)
            case _:
                return Value("boolean", self.truth(node), certain=True)

    def literal(self, value: Any, kind: str) -> Value:
        if value is None:
            return Value("blank", null(), constant=None)
        if kind == "boolean":
            return Value(kind, true() if value else false(), certain=True, constant=value)
        if kind in ("number", "duration"):
            return self.number_literal(value, kind)
        return Value(kind, self.bind(value, kind), certain=True, constant=value)

    def blank(self, kind: str) -> Value:
        """No value, of a kind that the database is told."""
        return Value(kind, self.typed_null(kind), constant=None, currency=self.typed_null("text") if kind == "money" else None)

    def _column(self, node: Read) -> Value:
        column = self.tables.column(node.path)
        kind = node.type.kind
        if kind == "boolean":
            return Value(kind, column)
        if kind in ADDED:
            value = self.number_column(column, kind)
            if kind != "money":
                return value
            return Value(kind, value.sql, scale=value.scale, bound=value.bound, currency=self._currency_column(node))
        return Value(kind, column, certain=node.path == ("id",))

    def _currency_column(self, node: Read) -> ColumnElement[Any]:
        if node.type.currency:
            return self.bind(node.type.currency, "text")
        return self.tables.column(node.path, "_currency")

    def _given(self, node: Given) -> Value:
        if node.name == "user":
            return self.fact("nw_user", node.type)
        if node.name == "user.roles":
            return self.roles()
        return self.fact(parameter_of(node.name), node.type, certain=False)

    def fact(self, name: str, kind: Type, certain: bool = True) -> Value:
        """A value that the request binds under a known name."""
        return Value(kind.kind, bindparam(name, type_=sql_type(kind.kind)), certain=certain)

    def roles(self) -> Value:
        return Value("list", bindparam("nw_roles", type_=sql_type("list")), certain=True)

    def _arithmetic(self, node: Arithmetic) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.type.kind == "text":
            return Value("text", self.joined((left, right)))
        if "blank" in (left.kind, right.kind):
            return self.blank(node.type.kind)
        result = self.calculated(node.op, left.number, right.number)
        if left.kind == right.kind == "money":
            result = self.only_if(self._one_currency(left, right), result)
        if node.type.kind == "duration":
            return self.whole_seconds(result)
        if node.type.kind != "money":
            return result
        currency = left.currency if left.kind == "money" else right.currency
        return Value("money", result.sql, scale=result.scale, bound=result.bound, currency=currency)

    def only_if(self, condition: Condition, value: Value) -> Value:
        return Value(value.kind, case((condition, value.sql)), scale=value.scale, bound=value.bound, currency=value.currency)

    def whole_seconds(self, result: Value) -> Value:
        return result.of("duration") if result.scale == 0 else self.rounded(result).of("duration")

    def _choose(self, node: Choose) -> Value:
        test = self.holds(node.test)
        kind = node.type.kind
        if kind == "boolean":
            return Value(kind, case((test, self.truth(node.then)), else_=self.truth(node.other)), certain=True)
        then, other = self.united((self.value(node.then), self.value(node.other)), kind)
        currency = case((test, part_of(then)), else_=part_of(other)) if kind == "money" else None
        element = case((test, then.sql), else_=other.sql)
        return Value(kind, element, then.certain and other.certain, scale=then.scale, bound=then.bound, currency=currency)

    def _option_property(self, node: OptionProperty) -> Value:
        """One CASE over the options that say something."""
        chosen, kind = self.value(node.operand), node.type.kind
        if kind == "boolean":
            keys = [self.bind(key, "choice") for key, said in node.values if said]
            return Value(kind, chosen.sql.in_(keys) if keys else false())
        if not node.values:
            return self.blank(kind)
        said = self.united([self.literal(value, kind) for _, value in node.values], kind)
        outcomes = [(self.bind(key, "choice"), each.sql) for (key, _), each in zip(node.values, said, strict=True)]
        return Value(kind, case(*outcomes, value=chosen.sql), scale=said[0].scale, bound=said[0].bound)

    def folded_numbers(self, function: str, value: Value) -> Value:
        """What an aggregate gives over the rows of a statement: sum, avg, min or max."""
        if function in ("min", "max"):
            element = getattr(func, function)(value.sql, type_=value.sql.type)
            return Value(value.kind, element, scale=value.scale, bound=value.bound)
        total = self.total(value)
        if function == "sum":
            return total
        mean = self.calculated("/", total.of("number"), self.number_column(func.count(value.sql), "number"))
        return self.whole_seconds(mean) if value.kind == "duration" else mean

    def _call(self, node: Call) -> Value:
        function = REGISTRY[node.name]
        values = [self.value(each) for each in node.args]
        kind = node.type.kind
        if function.propagates and any(each.kind == "blank" for each in values):
            return Value(kind, false(), certain=True, constant=False) if kind == "boolean" else self.blank(kind)
        emit = function.sqlite if self.tables.dialect == "sqlite" else function.postgresql
        result = self.called(function.name, values, kind) if emit is None else emit(self, *values)
        return result if isinstance(result, Value) else self.given_back(result, kind)

    def given_back(self, element: ColumnElement[Any], kind: str) -> Value:
        """What a function's SQL gave, as a value of its type."""
        return Value(kind, element)

    # What functions use

    def bind(self, value: Any, kind: str) -> ColumnElement[Any]:
        return bindparam(None, value, type_=sql_type(kind), unique=True)

    def words(self, text: str) -> ColumnElement[Any]:
        return self.bind(text, "text")

    def is_blank(self, value: Value) -> Condition:
        if value.kind == "list":
            return func.coalesce(self.list_length(value), 0) == 0
        if value.kind == "blank":
            return true()
        return false() if value.certain else value.sql.is_(None)

    def each_amount(self, value: Value, change: Callable[[Value], Value]) -> Value:
        """A change of a number, or of the amount of money."""
        changed = change(value.number)
        if value.kind == "money":
            return Value("money", changed.sql, scale=changed.scale, bound=changed.bound, currency=value.currency)
        return changed.of(value.kind)

    def first_filled(self, values: Sequence[Value]) -> Value:
        kind = next((each.kind for each in values if each.kind != "blank"), "blank")
        if kind == "blank":
            return values[0]
        united = self.united(values, kind)
        currency = case(*((each.sql.is_not(None), part_of(each)) for each in united)) if kind == "money" else None
        certain = any(each.certain for each in united)
        element = func.coalesce(*(each.sql for each in united))
        return Value(kind, element, certain, scale=united[0].scale, bound=united[0].bound, currency=currency)

    def zero_like(self, value: Value) -> Value:
        return self.number_literal(0, "number" if value.kind == "blank" else value.kind)

    def extreme(self, name: str, values: Sequence[Value]) -> Value:
        """The least or greatest; NULLs are passed over."""
        kind = next((each.kind for each in values if each.kind != "blank"), "blank")
        if kind == "blank":
            return values[0]
        filled = [each for each in values if each.kind != "blank"]
        if kind != "money":
            return self.extreme_of(name, filled, kind)
        found = self.extreme_of(name, [each.number for each in filled], "number")
        pairs = [(one, other) for at, one in enumerate(filled) for other in filled[at + 1 :]]
        alike = [or_(one.sql.is_(None), other.sql.is_(None), self._one_currency(one, other)) for one, other in pairs]
        currency = case(*((each.sql.is_not(None), part_of(each)) for each in filled))
        only = self.only_if(and_(true(), *alike), found)
        return Value("money", only.sql, scale=only.scale, bound=only.bound, currency=currency)

    def money(self, amount: Value, currency: Value) -> Value:
        return Value("money", amount.sql, amount.certain, scale=amount.scale, bound=amount.bound, currency=currency.sql)

    def amount(self, money: Value) -> Value:
        return money.number

    def currency(self, money: Value) -> Value:
        return Value("text", case((money.sql.is_not(None), part_of(money))))

    def joined(self, texts: Sequence[Value]) -> ColumnElement[Any]:
        """Texts one after the other; blanks add nothing, and nothing at all is blank."""
        filled = [each.sql if each.certain else func.coalesce(each.sql, self.words("")) for each in texts if each.kind != "blank"]
        if not filled:
            return self.typed_null("text")
        whole = reduce(lambda left, right: left.concat(right), filled)
        return whole if any(each.certain for each in texts) else func.nullif(whole, self.words(""))

    def folded(self, text: Value) -> ColumnElement[Any]:
        """The text in small letters; what is written out is folded here."""
        return self.words(lower(text.constant)) if text.is_constant else self.lowered(text.sql)

    def seconds(self, count: int) -> Value:
        return self.number_literal(count, "duration")


def parameter_of(name: str) -> str:
    """The bind of a context name: user.email is nw_user_email, org.currency is nw_currency, record.account nw_record_account."""
    return "nw_organisation" if name == "org.name" else "nw_" + name.removeprefix("org.").replace(".", "_")
