"""The guide to formula fields is true: its example is applied to both databases and does what the page says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from newel.metadata.solutions import read_layers
from newel.runtime.compiled import compile_layers
from newel.runtime.installation import Installation
from newel.runtime.records import Actor, Work, as_system, finding, history, saving, writing
from newel.runtime.records.errors import Invalid
from tests.docs.blocks import ROOT, files, write
from tests.support.site import Site

ENGLISH = ROOT / "docs" / "guide" / "formulas.md"
CHINESE = ROOT / "docs" / "guide" / "formulas.zh-CN.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(files(ENGLISH), tmp_path)
    return tmp_path / "my_company"


@pytest.fixture
def installation(make_installation: Callable[..., Installation], folder: Path) -> Installation:
    return make_installation(folder)


@contextmanager
def working(installation: Installation, *roles: str) -> Iterator[Work]:
    with writing(installation, as_system(installation, "a test")) as work:
        person = saving.create(work, "nw_user", {"name": "Li", "email": f"{'-'.join(roles)}@example.com"}).id
    with writing(installation, Actor(person, roles)) as work:
        yield work


def sold(work: Work, **client: Any) -> tuple[str, str]:
    """A client, and an invoice of 1,000 that is due since three days."""
    given = {"name": "Mei", "level": "gold", "credit": "200000", **client}
    who = saving.create(work, "client", given).id
    due = (work.today - timedelta(3)).isoformat()
    return who, saving.create(work, "invoice", {"name": "A1", "client": who, "net": "1000", "due": due}).id


def test_both_languages_show_the_same() -> None:
    assert files(ENGLISH) == files(CHINESE)
    assert ENGLISH.read_text("utf-8").count("\n## ") == CHINESE.read_text("utf-8").count("\n## ")


def test_an_invoice_is_worth_what_the_page_says(installation: Installation) -> None:
    with working(installation, "admin") as work:
        client, invoice = sold(work)
        found = finding.get(work, "invoice", invoice)
        assert [found[name].amount for name in ("gross", "total")] == [Decimal("1130.00"), Decimal("1017.00")]
        assert (found["late"], found["line"]) == (3, "A1 for Mei")
        assert finding.get(work, "client", client)["owed"].amount == Decimal("1017.00")
        saving.update(work, "client", client, {"level": "plain"})
        assert finding.get(work, "invoice", invoice)["total"].amount == Decimal("1130.00")
        assert [each["field"] for each in history.of(work, "client", client)[0]["changes"]] == ["level"]


def test_formulas_are_kept_or_read_as_the_page_says(installation: Installation) -> None:
    model = installation.model
    kept = {
        name for one in ("client", "invoice") for name, each in model.objects[one].fields.items() if each.computed == "stored"
    }
    read = {name for one in ("client", "invoice") for name, each in model.objects[one].fields.items() if each.computed == "query"}
    assert kept == {"gross", "rebate", "is_large"}
    assert read == {"total", "owed", "late", "line", "over"}


def test_an_index_over_what_is_read_is_refused(folder: Path) -> None:
    invoice = folder / "objects" / "invoice.yaml"
    invoice.write_text(invoice.read_text("utf-8").replace('gross)"}', 'gross)", index: true}'), "utf-8")
    layers, _ = read_layers([folder])
    assert [each.code for each in compile_layers(layers)[2].errors] == ["NW-X505"]


def test_the_workshop_sees_what_the_page_says(installation: Installation) -> None:
    with working(installation, "admin") as work:
        client, _ = sold(work)
    with working(installation, "workshop") as work:
        shown = finding.get(work, "client", client)
        assert shown["is_large"] is True
        assert "owed" in shown
        assert not {"over", "credit"} & shown.values.keys()


def test_a_rule_sees_the_total_of_what_is_being_saved(installation: Installation) -> None:
    with working(installation, "admin") as work, pytest.raises(Invalid) as refused:
        sold(work, credit="1016")
    assert [(each.field, each.params["rule"]) for each in refused.value.problems] == [("net", "no_credit_left")]


def test_the_api_says_and_answers_what_the_page_says(installation: Installation) -> None:
    admin = Site(installation).api("admin")
    answer = admin.post("/records/invoice", {"name": "A1", "gross": "1"})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "read_only")
    described = admin.get("/openapi.json").json["components"]["schemas"]
    marked = {name for schema in described.values() for name, each in schema.get("properties", {}).items() if "readOnly" in each}
    assert {"gross", "total", "owed", "late"} <= marked
