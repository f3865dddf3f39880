"""What a serving process says on its standard error: one line each, whoever sent what it is about."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from newel.runtime.commands import noting


@pytest.fixture
def own_loggers() -> Iterator[logging.Logger]:
    log = logging.getLogger("newel")
    before = (log.handlers, log.level, log.propagate)
    yield log
    log.handlers, log.level, log.propagate = before


def test_what_somebody_sends_makes_no_line_of_its_own(own_loggers: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    noting.to_standard_error()
    logging.getLogger("newel.refusals").warning("forbidden: GET %s", "/o/a\n2026-01-01 INFO newel: all is well\x1b[2J 中文")
    logging.getLogger("newel.identity").info("told, too")
    logging.getLogger("elsewhere").info("not told")
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("WARNING newel.refusals: forbidden: GET /o/a\\x0a2026-01-01 INFO newel: all is well\\x1b[2J 中文")
    assert second.endswith("INFO newel.identity: told, too")
