"""What the standard solution promises holds on both databases; and a promise that is broken is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from newel.metadata.solutions import Layer, read_folder
from newel.runtime import compiled
from newel.runtime.installation import Installation
from newel.runtime.scenarios import run
from newel.runtime.scenarios.staging import staged

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"

# What somebody may spoil in the standard solution: the file, a text in it, what it becomes, and the test that tells.
FAULTS = [
    ("objects/opportunity.yaml", "require: amount > 0", "require: amount >= 0", "opportunity.winning"),
    ("objects/opportunity.yaml", "required: stage == 'lost'", "required: false", "opportunity.losing"),
    ("objects/opportunity.yaml", "default: qualify", "default: propose", "opportunity.beginning"),
    ("objects/opportunity_line.yaml", "(100 - discount)", "100", "opportunity.lines"),
    ("objects/lead.yaml", "mobile: phone", "phone: phone", "lead.converting"),
    ("objects/lead.yaml", "status not in ['converted', 'disqualified']", "status != 'disqualified'", "lead.converting"),
    ("objects/case.yaml", "required: status == 'solved'", "required: false", "case.solving"),
    ("objects/contact.yaml", "to: account, on_delete: clear", "to: account, on_delete: restrict", "account.deleting"),
    ("objects/account.yaml", "default: company", "default: person", "account.basics"),
    ("objects/product.yaml", "unique: true, ", "", "product.code"),
    ("objects/task.yaml", "on_delete: cascade, ", "on_delete: clear, ", "task.about"),
    ("roles/sales_rep.yaml", "opportunity: {read: own", "opportunity: {read: all", "opportunity.privacy"),
    ("roles/sales_rep.yaml", "update: own, delete: own, fields", "update: all, delete: own, fields", "account.sharing"),
    ("roles/sales_rep.yaml", "fields: {cost: none,", "fields: {cost: read,", "product.costs"),
    ("roles/sales_rep.yaml", "credit_limit: read", "credit_limit: edit", "account.credit_limit"),
    ("roles/read_only.yaml", '"*": read}}', '"*": edit}, update: all}', "read_only.role"),
]  # fmt: skip


@pytest.fixture(scope="module")
def layer() -> Layer:
    found, problems = read_folder(STANDARD)
    assert not problems.errors
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, layer: Layer) -> Iterator[Installation]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with standing(layer, url) as found:
        yield found


def standing(layer: Layer, url: str | None = None) -> AbstractContextManager[Installation]:
    """The solution in a database that nobody else has."""
    model, rulebook, problems = compiled.compile_layers([layer])
    assert model is not None, problems.as_text()
    assert rulebook is not None
    return staged(model, rulebook, [layer], url)


def test_every_promise_of_the_standard_solution_holds(installation: Installation) -> None:
    report = run(installation, list(installation.model.tests.values()))
    assert [each.as_text() for each in report.failed] == []
    assert len(report.outcomes) >= 25


def test_a_run_leaves_nothing_behind(installation: Installation) -> None:
    """Another run finds the same, in whatever order: numbers begin anew, and no record of a test meets another's."""
    tests = list(installation.model.tests.values())
    report = run(installation, [*reversed(tests), *tests])
    assert [each.as_text() for each in report.failed] == []


def test_each_kind_of_record_that_people_work_with_has_a_test(layer: Layer) -> None:
    tested = {path.removeprefix("tests/").partition(".")[0] for path in layer.files if path.startswith("tests/")}
    assert {"account", "opportunity", "lead", "case", "task", "meeting", "product", "campaign", "document", "note"} <= tested


@pytest.mark.parametrize(("path", "text", "spoilt", "told_by"), FAULTS, ids=[f"{each[3]}-{at}" for at, each in enumerate(FAULTS)])
def test_a_broken_promise_is_noticed(layer: Layer, path: str, text: str, spoilt: str, told_by: str) -> None:
    assert text in layer.files[path], path
    broken = Layer(layer.name, {**layer.files, path: layer.files[path].replace(text, spoilt)})
    with standing(broken) as found:
        (outcome,) = run(found, [found.model.tests[f"standard.{told_by}"]]).outcomes
    assert outcome.failures, outcome.as_text()
