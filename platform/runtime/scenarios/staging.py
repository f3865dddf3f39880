"""An installation for a while: a model's own tables in a database that nobody else has, with nothing in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newel.metadata.model import Model
from newel.metadata.solutions import Layer
from newel.runtime.installation import Installation, bind
from newel.runtime.settings import Settings
from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage.throwaway import throwaway

if TYPE_CHECKING:
    from newel.rules.rulebook import Rulebook


@contextmanager
def staged(
    model: Model, rulebook: Rulebook, layers: Sequence[Layer] = (), database_url: str | None = None
) -> Iterator[Installation]:
    """The model, installed in a throw-away database: SQLite, or one on the server of `database_url`."""
    with throwaway(database_url) as (database, folder):
        applying.apply(database, plan.make(database, model, layers, rulebook=rulebook))
        settings = Settings(home=folder, database_url=database.url.render_as_string(hide_password=False))
        with database.reading() as connection:
            found = catalog.installed(connection)
        yield bind(settings, database, model, rulebook, found)
