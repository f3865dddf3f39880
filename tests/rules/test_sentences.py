"""A rule read out: in the labels and the language of who reads, with brackets where they are needed and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model, Source
from newel.metadata.solutions import read_folder
from newel.rules.expressions import Context, compile_expression
from newel.rules.functions import REGISTRY
from newel.rules.phrases import PHRASES
from newel.rules.sentences import sentence

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"


@pytest.fixture(scope="module")
def standard() -> Model:
    layer, _ = read_folder(STANDARD)
    model, problems = compile_model([layer])
    assert model is not None, problems
    return model


READ_OUT = [
    ("stage == 'won'", "Stage is Won", "销售阶段 为 赢单"),
    ("stage != 'won' and amount > 0", "Stage is not Won and Amount is more than 0", "销售阶段 不为 赢单 且 预计金额 大于 0"),
    ("stage in ['won', 'lost']", "Stage is one of Won or Lost", "销售阶段 是 赢单或输单 之一"),
    ("is_blank(amount)", "Amount is blank", "预计金额 为空"),
    ("amount == none", "Amount is blank", "预计金额 为空"),
    ("not (amount > 0)", "it is not so that Amount is more than 0", "并非 预计金额 大于 0"),
    (
        "stage == 'won' and (amount > 0 or name == 'x')",
        "Stage is Won and (Amount is more than 0 or Name is “x”)",
        "销售阶段 为 赢单 且 （预计金额 大于 0 或 商机名称 为 “x”）",
    ),
    ("close_date < add_days(today(), 30)", "Close date is before 30 days after today", "预计成交日期 早于 今天 之后 30 天"),
    ("account.name == 'A'", "Account name of Account is “A”", "客户的客户名称 为 “A”"),
    ("owner == user.id", "Owner is the signed-in user", "负责人 为 当前用户"),
    ("prior(stage) == 'won'", "Stage before the change is Won", "变更前的销售阶段 为 赢单"),
    ("is_new() or changed(stage)", "the record is new or Stage has changed", "记录是新建的 或 销售阶段 有变更"),
    ("changed_to(stage, 'won')", "Stage has changed to Won", "销售阶段 变更为 赢单"),
    ("(amount + amount) * 2 > 10000", "(Amount + Amount) × 2 is more than 10,000", "（预计金额 + 预计金额） × 2 大于 10,000"),
]


GATHERED = [
    (
        "any(lines, where=quantity > 3)",
        "there are Products (where Quantity is more than 3)",
        "存在产品明细（其中 数量 大于 3）",
    ),
    (
        "sum(lines.quantity, where=quantity > 1) > 10",
        "the sum of Quantity of Products (where Quantity is more than 1) is more than 10",
        "产品明细的数量（其中 数量 大于 1） 之和 大于 10",
    ),
    ("count(lines) > 2", "the number of Products is more than 2", "产品明细 的数量 大于 2"),
]


@pytest.mark.parametrize(("text", "english", "chinese"), READ_OUT + GATHERED, ids=[each[0] for each in READ_OUT + GATHERED])
def test_a_rule_is_read_as_a_sentence(standard: Model, text: str, english: str, chinese: str) -> None:
    expression, problems = compile_expression(Source(text), standard, Context("validate", "opportunity"))
    assert expression is not None, problems
    assert sentence(expression, standard, "en") == english
    assert sentence(expression, standard, "zh-CN") == chinese


def test_phrases_are_of_functions_and_of_as_many_values_as_these_take() -> None:
    for name, count in PHRASES:
        function = REGISTRY[name]
        assert function.least <= count <= (function.most or count), name
