"""The world, served, for those who attack it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import world
from tests.support.site import Site


@pytest.fixture
def site(make_installation: Callable[..., Any], database: Any) -> Site:
    return Site(make_installation(world.FILES, database=database))


@pytest.fixture
def sqlite_site(make_installation: Callable[..., Any], new_database: Callable[[str], Any]) -> Site:
    """The world on SQLite alone, for what can't differ between databases."""
    return Site(make_installation(world.FILES, database=new_database("sqlite")))
