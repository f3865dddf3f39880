"""No path of the running app shows anybody a cell, a record or a name that is not theirs to see; and the proof can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import true

from newel.runtime.records import access, files, history, loading, previewing, searching
from newel.runtime.records.access import Verdict
from newel.runtime.records.actors import Actor
from newel.runtime.records.reach import Reach
from newel.runtime.records.scopes import EVERYTHING
from newel.runtime.web.api import meta, openapi
from tests.security.cells import PERSONAS, plant
from tests.security.matrix import Matrix, Report
from tests.support.site import Site

ADMIN = Actor(user_id="00000000-0000-7000-8000-000000000001", roles=("admin",))


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_path_leaks(site: Site, persona: str) -> None:
    """Routes x operations x records x fields for one persona; every forbidden cell holds a canary."""
    report = Matrix(site, plant(site), (persona,)).run()
    print(report)
    assert report.unknown_routes == [], "a route whose parameters have no row in matrix.PARAMETERS"
    assert report.paths > 500
    assert not report.leaks, str(report)


real_part = access._part
Plant = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, tuple[str, frozenset[str], Plant]] = {}


def fault(persona: str, *where: str) -> Callable[[Plant], Plant]:
    """A check that is taken out on purpose; `persona` at `where` must then get something that is not theirs."""

    def planted(plant_it: Plant) -> Plant:
        FAULTS[plant_it.__name__] = (persona, frozenset(where), plant_it)
        return plant_it

    return planted


def _all_fields(self: Verdict) -> dict[str, Any]:
    return dict.fromkeys(access_objects[self.object], self.read)


access_objects: dict[str, tuple[str, ...]] = {}


@fault("rep", "api.list_records")
def hidden_fields_are_shown_in_lists(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Verdict, "readable", property(_all_fields))


@fault("rep", "api.read_record")
def hidden_fields_are_shown_in_records(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Verdict, "readable", property(_all_fields))


@fault("rep", "api.list_records")
def rows_of_others_are_listed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "readable", property(lambda _: true()))


@fault("rep", "api.read_record")
def rows_of_others_are_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "readable", property(lambda _: true()))


@fault("rep", "exporting.export")
def rows_of_others_are_exported(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "readable", property(lambda _: true()))


@fault("rep", "finding")
def rows_of_others_are_found(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "readable", property(lambda _: true()))


@fault("rep and clerk", "api.list_records")
def cells_are_not_masked_by_row(patch: pytest.MonkeyPatch) -> None:
    """Two roles together show a cell that neither shows alone."""
    patch.setattr(Verdict, "always_shows", lambda *_: True)


@fault("rep and clerk", "api.read_record")
def cells_of_one_record_are_not_masked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Verdict, "always_shows", lambda *_: True)


@fault("rep and clerk", "finding")
def filters_see_through_the_mask(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Verdict, "always_shows", lambda *_: True)


@fault("rep", "api.read_history")
def history_shows_every_field(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(history, "load_seen", lambda work, name, _: frozenset(work.model.objects[name].fields))


@fault("rep", "api.list_files")
def files_of_others_are_listed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(files, "load_seen", lambda work, name, _: frozenset(work.model.objects[name].fields))


@fault("visitor", "api.download")
def files_are_handed_to_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(files, "load_seen", lambda work, name, _: frozenset(work.model.objects[name].fields))


@fault("rep", "finding")
def search_looks_into_hidden_fields(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(searching, "_is_readable", lambda *_: True)
    patch.setattr(Verdict, "readable", property(_all_fields))


@fault("visitor", "api.list_objects", "api.read_object")
def closed_objects_are_described(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meta, "door", lambda: ADMIN)


@fault("rep", "api.read_object")
def hidden_fields_are_described(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(meta, "readable_fields", lambda target, _: target.fields)


@fault("visitor", "api.openapi")
def the_api_of_others_is_described(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(openapi, "door", lambda: ADMIN)


@fault("rep", "writing")
def hidden_fields_are_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(access, "_part", lambda *given: replace(real_part(*given), edited=frozenset(given[-1].fields)))


@fault("visitor", "writing")
def whoever_asks_may_create(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        access, "_part", lambda *given: replace(real_part(*given), create=EVERYTHING, edited=frozenset(given[-1].fields))
    )


@fault("manager", "writing")
def what_may_be_read_may_be_changed(patch: pytest.MonkeyPatch) -> None:
    def generous(*given: Any) -> access.Part:
        part = real_part(*given)
        return replace(part, update=part.read, delete=part.read)

    patch.setattr(access, "_part", generous)


@fault("rep", "api.read_record")
def what_is_computed_from_secrets_is_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(access, "_shows_sources", lambda *_: True)


@fault("rep", "api.list_records")
def what_is_gathered_from_secrets_is_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(access, "sources_of", lambda *_: frozenset())


@fault("rep", "foreseeing")
def formulas_look_into_records_of_others(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(previewing, "_may_point", lambda *_: True)


@fault("rep", "foreseeing")
def lines_of_others_are_taken_for_own(patch: pytest.MonkeyPatch) -> None:
    def claimed(work: Any, of: Any, rows: Any, _: Any) -> list[Any]:
        return [loading.raw(work, str(of.of), row["id"]) for row in rows]

    patch.setattr(previewing, "_lines", claimed)


@fault("rep", "api.aggregate", "finding")
def sums_count_the_rows_of_others(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "readable", property(lambda _: true()))


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(sqlite_site: Site, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    persona, where, plant_it = FAULTS[name]
    cells = plant(sqlite_site)
    access_objects.update({each.name: tuple(each.fields) for each in sqlite_site.installation.model.objects.values()})
    monkeypatch.setattr(sqlite_site.app.logger, "disabled", True)
    plant_it(monkeypatch)
    report: Report = Matrix(sqlite_site, cells, (persona,), where).run()
    assert report.leaks, f"{name} was not noticed on {report.paths} paths"
