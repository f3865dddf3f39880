"""What the health page and the search index page tell: how large the installation is, and whether it is sound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from newel.metadata.words import word
from newel.runtime.installation import Installation
from newel.runtime.records import drifting, housekeeping, indexing
from newel.runtime.settings import Settings
from newel.runtime.storage import sizing
from newel.runtime.storage.examining import Finding, examine, examine_search
from newel.runtime.storage.sizing import Count

__all__ = ["Count", "Health", "Indexed", "examined", "indexed", "measured"]


@dataclass(frozen=True)
class Health:
    """The facts of an installation. `applied_at` None: nothing was ever applied."""

    dialect: str
    version: str
    bytes: int
    revision: int
    model_hash: str
    applied_at: datetime | None
    applied_by: str | None
    counts: dict[str, Count]


@dataclass(frozen=True, slots=True)
class Indexed:
    """How much of one object is in the search index."""

    object: str
    records: int
    documents: int

    @property
    def is_whole(self) -> bool:
        return self.records == self.documents


def measured(installation: Installation) -> Health:
    """The facts, in four statements."""
    names = list(installation.model.objects)
    with installation.database.reading() as connection:
        applied = sizing.last_apply(connection)
        return Health(
            dialect=installation.database.dialect,
            version=".".join(str(part) for part in connection.dialect.server_version_info or ()),
            bytes=sizing.bytes_of(connection),
            revision=installation.revision,
            model_hash=installation.model.hash,
            applied_at=applied[0] if applied else None,
            applied_by=applied[1] if applied else None,
            counts=sizing.counts(connection, installation.tables, names),
        )


def indexed(installation: Installation) -> list[Indexed]:
    """The objects that are found by their words, and how much of each is indexed, in two statements."""
    names = [name for name, each in installation.model.objects.items() if indexing.searched(each)]
    with installation.database.reading() as connection:
        documents = sizing.documents(connection)
        records = sizing.counts(connection, installation.tables, names)
    return [Indexed(name, records[name].live, documents.get(name, 0)) for name in names]


def examined(installation: Installation) -> list[Finding]:
    """Everything that `newel doctor` looks at: home, database, catalog, tables, search index, files."""
    findings = list(_home(installation.settings))
    names = [name for name, each in installation.model.objects.items() if indexing.searched(each)]
    with installation.database.reading() as connection:
        findings += examine(connection, installation.model)
        findings.append(examine_search(connection, installation.tables, names))
    findings.append(housekeeping.finding(installation))
    busy = drifting.open_work(installation)
    return [*findings, busy] if busy is not None else findings


def _home(settings: Settings) -> Iterator[Finding]:
    """The home can be written, and the key is nobody else's."""
    writable = os.access(settings.home, os.W_OK)
    fault = None if writable else word("{home} can't be written to. Give it to the user that runs Newel.")
    yield Finding.of("home", "{home}", fault, home=settings.home)
    key = settings.home / "secret.key"
    if key.exists():
        open_to_others = key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        fault = word("Others can read the key. Run: chmod 600 {key}") if open_to_others else None
        yield Finding.of("secret key", "{key}", fault, key=key)
