"""The world, served, with a role that may set up and is no administrator."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import world
from tests.support.site import Site

KEEPER = "role: keeper\nsetup: true\nobjects: {account: {read: all}}\n"


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation({**world.FILES, "roles/keeper.yaml": KEEPER}))
