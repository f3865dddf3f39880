"""The teams that somebody is in, those beneath them, and the users beneath somebody: read when a rule first asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from sqlalchemy import bindparam, select

from newel.metadata.model import USER_OBJECT
from newel.runtime.records.statements import Row, prepared

if TYPE_CHECKING:
    from newel.runtime.records.work import Work

TEAM = "nw_team"


class AskedLate(Sequence[str]):
    """Texts that are read when somebody first looks at them."""

    def __init__(self, read: Callable[[], Sequence[str]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> tuple[str, ...]:
        return tuple(self._read())

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self._found)

    def __contains__(self, text: object) -> bool:
        return text in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: Any) -> Any:
        return self._found[at]


def teams_of(work: Work) -> list[Row]:
    """Id and name of each team that the actor is a member of."""
    return _remembered(work, "teams", _teams)


def units_of(work: Work) -> list[Row]:
    """Those teams and all that are part of them, however deep."""
    return _remembered(work, "units", _units)


def reports_of(work: Work) -> list[Row]:
    """The users whose manager the actor is, and theirs."""
    return _remembered(work, "reports", _reports)


def _remembered(work: Work, name: str, build: Callable[[Work], Any]) -> list[Row]:
    if work.actor.user_id is None:
        return []
    if ("groups", name) not in work.kept:
        statement = prepared(work, ("groups", name), lambda: build(work))
        work.kept["groups", name] = statement.read(work)
    found: list[Row] = work.kept["groups", name]
    return found


def _teams(work: Work) -> Any:
    """The link's two ends are lookups of its own: one to the team, one to the user."""
    members = work.model.objects[TEAM].fields["members"]
    team, link = work.installation.tables[TEAM], work.installation.tables[str(members.of)]
    here, there = link.column(str(members.by)), link.column(str(members.by_other))
    joined = team.table.join(link.table, here == team.column("id"))
    actor = bindparam("nw_actor", type_=there.type)
    chosen = select(team.column("id"), team.column("name")).select_from(joined)
    return chosen.where(there == actor, team.live, link.live).order_by(team.column("id"))


def _units(work: Work) -> Any:
    team = work.installation.tables[TEAM]
    parent = team.columns.get("parent")
    own = _teams(work).order_by(None).with_only_columns(team.column("id"))
    if parent is None:  # installed before teams had parents
        return own
    beneath = own.cte("units", recursive=True)
    part = team.table.alias("part")
    deeper = select(part.c[team.column("id").name]).where(
        part.c[parent.name] == beneath.c[0], part.c[team.column("deleted_at").name].is_(None)
    )
    whole = beneath.union(deeper)
    return select(whole.c[0]).order_by(whole.c[0])


def _reports(work: Work) -> Any:
    users = work.installation.tables[USER_OBJECT]
    key, manager = users.column("id"), users.column("manager")
    beneath = select(key).where(manager == bindparam("nw_actor", type_=key.type), users.live).cte("reports", recursive=True)
    part = users.table.alias("part")
    deeper = select(part.c[key.name]).where(
        part.c[manager.name] == beneath.c[0], part.c[users.column("deleted_at").name].is_(None)
    )
    whole = beneath.union(deeper)
    return select(whole.c[0]).order_by(whole.c[0])
