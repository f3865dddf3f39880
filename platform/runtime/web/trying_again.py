"""Requests whose transaction stood in a circle of waiting ones are simply carried out once more: nothing of them has happened."""

from __future__ import annotations

import random
import time
from typing import Any

from flask import Flask, request

from newel.runtime.records.errors import Collided

TRIES = 4
UPLOADS = "multipart/form-data"  # its files have been read to their end, and can't be read again


def try_again(app: Flask) -> None:
    """Lets the app's routes run again after a Collided; the last one is told."""
    carry_out = app.dispatch_request

    def dispatched(*given: Any) -> Any:
        for left in range(TRIES - 1, -1, -1):
            try:
                return carry_out(*given)
            except Collided:
                if not left or request.mimetype == UPLOADS:
                    raise
                time.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - so that the two don't meet again at once
        raise AssertionError

    app.dispatch_request = dispatched  # type: ignore[method-assign]
