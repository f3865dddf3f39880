"""Computed fields: how each is had, and how far those are that are being computed anew."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, g
from flask_admin import expose

from newel.metadata.words import word
from newel.runtime.records import recomputing
from newel.runtime.storage.recomputations import Task
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.views import MODEL, View

KINDS = {
    "stored": word("with every save"),
    "rollup": word("with what it gathers"),
    "query": word("when it is read"),
}


class Row(NamedTuple):
    """One computed field, as the list shows it."""

    object: str
    field: str
    address: str
    kind: str
    rule: str
    task: Task | None


class ComputedView(View):
    """Every computed field of the installed solutions."""

    def __init__(self) -> None:
        super().__init__(word("Computed fields"), MODEL, "setup_computed", "computed", menu_icon_value="calculator")

    @expose("/")
    def index(self) -> Response:
        return self._shown("setup/computed.html")

    @expose("/progress/")
    def progress(self) -> Response:
        """How far it is; htmx asks every two seconds while something is being computed anew."""
        return self._shown("setup/computed_state.html")

    def _shown(self, template: str) -> Response:
        tasks = recomputing.open_tasks(g.installation)
        return self.render(template, rows=_rows({each.key: each for each in tasks}), tasks=tasks)


def _rows(tasks: dict[tuple[str, str], Task]) -> list[Row]:
    seen = viewer()
    found = []
    for target in seen.model.objects.values():
        for field in target.declared:
            source = field.formula or field.rollup
            if field.computed is not None and source is not None:
                label = target.label.say(seen.language)
                task = tasks.get((target.name, field.name))
                found.append(
                    Row(label, field.label.say(seen.language), field.address, seen.t(KINDS[field.computed]), source.text, task)
                )
    return sorted(found, key=lambda each: each.task is None)
