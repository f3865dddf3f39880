"""What nobody needs any more goes: unused uploads, bytes without a row, old idempotency keys, ended links and sessions.

A serving process does it once a day, `newel doctor --clean-up` at once. Doing it twice, or at the same time, does no harm.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Delete, delete

from newel.metadata.words import word
from newel.runtime.installation import Installation
from newel.runtime.records import files, idempotency
from newel.runtime.records.actors import as_system
from newel.runtime.records.identity.backing_off import FORGET_AFTER
from newel.runtime.records.statements import kept
from newel.runtime.records.work import writing
from newel.runtime.storage.examining import Finding
from newel.runtime.storage.system_identity import BACK_OFF, PASSWORD_LINK, SESSION, SETUP_TOKEN, SIGN_IN

LOG = logging.getLogger("newel.housekeeping")
FIRST_AFTER = 600.0  # seconds that a process has served: one that starts has better things to do
EVERY = 24 * 3600.0
GUESSES = ("refused", "slowed")  # anybody can make these lines without end
GUESSES_TOLD_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Swept:
    """What went."""

    files: int
    keys: int
    rows: int  # sessions, links, set-up tokens and counted guesses that have run out; guesses long past in the log of sign-ins

    def __bool__(self) -> bool:
        return bool(self.files or self.keys or self.rows)


def clean_up(installation: Installation, now: datetime) -> Swept:
    """Removes all of it, and says how much."""
    unused = files.clean_up(installation, now)
    with writing(installation, as_system(installation, "clean up what has run out"), now) as work:
        keys = idempotency.clean_up(work)
        rows = sum(work.connection.execute(each).rowcount for each in _run_out(now))
    return Swept(unused, keys, rows)


def _run_out(now: datetime) -> Iterator[Delete]:
    yield delete(SESSION).where((SESSION.c.expires_at <= now) | (SESSION.c.idle_until <= now))
    yield delete(PASSWORD_LINK).where(PASSWORD_LINK.c.expires_at <= now)
    yield delete(SETUP_TOKEN).where(SETUP_TOKEN.c.expires_at <= now)
    yield delete(SIGN_IN).where(SIGN_IN.c.outcome.in_(GUESSES), SIGN_IN.c.at < now - GUESSES_TOLD_FOR)
    yield delete(BACK_OFF).where(BACK_OFF.c.last_at < now - FORGET_AFTER)


def finding(installation: Installation) -> Finding:
    """Whether every stored file has its bytes."""
    there, missing = files.counted(installation)
    fault = word("{missing} of them have lost their bytes. Bring {folder} back from a backup.") if missing else None
    return Finding.of("files", word("{there} files"), fault, there=there, missing=missing, folder=installation.settings.files)


@dataclass
class Keeping:
    """When a serving process looks after one installation next."""

    due: float = field(default_factory=lambda: time.monotonic() + FIRST_AFTER)
    lock: threading.Lock = field(default_factory=threading.Lock)


def tend(installation: Installation) -> threading.Thread | None:
    """Called with every request, and nearly free: cleans up once a day, in a thread of this process."""
    keeping: Keeping = kept(installation, ("keeping house",), Keeping)
    if time.monotonic() < keeping.due or not keeping.lock.acquire(blocking=False):
        return None
    try:
        keeping.due = time.monotonic() + EVERY
    finally:
        keeping.lock.release()
    thread = threading.Thread(target=_serve, args=(installation,), name="newel-housekeeping", daemon=True)
    thread.start()
    return thread


def _serve(installation: Installation) -> None:
    try:
        swept = clean_up(installation, datetime.now(UTC))
    except Exception:
        LOG.exception("cleaning up was broken off; it is done another day")
    else:
        LOG.info("cleaned up: %s files, %s idempotency keys, %s rows that had run out", swept.files, swept.keys, swept.rows)
