"""Typed expressions by chance over the fields of `arena`: every node, and every function of the registry by its own signature.

A writer asks `chance` for everything, so that hypothesis can drive it (and shrink what fails) as well as a plain Random. A
function that is added to the registry is written from then on; the values that must be written out in a special way stand in
_WRITTEN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from newel.rules.arithmetic import NEGATIVES, OPERATIONS
from newel.rules.checking.gathering import GATHERS, IN_ORDER, WITHOUT_VALUE
from newel.rules.functions import REGISTRY
from newel.rules.functions.registry import COMMON, EQUALS_FIRST, Function, Param
from newel.rules.types import ORDERED

FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("name", "note", "acc.name", "acc.parent.name", "rep.name"),
    "number": ("n", "a", "b", "p", "acc.size", "acc.parent.rank"),
    "money": ("m", "fee", "acc.limit"),
    "boolean": ("f", "acc.open"),
    "date": ("d", "e", "acc.since"),
    "datetime": ("s", "z"),
    "time": ("h",),
    "duration": ("x",),
    "choice": ("stage", "level", "acc.kind"),
    "list": ("tags", "colours"),
    "reference": ("owner", "rep"),
}
OPTIONS = {"stage": ("new", "won", "lost"), "level": ("low", "high"), "acc.kind": ("shop", "office"), "kind": ("low", "high")}
OWN = {kind: tuple(name for name in names if "." not in name) for kind, names in FIELDS.items()}
CHILD: dict[str, tuple[str, ...]] = {
    "text": ("name", "item.name"),
    "number": ("qty", "rate", "item.price", "parent.n"),
    "money": ("cost", "fee"),
    "boolean": ("done",),
    "date": ("due",),
    "datetime": ("at",),
    "duration": ("spent",),
    "choice": ("kind",),
}
WORDS = (
    "a",
    "A",
    "ä",
    "ß",
    "İx",
    "Σς",
    "中柱",
    "100%",
    "_",
    "a b",
    "𝒜",
    "O\\'H",
    "12",
    " 7.50 ",
    "2026-01-31",
    "\\\\",
    "1１",
    "ab",
)
NUMBERS = ("0", "1", "2", "-1", "3", "10", "0.5", "2.5", "-2.5", "0.005", "1.005", "-7", "100.1", "0.0001", "9007199254740991")
HUGE = ("12345678901234567.89", "99999999999999999999", "-0.0000000001")
DATES = ("date('2024-02-29')", "date('2026-01-31')", "date('2026-12-31')", "date('0001-01-01')", "date('9999-12-31')", "today()")
MOMENTS = ("now()", "datetime('2026-03-29T01:00:00Z')", "datetime('2026-11-21T16:00:00+08:00')")
PATTERNS = ("a+", "[a-z]*", "\\\\d{1,3}", ".*", "(a|b)?.", "\\\\w+", "\\\\p{Han}+", "[^a]+", "\\\\s*")
FORMATS = {
    "number": ("0", "0.00", "000", "#,##0.0", "0%"),
    "money": ("0", "0.00", "#,##0.00"),
    "date": ("YYYY-MM-DD", "D.M.YY", "MM"),
    "datetime": ("YYYY-MM-DD HH:mm", "HH:mm:ss", "D.M.YYYY"),
    "text": ("YYYY-MM-DD", "DD/MM/YYYY"),
}
_WRITTEN: dict[tuple[str, str], Sequence[str]] = {
    ("money", "currency"): ("'CNY'",),
    ("convert", "currency"): ("'CNY'",),
    ("in_role", "role"): ("'seller'", "'boss'"),
    ("in_team", "team"): ("team", "'East'"),
    ("in_unit_tree", "team"): ("team",),
    ("pad_left", "fill"): ("'0'", "'零'", "' '"),
    ("datetime", "text"): ("'2026-03-29T01:00:00Z'", "'2026-10-25T02:30:00+02:00'"),
    ("time", "text"): ("'08:30'", "'00:00'", "'17:45:30'"),
    ("matches", "pattern"): tuple(f"'{each}'" for each in PATTERNS),
}
_ORDERS = ("<", "<=", ">", ">=")
_SAME = ("==", "!=")


class Writer:
    """Writes expressions of a wanted kind, no deeper than asked."""

    def __init__(self, chance: Random, prior: bool = True) -> None:
        self.chance = chance
        self.prior = prior
        self.inside = False  # within the `where` of an aggregate

    def expression(self, depth: int) -> str:
        """One of any kind; yes or no and numbers most often."""
        kinds = (*FIELDS, "boolean", "boolean", "number", "number", "money", "text", "date")
        return self.of(self.pick([kind for kind in kinds if kind != "list"]), depth)

    def of(self, kind: str, depth: int) -> str:
        if depth <= 0 or self.one_in(6):
            return self.leaf(kind)
        ways: list[Callable[[str, int], str | None]] = [self.function, self.function, self.choose, self.special]
        if any(operation.gives == kind for operation in OPERATIONS.values()):
            ways += [self.arithmetic, self.arithmetic]
        if kind == "boolean":
            ways += [self.comparison, self.comparison, self.comparison, self.logic]
        return self.pick(ways)(kind, depth - 1) or self.leaf(kind)

    # Chance

    def pick(self, among: Sequence[Any]) -> Any:
        return among[self.chance.randrange(len(among))]

    def one_in(self, count: int) -> bool:
        return self.chance.randrange(count) == 0

    # Values without parts

    def leaf(self, kind: str) -> str:
        fields = (CHILD if self.inside else FIELDS).get(kind, ())
        if fields and not self.one_in(3):
            return str(self.pick(fields))
        return str(self.pick(self.written(kind)))

    def written(self, kind: str) -> Sequence[str]:
        match kind:
            case "text":
                return (*(f"'{word}'" for word in WORDS), "user.email", "none")
            case "number":
                return (*NUMBERS, *NUMBERS, *HUGE, "none")
            case "money":
                return ("money(5, 'CNY')", "money(-0.01, 'CNY')", "money(n, 'CNY')" if not self.inside else "money(2, 'CNY')")
            case "boolean":
                return ("true", "false", "in_role('seller')")
            case "date":
                return DATES
            case "datetime":
                return MOMENTS
            case "time":
                return ("time('08:30')", "time('00:00')")
            case "duration":
                return ("duration(1)", "duration(0, -30)", "duration(0, 0, 7)")
            case "choice":
                return CHILD["choice"] if self.inside else FIELDS["choice"]
            case "list":
                return ("tags",)
            case _:
                return ("user", "me()")

    # Operators

    def arithmetic(self, kind: str, depth: int) -> str:
        left, op, right = self.pick([key for key, operation in OPERATIONS.items() if operation.gives == kind])
        if kind in NEGATIVES and self.one_in(8):
            return f"(-{self.of(kind, depth)})"
        return f"({self.of(left, depth)} {op} {self.of(right, depth)})"

    def choose(self, kind: str, depth: int) -> str:
        return f"({self.of(kind, depth)} if {self.of('boolean', depth)} else {self.of(kind, depth)})"

    def logic(self, kind: str, depth: int) -> str:
        if self.one_in(3):
            return f"(not {self.of('boolean', depth)})"
        word = self.pick((" and ", " or "))
        return f"({word.join(self.of('boolean', depth) for _ in range(2 + self.chance.randrange(2)))})"

    def comparison(self, kind: str, depth: int) -> str:
        what = self.pick((*(kind for kind in FIELDS if kind not in ("list", "time")), "number", "number", "choice"))
        if what == "choice":
            return self.choice_comparison()
        if self.one_in(4) and what != "boolean":
            items = ", ".join(self.of(what, depth - 1) for _ in range(1 + self.chance.randrange(3)))
            blank = ", none" if self.one_in(3) else ""
            return f"({self.of(what, depth)} {self.pick(('in', 'not in'))} [{items}{blank}])"
        ops = (*_SAME, *(_ORDERS if what in ORDERED else ()))
        right = "number" if what == "money" and self.one_in(3) else what
        both = f"{self.of(what, depth)} {self.pick(ops)} {self.of(right, depth)}"
        return f"({both} {self.pick(_ORDERS)} {self.of(right, depth)})" if what in ORDERED and self.one_in(6) else f"({both})"

    def choice_comparison(self) -> str:
        field = self.pick(CHILD["choice"] if self.inside else FIELDS["choice"])
        keys = [f"'{key}'" for key in OPTIONS[field]]
        match self.chance.randrange(4):
            case 0:
                return f"({field} {self.pick(_SAME)} {self.pick((*keys, 'none'))})"
            case 1:
                return f"({field} {self.pick(('in', 'not in'))} [{self.pick(keys)}, {self.pick((*keys, 'none'))}])"
            case 2:
                return f"({field} {self.pick(_SAME)} ({field} if {self.leaf('boolean')} else {self.pick(keys)}))"
            case _:
                return f"(case({field}, {keys[0]}, 1, {keys[-1]}, 2, 3) {self.pick(_ORDERS)} {self.leaf('number')})"

    # Functions of the registry

    def function(self, kind: str, depth: int) -> str | None:
        able = [each for each in REGISTRY.values() if self._gives(each, kind)]
        return self.call(self.pick(able), kind, depth) if able else None

    def _gives(self, function: Function, kind: str) -> bool:
        if function.result == EQUALS_FIRST:
            return kind in function.params[0].kinds
        if function.result == COMMON:
            return function.pairs or kind in function.params[0].kinds
        return function.result.kind == kind

    def call(self, function: Function, kind: str, depth: int) -> str:
        if function.pairs:
            return self._cases(function, kind, depth)
        given = [each for each in function.params if not each.optional or not self.one_in(2)]
        if function.params and function.params[-1].many:
            given += [function.params[-1]] * self.chance.randrange(2)
        first = kind if function.result in (EQUALS_FIRST, COMMON) else None
        if function.same and first is None and function.params:
            first = self.pick([each for each in function.params[0].kinds if each in FIELDS])
        kinds = [self._kind_of(each, at, first, function) for at, each in enumerate(given)]
        if "choice" in kinds and (function.same or function.name in ("has", "blank_if")):
            return self._of_choices(function, kinds)
        args = [self._argument(function, each, kinds, at, depth) for at, each in enumerate(given)]
        return f"{function.name}({', '.join(args)})"

    def _kind_of(self, param: Param, at: int, first: str | None, function: Function) -> str:
        if first is not None and (at == 0 or function.same or (function.result == COMMON and first in param.kinds)):
            return first
        return str(self.pick([each for each in param.kinds if each in FIELDS]))

    def _argument(self, function: Function, param: Param, kinds: list[str], at: int, depth: int) -> str:
        known = _WRITTEN.get((function.name, param.name))
        if known:
            return str(self.pick(known))
        if param.literal:
            return self._literal(param, kinds)
        if kinds[at] == "choice":
            return str(self.pick(CHILD["choice"] if self.inside else FIELDS["choice"]))
        return self.of(kinds[at], depth)

    def _literal(self, param: Param, kinds: list[str]) -> str:
        if param.among:
            return f"'{self.pick(param.among)}'"
        if param.name == "format":
            return f"'{self.pick(FORMATS.get(kinds[0], ('0',)))}'"
        if "number" in param.kinds:
            return str(self.pick(("0", "1", "2", "3")))
        return "['red', 'green']" if "list" in param.kinds else f"'{self.pick(('a', 'x'))}'"

    def _of_choices(self, function: Function, kinds: list[str]) -> str:
        field = self.pick(CHILD["choice"] if self.inside else FIELDS["choice"])
        if function.name == "has":
            return f"has(colours, '{self.pick(('red', 'blue'))}')"
        rest = [field if self.one_in(3) else f"'{self.pick(OPTIONS[field])}'" for _ in kinds[1:]]
        return f"{function.name}({', '.join([field, *rest])})"

    def _cases(self, function: Function, kind: str, depth: int) -> str:
        what = self.pick(("number", "text", "date", "money"))
        pairs = [f"{self.of(what, depth - 1)}, {self.of(kind, depth)}" for _ in range(1 + self.chance.randrange(2))]
        return f"{function.name}({self.of(what, depth)}, {', '.join(pairs)}, {self.of(kind, depth)})"

    # What is no function of the registry

    def special(self, kind: str, depth: int) -> str | None:
        ways = {
            "number": (self.aggregate, self._option, self._lookup, self._before),
            "boolean": (self.aggregate, self._option, self._change, self._membership, self._before),
            "text": (self.aggregate, self._option, self._before),
        }
        return self.pick(ways.get(kind, (self.aggregate, self._before)))(kind, depth)

    def aggregate(self, kind: str, depth: int) -> str | None:
        """sum(lines.qty, where=...): what is within reads the records of the collection."""
        able = [name for name in GATHERS if self._gathers(name, kind)]
        if self.inside or not able:
            return None
        name = self.pick(able)
        value = self._gathered(name, kind)
        if value is None:
            return None
        parts = [value]
        self.inside = True
        if self.one_in(2):
            parts.append(f"where={self.of('boolean', min(depth, 1))}")
        self.inside = False
        if name in IN_ORDER and self.one_in(2):
            parts.append(self.pick(("by=qty", "by=-due", "by=rate")))
        return f"{name}({', '.join(parts)})"

    def _gathers(self, name: str, kind: str) -> bool:
        fixed = {"count": "number", "any": "boolean", "all": "boolean", "concat_list": "text"}
        return fixed.get(name, kind) == kind and (name in fixed or kind in GATHERS[name])

    def _gathered(self, name: str, kind: str) -> str | None:
        if name in WITHOUT_VALUE and self.one_in(2):
            return "lines"
        kinds = {"count": tuple(CHILD), "concat_list": ("text", "choice")}.get(name, (kind,))
        fields = [field for each in kinds for field in CHILD.get(each, ()) if not field.startswith("parent")]
        return f"lines.{self.pick(fields)}" if fields else None

    def _option(self, kind: str, depth: int) -> str | None:
        name = {"number": "chance", "boolean": "closed", "text": "word"}[kind]
        return None if self.inside else f"option(stage).{name}"

    def _lookup(self, kind: str, depth: int) -> str:
        return f"lookup(rate_card, {self.pick(('name' if not self.inside else 'item.name', repr('gold')))}, discount)"

    def _membership(self, kind: str, depth: int) -> str | None:
        if self.inside:
            return None
        return str(self.pick(("('red' in colours)", "('blue' not in colours)", "('a b' in tags)", "(name in tags)")))

    def _change(self, kind: str, depth: int) -> str | None:
        if self.inside or not self.prior:
            return None
        ways = (
            "is_new()",
            "changed(n)",
            "changed(name)",
            "changed(m)",
            "changed_to(stage, 'won')",
            "changed(f)",
            "changed_to(n, 1)",
        )
        return str(self.pick(ways))

    def _before(self, kind: str, depth: int) -> str | None:
        if self.inside or not self.prior or not OWN.get(kind) or not self.one_in(4):
            return None
        return f"prior({self.pick(OWN[kind])})"
