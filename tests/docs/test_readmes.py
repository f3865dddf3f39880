"""The five minutes of both READMEs are true: their commands and their YAML are tried as a newcomer would."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newel.cli import main
from newel.runtime.installation import InstallationHolder
from newel.runtime.settings import Settings
from newel.runtime.storage.database import Database
from tests.docs.blocks import ROOT, files, shell_lines, write

READMES = {"en": ROOT / "README.md", "zh-CN": ROOT / "README.zh-CN.md"}


@pytest.fixture
def shell(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a line of .venv/bin/newel in a folder of its own, where the standard CRM is installed; gives what it says."""
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWEL_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")

    def run(line: str, ends_with: int = 0) -> str:
        program, *words = shlex.split(line)
        assert program == ".venv/bin/newel"
        monkeypatch.setattr(sys, "argv", ["newel", *words, *(["--yes"] if words[0] == "apply" else [])])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == ends_with, said.out + said.err
        return said.out + said.err

    run(".venv/bin/newel init")
    return run


@pytest.mark.parametrize("language", READMES)
def test_five_minutes_lead_to_an_own_field_and_choise_is_understood(
    shell: Callable[..., str], language: str, tmp_path: Path
) -> None:
    page = READMES[language]
    begin, *then = [line for line in shell_lines(page) if line.startswith(".venv/bin/newel")]
    assert begin == ".venv/bin/newel new solution my_company"
    shell(begin)
    write(files(page), tmp_path)
    assert [line.split()[1] for line in then] == ["check", "plan", "apply"]
    assert "All well" in shell(then[0])
    assert "+ object:account/field:x_fair: new column" in shell(then[1])
    assert "Applied: revision 2 is live." in shell(then[2])
    settings = Settings.from_environment()
    opened = Database(settings.database_url)
    field = InstallationHolder(settings, opened).current().model.objects["account"].fields["x_fair"]
    opened.close()
    assert list(field.choices) == ["canton", "ces", "other"]
    assert field.label.say(language) == {"en": "Met at", "zh-CN": "结识展会"}[language]
    write({name: text.replace("type: choice", "type: choise") for name, text in files(page).items()}, tmp_path)
    said = shell(".venv/bin/newel check my_company", 1)
    assert 'my_company/objects/account.yaml:5:11 NW-E104 fields.x_fair.type: "choise" is not a field type.' in said
    assert 'Did you mean "choice"?' in said
