"""Auto-numbers: one after the other, without gaps or doubles, also when many people work at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from newel.runtime.records import saving, writing
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm


def test_numbers_follow_one_another_and_start_again_with_the_year(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A").id

    def made(now: datetime) -> str:
        with writing(firm.installation, firm.actor("boss"), now) as work:
            return str(saving.create(work, "deal", {"name": "D", "account": account})["number"])

    late, early = datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 1, tzinfo=UTC)
    assert [made(late), made(late), made(early), made(early)] == ["D-2026-0001", "D-2026-0002", "D-2027-0001", "D-2027-0002"]


def test_a_save_that_fails_takes_no_number(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A").id

    def make_two() -> None:
        with firm.writing("boss") as work:
            saving.create(work, "deal", {"name": "D", "account": account})
            saving.create(work, "deal", {"name": None})

    with pytest.raises(Invalid):
        make_two()
    assert firm.create("boss", "deal", name="D", account=account)["number"].endswith("-0001")


def test_many_at_once_get_each_number_once(firm: Firm) -> None:
    account, actor = firm.create("boss", "account", name="A").id, firm.actor("boss")

    def make(at: int) -> list[str]:
        numbers = []
        for n in range(6):
            with writing(firm.installation, actor) as work:
                numbers.append(str(saving.create(work, "deal", {"name": f"{at} {n}", "account": account})["number"]))
        return numbers

    with ThreadPoolExecutor(4) as pool:
        found = sorted(number for numbers in pool.map(make, range(4)) for number in numbers)
    year = datetime.now(UTC).year
    assert [int(number[-4:]) for number in found] == list(range(1, 25))
    assert all(number.startswith("D-") and int(number[2:6]) - year in (0, 1) for number in found)


def test_nobody_writes_a_number_by_hand(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A").id
    deal = firm.create("rep", "deal", name="D", account=account)
    with pytest.raises(Invalid):
        firm.update("rep", deal, number="D-1")
    with pytest.raises(Invalid):
        firm.create("rep", "deal", name="D", account=account, number="D-1")
