"""Settings come from the environment; the key is made once and kept from others."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Thread

import pytest

from newel.runtime.settings import VARIABLES, Settings, Unusable


def test_without_a_word_everything_lies_in_var() -> None:
    settings = Settings.from_environment({})
    assert settings.home == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.home}/newel.sqlite"
    assert settings.base_url == "http://127.0.0.1:8000"


def test_the_environment_has_the_say(tmp_path: Path) -> None:
    said = {
        "NEWEL_HOME": str(tmp_path),
        "NEWEL_DATABASE_URL": "postgresql://me@db/x",
        "NEWEL_BASE_URL": "https://crm.example.com/",
        "NEWEL_SECRET_KEY": "given",
        "NEWEL_TRUSTED_PROXIES": "2",
    }
    # what tests and `newel expr vectors` read, and what the commands speak
    assert {*said, "NEWEL_TEST_POSTGRES_URL", "NEWEL_LANGUAGE"} == set(VARIABLES)
    settings = Settings.from_environment(said)
    assert settings.home == tmp_path
    assert settings.database_url == "postgresql://me@db/x"
    assert settings.base_url == "https://crm.example.com"
    assert settings.secret_key == "given"
    assert settings.trusted_proxies == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["-1", "yes", "10", "²", "1.0"])
def test_a_number_of_proxies_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(Unusable, match="NEWEL_TRUSTED_PROXIES"):
        Settings.from_environment({"NEWEL_TRUSTED_PROXIES": said})


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = Settings.from_environment({"NEWEL_HOME": str(tmp_path)})
    second = Settings.from_environment({"NEWEL_HOME": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_who_starts_at_once_gets_one_key(tmp_path: Path) -> None:
    keys: list[str] = []

    def start() -> None:
        keys.append(Settings.from_environment({"NEWEL_HOME": str(tmp_path / "home")}).secret_key)

    threads = [Thread(target=start) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(keys)) == 1
