"""One installation as a value: model, rules, tables, database. It is swapped whole when a new revision is applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from newel.metadata.model import Model
from newel.runtime import compiled
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.database import Database
from newel.runtime.storage.tables import Tables

if TYPE_CHECKING:
    from newel.rules.rulebook import Rulebook


@dataclass(frozen=True)
class Installation:
    """What one request works with from its beginning to its end. `cache` keeps what is made from it: prepared statements."""

    settings: Settings
    database: Database
    model: Model
    rulebook: Rulebook
    tables: Tables
    revision: int
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


class InstallationHolder:
    """Gives everyone the installation of the revision that is live."""

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self.settings = settings
        self.database = database or Database(settings.database_url)
        self._installation: Installation | None = None
        self._lock = Lock()

    def current(self, revision: int | None = None) -> Installation:
        """The live installation. Who has just read the stored `revision` passes it, and saves a statement."""
        if revision is None:
            if not self.database.exists:
                raise catalog.NothingInstalled
            with self.database.reading() as connection:
                revision = catalog.revision(connection)
        held = self._installation
        if held is not None and held.revision == revision:
            return held
        with self._lock:
            held = self._installation
            if held is None or held.revision != revision:
                if held is not None:
                    self.database.renew()
                held = self._installation = load(self.settings, self.database)
        return held

    def held(self) -> Installation:
        """The installation that this process served last, without asking the database; loaded where there is none yet."""
        return self._installation or self.current()


def load(settings: Settings, database: Database) -> Installation:
    """Compiles what the catalog holds, or takes it from the cache, and binds it to the database."""
    with database.reading() as connection:
        found = catalog.installed(connection)
    model, rulebook = compiled.load(settings, found.layers)
    return bind(settings, database, model, rulebook, found)


def bind(settings: Settings, database: Database, model: Model, rulebook: Rulebook, found: catalog.Installed) -> Installation:
    tables = Tables(model, found.layout, database.dialect)
    return Installation(settings, database, model, rulebook, tables, found.revision)
