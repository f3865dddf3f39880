"""`newel init`: from nothing to an installation that can be served. Run again, it brings everything up to date."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from newel.metadata.problems import Problems
from newel.metadata.solutions import DESCRIPTION, Layer, read_folder
from newel.metadata.words import word
from newel.runtime import publishing
from newel.runtime.commands.progress import progress
from newel.runtime.commands.recomputing import compute_anew
from newel.runtime.commands.speaking import command, language, speak, spoken
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.applying import Refused
from newel.runtime.storage.database import Database


@command(epilog="Example: newel init --demo && newel serve")
@click.option("--demo", is_flag=True, help="Load demo records, and make demo users whose sign-ins `newel serve` prints.")
@click.option("--no-standard", is_flag=True, help="Leave the standard CRM out: only users, teams and what you apply yourself.")
def init(demo: bool, no_standard: bool) -> None:
    """Make an installation in NEWEL_HOME, or bring the one that is there up to date."""
    settings = Settings.from_environment()
    database = _prepare(settings)
    _publish(settings, database, [] if no_standard else _standard())
    installation = InstallationHolder(settings, database).current()
    compute_anew(installation)
    _load(installation, "reference", word("Loading reference data"))
    if demo:
        _load(installation, "demo", word("Loading demo data"))
    speak("Ready. `newel serve` starts it.")


def _prepare(settings: Settings) -> Database:
    """The home, the key and the platform's own tables."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _ = settings.secret_key
    database = Database(settings.database_url)
    click.get_current_context().call_on_close(database.close)
    fresh = not database.exists
    catalog.prepare(database)
    url = database.url.render_as_string(hide_password=True)
    speak("Made {database}", database=url) if fresh else speak("Found {database}", database=url)
    return database


def _standard() -> list[Layer]:
    """The standard CRM: of the source tree that Newel runs from, or of the installed package."""
    here = Path(__file__)
    for folder in (here.parents[3] / "solutions" / "standard", here.parents[2] / "solutions" / "standard"):
        if (folder / DESCRIPTION).is_file():
            layer, problems = read_folder(folder)
            if problems.errors:
                _refuse(problems)
            return [layer]
    said = word("The standard CRM is not there. Use --no-standard, and `newel apply` your own solutions.")
    raise click.ClickException(spoken(said))


def _publish(settings: Settings, database: Database, layers: list[Layer]) -> None:
    with progress(spoken("Making tables")) as report:
        try:
            outcome = publishing.publish(settings, database, layers, by="newel init", progress=report)
        except Refused as refused:
            _refuse(Problems(refused.problems))
    with database.reading() as connection:
        names = ", ".join(f"{each.name} {each.version}" for each in catalog.solutions(connection)) or spoken("no solutions")
    said = word("Applied {names} (revision {n})") if outcome.applied else word("Up to date: {names} (revision {n})")
    speak(said, names=names, n=outcome.revision)


def _load(installation: Installation, mode: str, label: str) -> None:
    from newel.runtime import samples

    with progress(spoken(label)) as report:
        made = samples.load(installation, mode, report)
    if made.total:
        said = word("Loaded {n} demo records") if mode == "demo" else word("Loaded {n} reference records")
        speak(said, n=f"{made.total:,}")


def _refuse(problems: Problems) -> NoReturn:
    click.echo(problems.as_text(language()), err=True)
    speak("Nothing was changed.", err=True)
    raise SystemExit(1)
