"""Where one installation lives and how it is reached: read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from newel.metadata.words import Phrase, phrase

DEFAULT_URL = "http://127.0.0.1:8000"
MOST_PROXIES = 9

# What the environment may say; the reference page is made of it.
VARIABLES: Mapping[str, str] = {
    "NEWEL_HOME": "The folder of the database, files and keys. By default ./var.",
    "NEWEL_DATABASE_URL": "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. By default SQLite in NEWEL_HOME.",
    "NEWEL_BASE_URL": f"The address under which people reach this installation. By default {DEFAULT_URL}.",
    "NEWEL_LANGUAGE": "What the commands speak: en or zh-CN. By default the language of the terminal (LC_ALL, LANG).",
    "NEWEL_TEST_POSTGRES_URL": "A PostgreSQL for the tests and `newel expr vectors`. By default one from pip, for a while.",
    "NEWEL_TRUSTED_PROXIES": "How many reverse proxies stand before it, each adding its caller to X-Forwarded-For. By default 0: "
    "the header is not believed, and who connects is who calls.",
    "NEWEL_SECRET_KEY": "Signs cookies and cached models. By default made on first start, in NEWEL_HOME, for its owner only.",
}


class Unusable(ValueError):  # noqa: N818 - it is a setting, and unusable
    """The environment says something that can't be used."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True)
class Settings:
    """The settings of one installation. `secret_key` is made when it is first asked for."""

    home: Path
    database_url: str
    base_url: str = DEFAULT_URL
    given_key: str | None = None
    trusted_proxies: int = 0

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
        said = os.environ if environment is None else environment
        home = Path(said.get("NEWEL_HOME") or "var").expanduser().absolute()
        return Settings(
            home=home,
            database_url=said.get("NEWEL_DATABASE_URL") or f"sqlite:///{home / 'newel.sqlite'}",
            base_url=(said.get("NEWEL_BASE_URL") or DEFAULT_URL).rstrip("/"),
            given_key=said.get("NEWEL_SECRET_KEY") or None,
            trusted_proxies=_count(said, "NEWEL_TRUSTED_PROXIES"),
        )

    @cached_property
    def secret_key(self) -> str:
        """The given key, or one that is made once and kept in a file that only its owner can read."""
        return self.given_key or _kept_key(self.home / "secret.key")

    @property
    def files(self) -> Path:
        """Where uploaded files are kept."""
        return self.home / "files"

    @property
    def cache(self) -> Path:
        """What can be made again: compiled models."""
        return self.home / "cache"


def _count(said: Mapping[str, str], name: str) -> int:
    text = said.get(name, "").strip() or "0"
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PROXIES:
        wrong = phrase("{name} is {text}. It is a number from 0 to {most}.", name=name, text=repr(text), most=MOST_PROXIES)
        raise Unusable(wrong)
    return int(text)


def _kept_key(path: Path) -> str:
    """Two processes that start at once agree on one key: only one of them can create the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)  # whole, or not at all where another process was first
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()
