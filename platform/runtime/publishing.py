"""From folders of YAML to a live installation: what is installed plus what is given, compiled, planned, applied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.solutions import Layer
from newel.runtime import compiled
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.losses import forgotten
from newel.runtime.settings import Settings
from newel.runtime.storage import applying, catalog
from newel.runtime.storage.applying import Outcome, Progress, Refused
from newel.runtime.storage.database import Database
from newel.runtime.storage.plan import Plan, make

if TYPE_CHECKING:
    from newel.rules.rulebook import Rulebook
    from newel.runtime.scenarios.outcomes import Outcome as TestOutcome


@dataclass(frozen=True)
class Candidate:
    """What would be installed: its problems (errors: there is no plan), the plan that leads there, the Model served so far."""

    plan: Plan | None
    problems: Problems
    served: Model | None = None
    model: Model | None = None
    rulebook: Rulebook | None = None
    layers: tuple[Layer, ...] = ()
    installed: tuple[Layer, ...] = ()


Given = Sequence[Layer] | Callable[[Sequence[Layer]], Sequence[Layer]]  # solutions, or what is made of the installed ones


def candidate(settings: Settings, database: Database, given: Given, *, replace_setup: bool = False) -> Candidate:
    """The installed solutions with those of `given` added, or put in place of their older selves.

    What Setup has written, and a folder given in its place lacks, is a problem unless it is to be replaced.
    """
    with database.reading() as connection:
        installed = catalog.installed(connection)
        layers = merged(installed.layers, given(installed.layers) if callable(given) else given)
        model, rulebook, problems = compiled.compile_layers(layers)
        if not callable(given) and not replace_setup:
            problems.extend(forgotten(installed.layers, given))
        if model is None:
            return Candidate(None, problems)
        served = _served(settings, installed)
        plan = make(connection, model, layers, served, rulebook=rulebook)
    problems.extend(plan.problems)
    return Candidate(plan, problems, served, model, rulebook, tuple(layers), installed.layers)


def publish(
    settings: Settings,
    database: Database,
    given: Given,
    agree: Callable[[Plan], bool] = lambda plan: True,
    *,
    by: str | None = None,
    progress: Progress | None = None,
    tests: bool = False,
    replace_setup: bool = False,
) -> Outcome:
    """Applies `given` if `agree` says so to the plan. Raises Refused with every problem; then nothing has changed.

    With `tests` the scenario tests of all solutions must pass on what they are together to become, but for those that fail now.
    """

    found: Candidate | None = None

    def planned() -> Plan:
        nonlocal found
        found = candidate(settings, database, given, replace_setup=replace_setup)
        if found.plan is None or found.problems.errors:
            raise Refused(found.problems.errors)
        return found.plan

    def agreed(plan: Plan) -> bool:
        if tests and found is not None:
            refuse_broken(settings, found, progress)
        return agree(plan)

    outcome = applying.publish(database, planned, agreed, by=by, progress=progress)
    if outcome.applied and found is not None and found.served is not None:
        _refresh_search(found.served, InstallationHolder(settings, database).current())
    return outcome


def refuse_broken(settings: Settings, found: Candidate, progress: Progress | None = None) -> None:
    """Plays every scenario test of what is to be installed, in a database of their own. Raises Refused where one fails.

    What fails on what is installed already (somebody has changed on purpose what it expects) is not broken by this change.
    """
    failed = _failed(found.model, found.rulebook, found.layers, None, progress)
    if failed and found.served is not None:
        before = _failed(found.served, compiled.load(settings, found.installed)[1], found.installed, set(failed))
        failed = {name: outcome for name, outcome in failed.items() if name not in before}
    problems = [problem for outcome in failed.values() for problem in outcome.problems()]
    if problems:
        raise Refused(problems)


def _failed(
    model: Model | None,
    rulebook: Rulebook | None,
    layers: Sequence[Layer],
    only: Collection[str] | None,
    progress: Progress | None = None,
) -> dict[str, TestOutcome]:
    """By name, the tests of a model that fail: all, or only those of these names."""
    from newel.runtime.scenarios import run
    from newel.runtime.scenarios.staging import staged

    tests = [each for name, each in model.tests.items() if only is None or name in only] if model else []
    if model is None or rulebook is None or not tests:
        return {}
    with staged(model, rulebook, layers) as installation:
        report = run(installation, tests, progress)
    names = {id(each): name for name, each in model.tests.items()}
    return {names[id(each.test)]: each for each in report.failed}


def _refresh_search(before: Model, now: Installation) -> None:
    """Where existing records are searched by other fields than before, the search index is written anew."""
    from newel.runtime.records.indexing import rebuild, searched

    kept = [(before.objects[name], each) for name, each in now.model.objects.items() if name in before.objects]
    if any(searched(old) != searched(new) for old, new in kept):
        rebuild(now)


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
