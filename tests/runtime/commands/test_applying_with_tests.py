"""Nothing is applied that breaks a promise: the tests of all solutions are tried on what they are together to become."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from newel.cli import cli
from newel.runtime.storage.database import Database
from newel.runtime.storage.system import APPLY

Run = Callable[..., Result]
DEAL = "object: deal\nfields:\n  name: {type: text, required: true}\n  note: {type: text}\n"
TEST = """test: deal.naming
as: admin
steps:
  nameless:
    when: {create: deal, set: {note: x}}
    expect: {problem: name}
  named:
    when: {create: deal, set: {name: Pumps}}
    expect: {value: {note: null}}
"""
PACK = {
    "solution.yaml": "solution: pack\nversion: 1.0.0\nprefix: pk\nrequires: {shop: '>=1.0'}\n",
    "deal.yaml": "extend: deal\nfields: {note: {default: from the pack}}\n",
}


@pytest.fixture
def run(
    tmp_path: Path, dialect: str, new_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> tuple[Run, Database]:
    """Runs a command in an installation of nothing, and gives its database."""
    database = new_database(dialect)
    monkeypatch.setenv("NEWEL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWEL_DATABASE_URL", database.url.render_as_string(hide_password=False))

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(each) for each in arguments])

    assert invoke("init", "--no-standard").exit_code == 0
    return invoke, database


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    about = "solution: shop\nversion: 1.0.0\nprefix: sh\n"
    return written(tmp_path / "shop", {"solution.yaml": about, "deal.yaml": DEAL, "test.yaml": TEST})


def test_a_solution_that_keeps_its_promises_is_applied(run: tuple[Run, Database], shop: Path) -> None:
    result = run[0]("apply", shop, "--yes")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Applied: revision 2 is live."), result.output


def test_a_solution_that_breaks_its_own_promise_is_refused_with_the_place(run: tuple[Run, Database], shop: Path) -> None:
    written(shop, {"deal.yaml": DEAL.replace(", required: true", "")})
    result = run[0]("apply", shop, "--yes")
    assert result.exit_code == 1
    assert 'shop/test.yaml:6:23 NW-P115: the test "shop.deal.naming" fails at nameless: expected a problem' in result.stderr
    assert "1 problem; nothing was changed." in result.stderr
    assert run[0]("solutions", "--json").output.count("shop") == 0


def test_a_pack_that_breaks_the_promise_of_another_is_refused(run: tuple[Run, Database], shop: Path, tmp_path: Path) -> None:
    """The tests of what is installed gate whatever is laid over it."""
    invoke, _ = run
    assert invoke("apply", shop, "--yes").exit_code == 0
    pack = written(tmp_path / "pack", PACK)
    assert invoke("test", pack).exit_code == 0  # its own tests are none
    refused = invoke("apply", pack, "--yes", "--json")
    assert refused.exit_code == 1
    (problem,) = json.loads(refused.stdout)["problems"]
    assert (problem["code"], problem["file"], problem["line"]) == ("NW-P115", "shop/test.yaml", 9)
    assert problem["message"].endswith('expected note to be blank; it is "from the pack".')


def test_the_tests_may_be_skipped_and_the_journal_says_so(run: tuple[Run, Database], shop: Path) -> None:
    invoke, database = run
    written(shop, {"deal.yaml": DEAL.replace(", required: true", "")})
    assert invoke("apply", shop, "--yes", "--skip-tests").exit_code == 0
    with database.reading() as connection:
        last = connection.execute(select(APPLY.c.applied_by).order_by(APPLY.c.revision.desc())).scalars().first()
    assert str(last).endswith("(newel apply --skip-tests)")


def test_a_test_that_fails_already_stops_no_later_change(run: tuple[Run, Database], shop: Path, tmp_path: Path) -> None:
    """What was changed on purpose is not held against what comes after it; what breaks anew is."""
    invoke, _ = run
    assert invoke("apply", shop, "--yes").exit_code == 0
    org = written(
        tmp_path / "org", {"solution.yaml": "solution: org\nversion: 1.0.0\n", "deal.yaml": "extend: deal\nlabel: Job\n"}
    )
    written(shop, {"deal.yaml": DEAL.replace(", required: true", "")})
    assert invoke("apply", shop, "--yes").exit_code == 1
    assert invoke("apply", shop, "--yes", "--skip-tests").exit_code == 0
    assert invoke("apply", org, "--yes").exit_code == 0
    written(shop, {"more.yaml": TEST.replace("deal.naming", "deal.more").replace("nameless", "again")})
    refused = invoke("apply", shop, "--yes")
    assert refused.exit_code == 1
    assert "deal.more" in refused.stderr
    assert "deal.naming" not in refused.stderr


def test_what_the_tests_did_is_nowhere_in_the_installation(run: tuple[Run, Database], shop: Path) -> None:
    invoke, _ = run
    assert invoke("apply", shop, "--yes").exit_code == 0
    assert invoke("export", "deal").output == ""
    assert invoke("export", "nw_user").output == ""
