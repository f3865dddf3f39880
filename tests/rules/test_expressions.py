"""What an expression may say is decided when it is loaded; what is wrong is told at its place, with a way out."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from newel.metadata.model import Source
from newel.metadata.problems import Path as At
from newel.metadata.problems import Place, catalogue
from newel.rules.expressions import Context, compile_expression
from newel.rules.types import BOOLEAN, DATE, MONEY, NUMBER, TEXT, Type, type_of_field
from tests.rules.world import FACTS, ME, OTHER, attempt, compiled, fault, model
from tests.support.chinese import english_in

WORDING = Path(__file__).with_name("wording.txt")
UNREADABLE = [
    "",
    "name ==",
    "(name",
    "name name",
    "name = 'x'",
    "'x",
    "+3 > 1",
    "name & 'x'",
    "_x == 1",
    "x for y",
    "'\\q'",
    "3e5 > 1",
]

WRONG = [
    "'10' > 9",
    "nme == 'x'",
    "Stage == 'won'",
    "won == stage",
    "today > due",
    "stage == 'wonn'",
    "stage in ['new', 'wno']",
    "stage == name",
    "stage > 'new'",
    "name < 'b'",
    "active == 'yes'",
    "active and name",
    "not count",
    "count and active",
    "active and none",
    "price",
    "due == '2026-01-01'",
    "due == seen",
    "due + 3 > today()",
    "due - start > 3",
    "name + 3 == 'x'",
    "cost + 3 > cost",
    "cost % 2 == 0",
    "-name == 'x'",
    "fee > money(3, 'USD')",
    "fee + money(3, 'USD') > fee",
    "effort > 30",
    "effort > '1:30'",
    "tags == 'vip'",
    "tags == none",
    "name in 'abc'",
    "name in tags and count in tags",
    "count in ['1', '2']",
    "'red' in colours and 'rde' in colours",
    "[1, 2] == count",
    "has(colours, 'rde')",
    "owner == 'Ada'",
    "owner == place",
    "owner == 3",
    "about.name == 'x'",
    "name.first == 'x'",
    "lines == 3",
    "lines.text == 'x'",
    "place.nme == 'x'",
    "place.region.region.region.region.region.region.name == 'x'",
    "user.nme == 'x'",
    "user.manager.name == 'x'",
    "steps.account == owner",
    "prior.stage == 'new'",
    "name != null",
    "is_blnk(name)",
    "AND(active, price > 3)",
    "IF(active, 1, 2) == 1",
    "is_blank()",
    "is_blank(name, note)",
    "is_blank(active)",
    "round(price, count) > 1",
    "round(price, 1.5) > 1",
    "round(price, 99) > 1",
    "round(price, places=2) > 1",
    "add_days(seen, 3) > today()",
    "add_days('2026-01-01', 3) > today()",
    "date('2026-02-30') < today()",
    "date('soon') < today()",
    "time('25:00') == at",
    "datetime('2026-01-01') < now()",
    "start_of(due, 'mnth') == due",
    "number(price) > 3",
    "round(name) > 3",
    "min(price, due) > 3",
    "coalesce(name, 3) == 'x'",
    "money(3, 'yuan') > cost",
    "(name if active else count) == 'x'",
    "(1 if count else 2) == 1",
    "concat(name, 3) == 'x'",
    "in_role('sales')",
    "has_any(tags, [name])",
    "[1, 2]",
    "icontains(name, '张三') and 客户 == 'x'",
    "name > 9",
    "'ten' > 9",
    "name <> 'x'",
    "sum(count) > 1",
    "sum(lnes.text) > 1",
    "sum(lines.text) > 1",
    "sum(lines) > 1",
    "sum(lines.thing, lines.text) > 1",
    "count(lines, were=text == 'x') > 1",
    "count(lines, where=nme == 'x') > 1",
    "count(lines, where=count(lines) > 1) > 1",
    "min(lines.text, 3) > 1",
    "first(lines.text, by=text) == 'x'",
    "concat_list(lines.text, name) == 'x'",
    "changed(place.name)",
    "changed_to(stage, 'wno')",
    "prior(count, 1) == 3",
    "option(stage) == 3",
    "option(stage).chance == 3",
    "option(level).mark == 3",
    "option(name).chance == 3",
    "lookup(plce, 'x', name) == 'x'",
    "lookup('place', 'x', name) == 'x'",
    "lookup(place, 'x', name) == 'x'",
    "lookup(user, 'x', name) == 'x'",
    "record.name == 'x'",
    "org.curency == 'CNY'",
    "org == 'CNY'",
    "colours.red",
    "any(count > 3)",
    "'x' in name",
    "has(name, 'x')",
    "owner == 'Ada'",
    "owner == user.name",
    "name like 'x%'",
    "fee + money(1, 'USD')",
    "between(count, 1, 3)",
    "if count > 3 then 1",
    "count > 3 ? 1 : 2",
    "count is not none",
    "in_role('sellr')",
]


def test_what_people_read_is_as_it_is_written_down() -> None:
    """Wording is pinned here alone. Write it anew: python -m tests.rules.test_expressions > tests/rules/wording.txt"""
    assert WORDING.read_text(encoding="utf-8") == wordings()


def wordings() -> str:
    said = []
    for text in WRONG:
        expression, problems = attempt(text)
        said.append("\n".join(map(str, problems)) if expression is None else f"{text}: TAKEN")
    return "\n\n".join(said) + "\n"


@pytest.mark.parametrize("text", [*WRONG, *UNREADABLE])
def test_what_is_wrong_is_said_in_chinese(text: str) -> None:
    """Names and what to write stay as expressions have them; no sentence of English is left."""
    for problem in attempt(text)[1]:
        said = problem.say("zh-CN")
        assert "。" in said
        assert not english_in(said), said


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_refused(text: str) -> None:
    expression, problems = attempt(text)
    assert expression is None
    assert all(problem.code.startswith("NW-X") for problem in problems)
    assert all(problem.excerpt and "^" in problem.excerpt for problem in problems)


def test_all_faults_are_told_at_once() -> None:
    _, problems = attempt("stage == 'wno' and nme == 'x' and count > '3'")
    assert [problem.code for problem in problems] == ["NW-X206", "NW-X201", "NW-X402"]


def test_one_fault_is_told_once() -> None:
    assert [each.code for each in attempt("abs(nme + 3) * 2 > 7")[1]] == ["NW-X201"]


def test_the_place_is_the_very_column_of_the_fault() -> None:
    assert fault("stage == 'wno'").place == Place("thing.yaml", 7, 30)
    assert fault("stage == 'wno'").excerpt == "stage == 'wno'\n         ^^^^^"


def test_an_expression_of_several_lines_is_told_at_its_beginning_with_the_right_line_underlined() -> None:
    found = fault("active and\n  stage == 'wno'")
    assert found.place == Place("thing.yaml", 7, 21)
    assert found.excerpt == "  stage == 'wno'\n           ^^^^^"


def test_carets_stand_right_beneath_wide_characters() -> None:
    assert fault("name == '中' and 客户 == 'x'").excerpt == "name == '中' and 客户 == 'x'\n                 ^^^^"


def test_problems_know_their_path() -> None:
    _, problems = compile_expression(Source("x"), model(), Context("validate", "thing"), At(("validations", "y", "when")))
    assert str(problems[0].path) == "validations.y.when"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("price * 2 + count", "number"),
        ("cost * 2", "money"),
        ("cost / fee", "number"),
        ("name + class", "text"),
        ("effort / 2", "duration"),
        ("effort / effort", "number"),
        ("coalesce(stage, 'new')", "choice"),
        ("'won' if active else stage", "choice"),
        ("add_days(due, 1)", "date"),
        ("place", "reference"),
        ("place.region.manager", "reference"),
        ("home", "text"),
        ("place.id", "reference"),
        ("id", "reference"),
        ("tags", "list"),
        ("none", "blank"),
        ("created_at", "datetime"),
        ("min(none, 3)", "number"),
        ("active", "boolean"),
    ],
)
def test_every_part_has_its_type(text: str, kind: str) -> None:
    assert compiled(text).type.kind == kind


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("'won'", _stage := Type("choice", options=("new", "won"))),
        ("'won' if active else none", _stage),
        ("coalesce('won', 'new')", _stage),
        ("none", DATE),
        ("3", MONEY),
        ("stage", TEXT),
        (f"'{OTHER}'", Type("reference", objects=("place",))),
    ],
)
def test_a_result_may_be_what_the_field_takes(text: str, expects: Type) -> None:
    assert compiled(text, expects, "default")


@pytest.mark.parametrize(
    ("text", "expects", "code"),
    [
        ("'wno'", _stage, "NW-X206"),
        ("3", TEXT, "NW-X405"),
        ("name", NUMBER, "NW-X405"),
        ("none", BOOLEAN, "NW-X405"),
        ("now()", DATE, "NW-X405"),
        ("'x'", Type("reference", objects=("place",)), "NW-X207"),
    ],
)
def test_a_result_of_another_type_is_refused(text: str, expects: Type, code: str) -> None:
    assert fault(text, expects=expects).code == code


def test_an_expression_knows_what_it_reads_and_mentions() -> None:
    found = compiled("place.region.name == name and stage == 'won' and owner == user.id and user.email == 'x'")
    assert found.paths == (("place", "region", "name"), ("name",), ("stage",), ("owner",))
    assert found.given == ("user", "user.email")
    assert set(found.mentions) >= {
        "object:thing/field:place",
        "object:place/field:region",
        "object:place/field:name",
        "object:thing/field:stage",
        "object:thing/field:stage/option:won",
        "object:nw_user/field:email",
    }


def test_the_id_at_the_end_of_a_path_is_the_lookup_itself() -> None:
    assert compiled("place.id == place").paths == (("place",),)


def test_fields_named_like_words_of_python_are_fields() -> None:
    assert compiled("class == 'x' and from == today()").paths == (("class",), ("from",))


def test_a_field_named_user_hides_the_user_and_me_does_not() -> None:
    from tests.rules.world import FILES, model_of

    shadowed = model_of({**FILES, "objects/case.yaml": "object: case\nfields: {name: {type: text}, user: {type: text}}\n"})
    context = Context("filter", "case")
    assert compile_expression(Source("user == 'x' and owner == me()"), shadowed, context)[0] is not None
    assert [each.code for each in compile_expression(Source("owner == user"), shadowed, context)[1]] == ["NW-X402"]


def test_steps_are_known_in_actions_alone() -> None:
    context = Context("action", "thing", Type("reference", objects=("place",)), {"made": "place"})
    expression, _ = compile_expression(Source("steps.made"), model(), context)
    assert expression is not None
    assert expression.given == ("steps.made",)
    for text, code in (("steps", "NW-X209"), ("steps.other", "NW-X208"), ("steps.made.name", "NW-X208")):
        found, problems = compile_expression(Source(text), model(), context)
        assert (found, [each.code for each in problems]) == (None, [code])


def test_without_a_record_only_the_context_is_known() -> None:
    assert attempt("user.name == 'x'", object_name=None)[0] is not None
    assert [each.code for each in attempt("name == 'x'", object_name=None)[1]] == ["NW-X208"]


def test_an_expression_is_a_value_that_can_be_kept() -> None:
    found = compiled("price > 3")
    assert found.run({"price": 4}, FACTS) is True
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.run({"price": 2}, FACTS) is False


def test_every_kind_of_fault_is_described() -> None:
    mine = {code: kind for code, kind in catalogue().items() if code.startswith("NW-X")}
    assert len(mine) > 30
    assert all(kind.help.endswith((".", "(user).")) for kind in mine.values())


def test_a_fixed_currency_is_known_and_a_free_one_is_not() -> None:
    fields = model().objects["thing"].fields
    assert getattr(type_of_field(fields["fee"], "thing"), "currency", None) == "CNY"
    assert getattr(type_of_field(fields["cost"], "thing"), "currency", "?") is None


def test_me_is_a_user() -> None:
    assert compiled("owner == me()").run({"owner": ME}, FACTS) is True


if __name__ == "__main__":
    print(wordings(), end="")
