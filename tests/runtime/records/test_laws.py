"""Laws by hypothesis: the SQL of a rule selects what its Python accepts; two roles never show more than each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newel.metadata.model import Source
from newel.rules.expressions import Context, compile_expression
from newel.runtime.records import Actor, finding, reading, saving, writing
from newel.runtime.records.access import verdict_of
from newel.runtime.records.judging import holds
from newel.runtime.records.loading import Seen, raw
from tests.runtime.records.conftest import FILES, Firm

OPERANDS = {
    "score": ["0", "1", "3", "none", "-2"],
    "rate": ["0", "1.0001", "2.5", "none"],
    "amount": ["0", "1.50", "4", "none"],
    "stage": ["'open'", "'lost'", "none"],
    "name": ["'deal 1'", "'中文'", "none"],
    "close_date": ["date('2026-02-01')", "today()", "none"],
    "account.city": ["'Ulm'", "none"],
    "account.active": ["true", "false"],
    "account.owner": ["user", "none"],
    "reason": ["'why'", "none"],
}
ORDERED = {"score", "rate", "amount", "close_date"}
CALLS = ("is_blank({0})", "not_blank({0})")


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(OPERANDS)))
    if draw(st.booleans()) and name != "account.active":
        return draw(st.sampled_from(CALLS)).format(name)
    ops = ["==", "!=", *(("<", "<=", ">", ">=") if name in ORDERED else ())]
    return f"{name} {draw(st.sampled_from(ops))} {draw(st.sampled_from(OPERANDS[name]))}"


expressions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)


@pytest.fixture
def deals(firm: Firm) -> Firm:
    """Forty deals of all sorts, written by two people."""
    for who in ("boss", "rep"):
        with firm.writing(who) if who in firm.people else writing(firm.installation, firm.actor(who)) as work:
            cities = (("Ulm", True), (None, False), ("Bonn", True))
            accounts = saving.bulk_create(
                work, "account", [{"name": f"{who} {n}", "city": c, "active": a} for n, (c, a) in enumerate(cities)]
            )
            saving.bulk_create(work, "deal", [_deal(n, accounts[n % 3].id) for n in range(20)])
    return firm


def _deal(n: int, account: str) -> dict[str, Any]:
    lost = n % 3 == 0
    return {
        "name": ("deal 1", "中文", "deal 2")[n % 3],
        "account": account,
        "stage": "lost" if lost else "open",
        "reason": ("why", "because")[n % 2] if lost else None,
        "score": (None, 0, 1, 3, -2)[n % 5],
        "rate": (None, "0", "1.0001", "2.5")[n % 4],
        "amount": (None, "0", "1.50", "4", "7")[(n // 2) % 5],
        "close_date": (None, "2026-02-01", "2027-01-01")[(n // 3) % 3],
    }


@RELAXED
@given(text=expressions)
def test_a_filter_finds_exactly_the_records_of_which_it_is_true(deals: Firm, text: str) -> None:
    model = deals.installation.model
    expression, problems = compile_expression(Source(text), model, Context("filter", "deal"))
    assert expression is not None, [str(each) for each in problems]
    with deals.reading("boss") as work:
        every = [each.id for each in finding.find(work, "deal", fields=["id"], limit=1000)]
        found = {each.id for each in finding.find(work, "deal", filter=text, fields=["id"], limit=1000)}
        deal = model.objects["deal"]
        accepted = {each for each in every if expression.run(Seen(work, deal, raw(work, "deal", each) or {}), work.facts)}
    assert found == accepted


@RELAXED
@given(
    texts=st.lists(expressions, min_size=2, max_size=2),
    hidden=st.lists(st.sampled_from(sorted(FIELDS := ["score", "amount", "name", "stage"])), min_size=2, max_size=2),
)
def test_two_roles_never_show_a_cell_that_neither_shows(
    deals: Firm, texts: list[str], hidden: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each role reads the rows of a random rule and hides a random field; together they show the union of cells, no more."""
    roles = {f"r{n}": (text, field) for n, (text, field) in enumerate(zip(texts, hidden, strict=True))}
    installation = _with_roles(deals, roles)
    user = deals.actor("rep").user_id

    def cells(*names: str) -> dict[tuple[str, str], Any]:
        actor = Actor(user, names)
        with reading(installation, actor) as work:
            judged = verdict_of(installation, actor.role_set, "deal")
            fields = [name for name in FIELDS if name in judged.readable]
            records = finding.find(work, "deal", fields=fields, limit=1000).records if judged.read else []
            return {(each.id, name): each[name] for each in records for name in fields if each[name] is not None}

    one, two, both = cells("r0"), cells("r1"), cells("r0", "r1")
    assert both == {**one, **two}


@RELAXED
@given(text=expressions)
def test_a_row_rule_means_the_same_in_sql_and_in_memory(deals: Firm, text: str) -> None:
    installation = _with_roles(deals, {"r0": (text, "score")})
    actor = Actor(deals.actor("rep").user_id, ("r0",))
    rule = verdict_of(installation, actor.role_set, "deal").read
    with deals.reading("boss") as work:
        every = [each.id for each in finding.find(work, "deal", fields=["id"], limit=1000)]
    with reading(installation, actor) as work:
        found = {each.id for each in finding.find(work, "deal", fields=["id"], limit=1000)} if rule else set()
        deal = installation.model.objects["deal"]
        assert found == {each for each in every if holds(work, rule, Seen(work, deal, raw(work, "deal", each) or {}))}


def _with_roles(firm: Firm, roles: Mapping[str, tuple[str, str]]) -> Any:
    """The same installation with other roles: tables and rows stay."""
    from dataclasses import replace

    from newel.metadata.model import Grant, Role
    from newel.rules.rulebook import Rulebook

    model = firm.installation.model
    template = model.roles["rep"]
    made: dict[str, Role] = {
        name: replace(
            template,
            name=name,
            address=f"role:{name}",
            grants={"deal": Grant("deal", read=Source(text), fields={field: "none", "*": "read"})},
        )
        for name, (text, field) in roles.items()
    }
    changed = replace(model, roles={**model.roles, **made})
    return replace(firm.installation, model=changed, rulebook=Rulebook(changed), cache={})


def test_the_files_of_the_firm_compile(make_firm: Callable[[Mapping[str, str]], Firm]) -> None:
    assert make_firm(FILES).installation.model.objects["deal"].title == "name"
