"""An installation is a value; when a revision is applied, the next request gets a new one, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from newel.metadata.solutions import Layer
from newel.runtime import compiled, publishing
from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.applying import Refused
from newel.runtime.storage.database import Database

SOLUTION = "solution: shop\nversion: 1.0.0\nlabel: Shop\nprefix: sh\n"
DEAL = "object: deal\nlabel: Deal\nfields:\n  name: {type: text, required: true}\n"
MORE = DEAL + "  code: {type: text}\n  stage: {type: choice, options: {won: Won}}\n"


def shop(deal: str, **files: str) -> Layer:
    return Layer("shop", {"solution.yaml": SOLUTION, "objects/deal.yaml": deal, **files})


def test_yaml_becomes_a_live_installation(make_installation: Callable[..., Installation]) -> None:
    made = make_installation({"solution.yaml": SOLUTION, "objects/deal.yaml": DEAL})
    assert made.model.objects["deal"].title == "name"
    assert made.tables["deal"].column("name") is not None
    assert made.rulebook.object("deal") is not None
    assert made.revision == 1


def test_the_core_is_there_without_any_solution(make_installation: Callable[..., Installation]) -> None:
    made = make_installation()
    assert "nw_user" in made.model.objects
    assert "email" in made.tables["nw_user"].columns


def test_an_applied_revision_is_seen_by_the_next_request(settings: Settings, database: Database) -> None:
    holder = InstallationHolder(settings, database)
    publishing.publish(settings, database, [shop(DEAL)])
    before = holder.current()
    assert holder.current() is before
    publishing.publish(settings, database, [shop(MORE)])
    after = holder.current()
    assert "code" in after.model.objects["deal"].fields
    assert "code" not in before.model.objects["deal"].fields
    assert holder.current(after.revision) is after


def test_another_process_sees_the_new_revision_too(settings: Settings, database: Database) -> None:
    ours, theirs = InstallationHolder(settings, database), InstallationHolder(settings, Database(settings.database_url))
    publishing.publish(settings, database, [shop(DEAL)])
    assert theirs.current().revision == ours.current().revision == 1
    publishing.publish(settings, database, [shop(MORE)])
    assert theirs.current().revision == 2
    theirs.database.close()


def test_a_compiled_model_is_kept_and_read_again(settings: Settings) -> None:
    first, _ = compiled.load(settings, [shop(DEAL)])
    kept = list(settings.cache.glob("*.model"))
    assert len(kept) == 1
    second, rulebook = compiled.load(settings, [shop(DEAL)])
    assert second is not first
    assert second == first
    assert rulebook.object("deal") is not None


def test_a_damaged_cache_is_compiled_again(settings: Settings) -> None:
    compiled.load(settings, [shop(DEAL)])
    for each in settings.cache.glob("*.model"):
        each.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert "deal" in compiled.load(settings, [shop(DEAL)])[0].objects


def test_only_a_few_compiled_models_are_kept(settings: Settings) -> None:
    for number in range(compiled.KEPT + 3):
        compiled.load(
            settings, [shop(DEAL, **{f"objects/o{number}.yaml": f"object: o{number}\nfields: {{name: {{type: text}}}}\n"})]
        )
    assert len(list(settings.cache.glob("*.model"))) == compiled.KEPT


def test_a_solution_with_problems_changes_nothing(settings: Settings, database: Database) -> None:
    publishing.publish(settings, database, [shop(DEAL)])
    with pytest.raises(Refused) as refused:
        publishing.publish(settings, database, [shop(DEAL + "  x: {type: picklst}\n  y: {type: textt}\n")])
    assert len(refused.value.problems) == 2
    assert InstallationHolder(settings, database).current().revision == 1


def test_a_broken_rule_changes_nothing(settings: Settings, database: Database) -> None:
    rule = "validations: {v: {require: nosuch > 1, message: No.}}\n"
    with pytest.raises(Refused):
        publishing.publish(settings, database, [shop(DEAL + rule)])
    with database.reading() as connection:
        assert catalog.revision(connection) == 0


def test_a_change_of_labels_alone_is_a_revision_without_ddl(settings: Settings, database: Database) -> None:
    publishing.publish(settings, database, [shop(DEAL)])
    found = publishing.candidate(settings, database, [shop(DEAL.replace("label: Deal", "label: Chance"))])
    assert found.plan is not None
    changed = next(each for each in found.plan.operations if each.address == "object:deal")
    assert (changed.sign, changed.kind, changed.statements) == ("~", "metadata", ())
    assert "object:deal: changed: label" in found.plan.as_text()


def test_what_is_not_named_stays_installed(settings: Settings, database: Database) -> None:
    publishing.publish(settings, database, [shop(DEAL)])
    extra = Layer(
        "extra",
        {
            "solution.yaml": SOLUTION.replace("shop", "extra").replace("sh", "ex"),
            "objects/e.yaml": "object: ex_e\nfields: {name: {type: text}}\n",
        },
    )
    publishing.publish(settings, database, [extra])
    assert set(InstallationHolder(settings, database).current().model.solutions) >= {"shop", "extra"}


def test_without_a_catalog_nothing_is_installed(tmp_path: Path) -> None:
    settings = Settings.from_environment({"NEWEL_HOME": str(tmp_path / "home")})
    with pytest.raises(catalog.NothingInstalled):
        InstallationHolder(settings).current()
    assert not (tmp_path / "home").exists()


def test_the_same_solutions_give_the_same_hash_in_any_order(settings: Settings, database: Database) -> None:
    """Equal models have equal hashes, however they came about."""
    publishing.publish(settings, database, [shop(DEAL)])
    publishing.publish(settings, database, [shop(MORE)])
    at_once, _, _ = compiled.compile_layers([shop(MORE)])
    assert at_once is not None
    with database.reading() as connection:
        assert catalog.state(connection).model_hash == at_once.hash


def test_existing_records_are_found_by_a_field_that_becomes_searchable(settings: Settings, database: Database) -> None:
    from newel.runtime.records import as_system, saving, searching, writing

    holder = InstallationHolder(settings, database)
    publishing.publish(settings, database, [shop(MORE)])
    with writing(holder.current(), as_system(holder.current(), "test")) as work:
        saving.create(work, "deal", {"name": "Big", "code": "zebra"})
    publishing.publish(settings, database, [shop(MORE.replace("fields:", "search: [name, code]\nfields:"))])
    with writing(holder.current(), as_system(holder.current(), "test")) as work:
        assert [hit.title for hit in searching.search(work, "zebra")] == ["Big"]


def test_statements_prepared_before_a_column_was_widened_do_not_stand_in_the_way(settings: Settings, database: Database) -> None:
    """PostgreSQL refuses prepared statements whose result has changed its type; a new installation has new connections."""
    holder = InstallationHolder(settings, database)
    publishing.publish(settings, database, [shop(MORE)])

    def read() -> None:
        column = holder.current().tables["deal"].column("code")
        with database.reading() as connection:
            connection.execute(select(column)).all()

    for _ in range(10):
        read()
    other = Database(settings.database_url)
    publishing.publish(settings, other, [shop(MORE.replace("type: text}", "type: text, max_length: 900}"))])
    other.close()
    read()
