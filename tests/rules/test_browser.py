"""The browser's engine, run on Node, gives what Python gives."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newel.rules.browser import is_browser_able, obstacle
from newel.rules.browser.node import Failed, Node
from newel.rules.browser.values import facts_as_json
from newel.rules.facts import Facts
from newel.rules.functions import REGISTRY
from newel.rules.functions.texts import lower, upper
from newel.rules.python import evaluate
from tests.rules import expressions_made_up as made_up
from tests.rules import test_functions_agree as functions_agree
from tests.rules.test_engines_agree import RECORDS
from tests.rules.world import FACTS, compiled

BROWSER = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
EXAMPLES = [(each.expression, each.gives) for function in REGISTRY.values() if function.browser for each in function.examples]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as found:
        yield found


def agree(node: Node, text: str) -> None:
    """Fails where the browser and Python differ on the records."""
    expression = compiled(text)
    for record, found in zip(RECORDS, node.evaluate(expression, RECORDS, FACTS), strict=True):
        assert found == evaluate(expression, record, FACTS), f"{text} on {record['id']}"


def test_the_browser_gives_what_the_examples_say(node: Node) -> None:
    for text, gives in EXAMPLES:
        expression = compiled(text.replace("no_such_role", "boss"))
        if is_browser_able(expression):
            assert node.evaluate(expression, [{}], FACTS) == [evaluate(compiled(gives), {}, FACTS)], text


@pytest.mark.parametrize("name", [name for name, each in REGISTRY.items() if each.browser])
def test_every_twin_is_tried_by_an_example(name: str) -> None:
    calls = [compiled(each.expression.replace("no_such_role", "boss")) for each in REGISTRY[name].examples]
    assert any(is_browser_able(each) for each in calls), name


@pytest.mark.parametrize("kind", ["numbers", "texts", "monies", "dates", "booleans"])
def test_the_browser_gives_what_python_gives(node: Node, kind: str) -> None:
    @BROWSER
    @given(getattr(made_up, kind)(3))
    def holds(text: str) -> None:
        agree(node, text)

    holds()


@pytest.mark.parametrize("facts", functions_agree.WORLDS)
def test_every_function_gives_in_the_browser_what_it_gives_here(node: Node, facts: Facts) -> None:
    """Over many kinds of values, blanks and bounds among them, in several organisations."""
    for text in functions_agree.expressions():
        expression = compiled(text)
        if is_browser_able(expression):
            wanted = [evaluate(expression, record, facts) for record in RECORDS]
            assert node.evaluate(expression, RECORDS, facts) == wanted, text


@pytest.mark.soak
def test_the_browser_agrees_on_very_many_expressions(node: Node) -> None:
    @settings(BROWSER, max_examples=20_000)
    @given(st.one_of(made_up.booleans(4), made_up.numbers(4), made_up.texts(3), made_up.dates(3), made_up.monies(3)))
    def holds(text: str) -> None:
        agree(node, text)

    holds()


def test_letters_fold_in_the_browser_as_they_do_here(node: Node) -> None:
    """Every letter that both know: the two may hold different editions of Unicode."""
    letters = [chr(code) for code in range(0x20, 0x1FFFF) if unicodedata.category(chr(code)) in ("Lu", "Ll", "Lt", "Lm", "Lo")]
    for name, python in (("lower", lower), ("upper", upper)):
        found = node.evaluate(compiled(f"{name}(name)"), [{"name": each} for each in letters], FACTS)
        known = [(each, folded) for each, folded in zip(letters, found, strict=True) if unicodedata.category(folded) != "Cn"]
        assert len(known) > len(letters) - 20
        assert [each for each, folded in known if folded != python(each)] == []


def test_days_are_counted_in_the_browser_as_they_are_here(node: Node) -> None:
    counts = [*range(-740_000, 2_920_000, 4_999), -739_941, -739_942, 2_912_117, 2_912_118]
    expression = compiled("add_days(due, count)")
    records = [{"due": FACTS.today, "count": count} for count in counts]
    assert node.evaluate(expression, records, FACTS) == [evaluate(expression, each, FACTS) for each in records]


def test_decimals_are_exact_however_long(node: Node) -> None:
    """Sixty-four factors of 38 digits each."""
    text = "ratio"
    for _ in range(6):
        text = f"({text} * {text})"
    record = {"ratio": Decimal("99999999999999999999999999999999.999999")}
    assert node.evaluate(compiled(text), [record], FACTS) == [evaluate(compiled(text), record, FACTS)]


def test_a_path_that_was_not_loaded_fails(node: Node) -> None:
    found = node.evaluate(compiled("place.name"), [{"place": "0190"}], FACTS)
    assert found == [Failed("place.name is not loaded")]


def _ask(node: Node, tree: Any, record: Any = None) -> Any:
    return node.ask({"gives": "number", "tree": tree, "facts": facts_as_json(FACTS, []), "records": [record or {}]})[0]


def test_a_tree_of_unknown_nodes_is_refused(node: Node) -> None:
    for name in ("constructor", "__proto__", "toString", "eval", "fetch"):
        assert "failed" in _ask(node, {"is": name})
        assert "failed" in _ask(node, {"is": "call", "name": name, "gives": "text", "args": []})


def test_a_tree_without_end_is_refused(node: Node) -> None:
    deep: dict[str, Any] = {"is": "value", "kind": "number", "value": "1"}
    for _ in range(500):
        deep = {"is": "negative", "of": deep}
    assert _ask(node, deep) == {"failed": "not an expression"}
    wide = {"is": "logic", "op": "and", "operands": [{"is": "value", "kind": "boolean", "value": True}] * 5_000}
    assert _ask(node, wide) == {"failed": "not an expression"}


def test_what_only_the_server_can_do_says_so() -> None:
    step = compiled("steps.place", kind="action", steps={"place": "place"})
    assert obstacle(step) == "the steps of an action are taken by the server"
    assert obstacle(compiled("count + 1")) is None
