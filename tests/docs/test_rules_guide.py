"""The guide to rules: its example compiles as it stands, in both languages the same, and what it says of expressions is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newel.metadata.model import Source
from newel.rules.expressions import Context, compile_expression
from newel.rules.rulebook import compile_rules
from tests.rules.world import model_of

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
ENGLISH, CHINESE = GUIDE / "writing-rules.md", GUIDE / "writing-rules.zh-CN.md"
_BLOCK = re.compile(r"```yaml\n# shop/(?P<path>\S+)\n(?P<text>.*?)```", re.DOTALL)


def files(page: Path) -> dict[str, str]:
    return {found["path"]: found["text"] for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))}


def test_the_example_has_no_problem() -> None:
    rulebook, problems = compile_rules(model_of(files(ENGLISH)))
    assert not list(problems), "\n".join(map(str, problems))
    computed = {each.name: each.computed for each in rulebook.model.objects["order"].fields.values() if each.computed}
    assert computed == {"total": "rollup", "expected": "stored", "discount": "query", "overdue": "query"}


def test_both_languages_show_the_same_example() -> None:
    assert files(ENGLISH) == files(CHINESE)


EXAMPLES = sorted(
    {
        each
        for row in re.findall(r"^\| [^|]+ \| ([^|]+) \|", ENGLISH.read_text(encoding="utf-8"), re.MULTILINE)
        for each in re.findall(r"`([^`]+)`", row)
    }
)


@pytest.mark.parametrize("text", [each for each in EXAMPLES if not each.startswith(("record.", "in_role"))])
def test_what_the_table_shows_can_be_written(text: str) -> None:
    expression, problems = compile_expression(Source(text), model_of(files(ENGLISH)), Context("validate", "order", None))
    assert expression is not None, problems
