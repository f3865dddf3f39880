"""The guide to choices is true: its example is applied to both databases, and does what the page says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newel.runtime.installation import Installation
from newel.runtime.records import Actor, Work, as_system, saving, suggesting, writing
from newel.runtime.records.errors import Invalid
from tests.docs.blocks import ROOT, files, shell_lines, write

ENGLISH = ROOT / "docs" / "guide" / "choices.md"
CHINESE = ROOT / "docs" / "guide" / "choices.zh-CN.md"


@pytest.fixture
def installation(make_installation: Callable[..., Installation], tmp_path: Path) -> Installation:
    write(files(ENGLISH), tmp_path)
    return make_installation(tmp_path / "my_company")


def test_both_languages_show_the_same() -> None:
    assert files(ENGLISH) == files(CHINESE)
    assert shell_lines(ENGLISH) == shell_lines(CHINESE)
    assert ENGLISH.read_text("utf-8").count("\n## ") == CHINESE.read_text("utf-8").count("\n## ")


def refused(act: Callable[[], Any]) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        act()
    return {problem.field: problem.code for problem in caught.value.problems}


def test_the_example_does_what_the_page_says(installation: Installation) -> None:
    with writing(installation, as_system(installation, "a test")) as work:
        user = saving.create(work, "nw_user", {"name": "Ann", "email": "ann@example.com"}).id
    with writing(installation, Actor(user, ("admin",))) as work:
        ours, theirs = (saving.create(work, "firm", {"name": name}).id for name in ("Ours", "Theirs"))
        ada, bob = (saving.create(work, "person", {"name": n, "firm": f}).id for n, f in (("Ada", ours), ("Bob", theirs)))
        narrowing = suggesting.narrowing_of(work, "ticket", "person", {"firm": ours})
        assert [each.title for each in suggesting.suggest(work, "person", "", narrowing=narrowing)] == ["Ada"]
        first = {"name": "T", "firm": ours, "person": ada, "category": "hardware", "serial": "S1"}
        ticket = saving.create(work, "ticket", first)
        assert ticket["kind"] == "broken"
        assert saving.create(work, "ticket", {"name": "T", "category": "software"})["kind"] is None
        assert refused(lambda: saving.create(work, "ticket", {**first, "person": bob})) == {"person": "not_offered"}
        saving.update(work, "person", ada, {"left": True})
        assert saving.update(work, "ticket", ticket.id, {"name": "U"})["person"] == ada
        moved = {"firm": theirs, "category": "software"}
        assert refused(lambda: saving.update(work, "ticket", ticket.id, moved)) == {
            "person": "not_offered",
            "kind": "not_offered",
        }
        ticket = saving.update(work, "ticket", ticket.id, {**moved, "person": bob, "kind": "access"})
        assert ticket["serial"] is None
        hidden = {"category": "hardware", "kind": "broken"}
        assert refused(lambda: saving.update(work, "ticket", ticket.id, hidden)) == {"category": "validation"}
        assert refused(lambda: saving.update(work, "ticket", ticket.id, {"serial": "S2"})) == {"serial": "hidden"}
        _beyond_its_limit(work, ticket.id)


def _beyond_its_limit(work: Work, ticket: str) -> None:
    two = [{"what": "a"}, {"what": "b"}]
    assert refused(lambda: saving.update(work, "ticket", ticket, {"limit": 1, "items": two})) == {"limit": "validation"}
    saving.update(work, "ticket", ticket, {"limit": 2, "items": two})
    alone = {"ticket": ticket, "what": "c"}
    assert refused(lambda: saving.create(work, "ticket_item", alone)) == {None: "validation"}
