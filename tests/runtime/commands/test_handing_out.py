"""What Setup writes is never lost to a folder: it is written out as files, and a folder that lacks it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newel.cli import cli
from newel.metadata.amending import Amendment
from newel.metadata.solutions import Layer
from newel.runtime import amending
from newel.runtime.installation import InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage import catalog
from newel.runtime.storage.database import Database

SHOP = {
    "solution.yaml": "solution: shop\nversion: 1.0.0\nlanguage: en\nprefix: sh\n",
    "deal.yaml": "object: deal\nfields:\n  name: {type: text, required: true}\n  note: {type: text}\n",
}


@dataclass
class House:
    """An installation at the command line, in which somebody is at Setup at the same time."""

    settings: Settings
    database: Database

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments])

    def set_up(self, name: str, require: str) -> None:
        """Publishes a validation as Setup does."""
        at = ("validations", name)
        values = {(*at, "require"): require, (*at, "message"): f"{name}: 不行"}
        chinese = {"zh-CN": {(*at, "message"): "不行。"}}
        amendment = Amendment("deal", ("object", "deal"), values, chinese)
        here = InstallationHolder(self.settings, self.database).current()
        found = amending.candidate(here, amendment)
        assert found.plan is not None, found.problems.as_text()
        assert amending.publish(here, amendment, found.plan.steps_hash, "a test")

    def org(self) -> Layer:
        with self.database.reading() as connection:
            return next(each for each in catalog.layers(connection) if each.name == "org")

    def rules(self) -> list[str]:
        here = InstallationHolder(self.settings, self.database).current()
        return list(here.model.objects["deal"].validations)


@pytest.fixture
def house(tmp_path: Path, dialect: str, new_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch) -> House:
    database = new_database(dialect)
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWEL_DATABASE_URL", database.url.render_as_string(hide_password=False))
    found = House(Settings.from_environment(), database)
    shop = tmp_path / "shop"
    shop.mkdir()
    for name, text in SHOP.items():
        (shop / name).write_text(text)
    assert found.run("init", "--no-standard").exit_code == 0
    assert found.run("apply", shop, "--yes").exit_code == 0
    return found


def test_what_is_written_out_and_applied_again_changes_nothing(house: House, tmp_path: Path) -> None:
    house.set_up("x_named", "name != 'x'")
    before, folder = house.org(), tmp_path / "org"
    result = house.run("export-layer", "org", folder)
    assert result.exit_code == 0, result.output
    assert {path: (folder / path).read_bytes().decode() for path in before.files} == dict(before.files)
    applied = house.run("apply", folder, "--yes")
    assert (applied.exit_code, applied.stdout.splitlines()[-1]) == (0, "Nothing to do."), applied.output
    assert house.org() == before
    assert house.run("export-layer", "org", folder).exit_code == 0


def test_a_folder_that_lacks_what_setup_wrote_is_refused_with_the_way_out(house: House, tmp_path: Path) -> None:
    house.set_up("x_one", "name != 'x'")
    folder = tmp_path / "org"
    house.run("export-layer", "org", folder)
    house.set_up("x_two", "name != 'y'")
    for command in (["plan", folder], ["apply", folder, "--yes"]):
        refused = house.run(*command)
        assert refused.exit_code == 1
        assert "org/setup/deal.yaml" in refused.stderr
        assert "NW-P116 validations.x_two.require: Setup has written this of deal: \"name != 'y'\"" in refused.stderr
        assert "newel export-layer org FOLDER" in refused.stderr
        assert "x_one" not in refused.stderr
    assert house.rules() == ["x_one", "x_two"]
    replaced = house.run("apply", folder, "--yes", "--replace-setup")
    assert replaced.exit_code == 0, replaced.output
    assert house.rules() == ["x_one"]


def test_what_is_changed_or_taken_out_in_the_files_that_were_written_out_is_so_on_purpose(house: House, tmp_path: Path) -> None:
    house.set_up("x_one", "name != 'x'")
    house.set_up("x_two", "name != 'y'")
    folder = tmp_path / "org"
    house.run("export-layer", "org", folder)
    said, translated = folder / "setup" / "deal.yaml", folder / "setup" / "zh-CN.yaml"
    said.write_text(said.read_text("utf-8").partition("  x_two:")[0].replace("'x'", "'z'"), "utf-8")
    translated.write_text(translated.read_text("utf-8").partition("      x_two:")[0], "utf-8")
    applied = house.run("apply", folder, "--yes")
    assert applied.exit_code == 0, applied.output
    assert house.rules() == ["x_one"]


def test_what_setup_wrote_may_be_moved_to_another_file(house: House, tmp_path: Path) -> None:
    house.set_up("x_one", "name != 'x'")
    folder = tmp_path / "org"
    house.run("export-layer", "org", folder)
    (folder / "setup" / "deal.yaml").rename(folder / "deal.yaml")
    assert house.run("plan", folder).exit_code == 0


def test_files_in_the_folder_are_not_overwritten_unasked(house: House, tmp_path: Path) -> None:
    house.set_up("x_one", "name != 'x'")
    folder = tmp_path / "org"
    house.run("export-layer", "org", folder)
    (folder / "mine.yaml").write_text("extend: deal\nlabel: Job\n")
    refused = house.run("export-layer", "org", folder)
    assert refused.exit_code == 1
    assert "mine.yaml" in refused.output
    assert house.run("export-layer", "org", folder, "--replace").exit_code == 0
    assert not (folder / "mine.yaml").exists()
    other = house.run("export-layer", "org", tmp_path / "shop", "--replace")
    assert other.exit_code == 1
    assert "another solution" in other.output
    assert (tmp_path / "shop" / "deal.yaml").read_text() == SHOP["deal.yaml"]


def test_what_is_not_installed_is_named(house: House, tmp_path: Path) -> None:
    assert "no layer of its own yet" in house.run("export-layer", "org", tmp_path / "a").output
    assert 'Did you mean "shop"?' in house.run("export-layer", "shpo", tmp_path / "a").output
    assert house.run("export-layer", "shop", tmp_path / "a").exit_code == 0
    assert (tmp_path / "a" / "deal.yaml").read_text() == SHOP["deal.yaml"]
