"""The named values that statements are given: the moment, who asks, and what the organisation has settled.

Each is made when a statement asks for it. Days of the calendar are whole numbers, 1 for January 1 of the year 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam

from newel.rules.facts import NOBODY, Facts
from newel.rules.sql.types import IdLists, Lists, Texts, Wholes, sql_type

EVERY_DAY = "0001-01-01"


def rates_of(facts: Facts) -> list[str]:
    """Each exchange rate as CURRENCY|DAY|RATE, in the order of characters; the organisation's own currency is worth 1."""
    organisation = facts.organisation
    known = [f"{currency}|{day.isoformat()}|{rate:f}" for currency, rates in organisation.rates.items() for day, rate in rates]
    return sorted(
        [f"{organisation.currency}|{EVERY_DAY}|1", *(each for each in known if not each.startswith(organisation.currency))]
    )


BINDS: Mapping[str, Callable[[Facts], Any]] = {
    "nw_today": lambda facts: facts.today,
    "nw_now": lambda facts: facts.now,
    "nw_time_zone": lambda facts: str(facts.time_zone),
    "nw_user": lambda facts: facts.user or NOBODY,
    "nw_roles": lambda facts: facts.roles,
    "nw_teams": lambda facts: facts.teams,
    "nw_team_names": lambda facts: facts.team_names,
    "nw_units": lambda facts: facts.units,
    "nw_reports": lambda facts: facts.reports,
    "nw_organisation": lambda facts: facts.organisation.name or None,
    "nw_name": lambda facts: facts.organisation.name or None,
    "nw_currency": lambda facts: facts.organisation.currency,
    "nw_fiscal_start": lambda facts: facts.organisation.fiscal_start,
    "nw_workdays": lambda facts: facts.organisation.calendar.weekdays,
    "nw_exceptions": lambda facts: facts.organisation.calendar.days,
    "nw_shifts": lambda facts: facts.organisation.calendar.shifts,
    "nw_counts": lambda facts: facts.organisation.calendar.counts,
    "nw_rates": rates_of,
}
_TYPES: Mapping[str, Any] = {
    "nw_today": sql_type("date"),
    "nw_now": sql_type("datetime"),
    "nw_time_zone": sql_type("text"),
    "nw_user": sql_type("reference"),
    "nw_roles": Lists(),
    "nw_teams": IdLists(),
    "nw_team_names": Texts(),
    "nw_units": IdLists(),
    "nw_reports": IdLists(),
    "nw_organisation": sql_type("text"),
    "nw_currency": sql_type("text"),
    "nw_fiscal_start": sql_type("duration"),
    "nw_workdays": Wholes(),
    "nw_exceptions": Wholes(),
    "nw_shifts": Wholes(),
    "nw_counts": Wholes(),
    "nw_rates": Texts(),
}


@lru_cache(64)
def bound(name: str) -> BindParameter[Any]:
    """The parameter of that name."""
    return bindparam(name, type_=_TYPES[name])
