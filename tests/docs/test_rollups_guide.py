"""The guide to rollups is true: its example is applied to both databases, worked with, and costs what the page says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from newel.metadata.solutions import read_layers
from newel.runtime.compiled import compile_layers
from newel.runtime.installation import Installation
from newel.runtime.records import Work, as_system, finding, saving, writing
from tests.docs.blocks import ROOT, files, shell_lines, write

ENGLISH = ROOT / "docs" / "guide" / "rollups.md"
CHINESE = ROOT / "docs" / "guide" / "rollups.zh-CN.md"
REFUSED = (
    "count(pieces, where=last_day < today())",
    "count(pieces, where=owner == user)",
    "count(pieces, where=owner.name == 'x')",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(files(ENGLISH), tmp_path)
    return tmp_path / "my_company"


@pytest.fixture
def installation(make_installation: Callable[..., Installation], folder: Path) -> Installation:
    return make_installation(folder)


def test_both_languages_show_the_same(folder: Path) -> None:
    assert files(ENGLISH) == files(CHINESE)
    assert shell_lines(ENGLISH) == shell_lines(CHINESE)
    assert ENGLISH.read_text("utf-8").count("\n## ") == CHINESE.read_text("utf-8").count("\n## ")


def test_approving_eight_hours_changes_everything_above_at_once(installation: Installation) -> None:
    with writing(installation, as_system(installation, "a test")) as work:
        booking = _booked(work)
        saving.update(work, "booking", booking, {"approved": True})
        project = finding.find(work, "project").records[0]
        piece = finding.find(work, "piece").records[0]
    assert piece["hours"] == 8
    assert [project[name].amount for name in ("cost", "remaining")] == [Decimal("800.00"), Decimal("200.00")]
    assert project["pieces_open"] == 1


def test_it_costs_what_the_page_says(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the piece and the project: their rollups, what they make of them, and on PostgreSQL a lock."""
    with writing(installation, as_system(installation, "a test")) as work:
        booking = _booked(work)
        saving.update(work, "booking", booking, {"approved": True})

    def changed(**values: Any) -> list[str]:
        return _statements(installation, monkeypatch, lambda work: saving.update(work, "booking", booking, values, None, ("id",)))

    one = changed(hours=9)
    assert sum(each.startswith("WITH") for each in one) == 4
    locks = [each for each in one if "FOR NO KEY UPDATE" in each and "ORDER BY" in each]
    assert len(locks) == (2 if installation.database.dialect == "postgresql" else 0)
    assert not any(each.startswith("WITH") for each in changed(what="y"))


@pytest.mark.parametrize("rule", REFUSED)
def test_what_the_page_calls_refused_is_refused(folder: Path, rule: str) -> None:
    path = folder / "objects" / "project.yaml"
    path.write_text(path.read_text("utf-8") + f'  wrong: {{type: integer, rollup: "{rule}"}}\n', "utf-8")
    layers, _ = read_layers([folder])
    model, _, problems = compile_layers(layers)
    assert model is None
    assert [each.code for each in problems.errors] in (["NW-X503"], ["NW-X302"]), problems.as_text()


def _booked(work: Work) -> str:
    project = saving.create(work, "project", {"name": "P", "budget": 1000}, ("id",)).id
    bookings = [{"what": "x", "hours": 8, "day": "2026-11-21"}]
    piece = saving.create(work, "piece", {"name": "W", "project": project, "bookings": bookings})
    return str(piece["bookings"][0].id)


def _statements(installation: Installation, monkeypatch: pytest.MonkeyPatch, act: Callable[[Work], Any]) -> list[str]:
    said: list[str] = []
    run = Work.execute

    def listening(work: Work, text: str, *given: Any) -> Any:
        said.append(" ".join(text.split()))
        return run(work, text, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Work, "execute", listening)
        with writing(installation, as_system(installation, "a test")) as work:
            act(work)
    return said
