"""Guessers are slowed down; whoever owns the account gets in all the same."""

from datetime import UTC, datetime, timedelta

from newel.runtime.records.identity import backing_off, signing_in
from newel.runtime.records.identity.signing_in import Visitor
from newel.runtime.storage.database import Database

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MAIL, HOME, AWAY = "li@example.com", "192.0.2.1", "198.51.100.7"


def guess(database: Database, times: int, email: str = MAIL, address: str = AWAY, now: datetime = NOW) -> int:
    """So many wrong guesses at one moment; gives the wait afterwards."""
    with database.writing() as connection:
        for _ in range(times):
            backing_off.count(connection, email, address, now)
        return backing_off.seconds_to_wait(connection, email, address, now)


def wait(database: Database, email: str = MAIL, address: str = AWAY, now: datetime = NOW) -> int:
    with database.reading() as connection:
        return backing_off.seconds_to_wait(connection, email, address, now)


def test_a_few_slips_cost_nothing(database: Database) -> None:
    assert guess(database, 3) == 0


def test_every_further_guess_doubles_the_wait_up_to_a_bound(database: Database) -> None:
    assert [guess(database, 1) for _ in range(4)][-1] == 1
    assert [guess(database, 1) for _ in range(3)] == [2, 4, 8]
    assert guess(database, 30) == 15 * 60


def test_the_wait_passes(database: Database) -> None:
    assert guess(database, 7) == 8
    assert wait(database, now=NOW + timedelta(seconds=8)) == 0


def test_one_account_s_guesses_do_not_hold_up_another(database: Database) -> None:
    guess(database, 10)
    assert wait(database, email="wang@example.com") == 0


def test_an_account_tried_from_many_addresses_waits_a_few_seconds_at_most(database: Database) -> None:
    for number in range(40):
        guess(database, 3, address=f"203.0.113.{number}")
    assert 0 < wait(database, address=HOME) <= 10


def test_who_came_in_from_here_before_is_not_held_up_by_strangers(database: Database) -> None:
    with database.writing() as connection:
        signing_in.log(connection, MAIL, None, "signed_in", Visitor(HOME, "a browser"), NOW - timedelta(days=3))
    for number in range(40):
        guess(database, 3, address=f"203.0.113.{number}")
    assert wait(database, address=HOME) == 0


def test_addresses_of_one_line_of_ipv6_count_as_one(database: Database) -> None:
    for number in range(10):
        guess(database, 1, address=f"2001:db8:0:1::{number:x}")
    assert wait(database, address="2001:db8:0:1:ffff::1") > 10
    assert wait(database, address="2001:db8:0:2::1") == 0


def test_an_address_that_tries_many_accounts_is_slowed(database: Database) -> None:
    for number in range(60):
        guess(database, 1, email=f"user{number}@example.com")
    assert wait(database, email="another@example.com") > 0
    assert wait(database, email="another@example.com", address=HOME) == 0


def test_a_right_guess_is_forgiven(database: Database) -> None:
    guess(database, 6)
    with database.writing() as connection:
        backing_off.forgive(connection, MAIL, AWAY, NOW)
    assert wait(database) == 0
    assert guess(database, 3) == 0


def test_an_account_is_the_same_in_any_case(database: Database) -> None:
    guess(database, 10, email="LI@Example.com")
    assert wait(database, email="li@example.COM") > 0


def test_old_failures_are_forgotten(database: Database) -> None:
    guess(database, 40)
    assert guess(database, 1, now=NOW + backing_off.FORGET_AFTER + timedelta(seconds=1)) == 0
