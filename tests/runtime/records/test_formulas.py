"""Formula fields: computed with every save or in every read, the same in Python and on both databases, and never filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newel.metadata.field_types.values import Money
from newel.runtime.records import finding, saving
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm
from tests.runtime.records.formula_world import FILES

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # where the people of the tests are


@pytest.fixture
def shop(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def test_a_formula_over_own_fields_is_kept_with_the_record(shop: Firm) -> None:
    made = shop.create("boss", "order", name="a", amount="200.10", stage="open", count=3, factor="10")
    assert (made["expected"], made["doubled"], made["half"], made["third"]) == (
        yuan("100.05"),
        yuan("200.10"),
        2,
        Decimal("3.33"),
    )
    changed = shop.update("boss", made, stage="won")
    assert (changed["expected"], changed["doubled"], changed["title_line"]) == (yuan("200.10"), yuan("400.20"), "a/won")


def test_a_formula_reads_the_number_that_its_record_is_given_and_who_made_it(
    make_firm: Callable[[Mapping[str, str]], Firm],
) -> None:
    fields = """
      name: {type: text, required: true}
      number: {type: auto_number, format: "T-{0000}"}
      code: {type: text, formula: "concat(number, '/', name)"}
      mine: {type: boolean, formula: owner == created_by}
      made: {type: datetime, formula: "coalesce(created_at, created_at)"}
    """
    rules = 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n'
    firm = make_firm({"objects/ticket.yaml": f"object: ticket\nlabel: Ticket\nfields:{fields}", "roles/boss.yaml": rules})
    made = firm.create("boss", "ticket", name="a")
    assert (made["code"], made["mine"], made["made"]) == ("T-0001/a", True, made["created_at"])
    assert firm.update("boss", made, name="b")["code"] == "T-0001/b"


def test_a_formula_over_other_records_is_read_anew(shop: Firm) -> None:
    customer = shop.create("boss", "customer", name="Ann", city="Ulm", grade="gold")
    made = shop.create("boss", "order", name="a", customer=customer.id, amount="100", due=str(TODAY - timedelta(1)))
    assert (made["net"], made["net_rounded"], made["customer_grade"]) == (yuan("90.00"), Decimal("30.0"), "gold")
    assert (made["customer_line"], made["overdue"], made["days_left"]) == ("a for Ann of Ulm", True, -1)
    shop.update("boss", customer, grade="plain", city=None)
    again = shop.get("boss", made)
    assert (again["net"], again["customer_line"]) == (yuan("100.00"), "a for Ann of ")


def test_a_blank_makes_a_formula_blank(shop: Firm) -> None:
    made = shop.create("boss", "order", name="a")
    names = ("expected", "doubled", "half", "third", "net", "net_rounded", "days_left", "customer_grade", "week_later")
    assert [made[name] for name in names] == [None] * len(names)
    assert (made["big"], made["overdue"], made["size"]) == (False, False, "small")


@pytest.mark.parametrize("name", ["expected", "net", "overdue", "size"])
def test_nobody_fills_in_what_is_computed(shop: Firm, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        shop.create("boss", "order", name="a", **{name: None})
    assert [(each.field, each.code) for each in refused.value.problems] == [(name, "read_only")]


def test_rules_see_formulas_of_the_draft(shop: Firm) -> None:
    customer = shop.create("boss", "customer", name="Ann", grade="plain")
    with pytest.raises(Invalid) as refused:
        shop.create("boss", "order", name="a", amount="2000000", customer=customer.id, stage="won")
    assert [(each.field, each.code) for each in refused.value.problems] == [("amount", "validation")]
    with pytest.raises(Invalid):
        shop.create("boss", "order", name="a", stage="won")


def test_history_tells_of_what_was_done_and_not_of_what_follows(shop: Firm) -> None:
    from newel.runtime.records import history

    made = shop.create("boss", "order", name="a", amount="10")
    shop.update("boss", made, amount="20")
    with shop.reading("boss") as work:
        latest, *_ = history.of(work, "order", made.id)
    assert [each["field"] for each in latest["changes"]] == ["amount"]


@pytest.fixture
def orders(shop: Firm) -> Firm:
    """Forty orders of three customers, with many equal and many blank values."""
    shop.actor("seller")
    with shop.writing("boss") as work:
        given = [("Ann", "Ulm", "gold"), ("Bob", None, "plain"), ("Cy", "Bonn", None)]
        customers = saving.bulk_create(work, "customer", [{"name": n, "city": c, "grade": g} for n, c, g in given])
        saving.bulk_create(work, "order", [_order(n, customers[n % 3].id) for n in range(40)])
    return shop


def _order(n: int, customer: str) -> dict[str, Any]:
    return {
        "name": f"order {n:02}",
        "customer": None if n % 7 == 0 else customer,
        "stage": ("open", "won")[n % 2],
        "amount": f"{n % 9 + 1}.37" if n % 2 or n % 5 else None,
        "count": None if n % 4 == 0 else n - 20,
        "factor": None if n % 6 == 1 else f"{n % 4}.0001",
        "due": None if n % 5 == 2 else str(TODAY + timedelta(n % 6 - 3)),
    }


COMPUTED = (
    "expected",
    "title_line",
    "half",
    "third",
    "size",
    "week_later",
    "overdue",
    "days_left",
    "customer_line",
    "net",
    "net_rounded",
    "customer_grade",
)


@pytest.mark.parametrize("name", [*COMPUTED, "customer.shout", "customer.rebate"])
@pytest.mark.parametrize("direction", ["", "-"])
def test_a_list_is_paged_in_the_order_of_a_formula(orders: Firm, name: str, direction: str) -> None:
    """The pages, walked through by cursors in both directions, are the whole list."""
    with orders.reading("boss") as work:
        asked = {"sort": [f"{direction}{name}"], "fields": ["name", name]}
        whole = finding.find(work, "order", limit=100, **asked)
        page, walked = finding.find(work, "order", limit=7, **asked), []
        walked += page.records
        while page.next_cursor:
            page = finding.find(work, "order", limit=7, cursor=page.next_cursor, **asked)
            walked += page.records
        back = finding.find(work, "order", limit=7, cursor=page.previous_cursor, **asked)
    assert [each.id for each in walked] == [each.id for each in whole]
    assert [each.id for each in back] == [each.id for each in whole][-(len(page) + 7) : -len(page)]
    values = [each[name] for each in whole if each[name] is not None]
    keys = [
        {"small": 0, "large": 1, "gold": 0, "plain": 1}.get(each, each) if isinstance(each, str) else _rank(each)
        for each in values
    ]
    assert keys == sorted(keys, reverse=bool(direction))


def _rank(value: Any) -> Any:
    return value.amount if isinstance(value, Money) else value


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("expected > 2.5", lambda each: each["expected"] is not None and each["expected"].amount > Decimal("2.5")),
        ("net == 2.37", lambda each: each["net"] is not None and each["net"].amount == Decimal("2.37")),
        ("overdue and not big", lambda each: each["overdue"]),
        ("size == 'large'", lambda each: each["size"] == "large"),
        ("is_blank(customer_grade)", lambda each: each["customer_grade"] is None),
        (
            "customer.shout == 'ANN'",
            lambda each: (each["customer_line"] or "").startswith("order") and "Ann" in each["customer_line"],
        ),
        ("days_left in [-1, 0] and half != 2", lambda each: each["days_left"] in (-1, 0) and each["half"] != 2),
        (
            "net * 2 > expected",
            lambda each: None not in (each["net"], each["expected"]) and each["net"].amount * 2 > each["expected"].amount,
        ),
    ],
)
def test_a_list_is_filtered_by_formulas(orders: Firm, text: str, holds: Callable[[Any], bool]) -> None:
    every = orders.find("boss", "order", limit=100)
    found = orders.find("boss", "order", filter=text, limit=100)
    assert sorted(each.id for each in found) == sorted(each.id for each in every if holds(each))
    assert 0 < len(found) < 40


def test_equalities_and_counts_know_formulas(orders: Firm) -> None:
    with orders.reading("boss") as work:
        found = finding.find(work, "order", where={"size": "large", "overdue": True}, count="exact", limit=100)
        assert found.count is not None
        assert found.count.value == len(found) > 0
        assert all(each["size"] == "large" and each["overdue"] for each in found)
        assert finding.count_of(work, "order", where={"customer_grade": None}, exact=True).value > 0


def test_records_are_grouped_and_summed_by_formulas(orders: Firm) -> None:
    every = orders.find("boss", "order", limit=100)
    with orders.reading("boss") as work:
        groups = finding.aggregate(
            work,
            "order",
            group=("customer_grade",),
            measures=("count()", "sum(net)", "max(days_left)", "avg(third)", "count(half)"),
        )
        months = finding.aggregate(work, "order", group=("month(week_later)",), measures=("count()",))
        cards = finding.board(work, "order", "size", fields=["name", "net"], sort=["-net"])
    for group in groups:
        own = [each for each in every if each["customer_grade"] == group.keys["customer_grade"]]
        assert group.measures["count()"] == len(own)
        assert group.measures["count(half)"] == sum(each["half"] is not None for each in own)
        nets = [each["net"].amount for each in own if each["net"] is not None]
        assert group.measures["sum(net)"] == (Money(sum(nets, Decimal(0)), "CNY") if nets else None)
        assert group.measures["max(days_left)"] == max(
            (each["days_left"] for each in own if each["days_left"] is not None), default=None
        )
    assert sum(each.measures["count()"] for each in months) == 40
    assert set(cards) == {"small", "large"}


def test_formulas_are_exported(orders: Firm) -> None:
    from newel.runtime.records import exporting

    with orders.reading("boss") as work:
        columns, rows = exporting.rows(work, "order", ["name", "expected", "net", "overdue", "customer.rebate"], sort=["name"])
        first = list(rows)[1]
    assert [column.heading("en") for column in columns][:3] == ["Name", "Expected", "Expected (CNY)"]
    assert first[0] == "order 01"
    assert isinstance(first[5], bool)


def test_three_formula_columns_cost_no_further_statement(orders: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    from newel.runtime.records.work import Work

    texts: list[str] = []
    execute = Work.execute

    def counted(work: Work, text: str, *rest: Any) -> Any:
        texts.append(text)
        return execute(work, text, *rest)

    monkeypatch.setattr(Work, "execute", counted)
    with orders.reading("boss") as work:
        finding.find(work, "order", fields=["net", "customer_line", "days_left"], limit=20)
        assert len(texts) == 1
        finding.find(work, "order", fields=["net", "customer_line", "days_left"], limit=10)
    assert texts[0] == texts[1]


def test_records_that_point_here_are_gathered_anew(orders: Firm) -> None:
    every = orders.find("boss", "order", limit=100)
    for customer in orders.find("boss", "customer"):
        own = [each for each in every if each["customer"] == customer.id]
        still_open = [each["amount"].amount for each in own if each["stage"] == "open" and each["amount"] is not None]
        assert customer["open_amount"] == yuan(str(sum(still_open, Decimal(0)) or "0.00"))
        assert customer["order_count"] == len(own)
        assert customer["some_overdue"] == any(each["overdue"] for each in own)
        assert {each["customer_open"] for each in own} == {customer["open_amount"]}


def test_rules_of_a_draft_see_what_its_lines_give_together(shop: Firm) -> None:
    made = shop.create(
        "boss", "order", name="a", lines=[{"what": "x", "price": "2.50", "pieces": 2}, {"what": "y", "price": "1"}]
    )
    assert (made["line_sum"], made["pieces"], made["worth_kept"], made["with_tax"]) == (
        yuan("6.00"),
        3,
        yuan("6.00"),
        yuan("6.36"),
    )


def test_what_does_not_fit_its_field_is_blank(shop: Firm) -> None:
    made = shop.create("boss", "order", name="a long name", factor="3.3333", lines=[{"what": "x"}])
    assert (made["tiny"], made["tiny_too"], made["short"], made["short_too"]) == (None, None, None, None)
    other = shop.create("boss", "order", name="fits", factor="3.33", lines=[{"what": "x"}])
    assert (other["tiny"], other["tiny_too"], other["short"]) == (Decimal("99.9"), Decimal("99.9"), "fits!")


def test_what_is_computed_is_read_by_those_who_may_read_all_that_it_is_made_of(shop: Firm) -> None:
    """The clerk may not read what a customer keeps secret, nor what an order costs; the seller reads no customer at all."""
    customer = shop.create("boss", "customer", name="Ann", grade="gold", secret=21)
    shop.actor("seller")
    with shop.writing("seller") as work:
        made = saving.create(work, "order", {"name": "a", "amount": "100", "due": str(TODAY)})
    shop.update("boss", made, customer=customer.id)
    for name in ("hidden_twice", "open_amount", "net_total", "best_order"):
        assert name not in shop.get("clerk", customer), name
    assert shop.get("clerk", customer)["hidden_but_shown"] == 42
    for name in ("expected", "doubled", "net", "net_rounded", "customer_open"):
        assert name not in shop.get("clerk", made), name
    assert shop.get("clerk", made)["customer_line"] == "a for Ann of "
    seen = shop.get("seller", made)
    assert (seen["expected"], seen["days_left"]) == (yuan("50.00"), 0)
    for name in ("net", "customer_line", "customer_grade", "customer_open", "short_too"):
        assert name not in seen, name


@pytest.mark.parametrize("asked", [{"filter": "net > 1"}, {"sort": ["net"]}, {"fields": ["net"]}, {"where": {"net": None}}])
def test_what_may_not_be_read_may_not_be_mentioned(shop: Firm, asked: dict[str, Any]) -> None:
    for who in ("clerk", "seller"):
        with pytest.raises(Invalid) as refused:
            shop.find(who, "order", **asked)
        assert [(each.field, each.code) for each in refused.value.problems] == [("net", "unknown_field")]


def test_who_may_not_read_what_is_computed_is_not_told_that_it_is(shop: Firm) -> None:
    for name in ("net", "no_such_field"):
        with pytest.raises(Invalid) as refused, shop.writing("seller") as work:
            saving.create(work, "order", {"name": "a", name: "1"})
        assert [(each.field, each.code) for each in refused.value.problems] == [(name, "unknown_field")]


def test_beyond_a_lookup_that_leads_nowhere_nothing_is_computed(shop: Firm) -> None:
    """Neither what counts or says no of everything, nor where the reader may not see the other record."""
    names = ["customer.order_count", "customer.best_order", "customer.some_overdue", "customer.net_total"]
    shop.create("boss", "order", name="a")
    (alone,) = shop.find("boss", "order", fields=names)
    assert [alone[name] for name in names] == [None, None, None, None]
    assert [each.id for each in shop.find("boss", "order", filter="is_blank(customer.order_count)")] == [alone.id]
    assert not shop.find("boss", "order", filter="customer.order_count == 0").records
