"""The world, served, for those who attack it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.records.conftest import FILES as FIRM
from tests.runtime.records.conftest import Firm
from tests.support import databases, world
from tests.support.site import Site


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(world.FILES))


@pytest.fixture
def sqlite_site(new_database: Callable[[str], Any], tmp_path: Path) -> Site:
    """The world on SQLite alone, for what can't differ between databases."""
    database = new_database("sqlite")
    return Site(databases.install(world.FILES, database, databases.settings_for(database, tmp_path)))


@pytest.fixture
def make_firm(make_installation: Callable[..., Any]) -> Callable[[Any], Firm]:
    return lambda files: Firm(make_installation(files))


@pytest.fixture
def firm(make_installation: Callable[..., Any]) -> Firm:
    return Firm(make_installation(FIRM))
