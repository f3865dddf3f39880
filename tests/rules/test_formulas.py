"""Computed fields: how each is had, in which order they follow, and what none may do."""

from __future__ import annotations

from newel.metadata.model import Model
from newel.metadata.problems import Problem
from newel.rules.rulebook import Rulebook, compile_rules
from tests.rules.world import LINE, SOLUTION, model_of

ORDER = """object: order
label: Order
fields:
  name: {{type: text}}
  limit: {{type: integer}}
  due: {{type: date}}
  buyer: {{type: lookup, to: buyer, on_delete: clear{filter}}}
  stage: {{type: choice, options: {{new: {{label: New, weight: 2}}, big: {{label: Big, when: limit > 10}}}}}}
  lines: {{type: child_table, of: line}}
"""
LINES = LINE.replace("thing", "order")
BUYER = "object: buyer\nlabel: Buyer\nfields:\n  name: {type: text}\n  rank: {type: integer}\n"


def compiled(order: str = "", line: str = "", buyer: str = "", offered: str = "") -> tuple[Rulebook, list[Problem]]:
    files = {
        "solution.yaml": SOLUTION,
        "objects/order.yaml": ORDER.format(filter=offered) + _fields(order),
        "objects/line.yaml": LINES + "  count: {type: integer}\n  price: {type: money}\n  day: {type: date}\n" + _fields(line),
        "objects/buyer.yaml": BUYER + _fields(buyer),
    }
    rulebook, problems = compile_rules(model_of(files))
    return rulebook, list(problems)


def _fields(said: str) -> str:
    return "".join(f"  {line.strip()}\n" for line in said.splitlines() if line.strip())


def kinds(model: Model, object_name: str = "order") -> dict[str, str]:
    return {each.name: each.computed for each in model.objects[object_name].fields.values() if each.computed}


def test_a_field_of_its_own_record_is_stored_a_gathered_one_kept_and_any_other_computed_where_it_is_read() -> None:
    book, problems = compiled("""
        double: {type: integer, formula: limit * 2}
        four: {type: integer, formula: double * 2}
        weight: {type: integer, formula: option(stage).weight}
        total: {type: money, rollup: sum(lines.price)}
        tax: {type: money, formula: total * 0.06}
        late: {type: boolean, formula: due < today()}
        very_late: {type: boolean, formula: late and limit > 3}
        rank: {type: integer, formula: buyer.rank}
        many: {type: integer, formula: count(lines) + 1}
        touched: {type: integer, formula: year(date(updated_at))}
        saved: {type: integer, formula: version + 1}
    """)
    assert not problems
    assert kinds(book.model) == {
        "double": "stored",
        "four": "stored",
        "weight": "stored",
        "total": "rollup",
        "tax": "stored",
        "late": "query",
        "very_late": "query",
        "rank": "query",
        "many": "query",
        "touched": "query",
        "saved": "query",
    }
    assert book.object("order").object is book.model.objects["order"]


def test_formulas_come_after_those_that_they_read() -> None:
    book, _ = compiled("""
        c: {type: integer, formula: b + 1}
        b: {type: integer, formula: a + 1}
        a: {type: integer, formula: limit + 1}
    """)
    assert list(book.object("order").formulas) == ["a", "b", "c"]


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in problems]


def test_formulas_that_lead_back_to_themselves_are_refused_by_name() -> None:
    _, problems = compiled("""
        a: {type: integer, formula: b + 1}
        b: {type: integer, formula: c + 1}
        c: {type: integer, formula: a + 1}
    """)
    assert told(problems) == [("NW-X501", "These computed fields need one another: a -> b -> c -> a.")]


def test_a_circle_over_several_records_is_one_as_well() -> None:
    _, problems = compiled(
        order="total: {type: money, rollup: sum(lines.share)}", line="share: {type: money, formula: order.total * 2}"
    )
    circles = [each for each in problems if each.code == "NW-X501"]
    assert len(circles) == 1
    assert "order.total -> line.share -> order.total" in circles[0].message or "line.share -> order.total" in circles[0].message


def test_a_rollup_is_one_aggregate_over_stored_fields_of_the_records_that_it_gathers() -> None:
    _, problems = compiled(
        order="""
        more: {type: integer, rollup: count(lines) + 1}
        list: {type: text, rollup: concat_list(lines.text)}
        far: {type: integer, rollup: "count(lines, where=order.limit > 3)"}
        asked: {type: integer, rollup: "count(lines, where=old)"}
        today: {type: integer, rollup: "count(lines, where=day < today())"}
        saved: {type: integer, rollup: max(lines.version)}
        fine: {type: integer, rollup: "sum(lines.double, where=count > 3)"}
        """,
        line="""
        old: {type: boolean, formula: day < today()}
        double: {type: integer, formula: count * 2}
        """,
    )
    assert [(each.code, str(each.path).split(".")[1]) for each in problems] == [
        ("NW-X502", "more"),
        ("NW-X502", "list"),
        ("NW-X503", "far"),
        ("NW-X503", "asked"),
        ("NW-X503", "today"),
        ("NW-X503", "saved"),
    ]


def test_a_formula_gives_what_its_field_holds() -> None:
    _, problems = compiled("bad: {type: integer, formula: name}")
    assert [each.code for each in problems] == ["NW-X405"]


def test_options_and_offered_records_have_rules() -> None:
    book, problems = compiled(offered=", filter: rank > record.limit")
    assert not problems
    rules = book.object("order")
    assert rules.options["stage"]["big"].paths == (("limit",),)
    assert rules.offered["buyer"].given == ("record.limit",)
    assert book.uses["object:order/field:limit"] == (
        "object:order/field:buyer/filter",
        "object:order/field:stage/option:big/when",
    )


def test_a_default_does_not_read_the_field_that_it_fills() -> None:
    _, problems = compiled("start: {type: integer, default: start + 1}")
    assert told(problems) == [("NW-X504", "The default of start reads start itself.")]


def test_a_wrong_default_is_told_once() -> None:
    _, problems = compiled("start: {type: datetime, default: 'add_days(now(), 7)'}")
    assert [each.code for each in problems] == ["NW-X303"]
