"""Functions on who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newel.metadata.model import USER_OBJECT
from newel.metadata.words import phrase, word
from newel.rules.facts import NOBODY, Facts
from newel.rules.functions.registry import Example, Function, Param, Refuse
from newel.rules.types import BOOLEAN, USER, Type

_GROUP = word("People")


def in_team(facts: Facts, team: str) -> bool:
    return team in facts.teams or team in facts.team_names


def _only(object_name: str, wanted: str) -> Refuse:
    """Refuses a reference to records of another object."""

    def refuses(types: Sequence[Type], written: Sequence[Any]) -> tuple[int, str] | None:
        kind = types[0]
        if kind.kind == "reference" and kind.objects and object_name not in kind.objects:
            return 0, wanted
        return (0, wanted) if kind.kind == "text" and written[0] is None else None

    return refuses


PEOPLE = (
    Function(
        "me",
        _GROUP,
        "The user who asks; the same as `user`, also where the record has a field of that name.",
        (),
        USER,
        lambda facts: facts.user or NOBODY,
        lambda sql: sql.fact("nw_user", USER),
        (Example("me() == user", "true"), Example("user.id == me()", "true")),
        sqlite=lambda sql: sql.fact("nw_user", USER),
        facts=True,
        binds=("nw_user",),
        browser="me",
    ),
    Function(
        "in_role",
        _GROUP,
        "Yes where the user who asks has the role.",
        (Param("role", ("text",), literal=True),),
        BOOLEAN,
        lambda facts, role: role in facts.roles,
        lambda sql, role: sql.list_has(sql.roles(), role),
        (Example("in_role('no_such_role')", "false"), Example("not in_role('no_such_role')", "true")),
        sqlite=lambda sql, role: sql.list_has(sql.roles(), role),
        facts=True,
        binds=("nw_roles",),
        browser="in_role",
    ),
    Function(
        "in_team",
        _GROUP,
        "Yes where the user who asks is a member of the team: a field that holds one, or a team's name, written out.",
        (Param("team", ("reference", "text")),),
        BOOLEAN,
        in_team,
        lambda sql, team: sql.is_known("nw_team_names" if team.kind == "text" else "nw_teams", team),
        (Example("in_team('Nobody is in this team')", "false"), Example("in_team(none)", "false")),
        sqlite=lambda sql, team: sql.is_known("nw_team_names" if team.kind == "text" else "nw_teams", team),
        facts=True,
        binds=("nw_teams", "nw_team_names"),
        refuses=_only("nw_team", phrase("a team, or a team's name written out")),
        browser="in_team",
    ),
    Function(
        "is_manager_of",
        _GROUP,
        "Yes where the user who asks stands above the other user: as manager, or as a manager's manager.",
        (Param("user", ("reference",)),),
        BOOLEAN,
        lambda facts, user: user in facts.reports,
        lambda sql, user: sql.is_known("nw_reports", user),
        (Example("is_manager_of(me())", "false"), Example("is_manager_of(none)", "false")),
        sqlite=lambda sql, user: sql.is_known("nw_reports", user),
        facts=True,
        binds=("nw_reports",),
        refuses=_only(USER_OBJECT, phrase("a user")),
        browser="is_manager_of",
    ),
    Function(
        "in_unit_tree",
        _GROUP,
        "Yes where the team is one of those of the user who asks, or stands beneath one of them.",
        (Param("team", ("reference",)),),
        BOOLEAN,
        lambda facts, team: team in facts.units,
        lambda sql, team: sql.is_known("nw_units", team),
        (Example("in_unit_tree(none)", "false"), Example("not in_unit_tree(none)", "true")),
        sqlite=lambda sql, team: sql.is_known("nw_units", team),
        facts=True,
        binds=("nw_units",),
        refuses=_only("nw_team", phrase("a team")),
        browser="in_unit_tree",
    ),
)
