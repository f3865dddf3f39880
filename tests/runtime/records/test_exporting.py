"""Exports: the rows and fields of the roles that may export, and no formula in any cell."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest

from newel.runtime.records import Actor, exporting, reading, saving
from newel.runtime.records.errors import Forbidden, Invalid
from tests.runtime.records.conftest import Firm


def exported(firm: Firm, who: str, *fields: str, **asked: object) -> list[list[str]]:
    with firm.reading(who) as work:
        columns, lines = exporting.rows(work, "account", fields, **asked)  # type: ignore[arg-type]
        out = io.BytesIO()
        exporting.write_csv(work, out, columns, lines)
    return list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"))))


def test_an_export_holds_what_was_asked_for_in_order(firm: Firm) -> None:
    firm.create("boss", "account", name="B", city="Ulm", credit="12.50", region="east")
    firm.create("boss", "account", name="A", city="Bonn")
    assert exported(firm, "boss", "name", "city", "credit", "region", "owner", "active", sort=["name"]) == [
        ["Name", "City", "Credit", "Credit (CNY)", "Region", "Owner", "Active"],
        ["A", "Bonn", "", "", "", "Boss", "true"],
        ["B", "Ulm", "12.50", "CNY", "East", "Boss", "true"],
    ]


def test_a_moment_at_the_very_end_of_the_calendar_is_exported(firm: Firm) -> None:
    """In a zone ahead of Greenwich its clock would show the year 10000."""
    account = firm.create("boss", "account", name="A")
    firm.create("boss", "deal", name="D", account=account.id, seen_at="9999-12-31T23:30:00Z")
    with firm.reading("boss") as work:
        assert [list(row) for row in exporting.rows(work, "deal", ("seen_at",))[1]] == [
            [datetime(9999, 12, 31, 23, 30, tzinfo=UTC)]
        ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\u00a0=1", "|calc", "%x", "\uff1d1+1"])
def test_no_cell_is_a_formula(firm: Firm, name: str) -> None:
    firm.create("boss", "account", name=name)
    cell = exported(firm, "boss", "name")[1][0]
    assert cell == f"'{name.strip()}"
    with firm.reading("boss") as work:
        columns, lines = exporting.rows(work, "account", ["name", "active"])
        out = io.BytesIO()
        assert exporting.write_xlsx(work, out, columns, lines) == 1
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert sheet["A2"].value == name.strip("\u00a0 ")
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value is True


def test_only_roles_that_may_export_count(firm: Firm) -> None:
    firm.create("boss", "account", name="E", region="east")
    firm.create("boss", "account", name="W", region="west")
    firm.actor("rep")
    with pytest.raises(Forbidden):
        exported(firm, "rep", "name")
    both = Actor(firm.actor("rep").user_id, ("rep", "eastern"))
    with reading(firm.installation, both) as work:
        _, lines = exporting.rows(work, "account", ["name"])
        assert list(lines) == [["E"]]
        with pytest.raises(Invalid):
            exporting.rows(work, "account", ["no_such"])


def test_any_number_of_records_is_exported(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 7)
    with firm.writing("boss") as work:
        saving.bulk_create(work, "account", [{"name": f"A{n % 3}"} for n in range(50)])
    assert len(exported(firm, "boss", "name", sort=["name"])) == 51
