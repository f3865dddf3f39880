"""Writing the search index anew while the installation is in use: by a thread, told step by step, stopped when asked.

The rebuild is one transaction, so what was indexed before is found until the new index is whole; stopped or broken off, nothing
has changed. Its state is a file in the home, for the process that is asked how far it is may be another one.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from newel.runtime.installation import Installation
from newel.runtime.records import indexing, measuring
from newel.runtime.settings import Settings

LOG = logging.getLogger("newel.search")
SILENT_AFTER = 90.0  # seconds without a sign of life: its process is gone


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is. state: running, done, stopped, failed, broken (its process ended)."""

    state: str
    done: int = 0
    total: int = 0
    object: str = ""
    began: float = 0.0
    told: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.state == "running"


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Somebody asked the rebuild to stop."""


def start(installation: Installation) -> bool:
    """Begins a rebuild; False where one is running already."""
    before = state(installation.settings)
    if before is not None and before.is_running:
        return False
    total = sum(each.records for each in measuring.indexed(installation))
    _stop_file(installation.settings).unlink(missing_ok=True)
    begun = Progress("running", total=total, began=time.time(), told=time.time())
    _tell(installation.settings, begun)
    threading.Thread(target=_run, args=(installation, begun), name="newel-search-rebuild", daemon=True).start()
    return True


def state(settings: Settings) -> Progress | None:
    """The rebuild that runs, or the last one that did; None where there never was one."""
    try:
        told = Progress(**json.loads(_state_file(settings).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    is_lost = told.is_running and time.time() - told.told > SILENT_AFTER
    return replace(told, state="broken") if is_lost else told


def stop(settings: Settings) -> None:
    """Asks the running rebuild to stop at its next step."""
    _stop_file(settings).touch()


def _run(installation: Installation, begun: Progress) -> None:
    settings = installation.settings
    try:
        indexing.rebuild(installation, _listener(settings, begun))
    except _Stopped:
        _tell(settings, replace(begun, state="stopped"))
    except Exception:
        LOG.exception("the search index could not be rebuilt")
        _tell(settings, replace(begun, state="failed"))
    else:
        _tell(settings, replace(begun, state="done", done=begun.total))
    finally:
        _stop_file(settings).unlink(missing_ok=True)


def _listener(settings: Settings, begun: Progress) -> Callable[[str, int], None]:
    finished: dict[str, int] = {}

    def listen(name: str, done: int) -> None:
        finished[name] = done
        if _stop_file(settings).exists():
            raise _Stopped
        _tell(settings, replace(begun, done=sum(finished.values()), object=name))

    return listen


def _tell(settings: Settings, progress: Progress) -> None:
    path = _state_file(settings)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({**asdict(progress), "told": time.time()}), "utf-8")
    fresh.replace(path)


def _state_file(settings: Settings) -> Path:
    return _home(settings) / "search-rebuild.json"


def _stop_file(settings: Settings) -> Path:
    return _home(settings) / "search-rebuild.stop"


def _home(settings: Settings) -> Path:
    settings.home.mkdir(parents=True, exist_ok=True)
    return settings.home
