"""The context of a case -> Facts. What it does not say is settled: a fixed day, UTC, nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newel.metadata.model import USER_OBJECT, Model
from newel.metadata.words import phrase
from newel.rules.facts import Facts, Organisation, Tables
from newel.rules.types import type_of_field
from newel.rules.vectors.values import Misfit, id_of, read_value

KEYS = ("today", "now", "tz", "time_zone", "user", "roles", "teams", "units", "reports", "org", "prior", "tables")
ORG_KEYS = ("name", "currency", "fiscal_start", "workdays", "holidays", "extra_workdays", "rates")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ME = "me"
_LISTS = ("roles", "teams", "units", "reports")


def facts_of(context: Mapping[str, Any], model: Model, prior: Mapping[str, Any] | None, tables: Tables | None) -> Facts:
    """The Facts that a context says. Raises Misfit where a part of it can't be read."""
    zone = zone_of(context)
    now, today = _moment_and_day(context, zone)
    user = context.get("user", ME)
    parts = dict(user) if isinstance(user, Mapping) else {"id": user}
    key = parts.pop("id", ME)
    lists = {name: _texts(name, parts.pop(name, None) or context.get(name) or []) for name in _LISTS}
    teams, units, reports = (tuple(map(id_of, lists[name])) for name in ("teams", "units", "reports"))
    return Facts(
        today=today,
        now=now,
        time_zone=zone,
        user=None if key is None else id_of(str(key)),
        roles=lists["roles"],
        user_fields=_user_fields(parts, model, zone),
        teams=teams,
        units=units or teams,
        reports=reports,
        organisation=_organisation(context.get("org") or {}),
        prior=prior,
        tables=tables,
    )


def zone_of(context: Mapping[str, Any]) -> ZoneInfo:
    name = context.get("tz", context.get("time_zone")) or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise Misfit(phrase("{value} is not a time zone such as Asia/Shanghai", value=repr(name))) from None


def _moment_and_day(context: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, date]:
    """Each follows from the other where only one is said: noon of the day, or the day of the moment."""
    today = read_value("date", context.get("today"), zone)
    now = read_value("datetime", context.get("now"), zone)
    if now is None:
        now = NOW if today is None else datetime.combine(today, time(12), zone).astimezone(UTC)
    return now, today or now.astimezone(zone).date()


def _texts(name: str, said: Any) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        raise Misfit(phrase("{name} is a list of texts", name=name))
    return tuple(said)


def _user_fields(said: Mapping[str, Any], model: Model, zone: ZoneInfo) -> dict[str, Any]:
    fields = model.objects[USER_OBJECT].fields
    found = {}
    for name, raw in said.items():
        kind = type_of_field(fields[name], USER_OBJECT) if name in fields else None
        if kind is None:
            raise Misfit(phrase('the user has no field "{name}"', name=name))
        found[name] = read_value(kind.kind, raw, zone)
    return found


def _organisation(said: Mapping[str, Any]) -> Organisation:
    unknown = [key for key in said if key not in ORG_KEYS]
    if unknown:
        raise Misfit(phrase('org has no part "{name}"; it has {names}', name=unknown[0], names=", ".join(ORG_KEYS)))
    days = {name: frozenset(_day(each) for each in said.get(name) or ()) for name in ("holidays", "extra_workdays")}
    return Organisation(
        name=str(said.get("name") or ""),
        currency=str(said.get("currency") or Organisation().currency),
        fiscal_start=int(said.get("fiscal_start") or 1),
        workdays=tuple(int(each) for each in said.get("workdays", Organisation().workdays)),
        rates={str(code): _rates(rates) for code, rates in (said.get("rates") or {}).items()},
        **days,
    )


def _rates(said: Any) -> tuple[tuple[date, Any], ...]:
    """One rate that always holds, a mapping from days to rates, or a list of pairs."""
    if isinstance(said, Mapping):
        pairs = list(said.items())
    elif isinstance(said, list):
        pairs = [tuple(each.values()) if isinstance(each, Mapping) else tuple(each) for each in said]
    else:
        pairs = [("0001-01-01", said)]
    return tuple(sorted((_day(day), read_value("number", rate, UTC)) for day, rate in pairs))


def _day(raw: Any) -> date:
    found = read_value("date", raw, UTC)
    if found is None:
        raise Misfit(phrase("a day is missing"))
    return found  # type: ignore[no-any-return]
