"""The guide to changing rules shows the same in both languages, and the file that publishing writes."""

from __future__ import annotations

from newel.metadata.amending import FOLDER, Amendment, amended
from newel.metadata.compiling import compile_model
from newel.metadata.solutions import read_folder
from tests.docs.blocks import ROOT

GUIDE = ROOT / "docs" / "guide"


def blocks(name: str) -> list[str]:
    return (GUIDE / name).read_text("utf-8").split("```")[1::2]


def test_the_guide_shows_the_same_in_both_languages() -> None:
    assert blocks("changing-rules.md") == blocks("changing-rules.zh-CN.md")


def test_the_file_that_it_shows_is_the_one_that_is_written() -> None:
    standard, _ = read_folder(ROOT / "solutions" / "standard")
    keys = ("validations", "won_needs_amount", "require")
    change = Amendment("opportunity", ("object", "opportunity"), {keys: "amount > 1000"})
    org = amended([standard], change)
    shown = blocks("changing-rules.md")[0].removeprefix("text\n")
    assert shown == f"# org/{FOLDER}/opportunity.yaml\n{change.as_text()}"
    assert change.as_text() in org.files[f"{FOLDER}/opportunity.yaml"]
    model, problems = compile_model([standard, org])
    assert model is not None, problems.as_text()
