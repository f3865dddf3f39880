"""What is hidden from whom: records whose every value is a canary, and an oracle that says who may see which cell.

The oracle is written by hand from the roles of tests/support/world.py, and shares no code with the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from newel.runtime.records import as_system, files, saving, writing
from tests.support.site import Site

PERSONAS: Mapping[str, tuple[str, ...]] = {
    "visitor": ("visitor",),
    "rep": ("rep",),
    "clerk": ("clerk",),
    "rep and clerk": ("rep", "clerk"),
    "manager": ("manager",),
}
HEFEI = "Hefei"


@dataclass(frozen=True)
class Row:
    """One stored record: whose it is, and what it holds."""

    object: str
    name: str
    id: str
    owner: str  # the persona who owns it ("" for nobody's)
    city: str
    values: Mapping[str, Any]
    parent: Row | None = None


@dataclass(frozen=True)
class Cell:
    """One value of one record. `traces` are the ways in which it would show in an answer."""

    row: Row
    field: str
    value: Any
    traces: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.row.object}.{self.row.name}.{self.field}"


Sees = Callable[[Row], bool]


def owned(persona: str) -> Sees:
    return lambda row: (row.parent or row).owner == persona


def everything(_: Row) -> bool:
    return True


def in_hefei(row: Row) -> bool:
    return row.city == HEFEI


@dataclass(frozen=True)
class Shown:
    """The rows and fields of one object that one role shows."""

    rows: Sees
    hidden: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def shows(self, row: Row, name: str) -> bool:
        return self.rows(row) and name not in self.hidden and (self.only is None or name in self.only)


# The last ones are computed from what is secret: a leak of theirs shows the same traces.
SECRET = frozenset({"credit_limit", "secret_note", "secret_friend", "note_echo", "limit_echo", "friend_echo", "echo_of_echo"})


def _rep(persona: str) -> dict[str, Shown]:
    return {
        "account": Shown(owned(persona), SECRET),
        "contact": Shown(owned(persona), frozenset({"salary", "pay_echo", "account_note"})),
        "order": Shown(owned(persona), frozenset({"margin", "cost_sum"})),
        "order_line": Shown(owned(persona), frozenset({"cost"})),
        "campaign": Shown(owned(persona)),
        "campaign_accounts": Shown(owned(persona)),
        "gallery": Shown(everything),
    }


CLERK = {"account": Shown(in_hefei, only=frozenset({"id", "name", "city", "credit_limit"}))}
MANAGER = {
    name: Shown(everything) for name in ("account", "contact", "order", "order_line", "campaign", "campaign_accounts", "gallery")
}
GRANTS: Mapping[str, tuple[Mapping[str, Shown], ...]] = {
    "visitor": (),
    "rep": (_rep("rep"),),
    "clerk": (CLERK,),
    "rep and clerk": (_rep("rep and clerk"), CLERK),
    "manager": (MANAGER,),
}


def sees_row(persona: str, row: Row) -> bool:
    return any(grant[row.object].rows(row) for grant in GRANTS[persona] if row.object in grant)


def sees(persona: str, row: Row, name: str) -> bool:
    return any(grant[row.object].shows(row, name) for grant in GRANTS[persona] if row.object in grant)


def knows(persona: str, object_name: str, name: str) -> bool:
    """Whether the persona may mention the field at all."""
    if object_name in ("nw_user", "nw_team") and name in ("id", "name"):
        return True  # whoever has a role knows the names of colleagues and teams
    shown = [grant[object_name] for grant in GRANTS[persona] if object_name in grant]
    return any(name not in each.hidden and (each.only is None or name in each.only) for each in shown)


@dataclass
class Cells:
    """Everything that is stored, cell by cell."""

    rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def of(self, object_name: str) -> list[Row]:
        return [row for row in self.rows if row.object == object_name]

    def forbidden(self, persona: str) -> Iterator[Cell]:
        return (cell for cell in self.cells if not sees(persona, cell.row, cell.field))

    def traces(self, persona: str) -> dict[str, str]:
        """Every text that must not reach the persona, and which cell it betrays."""
        allowed = {trace for cell in self.cells if sees(persona, cell.row, cell.field) for trace in cell.traces}
        found = {trace: str(cell) for cell in self.forbidden(persona) for trace in cell.traces}
        hidden = {row.id: f"{row.object}.{row.name}" for row in self.rows if not sees_row(persona, row)}
        return {trace: what for trace, what in {**found, **hidden}.items() if trace not in allowed}


class Planter:
    """Writes the records, as the system, each value unlike any other."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cells = Cells()
        self.owners = {persona: site.person(*roles) for persona, roles in PERSONAS.items()}
        self.other = site.person("manager", name="somebody else")
        self._number = 7_310_000

    def plant(
        self, object_name: str, name: str, owner: str, values: Mapping[str, Any], city: str = "", parent: Row | None = None
    ) -> Row:
        given = dict(values)
        if self.site.installation.model.objects[object_name].ownership == "user":
            given["owner"] = (self.owners.get(owner) or self.other).id
        with writing(self.site.installation, as_system(self.site.installation, "a test")) as work:
            record_id = saving.create(work, object_name, given).id
        row = Row(object_name, name, record_id, owner, city, values, parent)
        self.cells.rows.append(row)
        for field_name, value in values.items():
            traces = _traces(value)
            if traces:
                self.cells.cells.append(Cell(row, field_name, value, traces))
        return row

    def file(self, row: Row) -> None:
        """An attachment whose name and bytes are canaries of the row."""
        text = self.word(row.object, row.name, "file")
        with writing(self.site.installation, as_system(self.site.installation, "a test")) as work:
            stored = files.store(work, BytesIO(f"{text}bytes".encode()), f"{text}.txt", "text/plain")
            files.attach(work, row.object, row.id, stored.id)
        self.cells.files.append(stored.id)
        self.cells.cells.append(Cell(row, "id", text, (text,)))

    def word(self, object_name: str, name: str, field_name: str) -> str:
        return f"canary{object_name}{name}{field_name}".replace("_", "").replace(" ", "")

    def number(self) -> str:
        self._number += 1
        return f"{self._number}.00"

    def money(self) -> dict[str, str]:
        return {"amount": self.number(), "currency": "CNY"}

    def account(self, name: str, owner: str, city: str = "", friend: Row | None = None) -> Row:
        def word(field_name: str) -> str:
            return self.word("account", name, field_name)

        values = {
            "name": word("name"),
            "code": f"canary{self.number()[:-3]}",
            "city": city or word("city"),
            "amount": self.money(),
            "credit_limit": self.money(),
            "secret_note": word("note"),
            "tags": [word("tag")],
            **({"secret_friend": friend.id} if friend else {}),
        }
        return self.plant("account", name, owner, values, city)

    def contact(self, name: str, owner: str, account: Row) -> Row:
        person = {"family": self.word("contact", name, "family"), "given": "Lei"}
        mail = f"{self.word('contact', name, 'mail')}@example.com"
        return self.plant("contact", name, owner, {"name": person, "email": mail, "salary": self.number(), "account": account.id})

    def order(self, name: str, owner: str, account: Row) -> Row:
        self._number += 1
        values = {"account": account.id, "margin": f"{self._number % 10_000}.37"}
        order = self.plant("order", name, owner, values)
        line = {"order": order.id, "product": self.word("line", name, "product"), "cost": self.money()}
        self.plant("order_line", name, owner, line, parent=order)
        return order


