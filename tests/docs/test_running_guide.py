"""What the guide for those who run Newel names is there, in both languages alike."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from newel.runtime.commands.doctor import doctor
from newel.runtime.records.errors import TookTooLong
from newel.runtime.settings import VARIABLES
from newel.runtime.storage.database import LONGEST
from newel.runtime.web.app import create_app
from tests.docs.blocks import ROOT

PAGES = [ROOT / "docs" / "guide" / name for name in ("running-safely.md", "running-safely.zh-CN.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_options_loggers_and_codes_are_there(page: Path) -> None:
    text = page.read_text()
    assert set(re.findall(r"NEWEL_[A-Z_]+", text)) <= VARIABLES.keys()
    options = {name for each in doctor.params for name in each.opts}
    assert set(re.findall(r"newel doctor (--[a-z-]+)", text)) <= options
    assert create_app.__module__ == "newel.runtime.web.app"  # whose rooms have made their loggers
    named = set(re.findall(r"`(newel\.[a-z.]+)`", text))
    assert named
    assert named <= set(logging.root.manager.loggerDict)
    assert TookTooLong.code in text
    assert LONGEST == 60


def test_both_pages_say_the_same() -> None:
    english, chinese = (page.read_text() for page in PAGES)
    assert re.findall(r"```.*?```|`[^`]+`", english, re.S) == re.findall(r"```.*?```|`[^`]+`", chinese, re.S)
    assert english.count("\n## ") == chinese.count("\n## ")
