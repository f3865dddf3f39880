"""From folders of YAML to a live installation: what is installed plus what is given, compiled, planned, applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer
from newel.runtime import compiled
from newel.runtime.settings import Settings
from newel.runtime.storage import applying, catalog
from newel.runtime.storage.applying import Outcome, Progress, Refused
from newel.runtime.storage.database import Database
from newel.runtime.storage.plan import Plan, make


@dataclass(frozen=True)
class Candidate:
    """What would be installed: its problems (errors: there is no plan), and the plan that leads there."""

    plan: Plan | None
    problems: Problems


def candidate(settings: Settings, database: Database, given: Sequence[Layer]) -> Candidate:
    """The installed solutions with those of `given` added, or put in place of their older selves."""
    with database.reading() as connection:
        installed = catalog.installed(connection)
        layers = merged(installed.layers, given)
        model, _, problems = compiled.compile_layers(layers)
        if model is None:
            return Candidate(None, problems)
        plan = make(connection, model, layers, _served(settings, installed))
    problems.extend(plan.problems)
    return Candidate(plan, problems)


def publish(
    settings: Settings,
    database: Database,
    given: Sequence[Layer],
    agree: Callable[[Plan], bool] = lambda plan: True,
    *,
    by: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Applies `given` if `agree` says so to the plan. Raises Refused with every problem; then nothing has changed."""

    def planned() -> Plan:
        found = candidate(settings, database, given)
        if found.plan is None or found.problems.errors:
            raise Refused(found.problems.errors)
        return found.plan

    return applying.publish(database, planned, agree, by=by, progress=progress)


def merged(installed: Iterable[Layer], given: Iterable[Layer]) -> list[Layer]:
    """By name: what is given takes the place of what is installed."""
    by_name = {each.name: each for each in installed} | {each.name: each for each in given}
    return [by_name[name] for name in sorted(by_name)]


def _served(settings: Settings, installed: catalog.Installed) -> Model | None:
    """The Model that is served now; None where nothing is, or where it no longer compiles."""
    if installed.revision == 0:
        return None
    try:
        return compiled.load(settings, installed.layers)[0]
    except compiled.Broken:
        return None