def _traces(value: Any) -> tuple[str, ...]:
    """The texts by which a value is known: canary words, long numbers with and without grouping, ids."""
    if isinstance(value, Mapping):
        return tuple(trace for each in value.values() for trace in _traces(each))
    if isinstance(value, list):
        return tuple(trace for each in value for trace in _traces(each))
    if not isinstance(value, str):
        return ()
    if value.startswith("731") and value.endswith(".00"):
        whole = value.removesuffix(".00")
        return (whole, f"{int(whole):,}")
    return (value,) if "canary" in value else ()


def plant(site: Site) -> Cells:
    """Records of everybody, in every object."""
    planter = Planter(site)
    friend = planter.account("friend", "")
    for owner in ("", "rep", "rep and clerk", "manager"):
        key = owner.replace(" ", "") or "other"
        account = planter.account(key, owner, friend=friend)
        planter.file(account)
        planter.contact(key, owner, account)
        planter.order(key, owner, account)
        planter.plant("campaign", key, owner, {"name": planter.word("campaign", key, "name")})
    planter.account("hefei", "", HEFEI, friend)
    planter.plant(
        "vault", "one", "", {"name": planter.word("vault", "one", "name"), "code": planter.word("vault", "one", "code")}
    )
    planter.plant("gallery", "one", "", {"short": planter.word("gallery", "one", "short")})
    return planter.cells
