"""Slowing guessers down without locking anybody out.

Failures are counted for an account at one address, for an account, and for an address. Past a few free tries each further
failure doubles the wait. A guess that comes too early is refused unread and costs nothing, so nobody can push the end of a
wait away. The wait of an account as a whole is short, and does not hold for an address from which its owner came in lately.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.sql.dml import ReturningInsert

from newel.runtime.storage.dialects import postgresql, sqlite
from newel.runtime.storage.system_identity import BACK_OFF, SIGN_IN

FORGET_AFTER = timedelta(hours=12)
KNOWN_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Slope:
    """So many failures are free; then the wait doubles from one second up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        return timedelta() if over < 0 else min(timedelta(seconds=2 ** min(over, 20)), self.longest)


SLOPES = {
    "both": Slope(4, timedelta(minutes=15)),
    "account": Slope(20, timedelta(seconds=10)),
    "address": Slope(50, timedelta(minutes=5)),
}


def seconds_to_wait(connection: Connection, email: str, address: str, now: datetime) -> int:
    """How long this account must not be tried from this address; 0 for now."""
    subjects = _subjects(email, address)
    if _is_known(connection, email, address, now):
        del subjects["account"]
    rows = connection.execute(
        select(BACK_OFF.c.wait_until).where(BACK_OFF.c.subject.in_(subjects.values()), BACK_OFF.c.wait_until > now)
    )
    latest = max((row.wait_until for row in rows), default=now)
    return -int(-(latest - now).total_seconds() // 1)


def count(connection: Connection, email: str, address: str, now: datetime) -> None:
    """Counts a guess as wrong, before it is looked at: guesses sent all at once are slowed like those sent one by one."""
    connection.execute(delete(BACK_OFF).where(BACK_OFF.c.last_at < now - FORGET_AFTER))
    for kind, subject in _subjects(email, address).items():
        failures = connection.execute(_count_one(connection, subject, now)).scalar_one()
        wait = now + SLOPES[kind].wait(failures)
        connection.execute(update(BACK_OFF).where(BACK_OFF.c.subject == subject).values(wait_until=wait))


def forgive(connection: Connection, email: str, address: str, now: datetime) -> None:
    """Takes the counted guess back, for it was right. The failures of others at this address stay."""
    subjects = _subjects(email, address)
    connection.execute(delete(BACK_OFF).where(BACK_OFF.c.subject == subjects.pop("both")))
    taken_back = (
        update(BACK_OFF).where(BACK_OFF.c.subject.in_(subjects.values())).values(failures=BACK_OFF.c.failures - 1, wait_until=now)
    )
    connection.execute(taken_back)


def _count_one(connection: Connection, subject: str, now: datetime) -> ReturningInsert[int]:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = insert(BACK_OFF).values(subject=subject, failures=1, last_at=now, wait_until=now)
    again = first.on_conflict_do_update(
        index_elements=[BACK_OFF.c.subject], set_={"failures": BACK_OFF.c.failures + 1, "last_at": now}
    )
    return again.returning(BACK_OFF.c.failures)


def _subjects(email: str, address: str) -> dict[str, str]:
    account, line = email.casefold(), _line(address)
    return {
        "both": _digest("both", account, line),
        "account": _digest("account", account),
        "address": _digest("address", line),
    }


def _line(address: str) -> str:
    """Who has one address of IPv6 has the 2^64 beside it as well: they count as one."""
    try:
        there = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((there, 64), strict=False)) if there.version == 6 and there.ipv4_mapped is None else address


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_known(connection: Connection, email: str, address: str, now: datetime) -> bool:
    """Whether this account came in from this address lately. Asked for every account alike, existing or not."""
    came = select(SIGN_IN.c.id).where(
        SIGN_IN.c.email == email.casefold(),
        SIGN_IN.c.address == address,
        SIGN_IN.c.outcome == "signed_in",
        SIGN_IN.c.at > now - KNOWN_FOR,
    )
    return connection.execute(came.limit(1)).first() is not None
