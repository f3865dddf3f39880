"""Every function of the registry does on every engine what its examples say, and is described."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from newel.rules.functions import REGISTRY, page
from newel.rules.functions.texts import lower, upper
from newel.rules.python import evaluate
from newel.rules.reference import Reference
from newel.rules.sql import SQLITE_FUNCTIONS, emit_value, parameters
from newel.rules.sql.postgresql import PostgresEmitter
from newel.rules.sql.sqlite import SqliteEmitter
from tests.rules.test_sql import AllColumns
from tests.rules.world import FACTS, attempt, compiled, model

EXAMPLES = [(each.expression, each.gives) for function in REGISTRY.values() for each in function.examples]
PAGE = Path(__file__).parents[2] / "docs/reference/functions.md"


class NoTables:
    """Examples read no record."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def column(self, path: tuple[str, ...], suffix: str = "") -> Any:
        raise AssertionError(path)


@pytest.mark.parametrize(("expression", "gives"), EXAMPLES)
def test_python_gives_what_the_example_says(expression: str, gives: str) -> None:
    if "in_role" in expression:
        assert FACTS.roles == ("seller",)
        expression = expression.replace("no_such_role", "boss")
    checked = compiled(expression)
    wanted = evaluate(compiled(gives), {}, FACTS)
    assert evaluate(checked, {}, FACTS) == wanted
    assert Reference(checked).evaluate({}, FACTS) == wanted


def test_sql_gives_what_the_examples_say(database: Any) -> None:
    with database.reading() as connection:
        for expression, gives in EXAMPLES:
            checked = compiled(expression.replace("no_such_role", "boss"))
            found = connection.execute(select(*emit_value(checked, NoTables(database.dialect))), parameters(FACTS)).one()
            assert found[0] == evaluate(compiled(gives), {}, FACTS), expression


def test_the_reference_page_says_what_the_registry_says() -> None:
    """Make it anew: .venv/bin/python -m newel.rules.functions.page > docs/reference/functions.md"""
    assert PAGE.read_text(encoding="utf-8") == page.as_markdown()


@pytest.mark.parametrize("name", REGISTRY)
def test_every_function_is_described_and_has_a_place_for_its_browser_twin(name: str) -> None:
    function = REGISTRY[name]
    assert function.name == name
    assert function.help.endswith(".")
    assert len(function.examples) >= 2
    assert function.browser
    assert bool(function.binds) is function.facts


_MARK = {"text": "(name + 'x')", "number": "(price + 4711)", "date": "min(due, start)", "list": "tags", "money": "(cost * 2)"}
_COLUMN = {"text": "name", "number": "price", "date": "due", "list": "tags", "money": "cost"}
_OTHERS = {  # what stands beside the first value
    "coalesce": {"text": "'x'"},
    "min": {"number": "7", "money": "fee", "date": "start"},
    "max": {"number": "7", "money": "fee", "date": "start"},
    "contains": {"text": "'x'"},
    "icontains": {"text": "'x'"},
    "ieq": {"text": "'x'"},
    "starts_with": {"text": "'x'"},
    "ends_with": {"text": "'x'"},
    "concat": {"text": "'x'"},
    "money": {"number": "'CNY'"},
    "add_days": {"date": "3"},
    "add_months": {"date": "3"},
    "add_years": {"date": "3"},
    "days_between": {"date": "today()"},
    "start_of": {"date": "'month'"},
    "end_of": {"date": "'month'"},
    "has": {"list": "'a'"},
    "has_any": {"list": "['a', 'b']"},
    "has_all": {"list": "['a', 'b']"},
    "blank_if": {"text": "'x'", "number": "7", "money": "fee", "date": "start"},
    "safe_div": {"number": "7", "money": "7"},
    "case": {"text": "'x', 1, 2", "number": "7, 1, 2", "money": "fee, 1, 2", "date": "start, 1, 2"},
    "round_to": {"number": "7", "money": "7"},
    "clamp": {"number": "7, 9", "money": "fee, fee", "date": "start, start"},
    "percent": {"number": "7", "money": "fee"},
    "convert": {"money": "'USD', start"},
    "join": {"text": "'x'"},
    "left": {"text": "3"},
    "right": {"text": "3"},
    "mid": {"text": "3, 2"},
    "find": {"text": "'x'"},
    "replace": {"text": "'x', 'y'"},
    "pad_left": {"text": "7, '0'"},
    "mask": {"text": "1, 2"},
    "matches": {"text": "'a+'"},
    "date": {"number": "2, 3"},
    "months_between": {"date": "start"},
    "workdays_between": {"date": "start"},
    "add_workdays": {"date": "7"},
}
PROBES = [
    (name, kind)
    for name, function in REGISTRY.items()
    for kind in _MARK
    if not (name == "in_team" and kind == "text")  # its texts are written out
    if function.params and kind in function.params[0].kinds and not function.params[0].literal
    if name not in _OTHERS or kind in _OTHERS[name]
]


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(("name", "kind"), PROBES)
def test_sql_repeats_a_value_no_more_often_than_the_function_declares(name: str, kind: str, dialect: Any) -> None:
    """The cost of an expression rests on it: a value that SQL repeats multiplies what is within it."""
    other = _OTHERS.get(name, {}).get(kind)
    checked = compiled(f"{name}({_MARK[kind]}{', ' + other if other else ''})")
    emitter = SqliteEmitter if dialect.name == "sqlite" else PostgresEmitter
    sql = str(emitter(AllColumns(dialect.name)).value(checked.tree).sql.compile(dialect=dialect))
    column = f"thing.{_COLUMN[kind]}"
    assert 1 <= sql.count(column) - sql.count(f"{column}_") <= REGISTRY[name].copies, sql


