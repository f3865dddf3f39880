"""How a command comes to the installation that the environment names."""

from __future__ import annotations

import click

from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.database import Database


def opened() -> tuple[Settings, Database]:
    """The settings and the database, which has a catalog. Raises NothingInstalled where it has none."""
    settings = Settings.from_environment()
    database = Database(settings.database_url)
    click.get_current_context().call_on_close(database.close)
    if not database.exists:
        raise catalog.NothingInstalled
    with database.reading() as connection:
        catalog.revision(connection)
    return settings, database


def installation() -> Installation:
    """The live installation."""
    settings, database = opened()
    return InstallationHolder(settings, database).current()
