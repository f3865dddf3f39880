"""Ids that sort by time: UUIDv7, each greater than the one before within a process."""

from __future__ import annotations

import os
import re
import time
from threading import Lock
from typing import Final

FRACTION = 12  # bits below a millisecond (RFC 9562, method 3)
ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_lock = Lock()
_last = 0


def new_id() -> str:
    """A fresh id."""
    global _last
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    moment = milliseconds << FRACTION | (rest << FRACTION) // 1_000_000
    with _lock:
        _last = moment = max(moment, _last + 1)
    number = (moment >> FRACTION) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64
    number |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(value: object) -> bool:
    """Whether the value is written as an id is."""
    return isinstance(value, str) and ID.fullmatch(value) is not None
