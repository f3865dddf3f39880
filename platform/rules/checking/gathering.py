"""What the records of a collection give together: sum, count, avg, min, max, any, all, first, concat_list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newel.metadata.model import Field
from newel.metadata.naming import nearest
from newel.metadata.words import phrase
from newel.rules import faults
from newel.rules.checking import hints
from newel.rules.checking.ground import unknown
from newel.rules.checking.recalling import Recalling
from newel.rules.functions import FORMS
from newel.rules.functions.registry import number_of_values
from newel.rules.tree import Aggregate, Call, Literal, Name, Negative, Node, Read
from newel.rules.types import ADDED, BOOLEAN, KINDS, NUMBER, ORDERED, TEXT, Type

# By function: the types of value that it takes.
GATHERS: Mapping[str, tuple[str, ...]] = {
    "sum": ADDED,
    "count": KINDS,
    "avg": ADDED,
    "min": ORDERED,
    "max": ORDERED,
    "any": ("boolean",),
    "all": ("boolean",),
    "first": KINDS,
    "concat_list": ("text", "choice"),
}
WITHOUT_VALUE = ("count", "any")  # records alone are enough for these
IN_ORDER = ("first", "concat_list")
SEPARATOR = ", "


class Gathering(Recalling):
    """Checks aggregates; value, where and order are checked over the object of the collection."""

    def _gathered(self, node: Call) -> Node | None:
        """An aggregate over a collection; None for any other call."""
        if node.name not in GATHERS:
            return None
        if node.name in ("min", "max") and not self._is_over_collection(node):
            return None
        fault = self._misplaced(node) or self._of_wrong_shape(node)
        if fault is not None:
            return fault
        path = node.args[0]
        if not isinstance(path, Name) or self.object is None:
            fix = phrase("Write {text}.", text=FORMS[node.name].signature)
            return self._fault(faults.NOT_A_COLLECTION, path, function=node.name, what=phrase("this"), fix=fix)
        found = self.object.children(path.path[0])
        return self._no_collection(node, path) if found is None else self._over(node, path, *found)

    def _is_over_collection(self, node: Call) -> bool:
        """Whether min or max has a collection among its values; else it is the plain function."""
        own = self.object
        return own is not None and any(isinstance(each, Name) and own.children(each.path[0]) is not None for each in node.args)

    def _misplaced(self, node: Call) -> Node | None:
        if self.gathered is not None:
            why = phrase("the records of {collection} are gathered here already", collection=self.gathered)
        elif not self.context.allowed.children:
            why = phrase("children are gathered in formulas, rollups, validations, filters and permissions")
        else:
            return None
        return self._fault(faults.CONTEXT_ONLY, node, head=True, name=node.name, why=why)

    def _of_wrong_shape(self, node: Call) -> Node | None:
        form = FORMS[node.name]
        if not form.least <= len(node.args) <= form.most:
            takes = number_of_values(1, form.most)
            fix, given = phrase("Write {text}.", text=form.signature), len(node.args)
            return self._fault(faults.ARGUMENT_COUNT, node, name=node.name, takes=takes, given=given, fix=fix)
        known = form.keywords
        for at, (name, value) in enumerate(node.keywords):
            if name not in known or name in [each for each, _ in node.keywords[:at]]:
                near = nearest(name, known)
                return self._fault(faults.NO_KEYWORDS, value, name=node.name, keyword=name, nearest=near)
        return None

    def _no_collection(self, node: Call, path: Name) -> Node:
        head = path.path[0]
        own = self.object
        if own is None:
            return unknown(node)
        collections = [*(each.name for each in own.fields.values() if each.is_many), *own.inverses]
        near = nearest(head, collections)
        if head in own.fields:
            meant = near or (collections or ["lines"])[0]
            fix = phrase("Write {text}.", text=f"{node.name}({meant}.<field>)") if collections else None
            return self._fault(faults.NOT_A_COLLECTION, path, function=node.name, what=phrase('"{text}"', text=head), fix=fix)
        return self._fault(faults.UNKNOWN_NAME, path, where=hints.object_named(own.name), name=head, nearest=near)

    def _over(self, node: Call, path: Name, target: str, by: str) -> Node:
        if self.object is None:
            raise AssertionError("a collection is of a record")
        collection = path.path[0]
        inside = self._inside(collection, target)
        keywords = dict(node.keywords)
        self.mentions[self._address_of(collection, target, by)] = None
        value = self._value(node, path, inside)
        where = inside._yes_or_no(keywords["where"], "where") if "where" in keywords else None
        order, downwards = inside._order(node.name, keywords["by"]) if "by" in keywords else (None, False)
        separator = self._separator(node)
        if node.name in IN_ORDER:
            inside.reads["id",] = None
        self.collections.setdefault(collection, {}).update(inside.reads)
        self.is_volatile |= inside.is_volatile
        if node.name == "all" and value is None:
            return unknown(node)
        return Aggregate(
            start=node.start,
            end=node.end,
            type=self._gives_together(node.name, value),
            function=node.name,
            collection=collection,
            object=target,
            by=by,
            value=value,
            where=where,
            order=order,
            downwards=downwards,
            separator=separator,
            currency=inside._currency_of(value),
        )

    def _inside(self, collection: str, target: str) -> Gathering:
        """A checker over the records of the collection; what it finds is told here."""
        inside = type(self)(self.model, replace(self.context, object=target), self.faults)
        inside.gathered = collection
        inside.mentions, inside.given, inside.lookups = self.mentions, self.given, self.lookups
        return inside

    def _address_of(self, collection: str, target: str, by: str) -> str:
        """What a collection is named by: its own field, or the lookup whose inverse it is."""
        own: Field | None = self.object.fields.get(collection) if self.object else None
        return own.address if own is not None else self.model.objects[target].fields[by].address

    def _value(self, node: Call, path: Name, inside: Gathering) -> Node | None:
        rest = path.path[1:]
        if not rest:
            if node.name not in WITHOUT_VALUE:
                fix = phrase("Write {text}.", text=f"{node.name}({path.path[0]}.<field>)")
                self._fault(faults.VALUE_NEEDED, path, function=node.name, collection=path.path[0], fix=fix)
            return None
        within = Name(start=path.start + len(path.path[0]) + 1, end=path.end, path=rest)
        found = inside.node(within)
        kinds = GATHERS[node.name]
        if found.type.kind not in (*kinds, "unknown"):
            takes = hints.either([str(Type(kind)) for kind in kinds])
            given = str(found.type)
            return self._fault(faults.ARGUMENT_TYPE, path, name=node.name, takes=takes, position=phrase("first"), given=given)
        return found

    def _currency_of(self, value: Node | None) -> str | None:
        """The currency of a field of money, where an amount names none."""
        if not isinstance(value, Read) or value.type.kind != "money":
            return None
        return self._field_at(value.path)[0].options.get("currency") or self.model.currency

    def _order(self, function: str, node: Node) -> tuple[Node | None, bool]:
        """`by=due`, `by=-amount`: a field of the gathered records, upwards or downwards."""
        named = node.operand if isinstance(node, Negative) else node
        if not isinstance(named, Name):
            self._fault(
                faults.NAME_NEEDED,
                node,
                what=phrase("a field"),
                fix=phrase("Write by=<field>, or by=-<field> for the greatest first."),
            )
            return None, False
        found = self.node(named)
        if found.type.kind not in (*ORDERED, "unknown"):
            self._fault(faults.NO_ORDER, named, what=hints.first_upper(str(found.type)), op=f"{function}(..., by=...)")
        return found, isinstance(node, Negative)

    def _separator(self, node: Call) -> str:
        if len(node.args) < 2:
            return SEPARATOR if node.name == "concat_list" else ""
        said = node.args[1]
        if isinstance(said, Literal) and said.type.kind in ("text", "blank"):
            return said.value or ""
        self._fault(faults.LITERAL_NEEDED, said, name=node.name, takes=phrase("a text"), position=phrase("second"))
        return ""

    def _gives_together(self, function: str, value: Node | None) -> Type:
        if function == "count":
            return NUMBER
        if function in ("any", "all"):
            return BOOLEAN
        if function == "concat_list":
            return TEXT
        return replace(value.type, field=None) if value is not None else Type("unknown")
