"""What a serving process writes to its standard error: what the platform does by itself, what Setup decides, who was refused."""

from __future__ import annotations

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def to_standard_error() -> None:
    """Lets every line of Newel's own loggers through, each with its moment; others keep to warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(FORMAT))
    log = logging.getLogger("newel")
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


class _OneLine(logging.Formatter):
    """Nobody can make up lines of their own by what they send; only a traceback takes several."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the library's
        text = super().formatMessage(record)
        return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
