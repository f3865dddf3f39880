"""Lists: filters, orders, pages, counts and sums, each the same on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from newel.metadata.field_types.values import Money, Reference
from newel.runtime.records import finding, reading, saving
from newel.runtime.records.errors import Invalid
from newel.runtime.records.record import Page, Record
from tests.runtime.records.conftest import Firm

SORTS = [
    ("name",),
    ("-score",),
    ("score",),
    ("stage", "-amount"),
    ("-close_date", "name"),
    ("account", "-score"),
    ("-account.city",),
    ("-seen_at", "rate"),
    ("-updated_at",),
    ("-id",),
    ("chance", "-stage", "score"),
]


@pytest.fixture
def deals(firm: Firm) -> Firm:
    """Sixty deals with many equal and many blank values."""
    firm.actor("rep")
    with firm.writing("boss") as work:
        accounts = saving.bulk_create(
            work, "account", [{"name": n, "city": c} for n, c in (("b", "Ulm"), ("a", None), ("c", "Bonn"))]
        )
        saving.bulk_create(work, "deal", [_deal(n, accounts[n % 3].id) for n in range(60)])
    return firm


def _deal(n: int, account: str) -> dict[str, Any]:
    return {
        "name": f"deal {n % 7}",
        "account": account,
        "stage": ("open", "lost")[n % 2],
        "reason": "why" if n % 2 else None,
        "score": None if n % 4 == 0 else n % 5,
        "amount": None if n % 3 == 0 else f"{n % 6}.50",
        "rate": None if n % 6 == 1 else f"{n % 4}.0001",
        "chance": None if n % 5 == 0 else n % 3,
        "close_date": None if n % 7 == 0 else f"2026-0{1 + n % 3}-01",
        "seen_at": None if n % 5 == 2 else f"2026-01-01T0{n % 4}:00:00Z",
    }


@pytest.mark.parametrize("sort", SORTS, ids="+".join)
def test_pages_together_are_the_whole_list_forwards_and_backwards(deals: Firm, sort: Sequence[str]) -> None:
    with deals.reading("boss") as work:

        def read(cursor: str | None, limit: int) -> Page:
            return finding.find(work, "deal", sort=sort, limit=limit, cursor=cursor, fields=["name"])

        whole = [each.id for each in read(None, 1000)]
        assert len(whole) == 60
        walked, cursor, last = [], None, None
        while True:
            page = read(cursor, 7)
            walked += [each.id for each in page]
            last = page
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert walked == whole
        back, cursor = [each.id for each in last], last.previous_cursor
        while cursor is not None:
            page = read(cursor, 7)
            assert page.next_cursor is not None
            back = [each.id for each in page] + back
            cursor = page.previous_cursor
        assert back == whole


@pytest.mark.parametrize("sort", SORTS, ids="+".join)
def test_blanks_come_last_in_both_directions_and_the_id_decides_between_equals(deals: Firm, sort: Sequence[str]) -> None:
    with deals.reading("boss") as work:
        fields = [each.lstrip("-") for each in sort]
        found = finding.find(work, "deal", sort=sort, limit=1000, fields=fields).records
    for one, two in itertools.pairwise(found):
        for key in (*sort, "id"):
            left, right = _sorted_by(one, key), _sorted_by(two, key)
            if left == right:
                continue
            assert right is None or (left is not None and ((left > right) == key.startswith("-"))), (key, left, right)
            break


def _sorted_by(record: Record, key: str) -> Any:
    name = key.lstrip("-")
    if name == "id":
        return record.id
    if name == "account":
        return record.titles.get(name)
    value = record[name]
    if name == "stage":
        return ("open", "won", "lost").index(value)
    return value.amount if isinstance(value, Money) else value


def test_a_cursor_belongs_to_its_list_and_can_not_be_made_up(deals: Firm) -> None:
    page = deals.find("boss", "deal", sort=["score"], limit=5)
    for wrong in (page.next_cursor, "x", "", "bm9uc2Vuc2U", "W10", page.next_cursor and page.next_cursor[:-4]):
        if wrong == "":
            continue
        with pytest.raises(Invalid) as caught:
            deals.find("boss", "deal", sort=["-score"], limit=5, cursor=wrong)
        assert caught.value.problems[0].code == "bad_cursor"


def test_counts_are_exact_or_stop_at_ten_thousand(deals: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    page = deals.find("boss", "deal", limit=2, count="capped")
    assert page.count is not None
    assert (page.count.value, page.count.exact) == (60, True)
    monkeypatch.setattr("newel.runtime.records.listing.COUNTED", 50)
    page = deals.find("boss", "deal", limit=2, count="capped", filter="score != 99")
    assert page.count is not None
    assert (page.count.value, page.count.exact) == (50, False)
    page = deals.find("boss", "deal", limit=2, count="exact", filter="score != 99")
    assert page.count is not None
    assert (page.count.value, page.count.exact) == (60, True)


def test_a_list_is_one_statement_however_many_paths_it_shows(deals: Firm) -> None:
    with deals.reading("boss") as work:
        ran: list[str] = []
        execute = work.execute

        def counted(text: str, *given: Any) -> Any:
            ran.append(text)
            return execute(text, *given)

        work.execute = counted  # type: ignore[method-assign]
        fields = ["name", "account", "account.city", "account.owner", "account.owner.manager.name", "owner", "contact.name"]
        page = finding.find(
            work, "deal", fields=fields, sort=["account.owner.name", "-amount"], filter="contains(account.name, 'a')"
        )
        assert len(page) == 20
        assert page.records[0].titles["account.owner"] == "Boss"
        assert len(ran) == 1
        finding.find(work, "deal", fields=[*fields, "lines"])
        assert len(ran) == 3


def test_filters_are_expressions_over_what_the_actor_sees(deals: Firm) -> None:
    def found(text: str) -> int:
        return len(deals.find("boss", "deal", filter=text, limit=100))

    assert found("score == 1") == sum(1 for n in range(60) if n % 4 and n % 5 == 1)
    assert found("amount > 4 and stage == 'lost'") == sum(1 for n in range(60) if n % 3 and n % 6 >= 4 and n % 2)
    assert found("is_blank(close_date) or close_date >= date('2026-03-01')") == sum(
        1 for n in range(60) if n % 7 == 0 or n % 3 == 2
    )
    assert found("account.city in ['Ulm', 'Bonn']") == 40
    assert found("owner == user") == 60
    assert found("user.name == 'Boss'") == 60
    for wrong in ("score ==", "score == 'x'", "1", "__import__('os')", "name.upper()", "no_such > 1", "x" * 5000):
        with pytest.raises(Invalid):
            found(wrong)


def test_equalities_are_bound_and_know_blanks_lists_and_references(deals: Firm) -> None:
    account = deals.find("boss", "account", where={"name": "a"}).records[0]
    assert len(deals.find("boss", "deal", where={"account": account.id}, limit=100)) == 20
    assert len(deals.find("boss", "deal", where={"score": None}, limit=100)) == 15
    assert len(deals.find("boss", "deal", where={"score": 1, "stage": "open"}, limit=100)) == 3
    assert len(deals.find("boss", "account", where={"name": ["a", "b", "zz"]})) == 2
    assert len(deals.find("boss", "account", where={"id": [account.id, "nonsense"]})) == 1
    assert len(deals.find("boss", "deal", where={"account": "nonsense"})) == 0
    assert len(deals.find("boss", "deal", where={"account.city": "Ulm"}, limit=100)) == 20


def test_groups_count_and_sum(deals: Firm) -> None:
    with deals.reading("boss") as work:
        groups = {
            each.keys["stage"]: each
            for each in finding.aggregate(
                work, "deal", group=["stage"], measures=["count()", "sum(amount)", "avg(score)", "max(close_date)"]
            )
        }
        lost = [n for n in range(60) if n % 2]
        assert groups["lost"].measures["count()"] == 30
        assert groups["lost"].measures["sum(amount)"] == Money(sum(Decimal(f"{n % 6}.50") for n in lost if n % 3), "CNY")
        assert groups["lost"].measures["max(close_date)"] == date(2026, 3, 1)
        assert 1 <= groups["open"].measures["avg(score)"] <= 3
        by_account = finding.aggregate(work, "deal", group=["account"], measures=["count()"])
        assert {(each.titles["account"], each.measures["count()"]) for each in by_account} == {("a", 20), ("b", 20), ("c", 20)}
        by_month = finding.aggregate(
            work, "deal", group=["month(close_date)", "year(seen_at)", "quarter(close_date)"], measures=["count()"]
        )
        assert {each.keys["month(close_date)"] for each in by_month} == {None, "2026-01", "2026-02", "2026-03"}
        assert {each.keys["quarter(close_date)"] for each in by_month} == {None, "2026-Q1"}
        assert {each.keys["year(seen_at)"] for each in by_month} == {None, "2026"}
        narrowed = finding.aggregate(work, "deal", measures=["count()"], filter="stage == 'open'", where={"account.city": "Ulm"})
        assert narrowed[0].measures["count()"] == 10
        for wrong in ("sum(name)", "median(score)", "sum()", "drop table", "sum(no_such)"):
            with pytest.raises(Invalid):
                finding.aggregate(work, "deal", measures=[wrong])


def test_moments_are_grouped_by_the_clock_of_their_own_day(firm: Firm) -> None:
    """Summer time holds in summer, whatever time of the year it is when somebody asks."""
    account = firm.create("boss", "account", name="A")
    for moment in ("2026-01-31T22:30:00Z", "2026-06-30T22:30:00Z", "2026-12-31T23:30:00Z", "9999-12-31T23:30:00Z"):
        firm.create("boss", "deal", name="D", account=account.id, seen_at=moment)
    berlin = replace(firm.actor("boss"), time_zone="Europe/Berlin")
    with reading(firm.installation, berlin) as work:
        days = {each.keys["day(seen_at)"] for each in finding.aggregate(work, "deal", group=["day(seen_at)"])}
        assert days == {"2026-01-31", "2026-07-01", "2027-01-01", None}
        for part in ("year", "month", "quarter", "week"):
            finding.aggregate(work, "deal", group=[f"{part}(seen_at)"])


def test_money_of_several_currencies_has_no_sum(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    for amount in ("1 CNY", "2 USD"):
        firm.create("boss", "deal", name="D", account=account.id, amount=amount)
    with firm.reading("boss") as work:
        (group,) = finding.aggregate(work, "deal", measures=["sum(amount)"])
    assert group.measures["sum(amount)"] is None


def test_a_board_holds_the_first_records_of_each_group(deals: Firm) -> None:
    with deals.reading("boss") as work:
        board = finding.board(work, "deal", "stage", fields=["name", "account"], sort=["-score"], per_group=4)
        assert {key: len(cards) for key, cards in board.items()} == {"open": 4, "lost": 4}
        whole = finding.find(work, "deal", where={"stage": "open"}, sort=["-score"], limit=4)
        assert [each.id for each in board["open"]] == [each.id for each in whole]
        assert board["open"][0].titles["account"]


def test_polymorphic_references_are_found_and_named(firm: Firm) -> None:
    account = firm.create("rep", "account", name="A")
    contact = firm.create("rep", "contact", name={"family": "王", "given": "芳"})
    for about in (account, contact):
        firm.create("rep", "task", subject="t", regarding=Reference(about.object, about.id))
    found = firm.find("rep", "task", fields=["regarding"], sort=["subject"])
    assert [each.titles["regarding"] for each in found] == ["A", "王芳"]
    assert len(firm.find("rep", "task", where={"regarding": account.id})) == 1


def test_moments_and_days_come_back_as_they_were(firm: Firm) -> None:
    account = firm.create("boss", "account", name="A")
    deal = firm.create(
        "boss", "deal", name="D", account=account.id, seen_at="2026-03-29T01:30:00Z", rate="12345.6789", labels=["b", "a"]
    )
    found = firm.get("boss", deal)
    assert found["seen_at"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found["rate"] == Decimal("12345.6789")
    assert found["labels"] == ("b", "a")


def test_the_cache_of_statements_is_bounded(firm: Firm) -> None:
    from newel.runtime.records.statements import Kept

    memory = Kept(3)
    for n in range(10):
        assert memory.get(n % 5, lambda n=n: n % 5 + 1) == n % 5 + 1
    assert len(memory) == 3


def test_what_is_made_of_long_filters_is_forgotten_sooner() -> None:
    from newel.runtime.records.statements import Kept

    memory = Kept(10)
    for n in range(5):
        memory.get(("short", n), lambda: "small")
    for n in range(5):
        assert memory.get(("long", n, "x" * 3_500), lambda n=n: n) == n
    assert len(memory) == 2
    assert memory.get(("x" * 50_000,), lambda: "kept alone") == "kept alone"
    assert len(memory) == 1
    memory.get(("short", 0), lambda: "small")
    assert len(memory) == 1
