"""What the tests share: a fresh database of each kind, and installations made from YAML."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as laws

from newel.runtime.proving import postgres

if TYPE_CHECKING:  # tests of the lower floors do not load the runtime
    from newel.metadata.model import Model
    from newel.metadata.solutions import Layer
    from newel.runtime.installation import Installation
    from newel.runtime.settings import Settings
    from newel.runtime.storage.database import Database

# A busy machine is no fault of the product: no law has a deadline. The everyday run tries the same examples each time; the soak
# run looks for new ones.
laws.register_profile("everyday", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
laws.register_profile("soak", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
laws.load_profile("everyday")

SERVER = "NEWEL_TEST_POSTGRES_HOME"  # where this run's own PostgreSQL lives; set by the process that stops it


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the tests (not an xdist worker) answers for the PostgreSQL that they may start."""
    os.environ["NEWEL_LANGUAGE"] = "en"  # whatever the terminal's
    if not hasattr(config, "workerinput") and not os.environ.get("NEWEL_TEST_POSTGRES_URL"):
        os.environ[SERVER] = str(postgres.new_home())


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and SERVER in os.environ:
        postgres.stop(Path(os.environ.pop(SERVER)))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A running PostgreSQL: the one that NEWEL_TEST_POSTGRES_URL names, or one from pip, shared by all workers."""
    return os.environ.get("NEWEL_TEST_POSTGRES_URL") or postgres.started(Path(os.environ[SERVER]))


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def new_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Database]]:
    """Makes fresh databases of a dialect, with the platform's tables and nothing else; they go when the test ends."""
    from tests.support import databases

    made: list[Database] = []

    def make(dialect: str) -> Database:
        server = request.getfixturevalue("postgres_url") if dialect == "postgresql" else None
        made.append(databases.create(dialect, tmp_path, server))
        return made[-1]

    yield make
    for each in made:
        databases.drop(each)


@pytest.fixture
def database(dialect: str, new_database: Callable[[str], Database]) -> Database:
    """A fresh database, once on SQLite and once on PostgreSQL."""
    return new_database(dialect)


@pytest.fixture
def settings(tmp_path: Path, database: Database) -> Settings:
    from tests.support import databases

    return databases.settings_for(database, tmp_path)


@pytest.fixture
def make_installation(tmp_path: Path, database: Database) -> Callable[..., Installation]:
    """make_installation({"objects/visit.yaml": "..."}) or (folder) or (model): applied to `database`, and loaded.

    Files without a solution.yaml are given one (solution `test`, prefix `t`). Several layers: pass a list of folders,
    Layers or file mappings. A test that needs a second installation gives another database (from `new_database`).
    """
    from tests.support import databases

    fresh = database

    def make(
        what: Mapping[str, str] | str | Path | Layer | Model | list[Any] | None = None, database: Database | None = None
    ) -> Installation:
        target = database or fresh
        return databases.install(what, target, databases.settings_for(target, tmp_path))

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser, one for all tests of a process: there can be no second driver beside the first."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on PATH; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()
