"""Health: versions, sizes, counts, and what the doctor finds."""

from __future__ import annotations

import platform
import time
from datetime import timedelta
from importlib.metadata import version

from flask import Response, g
from flask_admin import expose

from newel.metadata.words import say_count, word
from newel.runtime.records import measuring
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.views import SYSTEM, View

STARTED = time.monotonic()
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CHECKS = {
    "home": word("Home"),
    "secret key": word("Secret key"),
    "version": word("Database version"),
    "encoding": word("Encoding"),
    "soundness": word("Soundness"),
    "references": word("References"),
    "tables": word("Tables"),
    "plan": word("Plan"),
    "search": word("Search index"),
    "computed": word("Computed fields"),
}
_UNITS = ("B", "KB", "MB", "GB", "TB")


class HealthView(View):
    """The facts at once; the doctor's findings when they are there."""

    def __init__(self) -> None:
        super().__init__(word("Health"), SYSTEM, "setup_health", "health", menu_icon_value="heartbeat")

    @expose("/")
    def index(self) -> Response:
        facts = measuring.measured(g.installation)
        objects = [each for each in viewer().model.objects.values() if each.name in facts.counts]
        objects.sort(key=lambda each: -facts.counts[each.name].live)
        return self.render(
            "setup/health.html",
            facts=facts,
            objects=objects,
            database=f"{NAMES[facts.dialect]} {facts.version}",
            size=size_of(facts.bytes),
            newel=version("newel"),
            python=platform.python_version(),
            uptime=_duration(timedelta(seconds=time.monotonic() - STARTED), viewer().language),
        )

    @expose("/findings/")
    def findings(self) -> Response:
        """What the doctor finds, as a part of the page, or as a page where no script asks."""
        found = measuring.examined(g.installation)
        language = viewer().language
        rows = [(CHECKS.get(each.check, each.check), *each.say(language)) for each in found]
        return self.render("setup/findings.html", findings=rows, wrong=sum(1 for each in found if each.fault))


def size_of(count: int) -> str:
    """Bytes in the largest unit that they fill."""
    number, unit = float(count), 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit < 2 else f"{number:.1f} {_UNITS[unit]}"


def _duration(passed: timedelta, language: str) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return say_count(language, "{n} minute", "{n} minutes", minutes)
    if minutes < 48 * 60:
        return say_count(language, "{n} hour", "{n} hours", minutes // 60)
    return say_count(language, "{n} day", "{n} days", minutes // (24 * 60))
