"""Functions on who asks."""

from __future__ import annotations

from newel.rules.facts import NOBODY
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import BOOLEAN, USER

PEOPLE = (
    Function(
        "me",
        "People",
        "The user who asks; the same as `user`, also where the record has a field of that name.",
        (),
        USER,
        lambda facts: facts.user or NOBODY,
        lambda sql: sql.fact("nw_user", USER),
        (Example("me() == user", "true"), Example("user.id == me()", "true")),
        sqlite=lambda sql: sql.fact("nw_user", USER),
        facts=True,
        browser="me",
    ),
    Function(
        "in_role",
        "People",
        "Yes where the user who asks has the role.",
        (Param("role", ("text",), literal=True),),
        BOOLEAN,
        lambda facts, role: role in facts.roles,
        lambda sql, role: sql.list_has(sql.roles(), role),
        (Example("in_role('no_such_role')", "false"),),
        sqlite=lambda sql, role: sql.list_has(sql.roles(), role),
        facts=True,
        browser="in_role",
    ),
)
