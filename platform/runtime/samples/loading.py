"""Saves drafts through the kernel: each sample in one transaction, what is pointed at before what points at it, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from newel.metadata.model import USER_OBJECT, Field, Object
from newel.metadata.samples import SIGN_IN
from newel.runtime.installation import Installation
from newel.runtime.records import saving
from newel.runtime.records.actors import as_system
from newel.runtime.records.identity import users
from newel.runtime.records.work import Work, reading, writing
from newel.runtime.samples.drafts import Batch, Draft, Ref, references
from newel.runtime.samples.generating import make_drafts
from newel.runtime.samples.making import Day
from newel.runtime.storage import system_samples

REASON = "loading samples"
TIME_ZONE = "Asia/Shanghai"
CHUNK = 500

Progress = Callable[[int, int, str], None]  # how many records are done, of how many, and of which object
Ids = dict[tuple[str, str], str]


@dataclass(slots=True)
class Loaded:
    """How many records were made, by object."""

    made: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.made.values())


def load(installation: Installation, mode: str, progress: Progress | None = None, now: datetime | None = None) -> Loaded:
    """Makes the records of all samples: `reference` the reference data only, `demo` both. What was made before stays as it is."""
    moment = now or datetime.now(UTC)
    zone = ZoneInfo(TIME_ZONE)
    batches = [
        each for each in make_drafts(installation.model, Day(moment.astimezone(zone).date(), zone)) if mode in ("demo", each.mode)
    ]
    loader = _Loader(installation, moment, progress or _silent, _loaded(installation))
    return loader.run(batches)


def _loaded(installation: Installation) -> Ids:
    with reading(installation, as_system(installation, REASON)) as work:
        return system_samples.loaded(work.connection)


def _silent(done: int, total: int, what: str) -> None:
    """Tells nobody."""


@dataclass(slots=True)
class _Loader:
    installation: Installation
    now: datetime
    progress: Progress
    ids: Ids
    done: int = 0
    loaded: Loaded = field(default_factory=Loaded)

    def run(self, batches: Sequence[Batch]) -> Loaded:
        wanted = [(batch, [each for each in batch.drafts if (each.object, each.key) not in self.ids]) for batch in batches]
        total = sum(len(drafts) for _, drafts in wanted)
        for batch, drafts in wanted:
            if drafts:
                self._save(batch, drafts, total)
        return self.loaded

    def _save(self, batch: Batch, drafts: list[Draft], total: int) -> None:
        with writing(self.installation, as_system(self.installation, REASON), self.now) as work:
            for wave in _waves(drafts):
                for start in range(0, len(wave), CHUNK):
                    part = wave[start : start + CHUNK]
                    made = self._create(work, batch.object, part)
                    keys = [each.key for each in part]
                    self.ids.update(zip([(batch.object, key) for key in keys], made, strict=True))
                    system_samples.remember(work.connection, batch.sample, batch.object, zip(keys, made, strict=True), self.now)
                    self.done += len(part)
                    self.progress(self.done, total, batch.object)
        self.loaded.made[batch.object] = self.loaded.made.get(batch.object, 0) + len(drafts)

    def _create(self, work: Work, object_name: str, drafts: Sequence[Draft]) -> list[str]:
        target = work.model.objects[object_name]
        rows = [self._row(target, each.values) for each in drafts]
        if object_name == USER_OBJECT:
            return [_make_user(work, row) for row in rows]
        return [record.id for record in saving.bulk_create(work, object_name, rows)]

    def _row(self, target: Object, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the kernel takes them: references by id, the rows of child tables likewise."""
        return {name: self._value(target.fields.get(name), value) for name, value in values.items()}

    def _value(self, of: Field | None, value: Any) -> Any:
        if isinstance(value, Ref):
            record = self.ids[value.object, value.key]
            return {"object": value.object, "id": record} if of and of.type == "polymorphic" else record
        if isinstance(value, list):
            child = self.installation.model.objects.get(of.of) if of and of.type == "child_table" and of.of else None
            return [self._row(child, each) if child and isinstance(each, dict) else self._value(of, each) for each in value]
        return value


def _make_user(work: Work, row: dict[str, Any]) -> str:
    """A person who may sign in, with the roles and the password that the sample states."""
    values = {name: value for name, value in row.items() if name not in SIGN_IN}
    return users.create_within(work, values, password=row.get("password"), roles=row.get("roles") or ())


def _waves(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The drafts in such an order that each wave points only at records of earlier ones."""
    waiting = {Ref(each.object, each.key): each for each in drafts}
    while waiting:
        ready = {ref: each for ref, each in waiting.items() if not any(other in waiting for other in references(each.values))}
        if not ready:  # they point at one another in a circle: the kernel will say what is missing
            ready = dict(waiting)
        yield list(ready.values())
        for ref in ready:
            del waiting[ref]