@pytest.mark.parametrize(("name", "copies"), [(name, each.copies) for name, each in REGISTRY.items() if each.copies > 1])
def test_nesting_what_repeats_ends_in_a_refusal(name: str, copies: int) -> None:
    if name not in ("add_days", "add_months", "add_years", "min", "max", "coalesce"):
        return
    inner = "due" if name.startswith("add") else "price"
    for _ in range(20):
        inner = f"{name}({inner}, {'1' if name.startswith('add') else 'ratio'})"
    expression, problems = attempt(inner, expects=None)
    assert expression is None
    assert [problem.code for problem in problems] == ["NW-X104"]


def test_letters_fold_alike_on_every_engine(database: Any) -> None:
    """All letters that have a capital or small twin, one by one."""
    letters = [chr(code) for code in range(0x20, 0x2FA20) if _is_settled(chr(code))]
    twins = [letter for letter in letters if letter.lower() != letter or letter.upper() != letter]
    text = "".join(twins)
    with database.reading() as connection:
        for word, twin in (("lower", lower), ("upper", upper)):
            checked = compiled(f"{word}(note)")
            element = emit_value(checked, _Bound(database.dialect, text))[0]
            found = connection.execute(select(element)).scalar_one()
            wrong = [(one, other, twin(each)) for each, one, other in zip(twins, found, twin(text), strict=True) if one != other]
            assert not wrong, wrong[:20]


def _is_settled(char: str) -> bool:
    """Letters that Unicode had long before either engine's tables; the newest ones come with each release."""
    return unicodedata.ucd_3_2_0.category(char) not in ("Cn", "Cs", "Co") and unicodedata.category(char)[0] in "LNM"


class _Bound(NoTables):
    """A port whose only column is a bound text."""

    def __init__(self, dialect: str, text: str) -> None:
        super().__init__(dialect)
        self.text = text

    def column(self, path: tuple[str, ...], suffix: str = "") -> Any:
        from sqlalchemy import String, literal

        return literal(self.text, String())


def test_sqlite_knows_every_function_that_expressions_call(database: Any) -> None:
    if database.dialect == "sqlite":
        with database.reading() as connection:
            for name, (count, _) in SQLITE_FUNCTIONS.items():
                if count > 0:
                    nothing = [None] * (count - 1)
                    connection.execute(
                        select(getattr(func, name)(*nothing, 0 if name in ("nw_decimal", "nw_round", "nw_total") else None))
                    )


def test_a_role_that_no_solution_has_is_told() -> None:
    expression, problems = attempt("in_role('bos')")
    assert expression is None
    assert problems[0].nearest == "boss"
    assert set(model().roles) >= {"boss", "seller"}
