"""The world, served."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import world
from tests.support.site import Site


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    """A fresh installation of the world on each database, with nobody in it yet."""
    return Site(make_installation(world.FILES))
