"""A rule read out: in the labels and the language of who reads, with brackets where they are needed and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model, Source
from newel.metadata.solutions import read_folder
from newel.metadata.words import LANGUAGES
from newel.rules.expressions import Context, compile_expression
from newel.rules.functions import REGISTRY
from newel.rules.phrases import EDGES, LISTED, PHRASES
from newel.rules.sentences import sentence
from tests.rules import expressions_made_up as made_up
from tests.rules.world import model

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


CALLED = [
    ("close_date < add_days(today(), -30)", "Close date is before 30 days before today", "预计成交日期 早于 今天 之前 30 天"),
    (
        "close_date >= start_of(today(), 'month')",
        "Close date is not before the first day of the month of today",
        "预计成交日期 不早于 今天 所在月的第一天",
    ),
    (
        "zero(len(name)) * 2 > 10",
        "(the length of Name, or 0 where that is blank) × 2 is more than 10",
        "商机名称 的长度（为空时取 0） × 2 大于 10",
    ),
    (
        "case(stage, 'won', 1, 'lost', 0, 0.5) > 0",
        "(1 where Stage is Won, 0 where Stage is Lost, else 0.5) is more than 0",
        "（销售阶段 为 赢单 时取 1、销售阶段 为 输单 时取 0，否则取 0.5） 大于 0",
    ),
    (
        "any_of(stage == 'won' and amount > 1, is_blank(amount))",
        "one of these holds: (Stage is Won and Amount is more than 1), Amount is blank",
        "以下任一成立：（销售阶段 为 赢单 且 预计金额 大于 1）、预计金额 为空",
    ),
    (
        "max(amount, money(1, 'CNY')) > 0",
        "the greatest of Amount, 1 in the currency “CNY” is more than 0",
        "预计金额、币种为 “CNY” 的 1 中的最大值 大于 0",
    ),
]


@pytest.mark.parametrize(("text", "english", "chinese"), CALLED, ids=[each[0] for each in CALLED])
def test_functions_are_read_as_people_say_it(standard: Model, text: str, english: str, chinese: str) -> None:
    test_a_rule_is_read_as_a_sentence(standard, text, english, chinese)


def test_every_function_has_a_phrase_for_every_number_of_values_that_it_takes() -> None:
    for name, function in REGISTRY.items():
        if name in LISTED or name == "case" or name in EDGES:
            continue
        assert function.most is not None, name
        for count in range(function.least, function.most + 1):
            assert (name, count) in PHRASES, (name, count)


def test_a_field_of_the_record_that_is_edited_is_told_by_its_label(standard: Model) -> None:
    context = Context("offered", "contact", record="opportunity")
    expression, problems = compile_expression(Source("account == record.account"), standard, context)
    assert expression is not None, problems
    assert sentence(expression, standard, "en") == "Account is Account of this record"


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(made_up.booleans(3), made_up.numbers(3), made_up.texts(3), made_up.dates(3), made_up.monies(3)))
def test_every_expression_that_means_something_can_be_read_out(text: str) -> None:
    """Whatever a rule says, it is a sentence, in either language, with no gap in it."""
    expression, _ = compile_expression(Source(text), model(), Context("formula", "thing", expects=None))
    if expression is None:
        return
    for language in LANGUAGES:
        said = sentence(expression, model(), language)
        assert said.strip() == said
        assert "{" not in said
        assert "  " not in said
